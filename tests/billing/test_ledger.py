"""Journals, charges, reversals and the balances that are sums of them."""

from typing import Any

import pytest

from rcm_tui.billing.ledger import (
    NewJournal,
    post_charges,
    post_journals,
    refresh_balances,
    reverse_charges,
    reverse_journals,
)
from rcm_tui.billing.outcome import Refused
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.ledger import Entry, Journal
from tests.billing.remittances.received_builder import (
    account_totals,
    balances,
    count_of,
    lines_of,
    state_of,
    submitted_claim,
)
from tests.practice_builder import BILLER, NOW, TODAY, small_practice


def test_charges_stand_line_by_line_at_the_payer(store: Store) -> None:
    claim = small_practice().add_claim([("97153", 8), ("97155", 4)])
    with store.work(BILLER, NOW) as work:
        post_charges(work, [claim.id])
    assert balances(claim) == (0, 0, 56000, 0)
    assert [balances(each)[2] for each in lines_of(claim)] == [32000, 24000]
    assert account_totals(store) == {"payer receivable": 56000, "charges": -56000}
    journal = Journal.get()
    assert (journal.kind, journal.claim, journal.posted_on) == ("charge", claim, TODAY)


def test_what_a_claim_bills_beyond_its_lines_stands_on_the_claim(store: Store) -> None:
    claim = small_practice().add_claim([("97153", 8)], billed=33000)
    with store.work(BILLER, NOW) as work:
        post_charges(work, [claim.id])
    assert balances(claim)[2] == 33000
    assert [balances(each)[2] for each in lines_of(claim)] == [32000]
    assert Entry.select().where(Entry.claim_line.is_null()).count() == 2


def test_a_claim_of_nothing_needs_no_journal(store: Store) -> None:
    claim = small_practice().add_claim([("97153", 0)])
    with store.work(BILLER, NOW) as work:
        post_charges(work, [claim.id])
    assert count_of(store, "journal") == 0


def test_charges_are_posted_once(store: Store) -> None:
    practice = small_practice()
    claim, other = submitted_claim(store, practice), practice.add_claim()
    with (
        pytest.raises(Refused, match=f"claim {claim.number} has its charges in the ledger already"),
        store.work(BILLER, NOW) as work,
    ):
        post_charges(work, [other.id, claim.id])
    assert balances(other) == (0, 0, 0, 0)


def test_charges_taken_back_can_be_posted_again(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    posted = state_of(store)
    with store.work(BILLER, NOW) as work:
        reverse_charges(work, [claim.id])
    assert balances(claim) == (0, 0, 0, 0)
    assert account_totals(store) == {"payer receivable": 0, "charges": 0}
    with store.work(BILLER, NOW) as work:
        reverse_charges(work, [claim.id])
        post_charges(work, [claim.id])
    assert state_of(store) == posted
    assert [each.kind for each in Journal.select().order_by(Journal.id)] == [
        *("charge", "charge reversal", "charge"),
    ]


@pytest.mark.parametrize(
    "entries",
    [
        [],
        [("charges", None, None, 0)],
        [("charges", None, None, 100)],
        [("charges", None, None, 100), ("unapplied", None, None, -99)],
    ],
)
def test_a_journal_that_does_not_sum_to_zero_is_never_written(
    store: Store, entries: list[Any]
) -> None:
    good = NewJournal("transfer", None, [("charges", None, None, 5), ("unapplied", None, None, -5)])
    with store.work(BILLER, NOW) as work:
        with pytest.raises(ValueError, match="must sum to zero"):
            post_journals(work, [good, NewJournal("transfer", None, entries)])
        assert count_of(store, "journal") == 0
        assert post_journals(work, []) == []


def test_a_reversal_is_the_exact_opposite_and_happens_once(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    journal = Journal.get()
    with store.work(BILLER, NOW) as work:
        reversal = reverse_journals(work, {journal.id: "entered twice"})[journal.id]
        refresh_balances(work, [claim.id])
    entries = {
        key: [(each.account, each.claim_line_id, each.amount) for each in rows]
        for key, rows in (
            (1, Entry.select().where(Entry.journal == journal).order_by(Entry.id)),
            (-1, Entry.select().where(Entry.journal == reversal).order_by(Entry.id)),
        )
    }
    assert entries[-1] == [(account, line, -amount) for account, line, amount in entries[1]]
    assert Journal.get_by_id(reversal).memo == "entered twice"
    assert balances(claim) == (0, 0, 0, 0)
    with (
        pytest.raises(Refused, match=f"journal {journal.id} was taken back before"),
        store.work(BILLER, NOW) as work,
    ):
        reverse_journals(work, {journal.id: "again"})
    with pytest.raises(Refused, match="no journal 999"), store.work(BILLER, NOW) as work:
        reverse_journals(work, {999: ""})


def test_the_store_refuses_to_change_what_was_posted(store: Store) -> None:
    submitted_claim(store, small_practice())
    for change in (
        lambda: Entry.update(amount=1).execute(),
        lambda: Entry.delete().execute(),
        lambda: Journal.update(memo="x").execute(),
    ):
        with pytest.raises(Exception, match="kept as written"), store.work(BILLER, NOW):
            change()


def test_refreshing_sets_every_balance_from_the_ledger(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    line = lines_of(claim)[0]
    moves = {
        "patient receivable": 1000,
        "payer payments": 2000,
        "patient payments": 300,
        "contractual adjustments": 400,
        "prior payer": 50,
        "write-offs": 6,
    }
    entries = [(account, claim.id, line.id, amount) for account, amount in moves.items()]
    entries.append(("payer receivable", claim.id, line.id, -sum(moves.values())))
    with store.work(BILLER, NOW) as work:
        post_journals(work, [NewJournal("transfer", claim.id, entries)])
        Claim.update(paid=9, adjusted=9).execute()
        refresh_balances(work, [claim.id])
    for row in (Claim.get_by_id(claim.id), lines_of(claim)[0]):
        assert (row.paid, row.adjusted, row.written_off, row.patient_balance) == (
            *(2300, 450, 6, 1000),
        )
        assert row.payer_balance == row.billed - 3756


def test_many_claims_at_once(store: Store) -> None:
    practice = small_practice()
    claims = [practice.add_claim([("97153", 1)]) for _ in range(505)]
    with store.work(BILLER, NOW) as work:
        post_charges(work, [claim.id for claim in claims])
    assert count_of(store, "claim", "payer_balance = 4000") == 505
    assert count_of(store, "claim_line", "payer_balance = 4000") == 505
