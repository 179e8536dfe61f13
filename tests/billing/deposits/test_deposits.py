"""Deposits of the bank, and the payments of payers that they are."""

import datetime
from typing import Any

import pytest

from rcm_tui.billing.deposits.reconciling import (
    match_by_hand,
    payment_candidates,
    reconcile,
    set_aside,
    unmatch,
)
from rcm_tui.billing.deposits.recording import ReceivedDeposit, record_deposits, record_one
from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.undo import last_undoable, undo
from rcm_tui.data.queues.deposits import DEPOSITS
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Viewer
from rcm_tui.data.queues.remittances import PAYMENTS
from rcm_tui.data.store import Store
from rcm_tui.data.tables.deposits import Deposit, DepositedPayment
from rcm_tui.data.tables.remittances import Payment
from tests.billing.remittances.received_builder import account_totals, claim_payment, post
from tests.billing.remittances.received_builder import remittances as received
from tests.practice_builder import BILLER, NOW, SERVICE_DAY, TODAY, small_practice

DAY = datetime.timedelta(days=1)


def payment(store: Store, amount: int, trace: str, day: datetime.date = SERVICE_DAY) -> int:
    """A payment over cents, of claims that nobody knows."""
    paid = claim_payment(f"X{trace}", charge=amount, paid=amount)
    return post(store, received([paid], trace_number=trace, effective_date=day)).payment_id


def record(store: Store, *deposits: ReceivedDeposit) -> Any:
    with store.work(BILLER, NOW) as work:
        return record_deposits(work, deposits)


def deposit(amount: int, reference: str = "", days: int = 1, **columns: Any) -> ReceivedDeposit:
    return ReceivedDeposit(SERVICE_DAY + days * DAY, amount, reference, **columns)


def matches() -> dict[int, tuple[int, str]]:
    return {one.payment_id: (one.deposit_id, one.matched_by) for one in DepositedPayment.select()}


def view(store: Store, queue: Any, name: str) -> list[int]:
    pages = QueuePages(store.database, queue, Viewer(TODAY), view=name)
    return sorted(int(key) for key in pages.keys())  # noqa: SIM118


@pytest.mark.parametrize(
    ("reference", "description"),
    [
        ("80771", ""),
        ("000080771", ""),
        ("", "ACH ACME HEALTH TRN*1*80771*1999999999"),
        ("REF/80771", "HCCLAIMPMT"),
    ],
)
def test_the_trace_number_leads_to_the_payment(
    store: Store, reference: str, description: str
) -> None:
    small_practice()
    wanted = payment(store, 5000, "80771")
    payment(store, 5000, "80772")
    cash = account_totals(store)
    outcome = record(store, deposit(5000, reference, description=description))
    (made,) = outcome.made
    assert outcome.done == [made]
    assert matches() == {wanted: (made, "trace")}
    assert Deposit.get_by_id(made).matched == 5000
    assert account_totals(store) == cash  # nothing of this is in the ledger


def test_else_amount_and_date_where_one_alone_fits(store: Store) -> None:
    small_practice()
    alone, *_ = (payment(store, 5000, "1001"), payment(store, 7000, "1002", SERVICE_DAY))
    payment(store, 7000, "1003")
    payment(store, 9000, "1004", SERVICE_DAY - 40 * DAY)
    outcome = record(store, deposit(5000), deposit(7000), deposit(9000))
    first, second, third = outcome.made
    assert matches() == {alone: (first, "amount and date")}
    with store.work(BILLER, NOW) as work:
        left = {one.key: one.reason for one in reconcile(work).left}
    assert left == {
        second: "2 payments are over 70.00 in these days",
        third: "no payment is over 90.00, and none has its number",
    }


def test_a_payment_that_comes_after_the_money_finds_it_by_itself(store: Store) -> None:
    small_practice()
    by_trace, by_amount, twice, sum_of_two = record(
        store,
        deposit(5000, "TRN 90210"),
        deposit(6100),
        deposit(7000, "77001"),
        deposit(8000, "88001"),
    ).made
    first = payment(store, 5000, "90210")
    assert matches() == {first: (by_trace, "trace")}
    second = payment(store, 6100, "without its number")
    assert matches()[second] == (by_amount, "amount and date")
    # Less than the deposit: it waits for the other payment under the same number.
    parts = [payment(store, 3000, "88001")]
    assert parts[0] not in matches()
    parts.append(payment(store, 5000, "88001"))
    assert [matches()[part] for part in parts] == [(sum_of_two, "trace")] * 2
    with store.work(BILLER, NOW) as work:
        set_aside(work, [twice], "a refund of the bank")
    assert payment(store, 7000, "77001") not in matches()


def test_two_deposits_of_one_amount_are_not_guessed(store: Store) -> None:
    small_practice()
    payment(store, 5000, "1001")
    outcome = record(store, deposit(5000), deposit(5000, days=2))
    assert matches() == {}
    assert len(outcome.made) == 2


