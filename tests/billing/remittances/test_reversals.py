"""Reversals take back exactly what they name, in any order and at most once."""

import datetime
import itertools

import pytest

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
from tests.practice_builder import SERVICE_DAY, small_practice

DAY = datetime.timedelta(days=1)

FIRST = (
    line(32000, 20000, "CO-45 80.00, PR-3 20.00, CO-59 20.00"),
    line(24000, 0, "CO-197 240.00", code="97155"),
)
CORRECTED = (
    line(32000, 22000, "CO-45 80.00, PR-3 20.00"),
    line(24000, 18000, "CO-45 60.00", code="97155"),
)


def test_a_reversal_restores_the_state_before(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    before = state_of(store)
    original = claim_payment(claim.patient_control_number, FIRST)
    post(store, [original])
    assert state_of(store) != before
    result = post(store, [reversal_of(original)])
    assert (result.posted, result.orphans) == (1, 0)
    assert state_of(store) == before
    first, second = Remittance.select().order_by(Remittance.id)
    assert second.reverses == first
    assert second.journal.reverses == first.journal
    assert second.journal.kind == "remittance reversal"


def test_the_state_between_two_answers_comes_back(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    number = claim.patient_control_number
    post(store, [claim_payment(number, FIRST)])
    between = state_of(store)
    more = claim_payment(number, [line(24000, 18000, "CO-45 60.00", code="97155")])
    post(store, [more])
    assert Claim.get_by_id(claim.id).payer_balance == 2000
    post(store, [reversal_of(more)])
    assert state_of(store) == between


def test_a_denial_is_reversed_too(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    before = state_of(store)
    denied = claim_payment(claim.patient_control_number, [line(32000, 0, "CO-16 320.00")], "4")
    post(store, [denied])
    assert Claim.get_by_id(claim.id).adjudication == "denied"
    post(store, [reversal_of(denied)])
    assert state_of(store) == before


@pytest.mark.parametrize("correction_first", [True, False])
@pytest.mark.parametrize("same_status", [True, False])
def test_reversal_and_correction_in_one_file(
    store: Store, correction_first: bool, same_status: bool
) -> None:
    claim = submitted_claim(store, small_practice())
    number = claim.patient_control_number
    original = claim_payment(number, FIRST, payer_claim_control_number="ICN1")
    post(store, [original])
    corrected = claim_payment(
        number, CORRECTED, "1" if same_status else "2", payer_claim_control_number="ICN2"
    )
    both = [reversal_of(original), corrected]
    result = post(store, both[::-1] if correction_first else both)
    assert (result.posted, result.orphans) == (2, 0)
    assert balances(claim) == (40000, 14000, 0, 2000)
    now = Claim.get_by_id(claim.id)
    assert (now.adjudication, now.payer_claim_control_number) == ("paid", "ICN2")
    assert account_totals(store)["payer payments"] == 40000


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_original_reversal_and_correction_in_one_file(
    store: Store, order: tuple[int, int, int]
) -> None:
    claim = submitted_claim(store, small_practice())
    number = claim.patient_control_number
    original = claim_payment(number, FIRST, payer_claim_control_number="ICN1")
    corrected = claim_payment(number, CORRECTED, payer_claim_control_number="ICN2")
    all_three = [original, reversal_of(original), corrected]
    result = post(store, [all_three[place] for place in order])
    assert (result.posted, result.orphans) == (3, 0)
    assert balances(claim) == (40000, 14000, 0, 2000)
    assert account_totals(store)["payer payments"] == 40000


def test_the_correction_is_never_taken_for_the_original(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    number = claim.patient_control_number
    # The original was posted by another system: only its reversal and correction come here.
    unknown = claim_payment(number, CORRECTED, payer_claim_control_number="ICN1")
    corrected = claim_payment(number, CORRECTED, payer_claim_control_number="ICN2")
    result = post(store, [reversal_of(unknown), corrected])
    assert (result.posted, result.orphans) == (1, 1)
    assert balances(claim) == (40000, 14000, 0, 2000)
    assert account_totals(store)["unapplied"] == 40000


def test_a_reversal_takes_back_once(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    before = state_of(store)
    original = claim_payment(claim.patient_control_number, FIRST)
    post(store, [original])
    post(store, [reversal_of(original)])
    result = post(store, [reversal_of(original)])
    assert (result.posted, result.orphans) == (0, 1)
    assert state_of(store) == before
    orphan = Remittance.select().order_by(Remittance.id.desc()).get()
    assert orphan.reason == (
        "no posted remittance of its claim has charge 560.00 and paid 200.00,"
        " which it would take back"
    )
    assert account_totals(store)["unapplied"] == 20000


def test_two_alike_are_reversed_one_by_one(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    original = claim_payment(claim.patient_control_number, FIRST)
    for _ in range(2):
        post(store, [original])
    once = balances(claim)
    result = post(store, [reversal_of(original), reversal_of(original)])
    assert result.posted == 2
    assert once[0] == 40000
    assert balances(claim) == (0, 0, 56000, 0)


@pytest.mark.parametrize("paid", [-19999, -20001])
def test_a_reversal_that_is_off_by_a_cent_is_an_orphan(store: Store, paid: int) -> None:
    claim = submitted_claim(store, small_practice())
    original = claim_payment(claim.patient_control_number, FIRST)
    post(store, [original])
    posted = state_of(store)
    wrong = claim_payment(
        original.patient_control_number, status="22", charge=-56000, paid=paid,
        adjusted=f"CO-45 {(-56000 - paid) / 100:.2f}",
    )  # fmt: skip
    result = post(store, [wrong])
    assert (result.state, result.orphans) == ("posted", 1)
    assert state_of(store) == posted


def test_a_held_remittance_cannot_be_reversed(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    original = claim_payment(claim.patient_control_number, FIRST)
    held = claim_payment(claim.patient_control_number, FIRST)
    held.paid += 1
    assert post(store, [held]).state == "to review"
    assert post(store, [reversal_of(original)]).orphans == 1
    assert balances(claim) == (0, 0, 56000, 0)


@pytest.mark.parametrize(
    ("effective", "payer", "taken_back"),
    [
        (SERVICE_DAY - DAY, "87726", True),
        (SERVICE_DAY, "87726", False),
        (SERVICE_DAY + DAY, "87726", False),  # paid anew, in the same cents
        (SERVICE_DAY - DAY, "OTHER", False),
    ],
)
def test_a_reversal_that_came_before_what_it_takes_back(
    store: Store, effective: datetime.date, payer: str, taken_back: bool
) -> None:
    claim = submitted_claim(store, small_practice())
    before = state_of(store)
    original = claim_payment(claim.patient_control_number, FIRST)
    post(store, remittances([reversal_of(original)], payer_identifier="87726"))
    assert Remittance.get().state == "orphan"
    late = remittances([original], effective_date=effective, payer_identifier=payer)
    assert post(store, late).posted == 1
    reversal, posted = Remittance.select().order_by(Remittance.id)
    assert (reversal.state == "posted", reversal.reverses == posted) == (taken_back, taken_back)
    assert (state_of(store) == before) == taken_back
    assert Payment.get_by_id(reversal.payment_id).unposted == (0 if taken_back else -20000)
