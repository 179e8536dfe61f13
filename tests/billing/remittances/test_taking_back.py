"""Payments and remittances taken back by reversal: as before they came, and posted again."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rcm_tui.billing.check import check_store
from rcm_tui.billing.outcome import Cancelled, Refused
from rcm_tui.billing.remittances import taking_back
from rcm_tui.billing.remittances.held import may_give_way
from rcm_tui.billing.remittances.posting import post_waiting
from rcm_tui.billing.remittances.received import ReceivedClaim, ReceivedProviderAdjustment
from rcm_tui.billing.remittances.taking_back import (
    post_left_out,
    take_back_payment,
    take_back_remittances,
)
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.remittances import Payment, Remittance
from tests.billing.remittances.received_builder import (
    account_totals,
    balances,
    claim_payment,
    line,
    post,
    remittances,
    reversal_of,
    state_of,
    submitted_claim,
)
from tests.practice_builder import BILLER, NOW, SmallPractice, small_practice

PAID = (
    line(32000, 22000, "CO-45 80.00, PR-3 20.00"),
    line(24000, 18000, "CO-45 60.00", code="97155"),
)
DENIED = (line(32000, 0, "CO-197 320.00"), line(24000, 0, "CO-16 240.00", code="97155"))


def take_back(store: Store, payment_id: int, reason: str = "wrong payer") -> Any:
    with store.work(BILLER, NOW) as work:
        return take_back_payment(work, payment_id, reason)


def proven(store: Store) -> None:
    broken = [one.problems for one in check_store(store.database, store.audit_key) if not one.ok]
    assert broken == []


def money(store: Store) -> dict[str, int]:
    return {account: total for account, total in account_totals(store).items() if total}


def states(payment_id: int) -> list[tuple[str, int | None]]:
    rows = Remittance.select().where(Remittance.payment == payment_id).order_by(Remittance.position)
    return [(row.state, row.claim_id) for row in rows]


def a_bit_of_everything(store: Store, practice: SmallPractice) -> tuple[list[Claim], int]:
    claims = [submitted_claim(store, practice) for _ in range(4)]
    numbers = [claim.patient_control_number for claim in claims]
    earlier = claim_payment(numbers[0], DENIED)
    before = claim_payment(numbers[1], PAID)
    post(store, [earlier, before])
    mistaken = claim_payment(numbers[2], DENIED, payer_claim_control_number="A")
    rows: list[ReceivedClaim] = [
        claim_payment(numbers[0], PAID),
        reversal_of(before),
        claim_payment(numbers[1], DENIED),
        reversal_of(mistaken),
        mistaken,
        claim_payment(numbers[2], PAID, payer_claim_control_number="B"),
        claim_payment("NOBODY", PAID),
        claim_payment(numbers[3], DENIED, "23"),
    ]
    taken = [ReceivedProviderAdjustment("WO", 15000, "ICN1")]
    return claims, post(store, remittances(rows, taken=taken)).payment_id


def test_a_payment_taken_back_leaves_all_as_it_was_and_posts_again_the_same(store: Store) -> None:
    claims, payment = a_bit_of_everything(store, small_practice())
    after, after_money, after_states = state_of(store), money(store), states(payment)
    taken = take_back(store, payment)
    assert len(taken.done) == 8
    stored = Payment.get_by_id(payment)
    assert (stored.state, stored.posted, stored.unposted) == ("to review", 0, 120000 - 40000)
    assert not may_give_way(stored)  # its remittances are told of in ledger and audit
    assert json.loads(stored.held_reasons) == ["taken back by maria: wrong payer"]
    assert {state for state, _ in states(payment)} == {"held"}
    assert balances(claims[0]) == (0, 0, 56000, 0)
    assert balances(claims[1]) == (40000, 14000, 0, 2000)
    assert balances(claims[2]) == (0, 0, 56000, 0)
    assert money(store)["payer payments"] == 40000
    assert "provider adjustments" not in money(store)
    proven(store)
    with store.work(BILLER, NOW) as work:
        post_waiting(work, payment)
    assert state_of(store) == after
    assert money(store) == after_money
    assert states(payment) == after_states
    proven(store)
    take_back(store, payment)
    proven(store)


def test_the_claims_are_as_before_to_the_last_column(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    number = claim.patient_control_number
    post(store, [claim_payment(number, DENIED, payer_claim_control_number="ICN")])
    before, before_money = state_of(store), money(store)
    payment = post(store, [claim_payment(number, PAID, payer_claim_control_number="ICN")])
    assert state_of(store) != before
    take_back(store, payment.payment_id)
    assert state_of(store) == before
    assert money(store) == before_money


def test_what_a_later_payment_took_back_is_refused(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    original = claim_payment(claim.patient_control_number, PAID)
    first = post(store, [original])
    second = post(store, remittances([reversal_of(original)], trace_number="T2"))
    with pytest.raises(Refused, match="payment T2 has taken remittance"):
        take_back(store, first.payment_id)
    take_back(store, second.payment_id)
    assert balances(claim) == (40000, 14000, 0, 2000)
    take_back(store, first.payment_id)
    assert balances(claim) == (0, 0, 56000, 0)
    proven(store)


@pytest.mark.parametrize("state", ["held", "to review", "dismissed"])
def test_only_what_is_posted_is_taken_back(store: Store, state: str) -> None:
    payment = post(store, [claim_payment("NOBODY", PAID)])
    Payment.update(state=state).execute()
    with pytest.raises(Refused, match="only a posted payment"):
        take_back(store, payment.payment_id)
    Payment.update(state="posted").execute()
    with pytest.raises(Refused, match="a reason is needed"):
        take_back(store, payment.payment_id, "  ")


def test_stopped_on_the_way_it_is_gone_on_with(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice = small_practice()
    numbers = [submitted_claim(store, practice).patient_control_number for _ in range(9)]
    before = state_of(store)
    payment = post(store, [claim_payment(number, PAID) for number in numbers]).payment_id
    monkeypatch.setattr(taking_back, "AT_ONCE", 2)

    def stop(done: int, _: int) -> None:
        if done >= 4:
            raise Cancelled

    with store.work(BILLER, NOW, in_steps=True) as work:
        stopped = take_back_payment(work, payment, "why", stop)
    assert (len(stopped.done), stopped.not_reached) == (4, 5)
    assert Payment.get_by_id(payment).state == "posting"
    take_back(store, payment)
    assert state_of(store) == before
    assert Payment.get_by_id(payment).state == "to review"
    proven(store)


def test_a_remittance_taken_back_waits_and_is_posted_again(store: Store) -> None:
    practice = small_practice()
    claim, other = submitted_claim(store, practice), submitted_claim(store, practice)
    payment = post(
        store,
        [claim_payment(each.patient_control_number, PAID) for each in (claim, other)],
    ).payment_id
    whole, key = state_of(store), Remittance.get(Remittance.claim == claim).id
    with store.work(BILLER, NOW) as work:
        outcome = take_back_remittances(work, [key], "another's money")
    assert (outcome.done, outcome.amount) == ([key], 40000)
    assert balances(claim) == (0, 0, 56000, 0)
    assert money(store)["payer payments"] == 80000  # the cash is still here
    assert money(store)["unapplied"] == -40000
    stored = Remittance.get_by_id(key)
    assert (stored.state, stored.reason) == ("waiting", "taken back by maria: another's money")
    now = Payment.get_by_id(payment)
    assert (now.state, now.posted, now.unposted) == ("posted", 40000, 40000)
    proven(store)
    with store.work(BILLER, NOW) as work:
        assert post_left_out(work, [key]).done == [key]
        again = post_left_out(work, [key])
    assert again.left[0].reason == "it does not wait in a posted payment"
    assert state_of(store) == whole
    assert "unapplied" not in money(store)
    assert Payment.get_by_id(payment).posted == 80000
    proven(store)


def test_a_reversal_and_what_it_took_back_are_left(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    original = claim_payment(claim.patient_control_number, PAID)
    post(store, [original])
    post(store, remittances([reversal_of(original)], trace_number="T2"))
    keys = [row.id for row in Remittance.select().order_by(Remittance.id)]
    with store.work(BILLER, NOW) as work:
        outcome = take_back_remittances(work, keys, "why")
    assert outcome.done == []
    assert [left.reason for left in outcome.left] == [
        f"payment T2 has taken remittance {claim.patient_control_number} back:"
        " take that payment back first",
        "it is a reversal: its whole payment can be taken back",
    ]


def test_one_that_does_not_balance_can_be_posted_as_it_is(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    wrong = (line(32000, 25000, "CO-45 60.00"), line(24000, 24000, code="97155"))
    result = post(store, [claim_payment(claim.patient_control_number, wrong, paid=49000)])
    with store.work(BILLER, NOW) as work:
        post_waiting(work, result.payment_id)
        outcome = post_left_out(work, [Remittance.get().id])
    assert outcome.amount == 49000
    assert balances(claim) == (49000, 6000, 1000, 0)  # what nothing explains stays open
    assert money(store)["payer payments"] == 49000
    assert "unapplied" not in money(store)
    proven(store)


@pytest.fixture
def practice(store: Store) -> SmallPractice:
    return small_practice()


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(
        st.tuples(st.sampled_from(("paid", "denied", "whole", "back", "lost")), st.integers(0, 1)),
        min_size=1,
        max_size=6,
    ),
    st.integers(0, 5),
)
def test_whatever_was_posted_can_be_taken_back_and_posted_again(
    store: Store, practice: SmallPractice, sent: list[tuple[str, int]], split: int
) -> None:
    claims = [submitted_claim(store, practice) for _ in range(2)]
    said: list[ReceivedClaim] = []
    rows = [_made(kind, claims[which], said) for kind, which in sent]
    if rows[:split]:
        post(store, rows[:split])
    before, before_money = state_of(store), money(store)
    payment = post(store, rows[split:]).payment_id
    after, after_money, after_states = state_of(store), money(store), states(payment)
    take_back(store, payment)
    assert money(store) == before_money
    assert state_of(store) == before
    with store.work(BILLER, NOW) as work:
        post_waiting(work, payment)
    assert (state_of(store), money(store), states(payment)) == (after, after_money, after_states)
    proven(store)


def _made(kind: str, claim: Claim, said: list[ReceivedClaim]) -> ReceivedClaim:
    number = claim.patient_control_number
    of_it = [one for one in said if one.patient_control_number == number]
    if kind == "back" and of_it:
        return reversal_of(of_it[-1])
    if kind == "lost":
        return claim_payment("NOBODY", PAID)
    made = {
        "paid": lambda: claim_payment(number, PAID),
        "denied": lambda: claim_payment(number, DENIED, "4"),
        "whole": lambda: claim_payment(number, (), charge=56000, adjusted="CO-45 100.00"),
        "back": lambda: reversal_of(claim_payment(number, PAID)),
    }[kind]()
    if kind != "back":
        said.append(made)
    return made
