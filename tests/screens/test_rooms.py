"""The lists of a section: its number key pressed again, and what is chosen there."""

import pytest

from rcm_tui.data.queues import QUEUES
from rcm_tui.data.store import Store
from rcm_tui.screens import places
from rcm_tui.screens.frame import SECTIONS
from rcm_tui.screens.rooms import RoomChooser, room_title
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys

SECTION_OF_KEY = {key: name for key, name, _ in SECTIONS}


def test_every_room_is_a_screen_with_a_title() -> None:
    for section, rooms in places.ROOMS.items():
        assert rooms[0] == section in SECTION_OF_KEY.values()
        assert len(set(rooms)) == len(rooms) > 1
        for room in rooms:
            assert room in places.SCREENS or room in places.RECORD_QUEUES
            assert room_title(room)


async def test_the_number_again_lists_them_and_a_number_chooses(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    app = make_workstation(busy_store)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "5", "5")
        assert isinstance(app.screen, RoomChooser)
        shown = seen(pilot)
        assert "Lists of Remittances" in shown
        assert "2 Payments" in shown
        held = QUEUES["payments"].view(QUEUES["payments"].default_view).title
        assert f"{held} " in shown  # with what it holds to begin with
        await type_keys(pilot, "2")
        assert app.screen.name == "payments", seen(pilot)
        # From there the number shows the list again, the one that one is in under the cursor.
        await type_keys(pilot, "5", "escape")
        assert app.screen.name == "payments"
        await type_keys(pilot, "5", "9", "1")
        assert app.screen.name == "remittances"
        await type_keys(pilot, "5", *"paym", "enter")
        assert app.screen.name == "payments"


@pytest.mark.parametrize("key", ["4", "9"])
async def test_a_section_with_one_list_shows_none(
    busy_store: Store, make_workstation: MakeWorkstation, key: str
) -> None:
    app = make_workstation(busy_store)
    if SECTION_OF_KEY[key] in places.ROOMS:
        pytest.skip("this section has several lists now")
    async with app.run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, key, key)
        assert app.screen.name == SECTION_OF_KEY[key]


async def test_commands_go_to_every_list(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    app = make_workstation(busy_store)
    async with app.run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "ctrl+p", *"go to claims trans", "enter")
        assert app.screen.name == "transactions"
        await type_keys(pilot, "ctrl+p", *"other lists", "enter")
        assert isinstance(app.screen, RoomChooser)
