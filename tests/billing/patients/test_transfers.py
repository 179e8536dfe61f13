"""What may be billed to patients by the practice's rules, and moving balances to them and back.

"If there is any balance leftover, the patient will either be responsible for the remaining balance,
or the Invoice can be written off depending on the requirements and laws that vary by state" (seed
003). Groups: CO never to the patient, PR is the patient's (domain/denials.md).
"""

import pytest

from rcm_tui.billing.check import check_store
from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.patients.rules import BillingRule, Ruling, decide
from rcm_tui.billing.patients.transfers import (
    preview_to_patient,
    transfer_to_patient,
    transfer_to_payer,
)
from rcm_tui.billing.undo import last_undoable, undo
from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.clients import Coverage
from rcm_tui.data.tables.ledger import Journal
from rcm_tui.data.tables.patient_side import PatientBillingRule
from tests.billing.remittances.received_builder import (
    adjustments,
    claim_payment,
    line,
    lines_of,
    post,
    submitted_claim,
)
from tests.practice_builder import BILLER, NOW, SmallPractice, small_practice

CO = "Contractual obligation: by its contract the provider bears it, never the patient."
GENERAL = (
    BillingRule(1, None, "", "", "CO", "write off", "never CO"),
    BillingRule(2, None, "", "", "PR", "bill patient", "PR is the patient's"),
    BillingRule(3, None, "MC", "", "", "write off", "Medicaid"),
    BillingRule(4, None, "MC", "", "PR", "bill patient", "Medicaid copay"),
)
OF_A_PAYER = BillingRule(5, 7, "", "", "", "bill patient", "by our contract")
OF_A_STATE = BillingRule(6, None, "", "NY", "OA", "write off", "New York")


@pytest.mark.parametrize(
    ("rules", "payer", "indicator", "state", "groups", "expected"),
    [
        (GENERAL, 7, "CI", "NY", {"CO"}, Ruling(False, "never CO")),
        (GENERAL, 7, "CI", "NY", {"PR"}, Ruling(True, "PR is the patient's")),
        (GENERAL, 7, "CI", "NY", {"PR", "CO"}, Ruling(False, "never CO")),
        (GENERAL, 7, "CI", "NY", {"OA"}, Ruling(True)),
        (GENERAL, 7, "CI", "NY", set(), Ruling(True)),
        (GENERAL, 7, "MC", "NY", set(), Ruling(False, "Medicaid")),
        (GENERAL, 7, "MC", "NY", {"PR"}, Ruling(True, "Medicaid copay")),
        (GENERAL, 7, "MC", "NY", {"CO"}, Ruling(False, "Medicaid")),
        ((*GENERAL, OF_A_PAYER), 7, "MC", "NY", {"CO"}, Ruling(True, "by our contract")),
        ((*GENERAL, OF_A_PAYER), 8, "CI", "NY", {"CO"}, Ruling(False, "never CO")),
        ((*GENERAL, OF_A_STATE), 7, "CI", "NY", {"OA"}, Ruling(False, "New York")),
        ((*GENERAL, OF_A_STATE), 7, "CI", "NJ", {"OA"}, Ruling(True)),
    ],
)
def test_the_most_particular_rule_decides_and_the_strictest_of_equals(
    rules: tuple[BillingRule, ...],
    payer: int,
    indicator: str,
    state: str,
    groups: set[str],
    expected: Ruling,
) -> None:
    assert decide(rules, payer, indicator, state, groups) == expected
    assert decide(rules[::-1], payer, indicator, state, groups) == expected


@pytest.fixture
def practice(store: Store) -> SmallPractice:
    return small_practice()


def answered(store: Store, practice: SmallPractice, adjusted: str) -> Claim:
    """A claim of one line of 320.00, of which what is not adjusted was paid."""
    claim = submitted_claim(store, practice, (("97153", 8),))
    paid = 32000 - sum(one.amount for one in adjustments(adjusted))
    post(store, [claim_payment(claim.patient_control_number, [line(32000, paid, adjusted)])])
    return claim


def balances(claim: Claim) -> tuple[int, int]:
    found = Claim.get_by_id(claim.id)
    return found.payer_balance, found.patient_balance


def holds(store: Store) -> None:
    failed = [one for one in check_store(store.database, store._audit_key) if not one.ok]
    assert not failed, failed


