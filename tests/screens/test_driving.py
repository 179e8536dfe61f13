"""The program driven by keys only: what a person does in a day must work without a mouse."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest
from textual import events
from textual.pilot import Pilot
from textual.screen import Screen

from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store
from rcm_tui.data.tables.charges import ChargeItem
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.jobs import Job
from rcm_tui.screens.actions import Keymap, Situation, footer_of
from rcm_tui.screens.app import Workstation
from rcm_tui.screens.claim import ClaimScreen
from rcm_tui.screens.frame import Frame
from rcm_tui.screens.queue_screen import QueueScreen
from rcm_tui.widgets.key_line import KeyLine
from tests.practice_builder import NOW, SERVICE_DAY, small_practice
from tests.screens.conftest import MakeWorkstation
from tests.screens.picture import picture, press, settle


def queue_screen(pilot: Pilot[int]) -> QueueScreen:
    screen = pilot.app.screen
    assert isinstance(screen, QueueScreen)
    return screen


def said(pilot: Pilot[int]) -> str:
    screen = pilot.app.screen
    assert isinstance(screen, Frame)
    return screen.said


def statuses(table: type[ChargeItem] | type[Claim]) -> list[str]:
    return sorted(row.status for row in table.select())


async def until_said(pilot: Pilot[int], words: str) -> None:
    """Waits for a sentence; gives up when the program has long been quiet."""
    for _ in range(400):
        await settle(pilot)
        if isinstance(pilot.app.screen, Frame) and words in said(pilot):
            return
    raise AssertionError(picture(pilot.app))  # type: ignore[arg-type]


async def test_new_charges_become_claims_that_the_worker_is_asked_to_send(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    for hour in (9, 12):
        practice.add_charge(hour=hour)
    practice.add_charge(client=practice.add_client("LINDQVIST"))
    async with make_workstation(store).run_test(size=(100, 30)) as pilot:
        await press(pilot, "2", "a", "enter")
        assert "3 charges approved, 960.00" in picture(pilot.app)  # type: ignore[arg-type]
        assert statuses(ChargeItem) == ["Ready to Bill"] * 3
        await press(pilot, "a", "enter")
        assert "2 claims made of 3 charges" in picture(pilot.app)  # type: ignore[arg-type]
        await press(pilot, "a")
        assert "2 claims are Ready to Submit" in said(pilot)
    assert statuses(ChargeItem) == ["Claim Line Created"] * 3
    assert statuses(Claim) == ["Ready to Submit"] * 2
    assert Job.get(Job.name == "submit").requested


async def test_keys_typed_ahead_reach_the_screens_that_they_open(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    practice.add_charge()
    practice.add_charge(day=SERVICE_DAY.replace(day=9))
    app = make_workstation(store)
    # However slow the machine, no key may be given up.
    app.typed_ahead.longest_key = app.typed_ahead.longest_hold = 60
    async with app.run_test(size=(100, 30)) as pilot:
        for key in ("2", "a", *"lastweek", "enter", "a", "enter", "a"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await until_said(pilot, "1 claim is Ready to Submit")
    assert statuses(ChargeItem) == ["Claim Line Created", "New"]


async def test_keys_held_down_move_as_often_as_they_came_and_keep_their_order(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    for _ in range(30):
        practice.add_claim()
    app = make_workstation(store)
    # However slow the machine, no key may be given up.
    app.typed_ahead.longest_key = app.typed_ahead.longest_hold = 60
    async with app.run_test(size=(100, 20)) as pilot:
        await press(pilot, "3")
        table = queue_screen(pilot).table
        first = table.cursor_key
        for key in (*["down"] * 12, *["up"] * 6, "space", "j", "j", *["down"] * 4, "k"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await settle(pilot)
        assert table.position == "13 of 30"
        assert "13 of 30" in picture(app)
        assert len(table.marks.keys) == 1
        await press(pilot, *["up"] * 6)
        assert table.position == "7 of 30"
        assert table.cursor_key in table.marks
        assert table.cursor_key != first
        # A field takes the same keys as letters.
        app.post_message(events.Key("slash", "/"))
        for key in "jjkk":
            app.post_message(events.Key(key, key))
        for _ in range(400):
            await settle(pilot)
            if "jjkk" in picture(app):
                break
        assert "jjkk" in picture(app)
        assert table.position == "7 of 30"


async def test_a_date_range_approves_only_its_charges(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    practice.add_charge()
    practice.add_charge(day=SERVICE_DAY.replace(day=9))
    async with make_workstation(store).run_test(size=(80, 24)) as pilot:
        # The practice's Monday is the 16th: last week is the 9th to the 15th.
        await press(pilot, "2", "a", *"lastweek", "enter")
    assert statuses(ChargeItem) == ["New", "Ready to Bill"]


async def test_a_wrong_date_is_told_and_nothing_is_done(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    small_practice().add_charge()
    async with make_workstation(store).run_test(size=(80, 24)) as pilot:
        await press(pilot, "2", "a", *"soon", "enter")
        assert "'soon' is not a date" in picture(pilot.app)  # type: ignore[arg-type]
    assert statuses(ChargeItem) == ["New"]


async def test_marked_drafts_are_saved_and_the_failing_one_is_left_with_its_reason(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    practice.add_claim(day=SERVICE_DAY)
    broken = practice.add_claim(client=practice.add_client("OSEI"), diagnoses="")
    async with make_workstation(store).run_test(size=(100, 30)) as pilot:
        await press(pilot, "3", "v", *"draft", "enter", "ctrl+a", "a")
        assert "2 claims, billed 640.00" in picture(pilot.app)  # type: ignore[arg-type]
        await press(pilot, "enter")
        shown = picture(pilot.app)  # type: ignore[arg-type]
        assert "1 claim Ready to Submit, 320.00" in shown
        assert f"{broken.number}" in shown
    assert statuses(Claim) == ["Draft", "Ready to Submit"]


async def test_what_keys_do_now_is_in_one_picture_with_the_cursor(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    practice.add_claim(status="Draft")
    practice.add_claim(status="Ready to Submit")
    async with make_workstation(store).run_test(size=(100, 30)) as pilot:
        await press(pilot, "3")
        screen = queue_screen(pilot)
        footer = screen.query_one("#footer", KeyLine)
        shown = []
        for row in (0, 1):
            screen.table.go_to(row)  # and no turn of the loop in between
            shown.append(dict(footer.keys)["a"])
    assert sorted(shown) == ["save & submit", "submit now"]


async def test_a_cursor_key_is_one_footer_and_one_picture(
    store: Store, make_workstation: MakeWorkstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice = small_practice()
    for status in ("Draft", "Ready to Submit", "Draft"):
        practice.add_claim(status=status)
    app = make_workstation(store)
    footers: list[Situation] = []
    pictures: list[object] = []

    def footer(situation: Situation, keymap: Keymap) -> list[tuple[str, str]]:
        footers.append(situation)
        return footer_of(situation, keymap)

    def display(screen: Screen[object], renderable: object) -> None:
        if renderable is not None:
            pictures.append(renderable)

    async with app.run_test(size=(100, 30)) as pilot:
        await press(pilot, "3")
        monkeypatch.setattr("rcm_tui.screens.frame.footer_of", footer)
        monkeypatch.setattr(app, "_display", display)
        for key in ("down", "down", "k"):
            footers.clear()
            pictures.clear()
            await press(pilot, key)
            assert (len(footers), len(pictures)) == (1, 1)
            assert footers[0].row == queue_screen(pilot).row()


async def test_the_footer_follows_rows_that_come_late(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    practice.add_claim(status="Draft")
    practice.add_claim(status="Ready to Submit")
    async with make_workstation(store).run_test(size=(100, 30)) as pilot:
        await press(pilot, "3", "o", *"claim", "enter", "home")
        screen = queue_screen(pilot)
        table, footer = screen.table, screen.query_one("#footer", KeyLine)
        assert dict(footer.keys)["a"] == "save & submit"
        free, run = asyncio.Event(), table._run

        async def late(function: Callable[[], Any]) -> Any:
            await free.wait()
            return await run(function)

        table._run = late
        table._cache.clear()  # as where a list is longer than what is kept of it
        table.action_last()
        table._impatient()  # as after a while, with nothing read yet
        assert screen.row() == {}
        free.set()
        await settle(pilot)
        assert screen.row()["status"] == "Ready to Submit"
        assert dict(footer.keys)["a"] == "submit now"


async def test_a_rejected_claim_goes_back_to_draft_from_its_record(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=(100, 30)) as pilot:
        await press(pilot, "enter", "enter")  # the first line of Home: rejected claims
        screen = pilot.app.screen
        assert isinstance(screen, ClaimScreen)
        await press(pilot, "d", "enter")
        assert "1 claim back in Draft" in said(pilot)
        assert screen.shown_record is not None
        assert screen.shown_record.claim.status == "Draft"


async def test_what_is_ready_to_submit_is_taken_back_before_it_is_sent(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    practice = small_practice()
    for _ in range(2):
        practice.add_claim(status="Ready to Submit")
    app = make_workstation(store)
    async with app.run_test(size=(100, 30)) as pilot:
        await press(pilot, "3", "enter", "d")  # one: nothing is asked, and u takes it back
        assert "1 claim back in Draft." in said(pilot)
        assert sorted(statuses(Claim)) == ["Draft", "Ready to Submit"]
        await press(pilot, "u", "enter", "escape")
        assert statuses(Claim) == ["Ready to Submit"] * 2
        await press(pilot, "space", "down", "space", "d")
        assert "2 claims, billed" in picture(app)
        assert "are not sent" in picture(app)
        await press(pilot, "enter")
    assert statuses(Claim) == ["Draft"] * 2


async def test_the_queue_is_walked_from_a_record(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=(100, 30)) as pilot:
        await press(pilot, "3")
        numbers = []
        await press(pilot, "enter")
        screen = pilot.app.screen
        assert isinstance(screen, ClaimScreen)
        for key in ("alt+down", "alt+down", "alt+up"):
            assert screen.shown_record is not None
            numbers.append(screen.shown_record.claim.number)
            await press(pilot, key)
        assert screen.shown_record is not None
        assert len(set(numbers)) == 3
        assert screen.shown_record.claim.number == numbers[1]
        await press(pilot, "backspace")
        row = queue_screen(pilot).row()
        assert row["claim_number"] == numbers[1]


async def test_a_hold_needs_a_reason_and_is_released_again(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    charge = small_practice().add_charge()
    async with make_workstation(store).run_test(size=(80, 24)) as pilot:
        await press(pilot, "2", "h", "enter")
        assert "A reason is needed" in picture(pilot.app)  # type: ignore[arg-type]
        await press(pilot, *"card", "tab", *"+7d", "enter")
        held = ChargeItem.get_by_id(charge.id)
        assert (held.status, held.hold_reason) == ("On Hold", "card")
        assert (held.hold_until - NOW.date()).days == 7
        await press(pilot, "v", *"hold", "enter", "h")
        assert "released" in said(pilot)
    assert statuses(ChargeItem) == ["New"]


async def test_a_filter_narrows_and_a_wrong_one_is_told(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=(100, 30)) as pilot:
        await press(pilot, "3", "slash", *"carc:197", "enter")
        screen = queue_screen(pilot)
        assert screen.table.total == 1
        assert screen.row()["standing"] == "denied"
        await press(pilot, "slash", "ctrl+u", *"payr:x", "enter")
        assert "did you mean 'payer'?" in picture(pilot.app)  # type: ignore[arg-type]
        await press(pilot, "escape", "escape")
        assert screen.filter == ""
        assert screen.table.total == 9


async def test_tab_takes_the_first_completion(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=(100, 30)) as pilot:
        await press(pilot, "3", "slash", *"payer:b", "tab", "enter")
        screen = queue_screen(pilot)
        assert screen.filter == "payer:BLUE"
        assert screen.table.total == 3


async def test_an_order_is_turned_round_by_choosing_it_again(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=(100, 30)) as pilot:
        await press(pilot, "3", "o", *"billed", "enter", "g")
        assert queue_screen(pilot).row()["billed"] == 56000
        await press(pilot, "o", *"billed", "enter", "g")
        assert queue_screen(pilot).row()["billed"] == 32000


async def test_an_auditor_is_told_why_nothing_can_be_changed(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    auditor = Actor("ines", "Ines", "auditor")
    async with make_workstation(busy_store, auditor).run_test(size=(100, 30)) as pilot:
        await press(pilot, "2", "a")
        assert said(pilot) == "An auditor looks and changes nothing."
        keys = pilot.app.screen.query_one("#footer", KeyLine).keys
        assert "a" not in [key for key, _ in keys]


async def test_a_change_by_somebody_else_appears_and_the_cursor_stays(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    app = make_workstation(busy_store)
    async with app.run_test(size=(100, 30)) as pilot:
        await app.look()
        await press(pilot, "2", "down", "down")
        screen = queue_screen(pilot)
        number, total = screen.row()["charge_number"], screen.table.total

        def approve_the_first() -> None:
            with busy_store.work(Actor("tom")) as work:
                first = ChargeItem.select().where(ChargeItem.status == "New").first()
                ChargeItem.update(status="Ready to Bill").where(ChargeItem.id == first.id).execute()
                work.record("approved", first)

        await busy_store.run(approve_the_first)
        await app.look()
        await settle(pilot)
        assert total is not None
        assert screen.table.total == total - 1
        assert screen.row()["charge_number"] == number


async def test_commands_are_found_by_letters_and_done(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=(100, 30)) as pilot:
        await press(pilot, "ctrl+p", *"claims: denied", "enter")
        screen = queue_screen(pilot)
        assert (screen.queue.name, screen.view.name) == ("claims", "denied")


async def test_an_error_inside_an_action_is_told(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    app: Workstation = make_workstation(busy_store)
    async with app.run_test(size=(100, 30)) as pilot:
        await press(pilot, "9")
        Job.update(enabled=False).where(Job.name == "submit").execute()
        await press(pilot, "a")
        assert "not enabled" in said(pilot)
