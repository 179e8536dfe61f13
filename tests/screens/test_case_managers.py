"""Adding, editing and ending a case manager by keys, as a client coordinator does it (seeds/001).

Navigate to the Clients, search for the client, open the Clinical tab, add a case manager, fill
out what is required, save; then edit one that is there, and end or remove it.
"""

import datetime

import pytest
from textual.pilot import Pilot

from rcm_tui.billing.undo import last_undoable
from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store
from rcm_tui.data.tables.clients import CaseManager, RenderingAssignment
from rcm_tui.screens.form_screen import FormScreen
from tests.practice_builder import SmallPractice, small_practice
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys

COORDINATOR = Actor("cora", "Cora Lind", "client coordinator")
SIZES = pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])
SEARCH = ("6", "slash", *"okafor", "enter", "enter")


def practice_of(store: Store) -> SmallPractice:
    practice = small_practice()
    RenderingAssignment.delete().execute()
    practice.add_practitioner("SOLIS", first_name="MARA")
    practice.add_practitioner("NOVAK", enrolled=False)
    return practice


def words(pilot: Pilot[int]) -> str:
    """What is on screen without its lines and borders."""
    return " ".join(seen(pilot).replace("│", " ").split())


async def to_clinical(pilot: Pilot[int]) -> None:
    """Searches for the client, opens it, and turns to the Clinical tab."""
    await type_keys(pilot, *SEARCH)
    for _ in range(6):
        if "+ new case manager" in seen(pilot):
            return
        await type_keys(pilot, "ctrl+pagedown")
    raise AssertionError(seen(pilot))


async def to_line(pilot: Pilot[int], words: str) -> None:
    """Moves the cursor onto the line with these words, and opens it."""
    screen = pilot.app.screen
    assert isinstance(screen, FormScreen)
    assert screen.state is not None
    wanted = next(f.name for f in screen.state.tab.fields if words in f.label)
    for _ in range(12):
        if screen.state.name == wanted:
            await type_keys(pilot, "enter")
            return
        await type_keys(pilot, "down")
    raise AssertionError(seen(pilot))


def terms() -> list[tuple[str, str, str]]:
    return [
        (one.practitioner.last_name, str(one.starts_on), str(one.ends_on))
        for one in CaseManager.select().order_by(CaseManager.starts_on)
    ]


@SIZES
async def test_a_case_manager_is_added(
    store: Store, make_workstation: MakeWorkstation, size: tuple[int, int]
) -> None:
    practice_of(store)
    CaseManager.delete().execute()
    async with make_workstation(store, COORDINATOR).run_test(size=size) as pilot:
        await to_clinical(pilot)
        await to_line(pilot, "+ new case manager")
        await type_keys(pilot, "ctrl+s")
        shown = seen(pilot)
        assert "2 things are wrong" in shown, shown
        assert "Case manager: is needed" in shown
        assert "From: is needed" in shown
        # The cursor is in the first field that is wrong.
        await type_keys(pilot, *"solis", "enter", *"3/1/26", "ctrl+s")
        assert terms() == [("SOLIS", "2026-03-01", "None")]
        assert "+ new case manager" in seen(pilot), "back to the client"
        assert "SOLIS" in seen(pilot)


@SIZES
async def test_one_who_is_not_enrolled_is_refused_with_the_days(
    store: Store, make_workstation: MakeWorkstation, size: tuple[int, int]
) -> None:
    practice_of(store)
    CaseManager.delete().execute()
    async with make_workstation(store, COORDINATOR).run_test(size=size) as pilot:
        await to_clinical(pilot)
        await to_line(pilot, "+ new case manager")
        await type_keys(pilot, "ctrl+s", *"novak", "enter", *"3/1/26", "ctrl+s")
        assert "is not enrolled with Acme Health from 2026-03-01 on" in words(pilot)
        assert terms() == []


@SIZES
async def test_another_takes_over_after_it_is_shown_what_follows(
    store: Store, make_workstation: MakeWorkstation, size: tuple[int, int]
) -> None:
    practice = practice_of(store)
    practice.add_charge(day=datetime.date(2026, 3, 10))
    practice.add_charge(day=datetime.date(2026, 3, 5))
    async with make_workstation(store, COORDINATOR).run_test(size=size) as pilot:
        await to_clinical(pilot)
        await to_line(pilot, "+ new case manager")
        await type_keys(pilot, "ctrl+s", *"solis", "enter", *"3/9/26", "ctrl+s")
        shown = words(pilot)
        assert "RUIZ, DANA is case manager for ABA since 01/01/2026" in shown
        assert "that one ends on 03/08/2026" in shown
        assert "1 charge not on a claim yet, 0 Draft claims" in shown
        assert "RUIZ, DANA → SOLIS, MARA" in shown
        await type_keys(pilot, "escape")
        assert terms() == [("RUIZ", "2026-01-01", "None")], "esc goes on editing"
        await type_keys(pilot, "ctrl+s", "enter")
        assert terms() == [("RUIZ", "2026-01-01", "2026-03-08"), ("SOLIS", "2026-03-09", "None")]
        last = last_undoable(store.database, COORDINATOR.login)
        assert last is not None
        assert last.title == "Change case manager"
        await type_keys(pilot, "escape", "escape", "u", "enter")
        assert terms() == [("RUIZ", "2026-01-01", "None")], seen(pilot)


@SIZES
async def test_one_is_edited_and_ended(
    store: Store, make_workstation: MakeWorkstation, size: tuple[int, int]
) -> None:
    practice_of(store)
    async with make_workstation(store, COORDINATOR).run_test(size=size) as pilot:
        await to_clinical(pilot)
        await to_line(pilot, "RUIZ")
        screen = pilot.app.screen
        assert isinstance(screen, FormScreen)
        assert screen.form.kind.name == "case_manager"
        while screen.state is not None and screen.state.name != "ends_on":
            await type_keys(pilot, "tab")
        await type_keys(pilot, *"12/31/25", "ctrl+s")
        assert "is before 2026-01-01, when it begins" in words(pilot)
        await type_keys(pilot, *["backspace"] * 10, *"3/31/26", "ctrl+s")
        assert terms() == [("RUIZ", "2026-01-01", "2026-03-31")], seen(pilot)
        assert "03/31/2026" in seen(pilot)
