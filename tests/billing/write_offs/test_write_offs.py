"""Writing off: with a reason, per claim or line, on either side, and back by reversal.

Rules: domain/charges_and_claims.md, "Write-offs: whole claim or line, reason from a list, payer
side or patient side, revocable", and "A denial never becomes a write-off by itself".
"""

from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rcm_tui.billing.check import check_store
from rcm_tui.billing.ledger import NewJournal, post_charges, post_journals, refresh_balances
from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.undo import last_undoable, undo
from rcm_tui.billing.write_offs.revoking import revoke_write_offs
from rcm_tui.billing.write_offs.writing_off import preview_write_off, write_off
from rcm_tui.data.actor import WORKER, Actor
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.data.tables.ledger import Entry, Journal
from rcm_tui.data.tables.patient_side import WriteOff, WriteOffReason
from tests.practice_builder import BILLER, NOW, SmallPractice, small_practice

LINES = (("97153", 8), ("97155", 4))
"""320.00 and 240.00."""


@pytest.fixture
def practice(store: Store) -> SmallPractice:
    return small_practice()


def sent(store: Store, practice: SmallPractice, shares: tuple[int, int] = (0, 0)) -> Claim:
    """A claim that is out; its payer moved `shares` of its lines to the patient."""
    claim = practice.add_claim(LINES, status="Submitted", elsewhere=True)
    lines = list(ClaimLine.select().where(ClaimLine.claim == claim).order_by(ClaimLine.position))
    with store.work(BILLER, NOW) as work:
        post_charges(work, [claim.id])
        entries = []
        for line, share in zip(lines, shares, strict=True):
            entries += [
                ("payer receivable", claim.id, line.id, -share),
                ("patient receivable", claim.id, line.id, share),
            ]
        if any(shares):
            post_journals(work, [NewJournal("remittance", claim.id, entries)])
            refresh_balances(work, [claim.id])
    return claim


def reason(side: str = "payer") -> int:
    return int(WriteOffReason.get(WriteOffReason.side == side).id)


def holds(store: Store) -> None:
    failed = [one for one in check_store(store.database, store._audit_key) if not one.ok]
    assert not failed, failed


def balances(claim: Claim) -> tuple[int, int, int]:
    found = Claim.get_by_id(claim.id)
    return found.payer_balance, found.patient_balance, found.written_off


def accounts() -> Counter[str]:
    sums: Counter[str] = Counter()
    for entry in Entry.select():
        sums[entry.account] += entry.amount
    return Counter({name: cents for name, cents in sums.items() if cents})


def test_a_claim_is_written_off_whole_line_by_line(store: Store, practice: SmallPractice) -> None:
    claim = sent(store, practice)
    with store.work(BILLER, NOW) as work:
        outcome = write_off(work, [claim.id], "payer", reason(), "after two appeals")
    assert (outcome.done, outcome.amount) == ([claim.id], 56000)
    assert balances(claim) == (0, 0, 56000)
    assert [line.written_off for line in claim.lines] == [32000, 24000]
    (row,) = WriteOff.select()
    assert (row.side, row.amount, row.note, row.written_by) == (
        "payer", 56000, "after two appeals", "maria",
    )  # fmt: skip
    assert (row.claim_line, row.written_at, row.number) == (None, NOW, "W-000001")
    assert Journal.get_by_id(row.journal_id).kind == "write-off"
    holds(store)


def test_single_lines_are_written_off_alone(store: Store, practice: SmallPractice) -> None:
    claim = sent(store, practice)
    line = ClaimLine.get(ClaimLine.claim == claim, ClaimLine.position == 2)
    with store.work(BILLER, NOW) as work:
        write_off(work, [claim.id], "payer", reason(), lines=[line.id])
    assert balances(claim) == (32000, 0, 24000)
    assert WriteOff.get().claim_line == line
    holds(store)


def test_each_side_is_written_off_by_itself(store: Store, practice: SmallPractice) -> None:
    claim = sent(store, practice, (2000, 500))
    either = reason("either")
    with store.work(BILLER, NOW) as work:
        write_off(work, [claim.id], "patient", either)
    assert balances(claim) == (53500, 0, 2500)
    with store.work(BILLER, NOW) as work:
        write_off(work, [claim.id], "both", either)
    assert balances(claim) == (0, 0, 56000)
    assert [row.side for row in WriteOff.select().order_by(WriteOff.id)] == ["patient", "payer"]
    holds(store)


def test_many_are_written_off_at_once_and_the_rest_says_why_not(
    store: Store, practice: SmallPractice
) -> None:
    open_ones = [sent(store, practice).id for _ in range(3)]
    draft = practice.add_claim(LINES)
    with store.work(BILLER, NOW) as work:
        preview = preview_write_off(work.database, [*open_ones, draft.id])
        outcome = write_off(work, [*open_ones, draft.id], "payer", reason())
        again = write_off(work, open_ones, "payer", reason())
    assert (preview.claims["payer"], preview.amounts["payer"]) == (3, 168000)
    assert outcome.done == open_ones
    assert "it is Draft: only what was sent is in the ledger" in outcome.left[0].reason
    assert {left.reason for left in again.left} == {"nothing is open at the payer"}
    assert WriteOff.select().count() == 3
    holds(store)


