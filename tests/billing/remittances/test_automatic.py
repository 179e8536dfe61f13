"""Which payments post by themselves, and which wait for a person to look at them."""

import json

import pytest

from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.remittances.posting import PostedPayment, post_payment, post_waiting
from rcm_tui.billing.remittances.received import ReceivedProviderAdjustment, ReceivedRemittances
from rcm_tui.data.store import Store
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.remittances import Payment, Remittance
from tests.billing.remittances.received_builder import (
    account_totals,
    balances,
    claim_payment,
    count_of,
    line,
    post,
    remittances,
    state_of,
    submitted_claim,
)
from tests.practice_builder import BILLER, NOW, SmallPractice, small_practice

PAID = [line(32000, 24000, "CO-45 80.00"), line(24000, 24000, code="97155")]
DENIED = [line(32000, 0, "CO-197 320.00"), line(24000, 0, "CO-197 240.00", code="97155")]
LINE_DENIED = [line(32000, 24000, "CO-45 80.00"), line(24000, 0, "CO-16 240.00", code="97155")]
TO_PATIENT = [line(32000, 0, "PR-1 320.00"), line(24000, 24000, code="97155")]


def to_review(store: Store, received: ReceivedRemittances) -> PostedPayment:
    with store.work(BILLER, NOW) as work:
        return post_payment(work, received, review=True)


def go_on(store: Store, payment_id: int) -> PostedPayment:
    with store.work(BILLER, NOW) as work:
        return post_waiting(work, payment_id)


def set_to(practice: SmallPractice, auto_post: str) -> None:
    Payer.update(auto_post=auto_post).where(Payer.id == practice.payer.id).execute()


@pytest.mark.parametrize(
    ("auto_post", "lines", "status", "state"),
    [
        ("all", DENIED, "4", "posted"),
        ("without denials", PAID, "1", "posted"),
        ("without denials", TO_PATIENT, "1", "posted"),
        ("without denials", DENIED, "4", "to review"),
        ("without denials", DENIED, "1", "to review"),
        ("without denials", LINE_DENIED, "1", "to review"),
        ("never", PAID, "1", "to review"),
    ],
)
def test_the_payer_says_what_posts_by_itself(
    store: Store, auto_post: str, lines: list[object], status: str, state: str
) -> None:
    practice = small_practice()
    claim = submitted_claim(store, practice)
    set_to(practice, auto_post)
    before, entries = state_of(store), count_of(store, "entry")
    result = post(store, [claim_payment(claim.patient_control_number, lines, status)])  # type: ignore[arg-type]
    assert result.state == state
    payment = Payment.get_by_id(result.payment_id)
    assert payment.state == state
    if state == "posted":
        assert state_of(store) != before or status == "4"
        return
    assert state_of(store) == before
    assert count_of(store, "entry") == entries
    assert (payment.posted, payment.unposted) == (0, sum(each.paid for each in lines))  # type: ignore[attr-defined]
    (reason,) = json.loads(payment.held_reasons)
    assert practice.payer.name in reason
    assert ("CO-" in reason) == (auto_post == "without denials")


def test_what_waited_posts_as_it_would_have_by_itself(store: Store) -> None:
    practice = small_practice()
    claim, other = submitted_claim(store, practice), submitted_claim(store, practice)
    taken = [ReceivedProviderAdjustment("WO", 15000, "ICN1")]
    waits = to_review(
        store, remittances([claim_payment(claim.patient_control_number, LINE_DENIED)], taken=taken)
    )
    assert waits.held_reasons == ["it was to be looked at before it posts"]
    assert account_totals(store).get("payer payments", 0) == 0
    done = go_on(store, waits.payment_id)
    by_itself = post(
        store, remittances([claim_payment(other.patient_control_number, LINE_DENIED)], taken=taken)
    )
    assert (done.state, done.posted) == (by_itself.state, by_itself.posted) == ("posted", 1)
    assert balances(claim) == balances(other) == (24000, 8000, 24000, 0)
    assert account_totals(store)["payer payments"] == 2 * (24000 - 15000)
    figures = "state", "posted", "unposted", "posted_at", "held_reasons"
    first, second = (Payment.get_by_id(each.payment_id) for each in (done, by_itself))
    assert [getattr(first, name) for name in figures] == [getattr(second, name) for name in figures]
    with pytest.raises(Refused, match="is posted already"):
        go_on(store, waits.payment_id)


