"""What is done about underpaid lines: accepted, taken up again, and expected by the contract."""

import pytest

from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.remittances.orphans import take_off_claims
from rcm_tui.billing.underpayments import (
    accept_underpayments,
    dispute_underpayments,
    expect_by_contract,
)
from rcm_tui.billing.undo import last_undoable, undo
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Viewer
from rcm_tui.data.queues.underpayments import UNDERPAYMENTS
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.data.tables.payers import Fee
from rcm_tui.data.tables.remittances import Remittance
from tests.billing.remittances.received_builder import (
    claim_payment,
    line,
    post,
    reversal_of,
    submitted_claim,
)
from tests.practice_builder import BILLER, NOW, TODAY, SmallPractice, small_practice

ONE = [("97153", 8)]  # billed at 320.00, 240.00 are expected


@pytest.fixture
def practice(store: Store) -> SmallPractice:
    return small_practice()


def waiting(store: Store, view: str = "underpaid") -> list[int]:
    pages = QueuePages(store.database, UNDERPAYMENTS, Viewer(TODAY), view=view)
    return [int(key) for key in pages.page().keys]


def underpaid_line(store: Store, practice: SmallPractice, short: int = 4000) -> ClaimLine:
    claim = submitted_claim(store, practice, ONE)
    low = line(32000, 24000 - short, f"CO-45 {(8000 + short) / 100:.2f}")
    post(store, [claim_payment(claim.patient_control_number, [low])])
    return ClaimLine.get(ClaimLine.claim == claim)


def test_accepted_lines_leave_the_queue_and_come_back_by_undo_or_dispute(
    store: Store, practice: SmallPractice
) -> None:
    one, other = (underpaid_line(store, practice) for _ in range(2))
    with store.work(BILLER, NOW) as work:
        outcome = accept_underpayments(work, [one.id], "too little to dispute")
    assert (outcome.done, outcome.amount, outcome.left) == ([one.id], 4000, [])
    assert (waiting(store), waiting(store, "accepted")) == ([other.id], [one.id])
    said = AuditRecord.get(AuditRecord.action == "underpayment accepted")
    assert (said.subject_id, "too little to dispute" in said.details) == (one.claim_id, True)
    with store.work(BILLER, NOW) as work:
        last = last_undoable(store.database, BILLER.login)
        assert last is not None
        undo(work, last.id)
    assert set(waiting(store)) == {one.id, other.id}
    for step, left in ((accept_underpayments, 1), (dispute_underpayments, 2)):
        with store.work(BILLER, NOW) as work:
            step(work, [one.id], *["the payer upheld it"] * (left == 1))
        assert len(waiting(store)) == left


def test_what_cannot_be_accepted_is_left_with_the_reason(
    store: Store, practice: SmallPractice
) -> None:
    under = underpaid_line(store, practice)
    paid = underpaid_line(store, practice, short=0)
    with store.work(BILLER, NOW) as work:
        outcome = accept_underpayments(work, [under.id, paid.id], "so be it")
        assert [item.reason for item in outcome.left] == ["it is not under contract"]
        again = accept_underpayments(work, [under.id], "so be it")
        assert [item.reason for item in again.left] == ["it was accepted before"]
        fresh = dispute_underpayments(work, [paid.id])
        assert [item.reason for item in fresh.left] == ["it was not accepted"]
        with pytest.raises(Refused, match="reason"):
            accept_underpayments(work, [under.id], "  ")


def test_a_payer_that_allows_even_less_brings_the_line_back(
    store: Store, practice: SmallPractice
) -> None:
    under = underpaid_line(store, practice, short=1000)
    with store.work(BILLER, NOW) as work:
        accept_underpayments(work, [under.id], "too little to dispute")
    number = Claim.get_by_id(under.claim_id).patient_control_number
    before = claim_payment(number, [line(32000, 23000, "CO-45 90.00")])
    post(store, [reversal_of(before), claim_payment(number, [line(32000, 20000, "CO-45 120.00")])])
    assert waiting(store) == [under.id]


def test_what_came_from_elsewhere_is_expected_by_the_contract_of_its_day(
    store: Store, practice: SmallPractice
) -> None:
    claim = submitted_claim(store, practice)
    ClaimLine.update(expected=0).execute()
    Claim.update(expected=0).execute()
    Fee.delete().where(Fee.procedure_code == "97155").execute()
    for lines in (1, 0):
        with store.work(BILLER, NOW) as work:
            assert expect_by_contract(work, [claim.id]) == lines
        expected = [one.expected for one in ClaimLine.select().order_by(ClaimLine.position)]
        assert (expected, Claim.get_by_id(claim.id).expected) == ([24000, 0], 24000)


def test_a_claim_is_under_contract_again_when_taking_its_answer_off_is_undone(
    store: Store, practice: SmallPractice
) -> None:
    short = underpaid_line(store, practice)
    with store.work(BILLER, NOW) as work:
        take_off_claims(work, [Remittance.get().id], "another's")
    assert Claim.get_by_id(short.claim_id).underpaid == 0
    with store.work(BILLER, NOW) as work:
        last = last_undoable(store.database, BILLER.login)
        assert last is not None
        undo(work, last.id)
    assert Claim.get_by_id(short.claim_id).underpaid == 4000
