"""Rendering, referring and billing providers, the facility, and the case manager."""

import re
from collections.abc import Sequence

from rcm_tui.billing.claims.facts import ClaimFacts
from rcm_tui.billing.claims.rules.postal import zip_digits
from rcm_tui.billing.claims.rules.rule import ERROR, PASSED, WARNING, Found, Rule, once
from rcm_tui.billing.npi import is_npi
from rcm_tui.data.codes import is_state

TAXONOMY = re.compile(r"[0-9A-Z]{9}X")
AT_HIRE = "Complete practitioners when they are hired, before their first session."
AT_SETUP = "Complete the business unit before its first claim."


def no_rendering(claim: ClaimFacts) -> Sequence[Found]:
    return once(claim.rendering is None, why=claim.rendering_reason or "none is chosen")


def bad_rendering_npi(claim: ClaimFacts) -> Sequence[Found]:
    if claim.rendering is None:
        return PASSED
    provider = claim.rendering
    return once(not is_npi(provider.npi), name=provider.name, npi=provider.npi or "empty")


def bad_rendering_taxonomy(claim: ClaimFacts) -> Sequence[Found]:
    if claim.rendering is None:
        return PASSED
    provider = claim.rendering
    return once(
        not TAXONOMY.fullmatch(provider.taxonomy),
        name=provider.name,
        taxonomy=provider.taxonomy or "empty",
    )


def not_qualified(claim: ClaimFacts) -> Sequence[Found]:
    if claim.rendering is None:
        return PASSED
    return [
        Found(
            line.position,
            {
                "name": claim.rendering.name,
                "code": line.code,
                "day": line.first_day,
                "qualification": line.benefit.claim_qualification if line.benefit else "",
            },
        )
        for line in claim.lines
        if not line.qualified
    ]


def not_enrolled(claim: ClaimFacts) -> Sequence[Found]:
    if claim.rendering is None or claim.payer is None or not claim.payer.needs_enrolment:
        return PASSED
    return [
        Found(
            line.position,
            {"name": claim.rendering.name, "payer": claim.payer.name, "day": line.first_day},
        )
        for line in claim.lines
        if not line.enrolled
    ]


def no_referring(claim: ClaimFacts) -> Sequence[Found]:
    if claim.payer is None or not claim.payer.needs_referring:
        return PASSED
    return once(claim.referring is None, payer=claim.payer.name)


def bad_referring_npi(claim: ClaimFacts) -> Sequence[Found]:
    if claim.referring is None:
        return PASSED
    provider = claim.referring
    return once(not is_npi(provider.npi), name=provider.name, npi=provider.npi or "empty")


def bad_billing_npi(claim: ClaimFacts) -> Sequence[Found]:
    return once(
        not is_npi(claim.billing.npi), name=claim.billing.name, npi=claim.billing.npi or "empty"
    )


def bad_tax_id(claim: ClaimFacts) -> Sequence[Found]:
    digits = claim.billing.tax_id.replace("-", "")
    return once(
        not (len(digits) == 9 and digits.isascii() and digits.isdigit()), name=claim.billing.name
    )


def bad_billing_taxonomy(claim: ClaimFacts) -> Sequence[Found]:
    return once(
        not TAXONOMY.fullmatch(claim.billing.taxonomy),
        name=claim.billing.name,
        taxonomy=claim.billing.taxonomy or "empty",
    )


def bad_billing_address(claim: ClaimFacts) -> Sequence[Found]:
    billing = claim.billing
    whole = billing.line1.strip() and billing.city.strip() and is_state(billing.state)
    return once(not whole, name=billing.name)


def short_billing_zip(claim: ClaimFacts) -> Sequence[Found]:
    return once(
        zip_digits(claim.billing.zip) != 9,
        name=claim.billing.name,
        zip=claim.billing.zip or "empty",
    )


def bad_facility(claim: ClaimFacts) -> Sequence[Found]:
    place = claim.facility
    if place is None or not place.line1.strip():
        return PASSED
    whole = place.city.strip() and is_state(place.state) and zip_digits(place.zip) in (5, 9)
    return once(not whole, name=place.name)


def bad_facility_npi(claim: ClaimFacts) -> Sequence[Found]:
    place = claim.facility
    if place is None or not place.npi:
        return PASSED
    return once(not is_npi(place.npi), name=place.name, npi=place.npi)


def no_case_manager(claim: ClaimFacts) -> Sequence[Found]:
    return [
        Found(line.position, {"day": line.first_day})
        for line in claim.lines
        if not line.has_case_manager
    ][:1]


