"""The patient: name, birth date, gender and address."""

from collections.abc import Sequence

from rcm_tui.billing.claims.facts import ClaimFacts
from rcm_tui.billing.claims.rules.postal import zip_digits
from rcm_tui.billing.claims.rules.rule import ERROR, Found, Rule, once
from rcm_tui.data.codes import is_state

AT_INTAKE = "Ask for it at intake, and check it when a client is made."


def no_name(claim: ClaimFacts) -> Sequence[Found]:
    return once(not (claim.patient.last_name.strip() and claim.patient.first_name.strip()))


def no_birth_date(claim: ClaimFacts) -> Sequence[Found]:
    return once(not claim.patient.birth_date)


def no_gender(claim: ClaimFacts) -> Sequence[Found]:
    return once(not claim.patient.gender)


def no_address(claim: ClaimFacts) -> Sequence[Found]:
    return once(not claim.patient.line1.strip())


def no_city(claim: ClaimFacts) -> Sequence[Found]:
    return once(not claim.patient.city.strip())


def bad_state(claim: ClaimFacts) -> Sequence[Found]:
    return once(not is_state(claim.patient.state), state=claim.patient.state or "empty")


def bad_zip(claim: ClaimFacts) -> Sequence[Found]:
    return once(zip_digits(claim.patient.zip) not in (5, 9), zip=claim.patient.zip or "empty")


RULES = (
    Rule(
        "patient.name",
        "client.last_name",
        ERROR,
        "The patient's name is not complete.",
        "Enter the last and first name as the payer's card shows them.",
        AT_INTAKE,
        no_name,
    ),
    Rule(
        "patient.birth_date",
        "client.birth_date",
        ERROR,
        "The patient has no date of birth.",
        "Enter the date of birth on the client.",
        AT_INTAKE,
        no_birth_date,
    ),
    Rule(
        "patient.gender",
        "client.gender",
        ERROR,
        "The patient has no gender.",
        "Enter F, M or U (unknown) on the client, as the payer has it.",
        AT_INTAKE,
        no_gender,
    ),
    Rule(
        "patient.address",
        "client.line1",
        ERROR,
        "The patient has no street address.",
        "Enter the first address line on the client.",
        AT_INTAKE,
        no_address,
    ),
    Rule(
        "patient.city",
        "client.city",
        ERROR,
        "The patient's address has no city.",
        "Enter the city on the client.",
        AT_INTAKE,
        no_city,
    ),
    Rule(
        "patient.state",
        "client.state",
        ERROR,
        "The patient's state is {state}, which is not a state's two letters.",
        "Enter the two letters of the state on the client.",
        AT_INTAKE,
        bad_state,
    ),
    Rule(
        "patient.zip",
        "client.zip",
        ERROR,
        "The patient's zip code is {zip}; it needs five or nine digits.",
        "Enter the zip code on the client.",
        AT_INTAKE,
        bad_zip,
    ),
)
