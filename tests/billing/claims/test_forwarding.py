"""What a payer forwards itself (CLP02 19): held until the next one answers, or the time is over."""

import datetime

import pytest

from rcm_tui.billing.claims.secondary import bill_secondary
from rcm_tui.billing.outcome import Outcome
from rcm_tui.billing.remittances.received import ReceivedClaim
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import INACTIVE, READY, SUBMITTED, Claim
from tests.billing.claims.second_payer import add_coverage, billed_onward, sent
from tests.billing.remittances.received_builder import (
    balances,
    claim_payment,
    line,
    post,
    reversal_of,
    state_of,
    submitted_claim,
)
from tests.practice_builder import BILLER, NOW, SmallPractice, small_practice

LATER = datetime.timedelta(days=31)


@pytest.fixture
def practice(store: Store) -> SmallPractice:
    return small_practice()


def answer(claim: Claim, status: str = "19") -> ReceivedClaim:
    return claim_payment(
        claim.patient_control_number,
        [
            line(32000, 19200, "CO-45 80.00, PR-2 48.00"),
            line(24000, 14400, "CO-45 60.00, PR-2 36.00", "97155"),
        ],
        status,
        payer_claim_control_number="ICN1",
    )


def seconds_answer(number: str, status: str = "2") -> ReceivedClaim:
    return claim_payment(
        number,
        [
            line(32000, 4800, "OA-23 272.00"),
            line(24000, 2000, "OA-23 204.00, PR-3 16.00", "97155"),
        ],
        status,
        payer_claim_control_number="SECOND1",
    )


def after(claim: Claim) -> list[Claim]:
    return list(Claim.select().where(Claim.billed_after == claim).order_by(Claim.id))


def billed_later(store: Store, *claims: Claim) -> Outcome:
    with store.work(BILLER, NOW + LATER) as work:
        return bill_secondary(work, [claim.id for claim in claims])


def test_the_next_payers_claim_is_made_as_sent_by_somebody_else(
    store: Store, practice: SmallPractice
) -> None:
    claim = submitted_claim(store, practice)
    coverage = add_coverage(practice)
    post(store, [answer(claim)])
    (forwarded,) = after(claim)
    assert (forwarded.status, forwarded.elsewhere, forwarded.adjudication) == (
        SUBMITTED,
        True,
        "pending",
    )
    assert (forwarded.coverage, forwarded.payer_sequence) == (coverage, 2)
    # The patient is not asked for what the next payer is still looking at.
    assert (balances(claim), balances(forwarded)) == (
        (33600, 22400, 0, 0),
        (0, 47600, 8400, 0),
    )


def test_it_is_held_until_the_payers_time_is_over_then_one_key_sends_it(
    store: Store, practice: SmallPractice
) -> None:
    claim = submitted_claim(store, practice)
    add_coverage(practice)
    post(store, [answer(claim)])
    (forwarded,) = after(claim)
    reason = "it was forwarded to Second Health 2: wait for the answer until 04/15/2026"
    for one in (claim, forwarded):
        assert [left.reason for left in billed_onward(store, one).left] == [reason]
    outcome = billed_later(store, forwarded)
    assert outcome.made == [forwarded.id]
    now = Claim.get_by_id(forwarded.id)
    assert (now.status, now.elsewhere, now.submitted_at) == (READY, False, None)
    assert (balances(claim)[3], balances(forwarded)) == (8400, (0, 0, 0, 0))
    sent(store, forwarded.id)
    assert (balances(claim)[3], balances(forwarded)[2]) == (0, 8400)


def test_from_the_first_claim_the_same_one_is_sent(store: Store, practice: SmallPractice) -> None:
    claim = submitted_claim(store, practice)
    add_coverage(practice)
    post(store, [answer(claim)])
    (forwarded,) = after(claim)
    assert billed_later(store, claim).made == [forwarded.id]
    assert after(claim) == [forwarded]


@pytest.mark.parametrize("status", ["2", "20"])
def test_the_next_payers_answer_finds_it_under_the_first_claims_number(
    store: Store, practice: SmallPractice, status: str
) -> None:
    claim = submitted_claim(store, practice)
    add_coverage(practice)
    post(store, [answer(claim)])
    (forwarded,) = after(claim)
    before = state_of(store)
    said = seconds_answer(claim.patient_control_number, status)
    assert post(store, [said]).posted == 1
    assert balances(forwarded) == (6800, 47600, 0, 1600)
    assert balances(claim) == (33600, 22400, 0, 0)
    result = post(store, [reversal_of(said)])
    assert (result.posted, result.orphans) == (1, 0)
    assert state_of(store) == before


def test_without_a_claim_of_its_own_the_next_payers_answer_waits(
    store: Store, practice: SmallPractice
) -> None:
    claim = submitted_claim(store, practice)
    post(store, [answer(claim)])
    assert after(claim) == []
    assert balances(claim)[3] == 8400
    assert post(store, [seconds_answer(claim.patient_control_number)]).orphans == 1


def test_what_is_taken_back_is_no_longer_forwarded(store: Store, practice: SmallPractice) -> None:
    claim = submitted_claim(store, practice)
    add_coverage(practice)
    before = balances(claim)
    post(store, [answer(claim)])
    post(store, [reversal_of(answer(claim))])
    (forwarded,) = after(claim)
    assert (forwarded.status, balances(forwarded)) == (INACTIVE, (0, 0, 0, 0))
    assert balances(claim) == before
    post(store, [answer(claim, "1")])
    assert balances(claim)[3] == 8400
    assert len(billed_onward(store, claim).made) == 1


def test_a_correction_in_one_file_forwards_it_anew(store: Store, practice: SmallPractice) -> None:
    claim = submitted_claim(store, practice)
    add_coverage(practice)
    first = answer(claim)
    post(store, [first])
    better = claim_payment(
        claim.patient_control_number,
        [line(32000, 24000, "CO-45 80.00"), line(24000, 17000, "CO-45 60.00, PR-2 10.00", "97155")],
        "19",
        payer_claim_control_number="ICN2",
    )
    post(store, [better, reversal_of(first)])
    assert [one.status for one in after(claim)] == [INACTIVE, SUBMITTED]
    assert [balances(one)[2] for one in after(claim)] == [0, 1000]


def test_nothing_is_made_where_nothing_is_left(store: Store, practice: SmallPractice) -> None:
    claim = submitted_claim(store, practice)
    add_coverage(practice)
    whole = [line(32000, 24000, "CO-45 80.00"), line(24000, 18000, "CO-45 60.00", "97155")]
    post(store, [claim_payment(claim.patient_control_number, whole, "19")])
    assert after(claim) == []