def test_what_no_rule_keeps_goes_to_the_patient_and_back(
    store: Store, practice: SmallPractice
) -> None:
    claim = answered(store, practice, "PR-204 120.00, PR-3 20.00")
    assert balances(claim) == (12000, 2000)
    with store.work(BILLER, NOW) as work:
        outcome = transfer_to_patient(work, [claim.id], "not a benefit of the plan")
    assert (outcome.done, outcome.amount, outcome.left) == ([claim.id], 12000, [])
    assert balances(claim) == (0, 14000)
    journal = Journal.get(Journal.kind == "transfer")
    assert journal.memo == "payer to patient: not a benefit of the plan"
    holds(store)
    with store.work(BILLER, NOW) as work:
        back = transfer_to_payer(work, [claim.id], "the plan covers it after all")
        again = transfer_to_payer(work, [claim.id])
    # The copay is the patient's by the payer's own word: it does not go back.
    assert back.amount == 12000
    assert "nothing that was moved to its patient" in again.left[0].reason
    assert balances(claim) == (12000, 2000)
    holds(store)


def test_what_must_be_written_off_stays_with_the_note_of_its_rule(
    store: Store, practice: SmallPractice
) -> None:
    denied = answered(store, practice, "CO-197 320.00")
    free = answered(store, practice, "PR-204 120.00")
    with store.work(BILLER, NOW) as work:
        preview = preview_to_patient(work.database, [denied.id, free.id])
        outcome = transfer_to_patient(work, [denied.id, free.id])
    why = f"must be written off: {CO}"
    assert (preview.claims, preview.amount, dict(preview.left)) == (1, 12000, {why: 1})
    assert outcome.done == [free.id]
    assert [(left.key, left.reason) for left in outcome.left] == [(denied.id, why)]
    assert balances(denied) == (32000, 0)


def test_what_no_payer_has_answered_is_no_leftover(store: Store, practice: SmallPractice) -> None:
    claim = submitted_claim(store, practice)
    with store.work(BILLER, NOW) as work:
        (left,) = transfer_to_patient(work, [claim.id]).left
    assert left.reason == "its payer has not answered it yet: nothing is left over"


def test_lines_are_judged_one_by_one(store: Store, practice: SmallPractice) -> None:
    claim = submitted_claim(store, practice)
    lines = [
        line(32000, 0, "CO-197 320.00"),
        line(24000, 0, "PR-204 240.00", "97155"),
    ]
    post(store, [claim_payment(claim.patient_control_number, lines)])
    with store.work(BILLER, NOW) as work:
        outcome = transfer_to_patient(work, [claim.id])
    assert (outcome.amount, len(outcome.left)) == (24000, 1)
    assert [row.patient_balance for row in lines_of(claim)] == [0, 24000]
    holds(store)


def test_medicaid_is_never_billed_on_and_the_rule_can_be_changed(
    store: Store, practice: SmallPractice
) -> None:
    Coverage.update(filing_indicator="MC").execute()
    claim = answered(store, practice, "OA-96 120.00")
    with store.work(BILLER, NOW) as work:
        outcome = transfer_to_patient(work, [claim.id])
    assert "42 CFR 447.15" in outcome.left[0].reason
    PatientBillingRule.create(
        payer=practice.payer, state="NY", decision="bill patient", note="a waiver was signed"
    )
    with store.work(BILLER, NOW) as work:
        assert transfer_to_patient(work, [claim.id]).amount == 12000


def test_who_may_not_decide_is_refused_and_a_move_is_undone(
    store: Store, practice: SmallPractice
) -> None:
    claim = answered(store, practice, "PR-204 120.00")
    refused = pytest.raises(Refused, match="a client coordinator may not transfer balances")
    with refused, store.work(Actor("cleo", "Cleo", "client coordinator"), NOW) as work:
        transfer_to_patient(work, [claim.id])
    with store.work(BILLER, NOW) as work:
        transfer_to_patient(work, [claim.id])
    with store.work(BILLER, NOW) as work:
        action = last_undoable(work.database, BILLER.login)
        assert action is not None
        assert action.title == "Move 120.00 of 1 claim to the patient"
        undo(work, action.id)
    assert balances(claim) == (12000, 0)
    holds(store)
