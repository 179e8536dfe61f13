"""Approving charges: the duplicate rule, what stays and why, overlaps, and approving twice."""

import datetime
from typing import Any

import pytest

from rcm_tui.billing.charges import approval
from rcm_tui.billing.charges.approval import (
    NO_PRICE,
    NO_UNITS,
    NOT_SUBMITTED,
    ApprovalChoice,
    approve_charges,
    preview_approval,
)
from rcm_tui.billing.charges.duplicates import TWIN_BILLED, TWIN_NOT_SUBMITTED
from rcm_tui.billing.charges.holds import hold_charges, release_charges
from rcm_tui.billing.outcome import NOT_REACHED, Refused
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.charges import CHARGE_STATUSES, ChargeItem
from rcm_tui.data.tables.payers import Plan
from rcm_tui.data.tables.practice import BusinessUnit
from rcm_tui.data.tables.undo import UndoableAction
from tests.practice_builder import BILLER, NOW, SERVICE_DAY, small_practice
from tests.stopping import stop_after

BILLED = ("Claim Line Created", "Awaiting Resubmission", "Billed Externally")
WAITING = ("Scheduled", "Awaiting Submission")


def approve(store: Store, **choice: Any) -> Any:
    with store.work(BILLER, NOW) as work:
        return approve_charges(work, ApprovalChoice(**choice))


def status(charge: ChargeItem) -> str:
    return str(ChargeItem.get_by_id(charge.id).status)


@pytest.mark.parametrize("twin_status", CHARGE_STATUSES)
def test_twins_are_only_what_is_billed_or_not_yet_submitted(store: Store, twin_status: str) -> None:
    practice = small_practice()
    charge = practice.add_charge()
    twin = practice.add_charge(hour=18, status=twin_status)
    preview = preview_approval(store.database, ApprovalChoice())
    outcome = approve(store)
    if twin_status in (*BILLED, *WAITING):
        reason = TWIN_BILLED if twin_status in BILLED else TWIN_NOT_SUBMITTED
        assert preview.left == {reason: 1}
        assert (status(charge), ChargeItem.get_by_id(charge.id).duplicate_of) == ("New", twin)
        assert outcome.left[0].reason == f"{reason}: {twin.number} is {twin_status}"
    else:
        assert preview.left == {}
        assert status(charge) == "Ready to Bill"
        assert ChargeItem.get_by_id(charge.id).duplicate_of is None


@pytest.mark.parametrize(
    "columns",
    [
        {"day": SERVICE_DAY + datetime.timedelta(days=1)},
        {"code": "97155"},
        {"place_of_service": "12"},
    ],
)
def test_another_day_code_or_place_is_no_twin(store: Store, columns: dict[str, Any]) -> None:
    practice = small_practice()
    charge = practice.add_charge()
    practice.add_charge(hour=18, status="Claim Line Created", **columns)
    approve(store)
    assert status(charge) == "Ready to Bill"


def test_another_patient_is_no_twin(store: Store) -> None:
    practice = small_practice()
    charge = practice.add_charge()
    practice.add_charge(client=practice.add_client("HADDAD"), status="Claim Line Created")
    approve(store)
    assert status(charge) == "Ready to Bill"


def test_place_does_not_matter_where_the_plan_does_not_split_it(store: Store) -> None:
    practice = small_practice()
    Plan.update(split_by_place=False).execute()
    charge = practice.add_charge()
    practice.add_charge(hour=18, status="Scheduled", place_of_service="12")
    approve(store)
    assert status(charge) == "New"


def test_duplicates_are_approved_when_told_and_stay_linked(store: Store) -> None:
    practice = small_practice()
    charge = practice.add_charge()
    twin = practice.add_charge(hour=18, status="Claim Line Created")
    outcome = approve(store, leave_duplicates=False)
    assert outcome.done == [charge.id]
    assert ChargeItem.get_by_id(charge.id).duplicate_of == twin


def test_a_link_goes_when_the_twin_is_cancelled(store: Store) -> None:
    practice = small_practice()
    charge = practice.add_charge()
    twin = practice.add_charge(hour=18, status="Scheduled")
    approve(store)
    ChargeItem.update(status="Cancelled").where(ChargeItem.id == twin.id).execute()
    approve(store)
    charge = ChargeItem.get_by_id(charge.id)
    assert (charge.status, charge.duplicate_of) == ("Ready to Bill", None)


def test_a_billed_twin_is_named_before_one_not_submitted(store: Store) -> None:
    practice = small_practice()
    practice.add_charge(hour=16, status="Scheduled")
    billed = practice.add_charge(hour=18, status="Billed Externally")
    charge = practice.add_charge()
    approve(store)
    assert ChargeItem.get_by_id(charge.id).duplicate_of == billed