def test_several_payments_with_one_number_make_up_a_deposit(store: Store) -> None:
    small_practice()
    both = [payment(store, amount, "55512") for amount in (5000, 2500)]
    payment(store, 7500, "other")
    (made,) = record(store, deposit(7500, "55512")).made
    assert matches() == dict.fromkeys(both, (made, "trace"))
    off = [payment(store, amount, "55513") for amount in (5000, 2500)]
    (made,) = record(store, deposit(7000, "55513")).made
    with store.work(BILLER, NOW) as work:
        (left,) = reconcile(work, [made]).left
    assert left.reason == "payment 55513 is over 75.00, the deposit 70.00"
    assert not set(off) & set(matches())


def test_by_hand_until_the_deposit_is_explained(store: Store) -> None:
    small_practice()
    keys = [payment(store, amount, f"{amount}9") for amount in (3000, 2000, 1000)]
    (made,) = record(store, deposit(5000)).made
    assert [one.id for one in payment_candidates(store.database, made)] == keys
    with store.work(BILLER, NOW) as work:
        match_by_hand(work, made, keys[:1])
    (first, _) = payment_candidates(store.database, made)
    assert [reason.words for reason in first.reasons] == [
        "20.00 is what is left of the deposit",
        "the date",
    ]
    assert view(store, DEPOSITS, "open") == [made]
    for payments, why in (
        (keys[:1], "has come to a deposit already"),
        (keys[1:], "that no payment explains, these are over 30"),
    ):
        with pytest.raises(Refused, match=why), store.work(BILLER, NOW) as work:
            match_by_hand(work, made, payments)
    with store.work(BILLER, NOW) as work:
        match_by_hand(work, made, keys[1:2])
    assert Deposit.get_by_id(made).matched == 5000
    assert view(store, DEPOSITS, "reconciled") == [made]
    with store.work(BILLER, NOW) as work:
        assert unmatch(work, [made]).done == [made]
    assert matches() == {}
    with store.work(BILLER, NOW) as work:
        action = last_undoable(store.database, BILLER.login)
        assert action is not None
        undo(work, action.id)
    assert set(matches()) == set(keys[:2])
    assert Deposit.get_by_id(made).matched == 5000


def test_a_statement_that_comes_again_or_overlaps_adds_nothing_twice(store: Store) -> None:
    small_practice()
    twins = (deposit(5000, "A1", row=2), deposit(5000, "A1", row=3))
    assert len(record(store, *twins, deposit(70, "B")).made) == 3
    again = record(store, *twins, deposit(80, "C"))
    assert len(again.made) == 1
    assert sorted(one.name for one in again.left) == ["row 2", "row 3"]
    assert Deposit.select().count() == 4
    known = r"50\.00 of 2026-03-03 is here already"
    with pytest.raises(Refused, match=known), store.work(BILLER, NOW) as work:
        record_one(work, deposit(5000, "A1"))


def test_what_is_no_payers_is_set_aside_and_brought_back(store: Store) -> None:
    small_practice()
    paid = payment(store, 5000, "1001")
    made = record(store, deposit(5000, "1001"), deposit(123, description="INTEREST PAID")).made
    with store.work(BILLER, NOW) as work:
        outcome = set_aside(work, made, "the bank's own interest")
    assert (outcome.done, [one.reason for one in outcome.left]) == ([made[1]], ["it has payments"])
    assert view(store, DEPOSITS, "open") == []
    assert view(store, DEPOSITS, "set_aside") == [made[1]]
    with store.work(BILLER, NOW) as work:
        set_aside(work, made[1:], "")
    assert view(store, DEPOSITS, "open") == [made[1]]
    assert set(matches()) == {paid}


def test_what_is_missing_on_either_side_after_some_days(store: Store) -> None:
    small_practice()
    old = payment(store, 5000, "1001", TODAY - 9 * DAY)
    payment(store, 6000, "1002", TODAY - 1 * DAY)
    payment(store, 0, "1003", TODAY - 9 * DAY)
    before_the_first = payment(store, 7000, "1004", TODAY - 30 * DAY)
    assert view(store, PAYMENTS, "no_money") == [], "nobody keeps deposits here"
    late, fresh = record(
        store,
        ReceivedDeposit(TODAY - 10 * DAY, 111),
        ReceivedDeposit(TODAY - 2 * DAY, 222),
    ).made
    assert view(store, PAYMENTS, "no_money") == [old]
    assert view(store, DEPOSITS, "open") == [late, fresh]
    assert view(store, DEPOSITS, "no_era") == [late]
    record(store, ReceivedDeposit(TODAY, 5000, "1001"))
    assert view(store, PAYMENTS, "no_money") == []
    assert Payment.get_by_id(before_the_first).amount == 7000
