"""Facts of a claim on which no rule finds anything, and short ways to break them."""

from dataclasses import replace
from typing import Any

from rcm_tui.billing.authorizations.limits import Limit
from rcm_tui.billing.charges.benefits import Benefit
from rcm_tui.billing.claims.facts import (
    AuthorizationFacts,
    BillingFacts,
    ClaimFacts,
    CoverageFacts,
    FacilityFacts,
    LineFacts,
    OtherLine,
    OtherUse,
    PayerFacts,
    Person,
    ProviderFacts,
)
from tests.practice_builder import npi

DAY = "2026-03-02"

PATIENT = Person("OKAFOR", "ADA", "2018-05-04", "F", "22 ELM ST", "ALBANY", "NY", "12203")
COVERAGE = CoverageFacts("W00000001", "CI", "18", "2026-01-01", None, PATIENT)
PAYER = PayerFacts(1, "Acme Health", "60001", "CI", 90, 180, True, False, True, True)
BENEFIT = Benefit("ABA", 15, 1000, 32000, "", "95", "", "BCBA/BCBA-D", 0, "2026-01-01", None)
RENDERING = ProviderFacts(2, "DANA RUIZ", npi(20000901), "103K00000X")
REFERRING = ProviderFacts(3, "SAM HOLT", npi(20000902), "208000000X")
FACILITY = FacilityFacts("Client's home", "", "22 ELM ST", "ALBANY", "NY", "12203")
BILLING = BillingFacts(
    "North Clinic",
    npi(10000001),
    "123456789",
    "261QM0850X",
    "1 MAIN ST",
    "ALBANY",
    "NY",
    "122010001",
)
AUTHORIZATION = AuthorizationFacts(
    "A00001", "approved", "2026-01-01", "2026-12-31", [Limit(("97153",), 100000)]
)
LINE = LineFacts(1, DAY, DAY, "97153", "HM 95", 8000, 32000, "11", "1", BENEFIT, 32000)


def clean(**columns: Any) -> ClaimFacts:
    """A clean claim, with some of its facts replaced."""
    facts = ClaimFacts(
        id=10,
        number="C-100010",
        status="Draft",
        patient_control_number="C100010",
        frequency="1",
        original_reference="",
        chain=10,
        authorization_number="A00001",
        place_of_service="11",
        diagnoses=["F84.0"],
        billed=32000,
        today="2026-03-16",
        lines=[LINE],
        patient=PATIENT,
        billing=BILLING,
        coverage=COVERAGE,
        payer=PAYER,
        rendering=RENDERING,
        facility=FACILITY,
        authorization=AUTHORIZATION,
    )
    return replace(facts, **columns)


def line(**columns: Any) -> ClaimFacts:
    """A clean claim whose only line has some of its facts replaced; the total follows."""
    changed = LINE._replace(**columns)
    return clean(lines=[changed], billed=changed.billed)


def patient(**columns: Any) -> ClaimFacts:
    """A clean claim of a patient with some facts replaced."""
    return clean(patient=PATIENT._replace(**columns))


def holder(**columns: Any) -> ClaimFacts:
    """A clean claim of a policy holder with some facts replaced."""
    return clean(coverage=COVERAGE._replace(holder=PATIENT._replace(**columns)))


def other(
    *, claim: int = 9, status: str = "Submitted", units: int = 8000, chain: int = 9, **columns: Any
) -> dict[str, Any]:
    """Facts of another claim's line on the same day, like the clean claim's unless told."""
    beside = OtherLine(
        OtherUse(claim, chain, status, units), "C-100009", 1, 2, "HM 95", "11", DAY
    )._replace(**columns)
    return {"other_lines": {(DAY, "97153"): [beside]}}


def used(units: int, *, claim: int = 9, status: str = "Submitted", chain: int = 9) -> ClaimFacts:
    """A clean claim beside another that uses units (thousandths) of its authorization."""
    return clean(used={"97153": [OtherUse(claim, chain, status, units)]})
