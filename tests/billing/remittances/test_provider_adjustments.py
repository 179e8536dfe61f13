"""Provider-level adjustments: a journal each, and the claims that they take back."""

from typing import Any

import pytest

from rcm_tui.billing.check import check_store
from rcm_tui.billing.remittances.posting import post_waiting
from rcm_tui.billing.remittances.provider_adjustments import (
    link_again,
    link_by_hand,
    take_back_provider_adjustments,
    unlink,
)
from rcm_tui.billing.remittances.received import ReceivedProviderAdjustment
from rcm_tui.billing.remittances.taking_back import take_back_payment
from rcm_tui.billing.undo import last_undoable, undo
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.codes.provider_adjustments import TAKES_BACK, WORDS
from rcm_tui.data.store import Store
from rcm_tui.data.tables.ledger import Journal
from rcm_tui.data.tables.remittances import ProviderAdjustment, Remittance
from tests.billing.remittances.received_builder import (
    account_totals,
    balances,
    claim_payment,
    line,
    post,
    remittances,
    reversal_of,
    submitted_claim,
)
from tests.practice_builder import BILLER, NOW, small_practice

PAID = [line(32000, 24000, "CO-45 80.00"), line(24000, 18000, "CO-45 60.00", code="97155")]


def taken(store: Store, *adjustments: ReceivedProviderAdjustment, claims: Any = ()) -> list[Any]:
    """Posts a payment with these adjustments; gives them as they are stored."""
    paid = [claim_payment("NOBODY", charge=1_000_000, paid=1_000_000), *claims]
    post(store, remittances(paid, taken=adjustments))
    newest = ProviderAdjustment.select().order_by(ProviderAdjustment.id.desc())
    return list(newest.limit(len(adjustments)))[::-1]


def paid_claim(store: Store, practice: Any, icn: str) -> Any:
    claim = submitted_claim(store, practice)
    sent = claim_payment(claim.patient_control_number, PAID, payer_claim_control_number=icn)
    post(store, [sent])
    return claim, sent, Remittance.get(Remittance.claim == claim)


def test_each_has_a_journal_of_its_own(store: Store) -> None:
    small_practice()
    found = taken(
        store,
        ReceivedProviderAdjustment("WO", 15000, "LETTER-4471"),
        ReceivedProviderAdjustment("L6", -125, "INTEREST"),
        ReceivedProviderAdjustment("72", 0, "NOTHING"),
    )
    assert [one.journal_id is not None for one in found] == [True, True, False]
    assert account_totals(store)["provider adjustments"] == 14875
    memos = [Journal.get_by_id(one.journal_id).memo for one in found[:2]]
    payment = found[0].payment_id
    assert memos == [f"payment {payment}: WO LETTER-4471", f"payment {payment}: L6 INTEREST"]
    assert [one.linked_by for one in found] == ["", "", ""]


@pytest.mark.parametrize("spelled", ["{number}", "{number} 2026-03-02", "R4471/{number}"])
@pytest.mark.parametrize("which", ["patient control number", "payer claim control number"])
def test_the_identifier_leads_to_the_claim_and_its_remittance(
    store: Store, spelled: str, which: str
) -> None:
    practice = small_practice()
    claim, _, remittance = paid_claim(store, practice, "ICN4471-1")
    paid_claim(store, practice, "ICN4471-2")
    number = claim.patient_control_number if which.startswith("patient") else "ICN4471-1"
    before = balances(claim)
    (found,) = taken(store, ReceivedProviderAdjustment("WO", 15000, spelled.format(number=number)))
    assert (found.claim_id, found.remittance_id, found.linked_by) == (
        *(claim.id, remittance.id, which),
    )
    assert balances(claim) == before  # cash is late; what the claim owes is for its reversal


def test_interest_is_linked_to_the_claim_and_takes_no_remittance_back(store: Store) -> None:
    claim, _, _ = paid_claim(store, small_practice(), "ICN4471")
    (found,) = taken(store, ReceivedProviderAdjustment("L6", -125, "ICN4471"))
    assert (found.claim_id, found.remittance_id) == (claim.id, None)


@pytest.mark.parametrize("same_file", [True, False], ids=["same file", "earlier file"])
def test_a_reversal_over_the_same_money_is_what_it_takes_back(
    store: Store, same_file: bool
) -> None:
    practice = small_practice()
    claim, sent, remittance = paid_claim(store, practice, "ICN1")
    other, _, _ = paid_claim(store, practice, "ICN2")
    if same_file:  # the payer carries forward what its payment lacks
        adjustment = ReceivedProviderAdjustment("FB", -42000, "CARRIED")
        (found,) = taken(store, adjustment, claims=[reversal_of(sent)])
    else:
        post(store, [reversal_of(sent)])
        (found,) = taken(store, ReceivedProviderAdjustment("WO", 42000, "LETTER"))
    assert (found.claim_id, found.remittance_id, found.linked_by) == (
        *(claim.id, remittance.id, "reversal"),
    )
    assert balances(claim) == (0, 0, 56000, 0)
    # The same money is not taken twice: the next one of that amount waits for a person.
    (again,) = taken(
        store, ReceivedProviderAdjustment("FB" if same_file else "WO", found.amount, "LETTER 2")
    )
    assert again.claim_id is None
    assert balances(other) == (42000, 14000, 0, 0)


def test_of_two_reversals_over_the_same_money_none_is_guessed(store: Store) -> None:
    practice = small_practice()
    for number in ("ICN1", "ICN2"):
        _, sent, _ = paid_claim(store, practice, number)
        post(store, [reversal_of(sent)])
    (found,) = taken(store, ReceivedProviderAdjustment("WO", 42000, "LETTER"))
    assert found.claim_id is None


