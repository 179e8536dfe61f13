"""EOBs typed from paper: prefilled, balanced as one types, posted as an 835 would be."""

import datetime

import pytest

from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.remittances.by_hand import (
    TypedPayment,
    allow,
    claim_to_type,
    deny,
    follow,
    imbalances,
    post_by_hand,
)
from rcm_tui.billing.remittances.duplicates import DuplicatePayment, payment_key
from rcm_tui.billing.remittances.received import ReceivedProviderAdjustment
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.remittances import Adjustment, Payment, Remittance
from tests.billing.remittances.received_builder import (
    balances,
    claim_payment,
    line,
    lines_of,
    post,
    remittances,
    submitted_claim,
)
from tests.billing.remittances.test_orphans import problems
from tests.practice_builder import BILLER, NOW, SERVICE_DAY, TODAY, SmallPractice, small_practice


def typed(practice: SmallPractice, amount: int, trace: str = "00441") -> TypedPayment:
    payer = practice.payer
    return TypedPayment(payer.id, payer.name, trace, amount, "CHK", TODAY, "lockbox 7")


def posted(store: Store, eob: TypedPayment) -> Payment:
    with store.work(BILLER, NOW) as work:
        return Payment.get_by_id(post_by_hand(work, eob).payment_id)


def test_lines_are_prefilled_as_the_contract_expects_them(store: Store) -> None:
    practice = small_practice()
    claim = submitted_claim(store, practice)
    found = claim_to_type(store.database, claim.id)
    assert [
        (one.billed, one.expected, one.allowed, one.contractual, one.paid, one.off)
        for one in found.lines
    ] == [(32000, 24000, 24000, 8000, 24000, 0), (24000, 18000, 18000, 6000, 18000, 0)]
    assert (found.number, found.patient_name, found.billed) == (claim.number, "OKAFOR, ADA", 56000)
    # What was answered before is not offered once more.
    post(store, [claim_payment(claim.patient_control_number, [line(32000, 24000, "CO-45 80.00")])])
    again = claim_to_type(store.database, claim.id)
    assert [(one.allowed, one.paid, one.off) for one in again.lines] == [
        (0, 0, 32000),
        (18000, 18000, 0),
    ]


def test_a_claim_that_was_not_sent_has_no_answer(store: Store) -> None:
    draft = small_practice().add_claim()
    with pytest.raises(Refused, match="is Draft: no payer can have answered it"):
        claim_to_type(store.database, draft.id)


def test_it_posts_as_an_835_that_says_the_same(store: Store) -> None:
    practice = small_practice()
    claim, twin = submitted_claim(store, practice), submitted_claim(store, practice)
    post(
        store,
        [
            claim_payment(
                twin.patient_control_number,
                [
                    line(32000, 19000, "CO-45 80.00, PR-1 30.00, PR-3 20.00", allowed=24000),
                    line(24000, 0, "CO-197 240.00", code="97155"),
                ],
                payer_claim_control_number="ICN9",
            )
        ],
    )
    eob = typed(practice, 19000)
    eob.claims = [claim_to_type(store.database, claim.id)]
    first, second = eob.claims[0].lines
    first.deductible, first.copay = 3000, 2000
    follow(first)
    deny(second, "CO", "197")
    eob.claims[0].payer_number = "ICN9"
    assert imbalances(eob) == []
    payment = posted(store, eob)
    assert (payment.state, payment.amount, payment.posted, payment.method) == (
        *("posted", 19000, 19000, "CHK"),
    )
    assert (payment.entered_by, payment.memo, payment.effective_date) == (
        *("maria", "lockbox 7", TODAY),
    )
    assert balances(claim) == balances(twin) == (19000, 8000, 24000, 5000)
    assert [balances(one) for one in lines_of(claim)] == [balances(one) for one in lines_of(twin)]
    assert [one.allowed for one in lines_of(claim)] == [one.allowed for one in lines_of(twin)]
    ours, theirs = Claim.get_by_id(claim.id), Claim.get_by_id(twin.id)
    assert ours.adjudication == theirs.adjudication == "partially paid"
    assert ours.payer_claim_control_number == "ICN9"
    one, other = (
        {
            (row.group_code, row.reason_code, row.amount)
            for row in Adjustment.select().join(Remittance).where(Remittance.claim == which)
        }
        for which in (claim, twin)
    )
    assert one == other
    assert problems(store) == []


def test_of_claims_that_share_a_number_the_chosen_one_is_paid(store: Store) -> None:
    practice = small_practice()
    first = submitted_claim(store, practice, patient_control_number="ACCT7")
    second = submitted_claim(store, practice, patient_control_number="ACCT7~2")
    eob = typed(practice, 42000)
    eob.claims = [claim_to_type(store.database, second.id)]
    posted(store, eob)
    assert balances(second) == (42000, 14000, 0, 0)
    assert balances(first) == (0, 0, 56000, 0)


@pytest.mark.parametrize(
    ("allowed", "paid", "said"),
    [
        (24000, 100, "line 1 of claim {number}: charged 320.00 − adjusted 80.00 = 240.00"),
        (20000, None, "the check is over 420.00, its claims pay 380.00: 40.00 is left"),
        (30000, None, "the check is over 420.00, its claims pay 480.00: 60.00 too much"),
    ],
)
def test_what_does_not_balance_is_refused_with_the_figures(
    store: Store, allowed: int, paid: int | None, said: str
) -> None:
    practice = small_practice()
    claim = submitted_claim(store, practice)
    eob = typed(practice, 42000)
    assert imbalances(eob)[0] == "no claim is typed yet"
    eob.claims = [claim_to_type(store.database, claim.id)]
    first = eob.claims[0].lines[0]
    allow(first, allowed)
    if paid is not None:
        first.paid = paid
    with pytest.raises(Refused) as refused:
        posted(store, eob)
    assert str(refused.value).startswith(said.format(number=claim.patient_control_number))
    assert not Payment.select().exists()


def test_the_same_check_does_not_post_twice_however_it_comes(store: Store) -> None:
    practice = small_practice()
    claim, later = submitted_claim(store, practice), submitted_claim(store, practice)
    eob = typed(practice, 42000)
    eob.claims = [claim_to_type(store.database, claim.id)]
    posted(store, eob)
    with pytest.raises(DuplicatePayment, match=r"payment 00441 of Acme Health over 420\.00"):
        posted(store, eob)
    key = payment_key(Payer.get().payer_id, "00441", 42000, TODAY, "")
    with pytest.raises(DuplicatePayment):  # its 835 comes after all
        post(store, remittances([], amount=0, payment_key=key))
    # Another number over the same money of the same day: a person looks at it first.
    again = typed(practice, 42000, trace="")
    again.claims = [claim_to_type(store.database, later.id)]
    payment = posted(store, again)
    assert payment.state == "to review"
    assert "looks like payment 00441 over 420.00" in payment.held_reasons
    assert balances(later) == (0, 0, 56000, 0)


def test_a_payer_whose_files_wait_does_not_keep_typed_ones_waiting(store: Store) -> None:
    practice = small_practice()
    Payer.update(auto_post="never").execute()
    claim = submitted_claim(store, practice)
    eob = typed(practice, 41000)
    eob.claims = [claim_to_type(store.database, claim.id)]
    day = datetime.date(2026, 12, 31)
    eob.provider_adjustments = [ReceivedProviderAdjustment("WO", 1000, "L-1", fiscal_date=day)]
    assert posted(store, eob).state == "posted"
    assert balances(claim) == (42000, 14000, 0, 0)
    assert problems(store) == []
    assert Remittance.get().first_service_date == SERVICE_DAY