RULES = (
    Rule(
        "rendering.missing",
        "claim.rendering",
        ERROR,
        "The claim has no rendering provider: {why}.",
        "Choose the rendering provider on the claim.",
        "Assign a rendering provider on the authorization, or a case manager on the client.",
        no_rendering,
    ),
    Rule(
        "rendering.npi",
        "rendering.npi",
        ERROR,
        "The NPI of {name} is {npi}, which is not a valid one (ten digits with a check digit).",
        "Correct the NPI on the practitioner; it can be looked up in the NPI registry.",
        AT_HIRE,
        bad_rendering_npi,
    ),
    Rule(
        "rendering.taxonomy",
        "rendering.taxonomy",
        ERROR,
        "The primary taxonomy of {name} is {taxonomy}; ten characters ending in X are needed.",
        "Enter the taxonomy code under which the practitioner is enrolled.",
        AT_HIRE,
        bad_rendering_taxonomy,
    ),
    Rule(
        "rendering.qualification",
        "claim.rendering",
        ERROR,
        "{name} did not hold {qualification} on {day}, which {code} asks of who renders it.",
        "Choose a rendering provider who holds it, or correct the practitioner's qualifications.",
        "Keep qualifications with their dates, and assign rendering providers who hold them.",
        not_qualified,
    ),
    Rule(
        "rendering.enrolment",
        "claim.rendering",
        ERROR,
        "{name} was not enrolled with {payer} on {day}.",
        "Choose a provider who was enrolled, enter the enrolment, or hold the claim until it is.",
        "Enrol practitioners before they see the payer's clients; watch for lapsing enrolments.",
        not_enrolled,
    ),
    Rule(
        "referring.missing",
        "claim.referring",
        ERROR,
        "{payer} needs a referring provider, and the claim has none.",
        "Choose the referring provider on the claim and on the client.",
        "Enter who referred the client at intake.",
        no_referring,
    ),
    Rule(
        "referring.npi",
        "referring.npi",
        ERROR,
        "The NPI of the referring provider {name} is {npi}, which is not a valid one.",
        "Correct the NPI; it can be looked up in the NPI registry.",
        "Enter the referring provider's NPI from the referral.",
        bad_referring_npi,
    ),
    Rule(
        "billing.npi",
        "business_unit.npi",
        ERROR,
        "The NPI of {name} is {npi}, which is not a valid one (ten digits with a check digit).",
        "Correct the NPI of the business unit.",
        AT_SETUP,
        bad_billing_npi,
    ),
    Rule(
        "billing.tax_id",
        "business_unit.tax_id",
        ERROR,
        "The tax id of {name} does not have nine digits.",
        "Enter the business unit's employer or social security number.",
        AT_SETUP,
        bad_tax_id,
    ),
    Rule(
        "billing.taxonomy",
        "business_unit.taxonomy",
        ERROR,
        "The taxonomy of {name} is {taxonomy}; ten characters ending in X are needed.",
        "Enter the business unit's taxonomy code.",
        AT_SETUP,
        bad_billing_taxonomy,
    ),
    Rule(
        "billing.address",
        "business_unit.line1",
        ERROR,
        "The address of {name} is not complete: street, city and state are needed.",
        "Complete the business unit's address; a post office box is not accepted there.",
        AT_SETUP,
        bad_billing_address,
    ),
    Rule(
        "billing.zip",
        "business_unit.zip",
        ERROR,
        "The zip code of {name} is {zip}; the billing provider's needs all nine digits.",
        "Enter the nine-digit zip code (ZIP+4) of the business unit.",
        AT_SETUP,
        short_billing_zip,
    ),
    Rule(
        "facility.address",
        "claim.facility",
        ERROR,
        "The address of {name}, where the service was given, is not complete.",
        "Complete city, state and zip code of the location.",
        "Enter locations with their whole address.",
        bad_facility,
    ),
    Rule(
        "facility.npi",
        "facility.npi",
        ERROR,
        "The NPI of {name} is {npi}, which is not a valid one.",
        "Correct the NPI of the location, or leave it empty.",
        "Enter locations with the NPI of the registry.",
        bad_facility_npi,
    ),
    Rule(
        "case_manager.missing",
        "client.case_managers",
        WARNING,
        "The client had no case manager on {day}.",
        "Add the case manager to the client, with the day on which it began.",
        "Give every client a case manager at least a day before the first appointment.",
        no_case_manager,
    ),
)
