"""Saving what is seen of a queue, and finding, renaming and deleting it under `v`."""

from rcm_tui.data.actor import Actor
from rcm_tui.data.personal.views import save_view
from rcm_tui.data.queues.claims import CLAIMS
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.personal import SavedView
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys
from tests.screens.test_driving import queue_screen, said

TOM = Actor("tom", "Tom", "biller")


def save(store: Store, actor: Actor, title: str, filter: str, *, shared: bool = False) -> None:
    with store.work(actor) as work:
        save_view(work, CLAIMS, title, filter=filter, shared=shared)


async def test_what_is_seen_is_saved_and_chosen_again_with_its_order_and_count(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "3", "slash", *"payer:BLUE", "enter", "o", *"billed", "enter")
        await type_keys(pilot, "s", *"blue ones", "enter")
        screen = queue_screen(pilot)
        assert (screen.view.title, screen.filter, screen.table.total) == ("blue ones", "", 3)
        await type_keys(pilot, "v", *"all", "enter")
        assert screen.table.total == 9
        await type_keys(pilot, "v", *"blue")
        line = next(x for x in seen(pilot).splitlines() if "blue ones" in x)
        assert "yours" in line
        assert line.split("│")[1].split()[-1] == "3"
        await type_keys(pilot, "enter")
        assert screen.pages is not None
        assert str(screen.pages.order) == "-billed"
        assert screen.table.total == 3
    assert AuditRecord.select().where(AuditRecord.action == "view saved").count() == 1


async def test_a_view_is_shared_with_the_others(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "3", "s", *"team", "tab", "space", "enter")
        assert "for everybody" in said(pilot)
    async with make_workstation(busy_store, TOM).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "3", "v", *"team")
        assert "team   shared by" in seen(pilot)
        # Only its owner changes it.
        await type_keys(pilot, "f8")
        assert "Only views that you saved can be deleted." in seen(pilot)
    assert SavedView.get(SavedView.name == "team").shared


async def test_a_title_that_the_queue_has_is_told_and_asked_for_again(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "3", "s", *"denied", "enter")
        assert "choose another" in seen(pilot)
        await type_keys(pilot, *"denied2", "enter")
        assert queue_screen(pilot).view.title == "denied2"


async def test_a_view_is_renamed_and_deleted_where_it_is_chosen(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    async with make_workstation(busy_store).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "3", "slash", *"payer:BLUE", "enter", "s", *"old", "enter")
        await type_keys(pilot, "v", *"old", "f2", "ctrl+u", *"new", "enter", *"new")
        assert "new   yours" in seen(pilot)
        assert SavedView.get().title == "new"
        await type_keys(pilot, "f8", "enter", "escape")
        screen = queue_screen(pilot)
        assert screen.view.name == "all"
        assert screen.table.total == 9
    assert SavedView.select().count() == 0


async def test_a_hostile_title_is_only_letters(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    save(busy_store, TOM, "[@click=app.quit]x[/]", "payer:BLUE", shared=True)
    SavedView.update(title="[/oops]\x1b[31m[@click=app.quit]x").execute()
    async with make_workstation(busy_store).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "3", "v", *"oops")
        shown = seen(pilot)
        assert "[/oops]" in shown
        assert "\x1b" not in shown
        await type_keys(pilot, "enter")
        assert "[@click=app.quit]x" in seen(pilot)
        assert queue_screen(pilot).table.total == 3