@pytest.mark.parametrize(
    ("columns", "reason"),
    [
        ({"session_status": "started"}, NOT_SUBMITTED),
        ({"units": 0}, NO_UNITS),
        ({"billed": 0}, NO_PRICE),
    ],
)
@pytest.mark.parametrize("leave_duplicates", [True, False])
def test_what_cannot_be_billed_stays_new(
    store: Store, columns: dict[str, Any], reason: str, leave_duplicates: bool
) -> None:
    practice = small_practice()
    charge = practice.add_charge(**columns)
    outcome = approve(store, leave_duplicates=leave_duplicates)
    assert status(charge) == "New"
    assert outcome.left[0].name == charge.number
    assert outcome.left[0].reason.startswith(reason)


def test_choice_by_dates_units_and_keys(store: Store) -> None:
    practice = small_practice()
    south = BusinessUnit.create(name="South Clinic")
    days = [SERVICE_DAY + datetime.timedelta(days=n) for n in range(4)]
    charges = [practice.add_charge(day=day) for day in days]
    elsewhere = practice.add_charge(day=days[1], hour=18, business_unit=south)
    outcome = approve(store, from_date=days[1], to_date=days[2], business_units=[practice.unit.id])
    assert outcome.done == [charges[1].id, charges[2].id]
    assert approve(store, charge_items=[charges[0].id]).done == [charges[0].id]
    assert approve(store, business_units=[]).done == []
    assert {status(charges[3]), status(elsewhere)} == {"New"}


def test_chosen_items_that_are_not_new_are_left_with_a_reason(store: Store) -> None:
    practice = small_practice()
    held = practice.add_charge(status="On Hold")
    scheduled = practice.add_charge(day=datetime.date(2026, 3, 3), status="Scheduled")
    outcome = approve(store, charge_items=[held.id, scheduled.id])
    assert [left.reason for left in outcome.left] == [
        "it is On Hold, not New: release it to New first",
        "it is Scheduled, not New: it becomes New when the practitioner submits the session",
    ]


def test_preview_counts_what_approval_then_does(store: Store) -> None:
    practice = small_practice()
    practice.add_charge()
    practice.add_charge(hour=17)
    practice.add_charge(day=datetime.date(2026, 3, 3), minutes=60)
    practice.add_charge(day=datetime.date(2026, 3, 3), hour=20, status="Scheduled")
    preview = preview_approval(store.database, ApprovalChoice())
    outcome = approve(store)
    assert (preview.new_count, preview.new_amount) == (3, 80000)
    assert (preview.approved_count, preview.approved_amount) == (2, 64000)
    assert (len(outcome.done), outcome.amount) == (2, 64000)
    assert preview.left == {TWIN_NOT_SUBMITTED: 1}


def test_approving_twice_changes_nothing(store: Store) -> None:
    practice = small_practice()
    practice.add_charge()
    practice.add_charge(day=datetime.date(2026, 3, 3))
    practice.add_charge(day=datetime.date(2026, 3, 3), hour=20, status="Scheduled")
    approve(store)
    before = (
        list(ChargeItem.select().order_by(ChargeItem.id).dicts()),
        AuditRecord.select().count(),
    )
    assert approve(store).done == []
    after = (
        list(ChargeItem.select().order_by(ChargeItem.id).dicts()),
        AuditRecord.select().count(),
    )
    assert after == before


