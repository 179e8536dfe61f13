"""The table of open denials: who is in it, as what happens to claims, and what goes first."""

import datetime

import pytest

from rcm_tui.billing.check import check_store
from rcm_tui.billing.claims.correcting import modify_claims
from rcm_tui.billing.claims.superseding import supersede
from rcm_tui.billing.denials.triage import score
from rcm_tui.billing.editing.adding import add, remove
from rcm_tui.billing.editing.saving import save
from rcm_tui.billing.ledger import post_charges
from rcm_tui.billing.remittances.taking_back import take_back_payment
from rcm_tui.billing.undo import last_undoable, undo
from rcm_tui.billing.write_offs.writing_off import write_off
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import SUBMITTED, Claim
from rcm_tui.data.tables.denials import Denial
from rcm_tui.data.tables.patient_side import WriteOffReason
from rcm_tui.data.tables.payers import Payer
from tests.billing.remittances.received_builder import (
    claim_payment,
    line,
    post,
    reversal_of,
    submitted_claim,
)
from tests.practice_builder import MANAGER, NOW, SERVICE_DAY, small_practice

PAID = line(32000, 24000, "CO-45 80.00")
DENIED = line(24000, 0, "CO-197 200.00, CO-45 40.00", code="97155")


def denied(store: Store, *lines: object, **columns: object) -> Claim:
    """A claim of 560.00, by default with 200.00 of it denied for want of an authorization."""
    claim = submitted_claim(store, small_practice(), **columns)  # type: ignore[arg-type]
    post(store, [claim_payment(claim.patient_control_number, lines or (PAID, DENIED))])  # type: ignore[arg-type]
    return claim


def amounts() -> list[tuple[int, int]]:
    return [(row.denied_amount, row.open_amount) for row in Denial.select().order_by(Denial.id)]


def proven(store: Store) -> bool:
    """Whether `check` finds the table as it ought to be."""
    results = check_store(store.database, store.audit_key)
    return not [one.problems for one in results if one.name == "open denials" and not one.ok]


def test_what_posting_denies_is_open_with_reason_clock_and_place(store: Store) -> None:
    claim = denied(store)
    row = Denial.get()
    assert (row.claim_id, row.chain, row.payer_id) == (claim.id, claim.id, claim.payer_id)
    assert (row.group_code, row.reason_code, row.category) == ("CO", "197", "authorization")
    assert (row.way, row.other_way, row.preventable) == ("correct", "appeal", "yes")
    assert (row.denied_amount, row.open_amount) == (20000, 20000)
    assert row.notice_on == SERVICE_DAY
    assert row.until == SERVICE_DAY + datetime.timedelta(days=180)
    assert row.due_as == row.until - datetime.timedelta(days=1 + 2)
    assert proven(store)


def test_what_the_patient_owes_or_a_contract_takes_off_is_no_denial(store: Store) -> None:
    denied(store, PAID, line(24000, 0, "PR-1 200.00, CO-45 40.00", code="97155"))
    assert amounts() == []
    assert proven(store)


def test_a_reversal_ends_it_and_taking_that_back_opens_it_again(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    said = claim_payment(claim.patient_control_number, [PAID, DENIED])
    post(store, [said])
    again = post(store, [reversal_of(said)])
    assert amounts() == []
    with store.work(MANAGER, NOW) as work:
        take_back_payment(work, again.payment_id, "posted too early")
    assert amounts() == [(20000, 20000)]
    assert proven(store)


def test_writing_it_off_settles_it_and_undoing_that_opens_it_again(store: Store) -> None:
    claim = denied(store)
    reason = WriteOffReason.get(WriteOffReason.side == "payer").id
    with store.work(MANAGER, NOW) as work:
        write_off(work, [claim.id], "payer", reason)
    assert amounts() == []
    last = last_undoable(store.database, MANAGER.login)
    assert last is not None
    with store.work(MANAGER, NOW) as work:
        undo(work, last.id)
    assert amounts() == [(20000, 20000)]
    assert proven(store)


def test_a_correction_takes_its_place_when_it_is_sent_not_before(store: Store) -> None:
    claim = denied(store, payer_claim_control_number="ICN9")
    with store.work(MANAGER, NOW) as work:
        made = modify_claims(work, [claim.id], "with the authorization").made
    assert len(amounts()) == 1
    with store.work(MANAGER, NOW) as work:
        Claim.update(status=SUBMITTED, submitted_at=NOW, adjudication="pending").where(
            Claim.id == made[0]
        ).execute()
        supersede(work, made)
        post_charges(work, made)
    assert amounts() == []
    assert proven(store)


def test_edits_of_actions_and_of_a_payers_clocks_are_followed(store: Store) -> None:
    claim = denied(store)
    payer = Payer.get_by_id(claim.payer_id)
    with store.work(MANAGER, NOW) as work:
        save(work, "payer", payer.id, payer.version, {"appeal_days": 30})
    assert Denial.get().until == SERVICE_DAY + datetime.timedelta(days=30)
    own = {"reason_code": "197", "meaning": "m", "way": "appeal", "action": "Call.", "payer": payer}
    with store.work(MANAGER, NOW) as work:
        added = add(work, "denial_action", {**own, "payer": payer.id, "clock": "none"})
    assert (Denial.get().way, Denial.get().until) == ("appeal", None)
    assert proven(store)
    with store.work(MANAGER, NOW) as work:
        remove(work, "denial_action", added.id, 1)
    assert Denial.get().way == "correct"
    last = last_undoable(store.database, MANAGER.login)
    assert last is not None
    with store.work(MANAGER, NOW) as work:
        undo(work, last.id)
    assert Denial.get().way == "appeal"
    assert proven(store)


@pytest.mark.parametrize("altered", ["open_amount = 1", "due_as = '2020-01-01'", "way = 'look'"])
def test_what_was_altered_behind_the_programs_back_is_found(store: Store, altered: str) -> None:
    denied(store)
    store.database.execute_sql(f"UPDATE denial SET {altered}")
    assert not proven(store)
    store.database.execute_sql("DELETE FROM denial")
    assert not proven(store)


DAY = datetime.date(2026, 3, 1)


@pytest.mark.parametrize(
    ("until", "clock", "cents", "way", "expected"),
    [
        (20, "appeal", 9999, "appeal", 20),
        (20, "appeal", 10000, "appeal", 19),
        (20, "corrected claim", 125000, "correct", 12),
        (20, "corrected claim", 1000000, "documents", 4),
        (20, "letter", 100, "documents", 19),
        (120, "letter", 100, "documents", 29),
        (None, "none", 100, "look", 180),
    ],
)
def test_the_score_is_a_day_brought_forward_by_money_and_ease(
    until: int | None, clock: str, cents: int, way: str, expected: int
) -> None:
    due = None if until is None else DAY + datetime.timedelta(days=until)
    found = score(DAY, due, clock, cents, way)
    assert found.on(DAY) == expected
    assert found.assumed is (clock in ("letter", "none"))
