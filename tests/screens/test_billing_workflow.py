"""The walkthrough of the billing workflow, step by step, by keys.

Sources: S:n is line n of the seed on the billing workflow, F:n of the facts of the trade on
charges and claims.
"""

import csv
import datetime
from pathlib import Path

import openpyxl
import pytest
from textual.pilot import Pilot

from rcm_tui.billing.charges.reopening import change_sessions
from rcm_tui.billing.claims.generation import GenerationChoice, generate_claims
from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.charges import ChargeItem, Session
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.practice import BusinessUnit
from rcm_tui.screens.app import Workstation
from rcm_tui.screens.queue_screen import QueueScreen
from tests.exchange.test_billing_files import SEED_COLUMNS
from tests.practice_builder import BILLER, NOW, SERVICE_DAY, TODAY, small_practice
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys

SIZE = (120, 36)
NEXT_DAY = SERVICE_DAY + datetime.timedelta(days=1)
HALF_HOUR = datetime.timedelta(minutes=30)


def statuses() -> list[str]:
    return [row.status for row in ChargeItem.select().order_by(ChargeItem.id)]


def queue(pilot: Pilot[int]) -> QueueScreen:
    screen = pilot.app.screen
    assert isinstance(screen, QueueScreen)
    return screen


def shown_charges(pilot: Pilot[int]) -> int | None:
    return queue(pilot).table.total


def said(pilot: Pilot[int]) -> str:
    return queue(pilot).said


def reopened(store: Store) -> ChargeItem:
    """A charge on a Ready claim whose session was made half an hour longer afterwards."""
    practice = small_practice()
    charge = practice.add_charge(status="Ready to Bill")
    with store.work(BILLER, NOW) as work:
        generate_claims(work, GenerationChoice())
        session = Session.get()
        change_sessions(work, {session.id: {"ends_at": session.ends_at + HALF_HOUR}})
    return charge


async def test_a_charge_with_a_duplicate_stays_new_and_leads_to_its_twin(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    """S:27, S:31; F:26."""
    practice = small_practice()
    fine = practice.add_charge(day=NEXT_DAY)
    charge = practice.add_charge()
    twin = practice.add_charge(hour=18, status="Awaiting Submission")
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "2", "a")
        assert "1 stay New: a twin not yet submitted" in seen(pilot)
        await type_keys(pilot, "enter")
        shown = seen(pilot)
        assert "1 charge approved, 320.00: Ready to Bill." in shown
        assert f"a twin not yet submitted: {twin.number}" in shown
        await type_keys(pilot, "enter", "w")
        assert queue(pilot).view.title == f"{charge.number} and its twin"
        assert queue(pilot).row()["charge_number"] == twin.number
        assert shown_charges(pilot) == 2
        await type_keys(pilot, "escape")
        assert queue(pilot).view.name == "new"
        assert shown_charges(pilot) == 1
    assert ChargeItem.get_by_id(charge.id).duplicate_of == twin
    assert ChargeItem.get_by_id(fine.id).status == "Ready to Bill"


async def test_on_hold_is_moved_to_new_before_it_is_approved(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    """S:35, F:14."""
    practice = small_practice()
    practice.add_charge(status="On Hold", hold_reason="card", hold_until=TODAY)
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        assert "Charges on hold, due" in seen(pilot)
        await type_keys(pilot, "2", "v", *"hold due", "enter", "a")
        assert said(pilot) == "Approving starts from the view New, or from a New charge."
        # Looked at, and not settled yet: another day.
        await type_keys(pilot, "H", "tab", *"+7d", "enter")
        assert (ChargeItem.get().hold_reason, shown_charges(pilot)) == ("card", 0)
        assert ChargeItem.get().hold_until == TODAY + datetime.timedelta(days=7)
        await type_keys(pilot, "v", *"on hold", "enter", "h")
        assert statuses() == ["New"]
        await type_keys(pilot, "v", *"new", "enter", "a", "enter")
    assert statuses() == ["Ready to Bill"]


async def test_the_duplicates_report_is_written(
    store: Store, make_workstation: MakeWorkstation, tmp_path: Path
) -> None:
    """S:46 to S:49, F:28."""
    practice = small_practice()
    charge = practice.add_charge()
    practice.add_charge(hour=18, status="Scheduled")
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "2", "D", *"2026-03-01", "tab", *"2026-03-31")
        assert "1 charges wait for a twin" in seen(pilot)
        assert "duplicates-2026-03-01-2026-03-31.xlsx" in seen(pilot)
        await type_keys(pilot, "enter")
        assert "1 charge and the twins that they wait for are in" in said(pilot)
    book = openpyxl.load_workbook(tmp_path / "exports" / "duplicates-2026-03-01-2026-03-31.xlsx")
    assert book["Duplicates"]["A2"].value == charge.number


