"""Denials by keys: one is settled and the cursor is on the next, in the queue and in the record."""

import datetime

from rcm_tui.billing.cases.opening import open_case
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.denials import Denial
from rcm_tui.data.tables.practice import User
from rcm_tui.data.tables.timeline import TimelineEntry
from rcm_tui.screens.claim import ClaimScreen
from rcm_tui.screens.denials import DenialsScreen
from rcm_tui.screens.home import HomeScreen
from rcm_tui.widgets.queue_table import QueueTable
from tests.billing.remittances.received_builder import claim_payment, line, post, submitted_claim
from tests.practice_builder import BILLER, NOW, TODAY, SmallPractice, small_practice
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys

DENIALS = ("4", "4", "2")
SIZE = (118, 34)


def denied(store: Store, practice: SmallPractice, name: str, reason: str = "CO-97") -> Claim:
    """A claim whose one line of 320.00 its payer denied."""
    client = practice.add_client(name)
    claim = submitted_claim(store, practice, [("97153", 8)], client=client)
    lines = [line(32000, 0, f"{reason} 320.00")]
    numbered = {"payer_claim_control_number": f"ICN{name}"}
    post(store, [claim_payment(claim.patient_control_number, lines, "4", **numbered)])
    return claim


def by_urgency() -> list[int]:
    return [row.claim_id for row in Denial.select().order_by(Denial.due_as, Denial.claim)]


async def test_what_is_settled_leaves_and_the_cursor_is_on_the_next(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    for name in ("OSEI", "BRANDT", "LINDQVIST", "SATO", "HADDAD"):
        denied(store, practice, name)
    first, second, third, fourth, fifth = by_urgency()
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, *DENIALS, "down")
        screen = pilot.app.screen
        assert isinstance(screen, DenialsScreen)
        table = screen.query_one(QueueTable)
        assert table.cursor_key == second
        await type_keys(pilot, "w", *"bundled", "enter")
        assert Claim.get_by_id(second).written_off == 32000, seen(pilot)
        assert table.cursor_key == third, seen(pilot)
        await type_keys(pilot, "h", "enter")
        assert Claim.get_by_id(third).snoozed_until == TODAY + datetime.timedelta(days=7)
        assert table.cursor_key == fourth, seen(pilot)
        # In the record: settled there, and one key to the next, though nobody went back.
        await type_keys(pilot, "enter", "h", "enter", "n")
        record = pilot.app.screen
        assert isinstance(record, ClaimScreen)
        assert record.key == fifth, seen(pilot)
        await type_keys(pilot, "n")
        assert record.key == first
        await type_keys(pilot, "h", "enter", "n", "h", "enter", "n")
        assert "No other denial waits here" in seen(pilot)
        await type_keys(pilot, "escape", "1", "n")
        assert isinstance(pilot.app.screen, HomeScreen)
        assert "Nothing waits for you" in seen(pilot)


async def test_a_note_is_added_to_the_cases_of_denials(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    claims = [denied(store, practice, name).id for name in ("OSEI", "BRANDT", "SATO")]
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, *DENIALS, "t")
        assert "It stands in no active case: c opens one" in seen(pilot)
        with store.work(BILLER, NOW) as work:
            for some in (claims[:2], claims[2:]):
                open_case(work, some, {"subject": "Bundled"})
        await type_keys(pilot, "ctrl+a", "t", "n", *"asked for the edit", "ctrl+s")
        notes = TimelineEntry.select().where(TimelineEntry.text == "asked for the edit")
        assert {note.case.number for note in notes} == {"K-1001", "K-1002"}


async def test_marked_ones_go_the_same_way_together(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    User.create(login="tom", name="Tom", role="biller", created_at=NOW)
    for name in ("OSEI", "BRANDT", "LINDQVIST"):
        denied(store, practice, name, "CO-4")
    first, second, third = by_urgency()
    async with make_workstation(store).run_test(size=SIZE) as pilot:
        await type_keys(pilot, *DENIALS, "space", "space", "c", "ctrl+s", "enter")
        await type_keys(pilot, "home", "space", "space", "O", *"tom", "enter")
        assert "1 case handed on to tom." in seen(pilot)
        await type_keys(pilot, "slash", *"owner:tom", "enter")
        screen = pilot.app.screen
        assert isinstance(screen, DenialsScreen)
        assert screen.table.cursor_key == first
        # What is wrong is refused with the reason: by contract it is never the patient's.
        await type_keys(pilot, "P")
        assert "must be written off" in seen(pilot)
        await type_keys(pilot, "b")
        assert "no further coverage" in seen(pilot)
        await type_keys(pilot, "enter", "ctrl+a", "d", "enter", "enter")
        drafts = Claim.select().where(Claim.frequency == "7")
        assert {draft.previous_id for draft in drafts} == {first, second}, seen(pilot)
        await type_keys(pilot, "escape", "escape")
        assert screen.table.cursor_key == third, seen(pilot)
