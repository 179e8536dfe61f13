"""What is refused of a denial, by every row of the table: the wrong way on, with the reason.

The rows and their actions are those of `test_actions.py`.
"""

import pytest

from rcm_tui.billing.appeals.grounds import grounds_of
from rcm_tui.billing.claims.correcting import correctables, modify_claims
from rcm_tui.billing.claims.resending import duplicate_claims, preview_duplicating
from rcm_tui.billing.claims.secondary import onward
from rcm_tui.billing.denials.handing_on import hand_on
from rcm_tui.billing.patients.transfers import preview_to_patient, transfer_to_patient
from rcm_tui.billing.write_offs.writing_off import preview_write_off, write_off
from rcm_tui.data.store import Store
from rcm_tui.data.tables.cases import CaseFile
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.denials import Denial
from rcm_tui.data.tables.patient_side import WriteOffReason
from rcm_tui.data.tables.practice import User
from rcm_tui.data.tables.remittances import Adjustment, Remark, Remittance
from tests.billing.denials.test_actions import ROWS
from tests.billing.remittances.received_builder import (
    claim_payment,
    line,
    post,
    submitted_claim,
)
from tests.denials import denied_claim, keep_denials
from tests.practice_builder import BILLER, NOW, TODAY, SmallPractice, small_practice

NEVER_DENIED = {("PR", "1"), ("PR", "2"), ("PR", "3"), ("OA", "23"), ("CO", "45"), ("CO", "253")}
"""Settled when they are posted: never among the denials."""
CASES = [
    (group, reason, way)
    for groups, reasons, way, *_ in ROWS
    for group in groups.split()
    for reason in reasons.split()
    if (group, reason) not in NEVER_DENIED
]


@pytest.fixture
def practice(store: Store) -> SmallPractice:
    return small_practice()


def denied_by(practice: SmallPractice, group: str, reason: str, number: str = "ICN4") -> Claim:
    claim = denied_claim(practice, "OSEI", reason, number)
    Adjustment.update(group_code=group).execute()
    keep_denials([claim.id])
    return claim


def why_not(store: Store, claim: Claim) -> dict[str, str]:
    """Way → why it is refused; "" where it is not."""
    database, keys = store.database, [claim.id]
    (correctable,) = correctables(database, keys)
    (further,) = onward(database, keys, TODAY)
    patient = preview_to_patient(database, keys).left
    new = preview_duplicating(database, keys).left
    appeal = grounds_of(database, keys, TODAY).left
    return {
        "correct": correctable.why_not_modified(),
        "new claim": next(iter(new), ""),
        "next payer": further.reason,
        "appeal": appeal[0].reason if appeal else "",
        "patient": next(iter(patient), ""),
        "write off": next(iter(preview_write_off(database, keys).left), ""),
    }


def test_every_row_of_the_table_is_tried() -> None:
    rows = {(g, r) for groups, reasons, *_ in ROWS for g in groups.split() for r in reasons.split()}
    assert {(group, reason) for group, reason, _ in CASES} == rows - NEVER_DENIED


@pytest.mark.parametrize(("group", "reason", "way"), CASES)
def test_a_row_is_refused_what_would_be_wrong(
    store: Store, practice: SmallPractice, group: str, reason: str, way: str
) -> None:
    claim = denied_by(practice, group, reason)
    denial = Denial.get()
    assert (denial.group_code, denial.reason_code, denial.way) == (group, reason, way)
    refused = why_not(store, claim)
    # Contract and payer's own reductions are never the patient's; what is, is not given up here.
    assert bool(refused["patient"]) is (group in ("CO", "PI"))
    assert bool(refused["write off"]) is (group == "PR")
    # There is one payer, and it was adjudicated: no original again but where the table says so.
    assert "no further coverage" in refused["next payer"]
    assert bool(refused["new claim"]) is (way != "new claim")
    assert bool(refused["correct"]) is (reason == "109")
    assert refused["appeal"] == ""
    assert way == "next payer" or refused.get(way, "") == ""


def test_what_was_never_processed_is_neither_corrected_nor_appealed(
    store: Store, practice: SmallPractice
) -> None:
    claim = denied_by(practice, "CO", "16")
    Remark.create(remittance=Remittance.get(Remittance.claim == claim), code="MA130")
    keep_denials([claim.id])
    refused = why_not(store, claim)
    assert "could not process it (MA130)" in refused["correct"]
    assert "nothing was decided" in refused["appeal"]
    with store.work(BILLER, NOW) as work:
        (made,) = duplicate_claims(work, [claim.id]).made
    assert Claim.get_by_id(made).frequency == "1"


def test_a_rejection_is_no_denial(store: Store, practice: SmallPractice) -> None:
    claim = practice.add_claim(status="Submitted", acknowledgement="rejected", submitted_at=NOW)
    refused = why_not(store, claim)
    assert "rejected, never adjudicated" in refused["correct"]
    assert "rejected, not denied" in refused["appeal"]
    assert refused["new claim"] == ""
    assert Denial.select().count() == 0


def test_no_correction_goes_without_the_payers_number(
    store: Store, practice: SmallPractice
) -> None:
    claim = denied_by(practice, "CO", "4", number="")
    with store.work(BILLER, NOW) as work:
        outcome = modify_claims(work, [claim.id], "with the modifier")
    assert (outcome.done, outcome.made) == ([], [])
    assert "claim control number is missing" in outcome.left[0].reason
    with store.work(BILLER, NOW) as work:
        (made,) = modify_claims(work, [claim.id], "with the modifier", "ICN77").made
    assert Claim.get_by_id(made).original_reference == "ICN77"


def test_the_patients_line_stays_when_the_payers_is_written_off(
    store: Store, practice: SmallPractice
) -> None:
    claim = submitted_claim(store, practice)
    lines = (line(32000, 0, "CO-97 320.00"), line(24000, 0, "PR-204 240.00", code="97155"))
    post(store, [claim_payment(claim.patient_control_number, lines)])
    reason = WriteOffReason.get(WriteOffReason.side == "payer").id
    preview = preview_write_off(store.database, [claim.id])
    assert (preview.amounts["payer"], sum(preview.left.values())) == (32000, 1)
    with store.work(BILLER, NOW) as work:
        outcome = write_off(work, [claim.id], "payer", reason)
    assert (outcome.done, outcome.amount) == ([claim.id], 32000)
    assert "the patient owes it (PR)" in outcome.left[0].reason
    with store.work(BILLER, NOW) as work:
        again = write_off(work, [claim.id], "payer", reason)
        assert (again.done, len(again.left)) == ([], 1)
        moved = transfer_to_patient(work, [claim.id])
        assert moved.amount == 24000
        patients = WriteOffReason.get(WriteOffReason.side == "patient").id
        assert write_off(work, [claim.id], "patient", patients).amount == 24000
    assert Denial.select().count() == 0


def test_a_denial_is_handed_on_with_its_case_or_not_at_all(
    store: Store, practice: SmallPractice
) -> None:
    from rcm_tui.billing.cases.opening import open_case

    User.create(login="tom", name="Tom", role="biller")
    first, second = denied_claim(practice, "OSEI", "4"), denied_claim(practice, "BRANDT", "50")
    with store.work(BILLER, NOW) as work:
        open_case(work, [first.id], {})
        outcome = hand_on(work, [first.id, second.id], "tom")
    assert outcome.done == [first.id]
    assert CaseFile.get_by_id(outcome.made[0]).owner == "tom"
    assert "no active case" in outcome.left[0].reason
