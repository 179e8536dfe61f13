"""The end of the program, while something is still being read."""

import asyncio
import threading
from dataclasses import replace
from typing import Any

import pytest

from rcm_tui.data.records.pulse import Pulse
from rcm_tui.data.store import Store
from tests.screens.conftest import MakeWorkstation
from tests.screens.picture import settle


async def test_a_look_at_the_store_that_ends_after_its_screens_ends_in_peace(
    busy_store: Store, make_workstation: MakeWorkstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_workstation(busy_store)
    gone = threading.Event()
    read, prune = app._pulse_reader.read, app._prune
    looks: list[asyncio.Task[None]] = []

    def late(afresh: bool = False) -> Pulse:
        gone.wait(30)
        return replace(read(afresh), records=-1)

    async def pruned(*screens: Any) -> None:
        await prune(*screens)
        gone.set()
        await asyncio.gather(*looks)

    async with app.run_test(size=(100, 30)) as pilot:
        await settle(pilot)
        monkeypatch.setattr(app._pulse_reader, "read", late)
        looks.append(asyncio.create_task(app.look()))
        await asyncio.sleep(0)
        monkeypatch.setattr(app, "_prune", pruned)
    assert looks[0].done()