async def test_the_billing_export_asks_whether_to_mark_what_it_wrote(
    store: Store, make_workstation: MakeWorkstation, tmp_path: Path
) -> None:
    """S:76 to S:98, F:30."""
    practice = small_practice()
    practice.add_charge(status="Ready to Bill")
    practice.add_charge(day=NEXT_DAY)
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "2", "B", *"2026-03-01", "tab", *"2026-03-31")
        assert "1 are not in it: it is New, not Ready to Bill" in seen(pilot)
        await type_keys(pilot, "enter")
        assert "Mark 1 charge as Billed Externally?" in seen(pilot)
        file = tmp_path / "exports" / "billing-2026-03-01-2026-03-31.csv"
        with file.open(encoding="utf-8", newline="") as stream:
            titles, row = csv.reader(stream)
        assert titles == SEED_COLUMNS
        assert row[13] == "2026-03-02 09:00"
        assert statuses() == ["Ready to Bill", "New"]
        await type_keys(pilot, "enter", "enter")
        assert "1 charge Billed Externally, 320.00." in said(pilot)
        assert statuses() == ["Billed Externally", "New"]
        await type_keys(pilot, "u", "enter")
    assert statuses() == ["Ready to Bill", "New"]
    assert AuditRecord.select().where(AuditRecord.action == "charges exported for billing").exists()


async def test_left_unmarked_when_the_biller_says_so(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    """S:98."""
    small_practice().add_charge(status="Ready to Bill")
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "2", "B", "enter", "escape")
        assert "1 charge exported to" in said(pilot)
    assert statuses() == ["Ready to Bill"]


async def test_a_reopened_session_shows_what_changed_and_its_claim_is_corrected(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    """S:65 to S:69, F:17."""
    reopened(store)
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        assert "Reopened after billing" in seen(pilot)
        await type_keys(pilot, "2", "v", *"resub", "enter", "a")
        shown = seen(pilot)
        assert "units         8 → 10" in shown
        assert "amount        320.00 → 400.00" in shown
        await type_keys(pilot, "enter")
        assert "1 charge, 400.00, corrected on 1 claim." in seen(pilot)
        await type_keys(pilot, "a")
        assert queue(pilot).row()["billed"] == 40000
    assert statuses() == ["Claim Line Created"]
    assert Claim.get().status == "Ready to Submit"


async def test_or_what_was_billed_is_let_stand(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    """S:69."""
    reopened(store)
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "2", "v", *"resub", "enter", "a", "b")
        assert said(pilot) == "1 charge, 320.00, set back to Claim Line Created."
    assert (statuses(), ChargeItem.get().billed) == (["Claim Line Created"], 32000)


async def test_a_biller_reopens_a_session_with_a_reason(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    practice.add_charge(status="Ready to Bill")
    with store.work(BILLER, NOW) as work:
        generate_claims(work, GenerationChoice())
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "2", "v", *"line created", "enter")
        await type_keys(pilot, "ctrl+p", *"reopen session", "enter", "enter")
        assert "A reason is needed" in seen(pilot)
        await type_keys(pilot, *"end time", "enter")
        assert said(pilot) == "1 charge opened again for the practitioner."
    assert (statuses(), Session.get().status) == (["Awaiting Resubmission"], "reopened")


async def test_a_charge_period_is_opened_approved_and_billed(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    """S:25, F:24, F:26."""
    practice = small_practice()
    south = BusinessUnit.create(name='South "Clinic"')
    practice.add_charge()
    practice.add_charge(day=NEXT_DAY)
    practice.add_charge(day=SERVICE_DAY + datetime.timedelta(days=7))
    practice.add_charge(day=NEXT_DAY, hour=18, business_unit=south)
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "2", "right_square_bracket", "down")
        assert queue(pilot).row()["unit"] == "North Clinic"
        await type_keys(pilot, "enter")
        assert queue(pilot).queue.name == "charges"
        assert shown_charges(pilot) == 2
        await type_keys(pilot, "right_square_bracket", "a")
        assert "2 charges New: North Clinic, 03/02/2026 to 03/08/2026" in seen(pilot)
        await type_keys(pilot, "enter")
        assert "2 charges approved, 640.00" in seen(pilot)
        await type_keys(pilot, "a")
        assert "2 charges just approved" in seen(pilot)
        await type_keys(pilot, "enter")
        assert "1 claim made of 2 charges, 640.00." in seen(pilot)
        await type_keys(pilot, "enter")
        assert queue(pilot).row()["status"] == "Claim Created"
        # A unit whose name the filter language cannot write opens all the same.
        await type_keys(pilot, "down", "enter")
        assert shown_charges(pilot) == 1
        await type_keys(pilot, "left_square_bracket")
    created = "Claim Line Created"
    assert statuses() == [created, created, "New", "New"]


async def test_marked_periods_are_approved_together_and_what_is_left_is_looked_at(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    practice.add_charge()
    practice.add_charge(day=SERVICE_DAY + datetime.timedelta(days=7))
    practice.add_charge(day=SERVICE_DAY + datetime.timedelta(days=7), hour=19, units=0)
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "2", "right_square_bracket", "ctrl+a", "a")
        assert "3 charges New: 2 periods" in seen(pilot)
        await type_keys(pilot, "enter", "o")
        assert (queue(pilot).queue.name, shown_charges(pilot)) == ("charges", 1)
    assert statuses() == ["Ready to Bill", "Ready to Bill", "New"]


async def test_the_files_of_a_period_begin_with_its_days_and_unit(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    BusinessUnit.create(name="South Clinic")
    practice.add_charge(status="Ready to Bill")
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "2", "right_square_bracket", "B")
        shown = seen(pilot)
        assert "billing-2026-03-02-2026-03-08.csv" in shown
        assert "■ North Clinic" in shown
        assert "□ South Clinic" in shown


async def test_an_auditor_may_look_at_periods_and_not_approve(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    small_practice().add_charge()
    auditor = Actor("ines", "Ines", "auditor")
    async with make_workstation(store, auditor).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "2", "right_square_bracket", "a")
        assert said(pilot) == "An auditor looks and changes nothing."


@pytest.mark.parametrize(
    ("keys", "says"),
    [
        (("D", *"2026-03-31", "tab", *"2026-03-01"), "is before the first"),
        (("B", *"soon", "enter"), "'soon' is not a date"),
        (("B", "tab", "tab", "tab", *"x", "enter"), "End the file's name with .csv."),
    ],
)
async def test_what_is_wrong_is_told_and_nothing_is_written(
    store: Store,
    make_workstation: MakeWorkstation,
    tmp_path: Path,
    keys: tuple[str, ...],
    says: str,
) -> None:
    small_practice().add_charge(status="Ready to Bill")
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "2", *keys)
        assert says in seen(pilot)
    assert not (tmp_path / "exports").exists() or not list((tmp_path / "exports").iterdir())


