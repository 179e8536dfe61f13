"""Home: the figures of the year are read when they can be others, not at every change."""

from typing import Any

import pytest

from rcm_tui.data.store import Store
from rcm_tui.data.tables.ledger import Journal
from rcm_tui.screens import home
from tests.practice_builder import BILLER, NOW, small_practice
from tests.screens.conftest import MakeWorkstation
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
