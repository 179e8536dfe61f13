"""Home: all that waits and went wrong; the figures of the year are read when they can be others."""

import datetime
from typing import Any

import pytest

from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store
from rcm_tui.data.tables.exchange import IncomingFile
from rcm_tui.data.tables.ledger import Journal
from rcm_tui.screens import home
from rcm_tui.screens.queue_screen import QueueScreen
from rcm_tui.screens.waiting import DENIALS
from rcm_tui.widgets.row_list import RowList
from tests.practice_builder import BILLER, NOW, small_practice
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys
from tests.screens.picture import settle


async def test_the_months_are_read_again_only_after_postings(
    store: Store, make_workstation: MakeWorkstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_practice()
    times = 0
    read_months = home.read_months

    def counted(*args: Any) -> Any:
        nonlocal times
        times += 1
        return read_months(*args)

    monkeypatch.setattr(home, "read_months", counted)
    monkeypatch.setattr(home, "SECONDS_BETWEEN_MONTHS", 0.0)
    app = make_workstation(store)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await app.look()
        assert times == 1
        for posted in (False, False, True):
            with store.work(BILLER, NOW) as work:
                work.record("something", "claim", 1)
                if posted:
                    Journal.create(kind="remittance", posted_on=NOW.date(), memo="", created_at=NOW)
            await app.look()
            await settle(pilot)
        assert times == 2


async def test_while_payments_are_posted_they_wait_their_time(
    store: Store, make_workstation: MakeWorkstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_practice()
    app = make_workstation(store)
    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        await app.look()
        screen = app.screen
        assert isinstance(screen, home.HomeScreen)
        before = screen._months_of
        with store.work(BILLER, NOW) as work:
            work.record("something", "claim", 1)
            Journal.create(kind="remittance", posted_on=NOW.date(), memo="", created_at=NOW)
        await app.look()
        await settle(pilot)
        assert screen._months_of == before
        assert screen._months_later is not None
        # Their time has come.
        screen._months_at -= home.SECONDS_BETWEEN_MONTHS
        screen._months_soon()
        await settle(pilot)
        assert screen._months_of != before


async def test_a_denial_specialist_has_all_that_waits_on_one_small_screen(
    busy_store: Store, make_workstation: MakeWorkstation
) -> None:
    tom = Actor("maria", "Maria Sole", "denial specialist")
    app = make_workstation(busy_store, tom)
    async with app.run_test(size=(80, 24)) as pilot:
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, home.HomeScreen)
        text = seen(pilot)
        for wait in DENIALS:
            assert wait.title in text
        assert "Next submission" in text or "No submission" in text
        counts = {one.heap.view: one.count for one in screen._waiting}
        assert counts["mine"] > 0
        for number, wait in enumerate(DENIALS):
            if wait.heap.view in ("mine", "due_soon", "my_open", "my_drafts", "my_resolved"):
                screen.query_one("#waits", RowList).go(number)
                await type_keys(pilot, "enter")
                queue = app.screen
                assert isinstance(queue, QueueScreen)
                assert (queue.queue.name, queue.view.name) == (wait.heap.queue, wait.heap.view)
                assert queue.pages is not None
                assert queue.pages.totals()["count"] == counts[wait.heap.view]
                await type_keys(pilot, "1")


async def test_what_went_wrong_says_when_in_the_practice_s_own_time(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    small_practice()
    with store.work(BILLER, NOW) as work:
        IncomingFile.create(
            source="",
            name="stray.835",
            sha256="0" * 64,
            size=1,
            content=b"",
            kind="835",
            outcome="held",
            findings='[{"reason": "Held: 400.00 is not 380.00"}]',
            received_at=datetime.datetime(2026, 3, 16, 3, 30, tzinfo=datetime.UTC),
        )
        work.record("received", "incoming_file", 1)
    app = make_workstation(store)
    async with app.run_test(size=(160, 50)) as pilot:
        await settle(pilot)
        assert "⚠ 03/15 23:30 stray.835: Held: 400.00 is not 380.00" in seen(pilot)


async def test_all_that_waits_is_seen_where_there_is_room(
    store: Store, make_workstation: MakeWorkstation
) -> None:
    small_practice()
    app = make_workstation(store, Actor("maria", "Maria Sole", "administrator"))
    async with app.run_test(size=(160, 50)) as pilot:
        await settle(pilot)
        screen = app.screen
        assert isinstance(screen, home.HomeScreen)
        text = seen(pilot)
        assert all(wait.title in text for wait in screen.waits)
