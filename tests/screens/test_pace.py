"""Figures that are dear to read, while others change the store all the time."""

from collections.abc import Callable

import pytest
from textual.pilot import Pilot

from rcm_tui.data.actor import Actor
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from rcm_tui.screens import home, queue_screen
from rcm_tui.screens.app import Workstation
from rcm_tui.screens.pace import LONGEST, Pace
from tests.practice_builder import NOW, small_practice
from tests.screens.conftest import MakeWorkstation
from tests.screens.picture import picture, press, settle

TOM = Actor("tom", "Tom Becker", "billing manager")


class Dear(Pace):
    """What has taken so long that it rests until the test is over."""

    def wait(self, now: float) -> float:
        return 3600.0


@pytest.mark.parametrize(
    ("seconds", "rests"), [(0.0, 0.0), (0.03, 1.0), (0.15, 5.0), (60.0, LONGEST)]
)
def test_what_takes_long_rests_long(seconds: float, rests: float) -> None:
    pace = Pace()
    assert pace.wait(100.0) == 0
    pace.took(100.0, 100.0 + seconds)
    assert pace.wait(100.0 + seconds) == pytest.approx(rests)
    assert pace.wait(100.0 + seconds + rests) == pytest.approx(0.0)


async def test_rows_are_fresh_at_once_and_totals_once_in_a_while(
    store: Store, make_workstation: MakeWorkstation, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice = small_practice()
    claims = [practice.add_claim() for _ in range(3)]
    summed: list[str] = []
    totals = QueuePages.totals

    def counted(self: QueuePages, **options: object) -> dict[str, int]:
        summed.append(self.queue.name)
        return totals(self, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(QueuePages, "totals", counted)
    monkeypatch.setattr(queue_screen, "Pace", Dear)
    monkeypatch.setattr(home, "Pace", Dear)
    app = make_workstation(store)
    async with app.run_test(size=(100, 30)) as pilot:
        first = app.screen
        assert isinstance(first, home.HomeScreen)
        await until(pilot, lambda: bool(first._waiting))
        at_home = len(summed)
        for _ in range(3):
            _change(store, claims[0].id)
            await app.look()
            await settle(pilot)
        assert len(summed) == at_home  # what waits is counted in a while
        await press(pilot, "3")
        screen = app.screen
        assert isinstance(screen, queue_screen.QueueScreen)
        await until(pilot, lambda: screen._totals is not None)
        before = summed.count("claims")
        for number in range(3):
            _change(store, claims[1].id, patient_name=f"OTHER {number}")
            await until(pilot, lambda name=f"OTHER {number}": name in picture(app))
        assert summed.count("claims") == before
        screen.done_with()  # what one has done oneself is summed at once
        await until(pilot, lambda: summed.count("claims") > before)
        await settle(pilot)
        assert summed.count("claims") == before + 1


async def until(pilot: Pilot[int], so: Callable[[], bool]) -> None:
    """Looks and waits for what a server may tell only after the screen was quiet for a moment."""
    app = pilot.app
    assert isinstance(app, Workstation)
    for _ in range(400):
        await app.look()
        await settle(pilot)
        if so():
            return
    raise AssertionError("it never came to be so")


def _change(store: Store, claim: int, **values: object) -> None:
    with store.work(TOM, NOW) as work:
        if values:
            Claim.update(**values).where(Claim.id == claim).execute()
        work.record("edited", "claim", claim)
