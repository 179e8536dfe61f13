"""A day's work by keys on the demo practice: twenty-five denials, each settled in its own way.

What each one asks for is read off the screen, as a denial specialist does. Afterwards the store
is proven by `check`, and Home and the queue's views say what the claims do.
"""

import datetime
from collections import Counter
from pathlib import Path

import pytest
from textual.pilot import Pilot

from rcm_tui.billing.check import check_store
from rcm_tui.billing.denials.open_denials import COLUMNS, open_denials
from rcm_tui.data.queues.open_denials import OPEN_DENIALS
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Viewer
from rcm_tui.data.records.desk import Heap, read_waiting
from rcm_tui.data.store import Store
from rcm_tui.data.tables.appeals import Appeal
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.denials import Denial
from rcm_tui.data.work import Actor
from rcm_tui.demo.build import build_demo
from rcm_tui.screens.app import Workstation
from rcm_tui.screens.denials import DenialsScreen
from tests.screens.keyboard import seen, type_keys

NOW = datetime.datetime(2026, 11, 18, 17, 0, tzinfo=datetime.UTC)
SPECIALIST = Actor("maria", "Maria Sole", "denial specialist")
WANTED = 25
KEYS = {
    "correct": ("d", "enter"),
    "new claim": ("D", "enter"),
    "appeal": ("a", "asterisk", "enter"),
    "documents": ("h", "tab", *"documents sent", "enter"),
    "next payer": ("b", "enter"),
    "patient": ("P", "enter"),
    "write off": ("w", "enter"),
    "look": ("h", "tab", *"asked the payer", "enter"),
}
"""What the screen proposes, and the keys of it."""
OTHERWISE = ("h", "tab", *"waits for the family", "enter")
"""What cannot go that way now waits a week: billing the next payer of who has none."""


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("days-work")
    path = folder / "demo.db"
    build_demo(
        path,
        folder / "keys",
        claims=600,
        seed=7,
        replace=True,
        progress=lambda done, total: None,
        now=NOW,
    )
    return path


async def back_to_the_queue(pilot: Pilot[int]) -> DenialsScreen:
    for _ in range(6):
        if isinstance(pilot.app.screen, DenialsScreen):
            return pilot.app.screen
        await type_keys(pilot, "escape")
    raise AssertionError(seen(pilot))


def waits(store: Store, viewer: Viewer, view: str = "to_work") -> list[int]:
    pages = QueuePages(store.database, OPEN_DENIALS, viewer, view=view)
    return [int(key) for key in pages.keys()]  # noqa: SIM118


async def settle_the_first(pilot: Pilot[int], store: Store, viewer: Viewer) -> str:
    """Does with the most urgent denial what the screen proposes; how it went."""
    screen = await back_to_the_queue(pilot)
    await type_keys(pilot, "home")
    key, way = int(screen.table.cursor_key or 0), str(screen.row()["next"])
    assert key == waits(store, viewer)[0], seen(pilot)
    await type_keys(pilot, *KEYS[way])
    screen = await back_to_the_queue(pilot)
    if key in waits(store, viewer):
        assert way in ("next payer", "patient", "new claim", "correct"), seen(pilot)
        await type_keys(pilot, "home", *OTHERWISE)
        screen, way = await back_to_the_queue(pilot), "waits"
    following = waits(store, viewer)
    assert key not in following, seen(pilot)
    assert screen.table.cursor_key == following[0], seen(pilot)
    return way


async def test_twenty_five_denials_are_settled_and_everything_agrees(
    demo: Path, tmp_path: Path, plain_terminal: None
) -> None:
    viewer = Viewer(NOW.date(), SPECIALIST.login)
    with Store.open(str(demo), demo.parent / "keys") as store:
        before = waits(store, viewer)
        assert len(before) > WANTED
        app = Workstation(store, SPECIALIST, clock=lambda: NOW, export_folder=tmp_path)
        async with app.run_test(size=(118, 34)) as pilot:
            await type_keys(pilot, "4", "4", "2")
            done = Counter([await settle_the_first(pilot, store, viewer) for _ in range(WANTED)])
            await type_keys(pilot, "1")
            home = seen(pilot)
        settled = set(before) - set(waits(store, viewer))
        assert len(settled) == sum(done.values()) == WANTED
        assert {"correct", "appeal"} <= done.keys(), done
        drafts = Claim.select().where(Claim.frequency == "7", Claim.previous.in_(settled))
        assert drafts.count() == done["correct"]
        assert Appeal.select().where(Appeal.claim.in_(settled)).count() == done["appeal"]
        proven(store)
        agreeing(store, viewer, home)


def proven(store: Store) -> None:
    results = check_store(store.database, store.audit_key)
    assert {one.name: one.problems for one in results if not one.ok} == {}


def agreeing(store: Store, viewer: Viewer, home: str) -> None:
    """Home and the views of the queue say what the claims do."""
    claims = [claim.id for claim in Claim.select(Claim.id)]
    real = open_denials(store.database, claims)
    assert set(real) == set(waits(store, viewer, "all"))
    parts = [
        set(waits(store, viewer, view)) for view in ("to_work", "overdue", "in_work", "snoozed")
    ]
    assert set.union(*parts) == set(real)
    to_work = parts[0]
    (waiting,) = read_waiting(
        store.database, [Heap("denials", "to_work", "amount", "until")], viewer
    )
    amount = COLUMNS.index("open_amount")
    assert waiting.count == len(to_work)
    assert waiting.cents == sum(real[key][amount] for key in to_work)
    (line,) = (line for line in home.splitlines() if "Denials to work" in line)
    assert f"{waiting.count:,}" in line.split(), line
    owed = sum(Claim.get_by_id(key).payer_balance for key in to_work)
    assert sum(row.open_amount for row in Denial.select().where(Denial.claim.in_(to_work))) <= owed