def test_by_hand_and_again_and_undone(store: Store) -> None:
    practice = small_practice()
    claim, _, remittance = paid_claim(store, practice, "ICN1")
    late = submitted_claim(store, practice)
    first, second = taken(
        store,
        ReceivedProviderAdjustment("WO", 15000, "LETTER"),
        ReceivedProviderAdjustment("CS", 100, "ICN-TO-COME"),
    )
    with store.work(BILLER, NOW) as work:
        link_by_hand(work, first.id, claim.id)
        assert link_again(work, [first.id, second.id]).done == []
    late.update(payer_claim_control_number="ICN-TO-COME").where(type(late).id == late.id).execute()
    with store.work(BILLER, NOW) as work:
        outcome = link_again(work, [first.id, second.id])
    assert (outcome.done, outcome.amount) == ([second.id], 100)
    links = [ProviderAdjustment.get_by_id(one.id) for one in (first, second)]
    assert [(one.claim_id, one.remittance_id, one.linked_by) for one in links] == [
        (claim.id, remittance.id, "hand"),
        (late.id, None, "payer claim control number"),
    ]
    with store.work(BILLER, NOW) as work:
        assert unlink(work, [first.id, second.id]).done == [first.id, second.id]
    assert ProviderAdjustment.get_by_id(first.id).claim_id is None
    with store.work(BILLER, NOW) as work:
        action = last_undoable(store.database, BILLER.login)
        assert action is not None
        assert action.title == "Unlink 2 provider adjustments"
        undo(work, action.id)
    assert ProviderAdjustment.get_by_id(first.id).claim_id == claim.id


def test_taken_back_with_its_payment(store: Store) -> None:
    small_practice()
    found = taken(store, ReceivedProviderAdjustment("WO", 15000, "X"))[0]
    with store.work(BILLER, NOW) as work:
        take_back_provider_adjustments(work, found.payment_id)
    assert account_totals(store)["provider adjustments"] == 0
    sql = "SELECT count(*) FROM provider_adjustment WHERE journal_id IS NOT NULL"
    assert read_rows(store.database, sql)[0][0] == 0


@pytest.mark.parametrize("named", ["patient control number", "payer claim control number"])
def test_what_a_later_file_names_is_linked_by_itself(store: Store, named: str) -> None:
    """The payer kept money back before it said of which claim."""
    practice = small_practice()
    claim = submitted_claim(store, practice)
    number = claim.patient_control_number
    told = "ICN-77001" if named.startswith("payer") else "LATER-NAMED"
    adjustment = ReceivedProviderAdjustment("WO", 42000, told)
    other = ReceivedProviderAdjustment("WO", 500, "NOT-NAMED-AT-ALL")
    (first, second) = taken(store, adjustment, other)
    assert (first.claim_id, second.claim_id) == (None, None)
    if named.startswith("patient"):
        type(claim).update(patient_control_number=told).where(type(claim).id == claim.id).execute()
        number = told
    before = account_totals(store)
    sent = claim_payment(number, PAID, payer_claim_control_number="ICN-77001")
    post(store, [sent])
    found = ProviderAdjustment.get_by_id(first.id)
    said = Remittance.get(Remittance.claim == claim)
    assert (found.claim_id, found.remittance_id, found.linked_by) == (claim.id, said.id, named)
    assert ProviderAdjustment.get_by_id(second.id).claim_id is None
    assert account_totals(store)["provider adjustments"] == before["provider adjustments"]


def test_another_payers_file_links_nothing(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    (first,) = taken(store, ReceivedProviderAdjustment("WO", 42000, "ICN-77001"))
    sent = claim_payment(claim.patient_control_number, PAID, payer_claim_control_number="ICN-77001")
    post(store, remittances([sent], payer_identifier="70002"))
    assert ProviderAdjustment.get_by_id(first.id).claim_id is None


def test_they_go_back_with_their_payment_and_come_again_with_it(store: Store) -> None:
    """What was found is found again; what a person linked is kept."""
    practice = small_practice()
    claim, _, remittance = paid_claim(store, practice, "ICN-1001")
    other, _, of_other = paid_claim(store, practice, "ICN-1002")
    found, named = taken(
        store,
        ReceivedProviderAdjustment("WO", 42000, "ICN-1001"),
        ReceivedProviderAdjustment("WO", 42000, "ICN-1001 "),
    )
    with store.work(BILLER, NOW) as work:
        link_by_hand(work, named.id, other.id)
    before = account_totals(store)
    with store.work(BILLER, NOW) as work:
        take_back_payment(work, found.payment_id, "of another practice")
    assert account_totals(store)["provider adjustments"] == 0
    links = [ProviderAdjustment.get_by_id(one.id) for one in (found, named)]
    assert [(one.claim_id, one.journal_id) for one in links] == [(None, None), (other.id, None)]
    with store.work(BILLER, NOW) as work:
        post_waiting(work, found.payment_id)
    assert account_totals(store) == before
    links = [ProviderAdjustment.get_by_id(one.id) for one in (found, named)]
    assert [(one.claim_id, one.remittance_id, one.linked_by) for one in links] == [
        (claim.id, remittance.id, "payer claim control number"),
        (other.id, of_other.id, "hand"),
    ]
    results = check_store(store.database, store.audit_key)
    assert [problem for one in results for problem in one.problems] == []


def test_every_reason_has_words_of_ours() -> None:
    assert len(WORDS) == 41
    assert all(word and word[0].islower() for word in WORDS.values())
    assert set(WORDS) > TAKES_BACK