def test_a_credit_is_no_money_to_give_up(store: Store, practice: SmallPractice) -> None:
    claim = sent(store, practice, (57000 - 24000, 24000))
    assert balances(claim) == (-1000, 57000, 0)
    with store.work(BILLER, NOW) as work:
        assert write_off(work, [claim.id], "payer", reason()).done == []


@pytest.mark.parametrize("role", ["auditor", "client coordinator", "system"])
def test_who_may_not_decide_is_refused(store: Store, practice: SmallPractice, role: str) -> None:
    """The worker among them: nothing is written off by itself."""
    claim = sent(store, practice)
    actor = WORKER if role == "system" else Actor("ann", "Ann", role)
    refused = pytest.raises(Refused, match=r"may not write off: an administrator, .* may")
    with refused, store.work(actor, NOW) as work:
        write_off(work, [claim.id], "payer", reason())
    assert balances(claim) == (56000, 0, 0)


def test_a_reason_must_be_in_use_and_of_the_side(store: Store, practice: SmallPractice) -> None:
    claim = sent(store, practice)
    unused = WriteOffReason.create(name="Old", active=False)
    for key, said in ((unused.id, "is not in use"), (reason("patient"), "patient's side"), (0, "")):
        refused = pytest.raises(Refused, match=said or "a reason is needed")
        with refused, store.work(BILLER, NOW) as work:
            write_off(work, [claim.id], "payer", key)
    assert not WriteOff.select().count()


def test_it_is_revoked_by_reversal_and_once(store: Store, practice: SmallPractice) -> None:
    claim = sent(store, practice, (2000, 500))
    before = accounts()
    with store.work(BILLER, NOW) as work:
        made = write_off(work, [claim.id], "both", reason("either")).made
    with store.work(BILLER, NOW) as work, pytest.raises(Refused, match="a reason is needed"):
        revoke_write_offs(work, made, "  ")
    with store.work(BILLER, NOW) as work:
        outcome = revoke_write_offs(work, made, "the payer took it up again")
        again = revoke_write_offs(work, made, "again")
    assert outcome.amount == 56000
    assert [left.reason for left in again.left] == ["it was taken back before"] * 2
    assert balances(claim) == (53500, 2500, 0)
    assert accounts() == before
    row = WriteOff.get()
    assert (row.state, row.revoked_by, row.revoked_because) == (
        "revoked", "maria", "the payer took it up again",
    )  # fmt: skip
    assert Journal.select().where(Journal.kind == "write-off reversal").count() == 2
    holds(store)


def test_the_last_one_is_undone(store: Store, practice: SmallPractice) -> None:
    claim = sent(store, practice)
    with store.work(BILLER, NOW) as work:
        write_off(work, [claim.id], "payer", reason())
    with store.work(BILLER, NOW) as work:
        action = last_undoable(work.database, BILLER.login)
        assert action is not None
        assert action.title == "Write off 560.00 of 1 claim"
        undo(work, action.id)
    assert balances(claim) == (56000, 0, 0)
    assert not WriteOff.select().count()
    holds(store)


@settings(
    max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(
    shares=st.tuples(st.integers(0, 32000), st.integers(0, 24000)),
    side=st.sampled_from(["payer", "patient", "both"]),
    alone=st.sampled_from([None, 1, 2]),
    revoked=st.booleans(),
)
def test_no_cent_is_lost_by_any_write_off(
    store: Store,
    practice: SmallPractice,
    shares: tuple[int, int],
    side: str,
    alone: int | None,
    revoked: bool,
) -> None:
    """Whatever is written off: the claim still adds up, and revoking brings it back exactly."""
    claim = sent(store, practice, shares)
    before, sums = balances(claim), accounts()
    keys = [line.id for line in claim.lines if line.position == alone]
    with store.work(BILLER, NOW) as work:
        outcome = write_off(work, [claim.id], side, reason("either"), lines=keys)
    payer, patient, off = balances(claim)
    assert payer + patient + off == 56000
    assert off == outcome.amount
    assert sum(WriteOff.get_by_id(key).amount for key in outcome.made) == outcome.amount
    if alone is None and side in ("payer", "both"):
        assert payer == 0
    if revoked and outcome.made:
        with store.work(BILLER, NOW) as work:
            revoke_write_offs(work, outcome.made, "by mistake")
        assert (balances(claim), accounts()) == (before, sums)
    assert all(
        line.payer_balance + line.patient_balance + line.written_off == line.billed
        for line in claim.lines
    )
