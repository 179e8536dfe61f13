"""Rules that open cases, and payments that deny claims, for tests."""

from typing import Any

from rcm_tui.billing.cases.rules.due import anything_due, look_at_next
from rcm_tui.data.actor import WORKER
from rcm_tui.data.store import Store
from rcm_tui.data.tables.case_rules import CaseRule
from rcm_tui.data.tables.claims import Claim
from tests.billing.remittances.received_builder import claim_payment, line, post, submitted_claim
from tests.practice_builder import NOW, SmallPractice

LINE = [("97153", 8)]
"""320.00."""


def add_rule(name: str = "Authorization", **columns: Any) -> CaseRule:
    """A rule in force for CO-197 unless it is said otherwise."""
    given = {"active": True, "reason_codes": "197", "owners": "dana", **columns}
    return CaseRule.create(name=name, **given)


def sent(store: Store, practice: SmallPractice, count: int, **columns: Any) -> list[Claim]:
    """Submitted claims over 320.00."""
    return [submitted_claim(store, practice, LINE, **columns) for _ in range(count)]


def deny(store: Store, claims: list[Claim], code: str = "CO-197") -> None:
    """Posts one payment that denies claims whole."""
    post(
        store,
        [
            claim_payment(
                claim.patient_control_number, [line(32000, 0, f"{code} 320.00")], status="4"
            )
            for claim in claims
        ],
    )


def denied(
    store: Store, practice: SmallPractice, count: int, code: str = "CO-197", **columns: Any
) -> list[Claim]:
    """Claims that one payment denies."""
    claims = sent(store, practice, count, **columns)
    deny(store, claims, code)
    return claims


def follow(store: Store) -> None:
    """The worker follows what was posted."""
    while anything_due(store.database):
        with store.work(WORKER, NOW) as work:
            look_at_next(work)
