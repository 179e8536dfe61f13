"""What settles by itself, and what stays open to be worked."""

import pytest

from rcm_tui.billing.remittances.treatment import allowed_amount, treatment


@pytest.mark.parametrize(
    "code",
    ["CO-45", "CO-44", "CO-253", "CO-104", "CO-105", "CO-131", "CO-237", "CO-144", "CO-94"],
)
def test_contract_and_law_settle(code: str) -> None:
    assert treatment(*code.split("-")) == "contractual"


@pytest.mark.parametrize("code", ["PR-1", "PR-2", "PR-3", "PR-66"])
def test_the_patients_share_goes_to_the_patient(code: str) -> None:
    assert treatment(*code.split("-")) == "patient"


def test_what_earlier_payers_did_is_the_prior_payer() -> None:
    assert treatment("OA", "23") == "prior payer"


@pytest.mark.parametrize(
    "code",
    [
        *("CO-16", "CO-18", "OA-18", "CO-22", "CO-24", "CO-29", "CO-50", "CO-59", "CO-96", "CO-97"),
        *("CO-109", "CO-119", "CO-151", "CO-197", "CO-198", "CO-252", "CO-A1", "PR-96", "PR-204"),
        *("PR-45", "PI-45", "PI-1", "PI-253", "OA-45", "OA-1", "CO-1", "CO-23", "CR-45", "XX-45"),
        *("CO-", "-45", "CO-NEW"),
    ],
)
def test_everything_else_stays_open(code: str) -> None:
    assert treatment(*code.split("-", 1)) == "open"


@pytest.mark.parametrize(
    ("charge", "paid", "adjusted", "given", "allowed"),
    [
        (32000, 22000, [("CO", "45", 8000), ("PR", "3", 2000)], None, 24000),
        (32000, 23520, [("CO", "45", 8000), ("CO", "253", 480)], None, 24000),
        (32000, 0, [("CO", "45", 8000), ("PR", "1", 24000)], None, 24000),
        (32000, 12000, [("CO", "45", 8000), ("CO", "59", 12000)], None, 12000),
        (32000, 0, [("CO", "197", 32000)], None, None),
        (32000, 22000, [("CO", "45", 8000), ("PR", "3", 2000)], 25000, 25000),
        (32000, 34000, [("CO", "94", -2000)], None, 34000),
    ],
    ids=["copay", "sequestration", "deductible", "bundled", "denied", "as given", "above"],
)
def test_the_allowed_amount(
    charge: int, paid: int, adjusted: list[tuple[str, str, int]], given: int | None, allowed: int
) -> None:
    assert allowed_amount(charge, paid, adjusted, given) == allowed