def test_a_claim_that_does_not_balance_waits_while_the_others_post(store: Store) -> None:
    practice = small_practice()
    good, bad = submitted_claim(store, practice), submitted_claim(store, practice)
    wrong = [line(32000, 25000, "CO-45 60.00"), line(24000, 24000, code="97155")]
    result = post(
        store,
        [
            claim_payment(bad.patient_control_number, wrong, paid=49000),
            claim_payment(good.patient_control_number, PAID),
        ],
    )
    assert result.state == "to review"
    assert balances(good) == balances(bad) == (0, 0, 56000, 0)
    done = go_on(store, result.payment_id)
    assert (done.state, done.posted, done.waiting, done.orphans) == ("posted", 1, 1, 0)
    assert balances(bad) == (0, 0, 56000, 0)
    assert balances(good) == (48000, 8000, 0, 0)
    assert account_totals(store)["payer payments"] == 49000 + 48000  # what the payer sent
    assert account_totals(store)["unapplied"] == -49000
    payment = Payment.get_by_id(result.payment_id)
    assert (payment.posted, payment.unposted) == (48000, 49000)
    assert [each.state for each in Remittance.select().order_by(Remittance.position)] == [
        *("waiting", "posted"),
    ]
    assert "off by 10.00" in Remittance.get().reason


def test_a_total_that_does_not_balance_cannot_be_posted(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    held = post(store, remittances([claim_payment(claim.patient_control_number, PAID)], amount=1))
    with pytest.raises(Refused, match="total does not balance"):
        go_on(store, held.payment_id)


def test_a_claim_that_came_since_is_found_when_the_payment_posts(store: Store) -> None:
    practice = small_practice()
    waits = to_review(store, remittances([claim_payment("LATER1", PAID)]))
    assert Remittance.get().claim_id is None
    claim = submitted_claim(store, practice, patient_control_number="LATER1")
    done = go_on(store, waits.payment_id)
    assert (done.posted, done.orphans) == (1, 0)
    assert balances(claim) == (48000, 8000, 0, 0)
    stored = Remittance.get()
    assert (stored.claim_id, stored.reason) == (claim.id, "")
    assert count_of(store, "remittance_line", "claim_line_id IS NOT NULL") == 2


def test_a_claim_that_went_back_to_draft_since_is_not_posted_to(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    waits = to_review(store, remittances([claim_payment(claim.patient_control_number, PAID)]))
    type(claim).update(status="Draft").where(type(claim).id == claim.id).execute()
    done = go_on(store, waits.payment_id)
    assert (done.posted, done.orphans) == (0, 1)
    assert Remittance.get().reason == f"claim {claim.number} is back in Draft"
    assert balances(claim) == (0, 0, 56000, 0)


def test_a_payment_that_looks_like_another_waits(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    sent = [claim_payment(claim.patient_control_number, PAID)]
    post(store, remittances(sent, trace_number="T9", payer_identifier="60001"))
    again = post(store, remittances(sent, trace_number="T9", payer_identifier="ACME"))
    assert again.state == "to review"
    assert again.held_reasons == [
        "it looks like payment T9 over 480.00 received on 2026-03-16: it may be posted already"
    ]
    other = post(store, remittances([], amount=0, trace_number="T9"))
    assert other.state == "posted"


def test_what_the_file_gives_to_doubt_keeps_a_payment_from_posting(store: Store) -> None:
    received = remittances([])
    received.doubts.append("the payment is a debit")
    result = post(store, received)
    assert (result.state, result.held_reasons) == ("to review", ["the payment is a debit"])
