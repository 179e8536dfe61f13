"""The coverage and its policy holder."""

from collections.abc import Sequence

from rcm_tui.billing.claims.facts import ClaimFacts
from rcm_tui.billing.claims.rules.postal import zip_digits
from rcm_tui.billing.claims.rules.rule import ERROR, PASSED, Found, Rule, once
from rcm_tui.data.codes import is_state

RELATIONSHIPS = frozenset(("01", "18", "19", "20", "21", "39", "40", "53", "G8"))
FROM_THE_CARD = "Copy it from the insurance card at intake, and check the coverage every month."


def no_coverage(claim: ClaimFacts) -> Sequence[Found]:
    return once(claim.coverage is None)


def no_member_id(claim: ClaimFacts) -> Sequence[Found]:
    return once(claim.coverage is not None and not claim.coverage.member_id.strip())


def bad_relationship(claim: ClaimFacts) -> Sequence[Found]:
    if claim.coverage is None:
        return PASSED
    relationship = claim.coverage.relationship
    return once(relationship not in RELATIONSHIPS, relationship=relationship or "empty")


def no_holder_name(claim: ClaimFacts) -> Sequence[Found]:
    if claim.coverage is None:
        return PASSED
    holder = claim.coverage.holder
    return once(not (holder.last_name.strip() and holder.first_name.strip()))


def no_holder_birth_date(claim: ClaimFacts) -> Sequence[Found]:
    return once(claim.coverage is not None and not claim.coverage.holder.birth_date)


def no_holder_gender(claim: ClaimFacts) -> Sequence[Found]:
    return once(claim.coverage is not None and not claim.coverage.holder.gender)


def bad_holder_address(claim: ClaimFacts) -> Sequence[Found]:
    if claim.coverage is None:
        return PASSED
    holder = claim.coverage.holder
    missing = [
        name
        for name, present in (
            ("address line", holder.line1.strip()),
            ("city", holder.city.strip()),
            ("state", is_state(holder.state)),
            ("zip code", zip_digits(holder.zip) in (5, 9)),
        )
        if not present
    ]
    return once(missing, missing=", ".join(missing))


def not_in_force(claim: ClaimFacts) -> Sequence[Found]:
    if claim.coverage is None:
        return PASSED
    starts_on, ends_on = claim.coverage.starts_on, claim.coverage.ends_on
    return [
        Found(line.position, {"day": line.first_day})
        for line in claim.lines
        if (starts_on is not None and line.first_day < starts_on)
        or (ends_on is not None and line.last_day > ends_on)
    ]


RULES = (
    Rule(
        "policy_holder.missing",
        "claim.coverage",
        ERROR,
        "The claim has no coverage, and so no policy holder.",
        "Choose the client's coverage on the claim; add it to the client where there is none.",
        "Enter the coverage before the first session is scheduled.",
        no_coverage,
    ),
    Rule(
        "coverage.member_id",
        "coverage.member_id",
        ERROR,
        "The coverage has no subscriber id.",
        "Enter the member id of the insurance card on the coverage.",
        FROM_THE_CARD,
        no_member_id,
    ),
    Rule(
        "coverage.relationship",
        "coverage.relationship",
        ERROR,
        "The patient's relationship to the policy holder is {relationship}, which no payer knows.",
        "Choose self, spouse, child or another relationship on the coverage.",
        FROM_THE_CARD,
        bad_relationship,
    ),
    Rule(
        "coverage.in_force",
        "coverage.ends_on",
        ERROR,
        "The coverage was not in force on {day}.",
        "Bill the coverage that was in force that day, or correct the coverage's dates.",
        "Check eligibility before the session, and end old coverages when new ones begin.",
        not_in_force,
    ),
    Rule(
        "policy_holder.name",
        "coverage.holder_last_name",
        ERROR,
        "The policy holder's name is not complete.",
        "Enter the policy holder's last and first name on the coverage.",
        FROM_THE_CARD,
        no_holder_name,
    ),
    Rule(
        "policy_holder.birth_date",
        "coverage.holder_birth_date",
        ERROR,
        "The policy holder has no date of birth.",
        "Enter the policy holder's date of birth on the coverage.",
        FROM_THE_CARD,
        no_holder_birth_date,
    ),
    Rule(
        "policy_holder.gender",
        "coverage.holder_gender",
        ERROR,
        "The policy holder has no gender.",
        "Enter F, M or U (unknown) for the policy holder on the coverage.",
        FROM_THE_CARD,
        no_holder_gender,
    ),
    Rule(
        "policy_holder.address",
        "coverage.holder_line1",
        ERROR,
        "The policy holder's address is not complete: {missing}.",
        "Complete the policy holder's address on the coverage.",
        FROM_THE_CARD,
        bad_holder_address,
    ),
)
