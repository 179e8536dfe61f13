"""A workstation that nobody works at: covered, uncovered by a key, and signed out, by a clock."""

import datetime
from collections.abc import Callable
from threading import Event

import pytest
from textual.app import App
from textual.geometry import Size
from textual.pilot import Pilot

from rcm_tui.data.personal.drafts import drafts_of
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.work import Work
from rcm_tui.screens.app import Workstation
from rcm_tui.screens.cover import cover_lines
from rcm_tui.screens.form_screen import FormScreen
from tests.practice_builder import BILLER, NOW, small_practice
from tests.screens.keyboard import seen, type_keys
from tests.screens.picture import differs, settle

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True, scope="session")


class Clock:
    """A clock that stands until somebody moves it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime.datetime:
        return self.now

    def forward(self, minutes: float) -> None:
        self.now += datetime.timedelta(minutes=minutes)


@pytest.fixture
def clock(plain_terminal: None) -> Clock:
    return Clock()


@pytest.fixture
def painted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Everything that would reach the terminal, as text."""
    pictures: list[str] = []

    def display(self: App[int], screen: object, renderable: object) -> None:
        if renderable is not None:
            pictures.append(renderable.render_segments(self.console))  # type: ignore[attr-defined]

    monkeypatch.setattr(App, "_display", display)
    return pictures


def workstation(store: Store, clock: Clock) -> Workstation:
    return Workstation(store, BILLER, clock=clock, cover_minutes=10, sign_out_minutes=30)


def sessions() -> list[tuple[str, str, str]]:
    """What is on record of people's sessions."""
    return [
        (one.actor, one.action, one.details)
        for one in AuditRecord.select().order_by(AuditRecord.id)
        if one.action.startswith(("screen", "signed"))
    ]


async def a_second(pilot: Pilot[int]) -> None:
    """What the workstation does each second."""
    app = pilot.app
    assert isinstance(app, Workstation)
    await app._each_second()
    await app.workers.wait_for_complete([w for w in app.workers if w.group in ("session", "end")])
    await settle(pilot)


async def test_the_cover_leaves_nothing_of_the_practice_until_a_key(
    store: Store, clock: Clock, painted: list[str]
) -> None:
    practice = small_practice()
    practice.add_claim()
    name = practice.client.last_name
    async with workstation(store, clock).run_test(size=(80, 24)) as pilot:
        await type_keys(pilot, "3", "v", *"all", "enter")
        assert name in seen(pilot)
        clock.forward(9.9)
        await a_second(pilot)
        assert not any("Covered" in picture for picture in painted)
        await type_keys(pilot, "down")
        clock.forward(9.9)
        await a_second(pilot)
        assert not any("Covered" in picture for picture in painted)

        clock.forward(0.1)
        painted.clear()
        await a_second(pilot)
        cover = "".join(painted)
        assert "Covered: no key was pressed for 10 minutes." in cover
        assert not any(words in cover for words in (name, "maria", store.practice_name))
        assert cover.count("\n") == 23
        # Nothing else reaches the terminal, whatever changes below, nor by a mouse that moves.
        painted.clear()
        clock.forward(2)
        with store.work(BILLER) as work:
            work.record("claim made", practice.add_claim(client=practice.add_client("SATO")))
        await a_second(pilot)
        await pilot.hover(offset=(5, 5))
        pilot.app.screen.refresh()
        await a_second(pilot)
        assert painted == []
        await pilot.resize_terminal(100, 30)
        await a_second(pilot)
        assert all("Covered" in picture for picture in painted)
        assert "".join(painted).count("\n") == 29

        # The key uncovers and does nothing else.
        painted.clear()
        await type_keys(pilot, "2")
        assert name in painted[0]
        assert "SATO" in seen(pilot)
        assert "Claims · All" in seen(pilot)
    assert sessions() == [("maria", "screen covered", "{}"), ("maria", "screen uncovered", "{}")]


@pytest.mark.parametrize("size", [(80, 24), (160, 50)])
async def test_how_the_cover_looks(
    store: Store, clock: Clock, painted: list[str], size: tuple[int, int]
) -> None:

    lines = cover_lines(Size(*size), 10, 30)
    assert [len(line) for line in lines] == [size[0]] * size[1]
    shown = "".join(f"{line.rstrip()}\n" for line in lines)
    name = f"cover-{size[0]}x{size[1]}"
    assert not (told := differs(name, shown)), told


async def test_half_an_hour_later_the_person_is_signed_out_and_their_draft_is_kept(
    store: Store, clock: Clock
) -> None:
    practice = small_practice()
    async with workstation(store, clock).run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "6", "enter", "end", *"junior")
        assert isinstance(pilot.app.screen, FormScreen)
        clock.forward(12)
        await a_second(pilot)
        clock.forward(18)
        await a_second(pilot)
        app = pilot.app
        assert isinstance(app, Workstation)
        assert app.ended == "after 30 idle minutes"
        assert "signed out after 30 minutes" in str(app._exit_renderables[0])
    (draft,) = drafts_of(store.database, "maria")
    assert (draft.subject, draft.subject_id) == ("client", practice.client.id)
    assert draft.values["mrn"][0] == "M00001JUNIOR"


async def test_a_clock_that_is_set_back_keeps_nothing_open(store: Store, clock: Clock) -> None:
    small_practice()
    async with workstation(store, clock).run_test(size=(80, 24)) as pilot:
        clock.forward(-600)
        await a_second(pilot)
        clock.forward(10)
        await a_second(pilot)
        assert isinstance(pilot.app, Workstation)
        assert pilot.app.covered


async def test_long_work_is_covered_and_not_cut(
    store: Store, clock: Clock, painted: list[str]
) -> None:
    small_practice()
    go_on = Event()

    def long_work(work: Work, progress: Callable[[int, int], None]) -> str:
        progress(1, 2)
        go_on.wait(60)
        return "done"

    async with workstation(store, clock).run_test(size=(80, 24)) as pilot:
        app = pilot.app
        assert isinstance(app, Workstation)
        doing = app.run_worker(app.change_with_progress("Posting", long_work))
        while "Posting" not in seen(pilot):
            await pilot.pause()
        for _ in range(5):
            clock.forward(20)
            await app._each_second()
        assert app.covered
        assert not app.ended
        painted.clear()
        go_on.set()
        assert await doing.wait() == "done"
        clock.forward(29)
        await a_second(pilot)
        assert painted == []
        assert not app.ended  # who waited for it has as long again to see what came of it
        clock.forward(1)
        await a_second(pilot)
        assert app.ended
