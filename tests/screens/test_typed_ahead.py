"""Keys that arrive faster than what they are meant for comes up."""

import asyncio

from textual.events import Key

from rcm_tui.data.store import Store
from rcm_tui.data.tables.clients import Client
from rcm_tui.screens.typed_ahead import BREATH, RECORD, TypedAhead
from tests.practice_builder import small_practice
from tests.screens.conftest import MakeWorkstation
from tests.screens.picture import picture, press, settle


class Desk:
    """Takes what is typed into it, by a clock of its own."""

    def __init__(self) -> None:
        self.given: list[str] = []
        self.told = 0
        self.now = 100.0
        self.keys = TypedAhead(self._give, lambda key, times: False, self._tell, lambda: self.now)

    async def _give(self, key: Key) -> None:
        self.given.append(key.key)
        self.keys.done(key)

    def _tell(self) -> None:
        self.told += 1

    def type(self, letters: str, each: float = 0.1) -> None:
        for letter in letters:
            self.now += each
            self.press(letter)

    def press(self, name: str) -> None:
        key = Key(name, name if len(name) == 1 else None)
        if self.keys.take(key):
            self.given.append(key.key)
            self.keys.done(key)

    async def given_up(self) -> None:
        while self.keys.held:
            await asyncio.sleep(0)


async def all_fed(desk: Desk) -> None:
    for _ in range(50):
        await asyncio.sleep(0)


async def test_what_is_typed_while_a_record_opens_is_typed_into_it() -> None:
    desk = Desk()
    desk.keys.hold(RECORD)
    desk.type("150.00")
    assert desk.given == []
    desk.keys.release(RECORD)
    await all_fed(desk)
    assert "".join(desk.given) == "150.00"
    assert desk.told == 0


async def test_of_an_amount_all_digits_are_used_or_none() -> None:
    desk = Desk()
    desk.keys.longest_hold = 0
    desk.keys.hold(RECORD)
    desk.type("15")
    await desk.given_up()
    desk.type("0.00")  # in the same breath
    assert desk.given == []
    assert desk.told == 1
    desk.now += BREATH
    desk.type("150.00")
    await all_fed(desk)
    assert "".join(desk.given) == "150.00"


async def test_who_waited_without_typing_goes_on_where_they_are() -> None:
    desk = Desk()
    desk.keys.longest_hold = 0
    desk.keys.hold(RECORD)
    await desk.given_up()
    desk.type("j")
    assert desk.given == ["j"]
    assert desk.told == 0


async def test_escape_is_heard_at_once_and_ends_the_breath() -> None:
    desk = Desk()
    desk.keys.longest_hold = 0
    desk.keys.hold(RECORD)
    desk.type("15")
    await desk.given_up()
    desk.press("escape")
    desk.type("j")
    await all_fed(desk)
    assert desk.given == ["escape", "j"]


async def test_letters_behind_enter_go_into_the_form_that_it_opens(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    small_practice()
    app = make_workstation(store)
    app.typed_ahead.longest_key = app.typed_ahead.longest_hold = 60
    async with app.run_test(size=(80, 24)) as pilot:
        await press(pilot, "6")
        for key in ("enter", *"Zzy~", "ctrl+s"):
            app.post_message(Key(key, key if len(key) == 1 else None))
        for _ in range(400):
            await settle(pilot)
            if "Saved" in picture(app):
                break
    assert {client.mrn for client in Client.select()} >= {"ZZY~"}