def test_stopped_in_the_middle_what_was_done_stays_and_the_rest_is_left(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(approval, "STEP", 2)
    practice = small_practice()
    items = [practice.add_charge(hour=9 + number) for number in range(5)]
    with store.work(BILLER, NOW, in_steps=True) as work:
        outcome = approve_charges(work, ApprovalChoice(), stop_after(2))
    assert outcome.done == [item.id for item in items[:2]]
    assert outcome.amount == items[0].billed + items[1].billed
    assert outcome.not_reached == 3
    assert [(left.name, left.reason) for left in outcome.left] == [
        (item.number, NOT_REACHED) for item in items[2:]
    ]
    assert [status(item) for item in items] == ["Ready to Bill"] * 2 + ["New"] * 3
    assert UndoableAction.get().title == "Approve 2 charges"


def test_what_somebody_changed_between_two_steps_is_not_approved(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(approval, "STEP", 1)
    practice = small_practice()
    items = [practice.add_charge(hour=9), practice.add_charge(hour=10)]

    def somebody(done: int, total: int) -> None:
        if done:
            ChargeItem.update(status="On Hold", hold_reason="why").where(
                ChargeItem.id == items[1].id
            ).execute()

    with store.work(BILLER, NOW, in_steps=True) as work:
        outcome = approve_charges(work, ApprovalChoice(), somebody)
    assert outcome.done == [items[0].id]
    assert [left.reason for left in outcome.left] == [
        "it is On Hold, not New: release it to New first"
    ]
    assert status(items[1]) == "On Hold"


def test_approval_is_in_the_audit_trail(store: Store) -> None:
    practice = small_practice()
    charges = [practice.add_charge(hour=hour) for hour in (12, 15)]
    approve(store)
    record = AuditRecord.get(AuditRecord.action == "charges approved")
    assert f'"ids":"{charges[0].id}-{charges[1].id}"' in record.details
    assert '"new":"Ready to Bill","old":"New"' in record.details


class TestOverlaps:
    """Sessions at the same time are approved, and named as a warning."""

    def test_of_one_practitioner(self, store: Store) -> None:
        practice = small_practice()
        one = practice.add_charge()
        two = practice.add_charge(client=practice.add_client("HADDAD"), hour=15)
        outcome = approve(store)
        assert outcome.done == [one.id, two.id]
        assert [(left.key, left.reason) for left in outcome.warnings] == [
            (one.id, f"the practitioner has another session at the same time ({two.number})"),
            (two.id, f"the practitioner has another session at the same time ({one.number})"),
        ]

    def test_of_one_patient_where_the_codes_may_not_run_together(self, store: Store) -> None:
        practice = small_practice()
        practice.add_charge()
        practice.add_charge(hour=15, practitioner=practice.supervisor)
        preview = preview_approval(store.database, ApprovalChoice())
        assert preview.warnings == {"the patient has another session at the same time": 2}

    def test_not_where_they_may(self, store: Store) -> None:
        practice = small_practice()
        practice.add_charge()
        practice.add_charge(hour=15, practitioner=practice.supervisor, code="97155", minutes=30)
        assert approve(store).warnings == []

    def test_not_where_one_ends_as_the_other_begins(self, store: Store) -> None:
        practice = small_practice()
        practice.add_charge()
        practice.add_charge(hour=16)
        assert approve(store).warnings == []

    def test_not_of_a_group(self, store: Store) -> None:
        practice = small_practice()
        practice.add_charge(code="97154")
        practice.add_charge(client=practice.add_client("HADDAD"), code="97154")
        assert approve(store).warnings == []

    def test_with_a_session_that_is_only_planned(self, store: Store) -> None:
        practice = small_practice()
        one = practice.add_charge()
        practice.add_charge(client=practice.add_client("HADDAD"), hour=15, status="Scheduled")
        assert [left.key for left in approve(store).warnings] == [one.id]

    def test_past_midnight_with_the_next_day(self, store: Store) -> None:
        practice = small_practice()
        # 22:00 to 01:00 in New York, and 00:00 to 01:30.
        late = practice.add_charge(
            day=datetime.date(2026, 3, 3), hour=3, minutes=180, date_of_service=SERVICE_DAY
        )
        early = practice.add_charge(
            client=practice.add_client("HADDAD"),
            day=datetime.date(2026, 3, 3),
            hour=5,
            minutes=90,
        )
        outcome = approve(store)
        assert [left.key for left in outcome.warnings] == [late.id, early.id]


class TestHolds:
    """Charge items held back and let go."""

    def test_hold_and_release(self, store: Store) -> None:
        practice = small_practice()
        new, ready = practice.add_charge(), practice.add_charge(hour=18, status="Ready to Bill")
        until = datetime.date(2026, 3, 20)
        with store.work(BILLER, NOW) as work:
            outcome = hold_charges(work, [new.id, ready.id], " waiting for a note ", until)
        assert (outcome.done, outcome.amount) == ([new.id, ready.id], 64000)
        held = ChargeItem.get_by_id(ready.id)
        assert (held.status, held.hold_reason, held.hold_until) == (
            "On Hold",
            "waiting for a note",
            until,
        )
        assert approve(store).done == []
        with store.work(BILLER, NOW) as work:
            assert release_charges(work, [new.id, ready.id]).done == [new.id, ready.id]
        free = ChargeItem.get_by_id(ready.id)
        assert (free.status, free.hold_reason, free.hold_until) == ("New", "", None)

    def test_a_reason_is_needed(self, store: Store) -> None:
        charge = small_practice().add_charge()
        with pytest.raises(Refused, match="reason"), store.work(BILLER, NOW) as work:
            hold_charges(work, [charge.id], "  ")

    def test_a_hold_does_not_end_in_the_past(self, store: Store) -> None:
        charge = small_practice().add_charge()
        with pytest.raises(Refused, match="2026-03-15"), store.work(BILLER, NOW) as work:
            hold_charges(work, [charge.id], "x", datetime.date(2026, 3, 15))

    @pytest.mark.parametrize("before", ["Scheduled", "Claim Line Created"])
    def test_others_are_left(self, store: Store, before: str) -> None:
        charge = small_practice().add_charge(status=before)
        with store.work(BILLER, NOW) as work:
            outcome = hold_charges(work, [charge.id], "x")
        assert outcome.left[0].reason.startswith(f"it is {before}, not New or Ready to Bill: ")
        assert status(charge) == before
