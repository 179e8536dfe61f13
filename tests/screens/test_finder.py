"""Finding anything by keys: how few it takes, where one lands, and what was opened last."""

import threading

from textual.pilot import Pilot

from rcm_tui.data.search.hit import Hit
from rcm_tui.data.store import Store
from rcm_tui.data.tables.charges import ChargeItem
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.clients import Client
from rcm_tui.data.tables.remittances import Payment
from rcm_tui.screens.claim import ClaimScreen
from rcm_tui.screens.finder import Finder
from rcm_tui.screens.form_screen import FormScreen
from rcm_tui.screens.queue_screen import QueueScreen
from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.row_list import RowList
from tests.screens.conftest import MakeWorkstation
from tests.screens.picture import picture, press, settle


def shown(pilot: Pilot[int]) -> str:
    return picture(pilot.app)  # type: ignore[arg-type]


async def test_a_client_is_found_by_three_letters(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    haddad = Client.get(Client.last_name == "Haddad")
    async with make_workstation(busy_store).run_test(size=(80, 24)) as pilot:
        await press(pilot, "ctrl+g", "h", "a", "d", "enter")
        screen = pilot.app.screen
        assert isinstance(screen, FormScreen), shown(pilot)
        assert (screen.key, screen.form.kind.table_name) == (haddad.id, "client")
        assert "Haddad" in shown(pilot)
        await press(pilot, "escape", "escape")
        below = pilot.app.screen
        assert isinstance(below, QueueScreen), shown(pilot)
        assert (below.queue.name, below.table.cursor_key) == ("clients", haddad.id)
        await press(pilot, "ctrl+g")
        assert "client     Haddad, Rami" in shown(pilot), shown(pilot)


async def test_keys_that_are_faster_than_the_search_open_its_best_hit(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    claim = Claim.select().where(Claim.status == "Submitted").first()
    async with make_workstation(busy_store).run_test(size=(80, 24)) as pilot:
        await pilot.press("ctrl+g", *claim.number, "enter")
        await settle(pilot)
        screen = pilot.app.screen
        assert isinstance(screen, ClaimScreen)
        assert screen.key == claim.id


async def test_a_search_that_nobody_wants_any_more_is_never_begun(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    go_on = threading.Event()
    asked: list[str] = []

    def searching(text: str) -> list[Hit]:
        asked.append(text)
        if len(asked) == 1:
            go_on.wait(30)
        return [Hit("claim", len(asked), f"found {text}", "", 1)]

    async with make_workstation(busy_store).run_test(size=(80, 24)) as pilot:
        dialog = Finder(searching)
        await pilot.app.push_screen(dialog)
        await pilot.press(*"abc")
        go_on.set()
        await settle(pilot)
        assert asked == ["", "abc"]
        assert "found abc" in shown(pilot)


async def test_a_charge_and_a_payment_are_shown_in_their_queue_under_the_cursor(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    charge = ChargeItem.select().order_by(ChargeItem.id.desc()).first()
    async with make_workstation(busy_store).run_test(size=(80, 24)) as pilot:
        await press(pilot, "ctrl+g", *charge.number, "enter")
        screen = pilot.app.screen
        assert isinstance(screen, QueueScreen)
        assert (screen.queue.name, screen.table.cursor_key) == ("charges", charge.id)
        await press(pilot, "ctrl+g", *"0099240", "enter")
        screen = pilot.app.screen
        assert isinstance(screen, QueueScreen)
        held = Payment.get(Payment.trace_number == "0099240")
        assert (screen.queue.name, screen.table.cursor_key) == ("payments", held.id)


async def test_what_was_opened_last_is_offered_before_anything_is_typed(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=(80, 24)) as pilot:
        await press(pilot, "ctrl+g")
        assert "What you open will be listed here" in shown(pilot)
        await press(pilot, "enter")
        assert "Type what to look for." in shown(pilot)
        await press(pilot, "escape", "3", "enter")
        first = pilot.app.screen
        assert isinstance(first, ClaimScreen)
        assert first.shown_record is not None
        number, key = first.shown_record.claim.number, first.key
        await press(pilot, "alt+down", "1", "ctrl+g")
        lines = [row.content.plain for row in pilot.app.screen.query_one(RowList).rows]
        assert lines[0] == "Opened last"
        assert number in lines[2]
        await press(pilot, "down", "enter")
        assert isinstance(pilot.app.screen, ClaimScreen)
        assert pilot.app.screen.key == key


async def test_nothing_found_is_said_and_enter_does_nothing(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=(80, 24)) as pilot:
        await press(pilot, "ctrl+g", *"zzzz", "enter")
        assert "Nothing is found." in shown(pilot)
        assert "There is nothing to open." in shown(pilot)
        assert isinstance(pilot.app.screen, Finder)


async def test_a_search_that_fails_is_told(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    def searching(text: str) -> list[Hit]:
        raise OSError("the disk is gone")

    async with make_workstation(busy_store).run_test(size=(80, 24)) as pilot:
        await pilot.app.push_screen(Finder(searching))
        await settle(pilot)
        assert "OSError: the disk is gone" in shown(pilot)


async def test_a_form_with_something_typed_asks_before_another_record_comes(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=(80, 24)) as pilot:
        await press(pilot, "ctrl+g", *"haddad", "enter")
        form = pilot.app.screen
        assert isinstance(form, FormScreen)
        key = form.key
        await press(pilot, "X")
        assert form.state is not None
        assert form.state.touched
        await press(pilot, "ctrl+g", *"brandt", "enter")
        assert isinstance(pilot.app.screen, Dialog), shown(pilot)
        assert not isinstance(pilot.app.screen, Finder)
        await press(pilot, "escape")
        assert pilot.app.screen is form
        assert form.key == key