async def test_the_workstation_begins_at_a_charge(store: Store, plain_terminal: None) -> None:
    """What the last column of the duplicates report says to type."""
    practice = small_practice()
    practice.add_charge(status="Scheduled")
    charge = practice.add_charge(day=NEXT_DAY)
    practice.add_charge(day=NEXT_DAY)
    app = Workstation(store, BILLER, clock=lambda: NOW, begin="charges", begin_at=charge.id)
    async with app.run_test(size=SIZE) as pilot:
        await type_keys(pilot)
        await pilot.pause()
        await queue(pilot).settled()
        assert queue(pilot).row()["charge_number"] == charge.number


async def test_one_charge_is_approved_and_billed_from_its_record(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    """S:25: on an individual charge item."""
    practice = small_practice()
    practice.add_charge()
    practice.add_charge(day=NEXT_DAY)
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "2", "enter", "a")
        assert "1 will be approved" in seen(pilot)
        await type_keys(pilot, "enter", "enter")
        assert statuses() == ["Ready to Bill", "New"]
        await type_keys(pilot, "a", "enter", "enter")
    assert statuses() == ["Claim Line Created", "New"]


async def test_from_a_charge_one_key_leads_to_its_twin_and_the_review(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    """S:31, S:67."""
    charge = reopened(store)
    twin = ChargeItem.create(
        **{
            **ChargeItem.select().dicts().get(),
            "id": None,
            "number": "T-TWIN",
            "session": Session.create(**{**Session.select().dicts().get(), "id": None}),
            "status": "New",
            "claim_line": None,
            "duplicate_of": charge.id,
        }
    )
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, "2", "enter", "w")
        assert charge.number in seen(pilot)
        await type_keys(pilot, "a", "b")
        assert "set back to Claim Line Created" in seen(pilot)
    assert ChargeItem.get_by_id(charge.id).status == "Claim Line Created"
    assert ChargeItem.get_by_id(twin.id).status == "New"
