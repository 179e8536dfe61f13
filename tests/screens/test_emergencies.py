"""Emergency access on screen: taken up by name, a banner while it lasts, reviewed from Home."""

import datetime

import pytest

from rcm_tui.billing.people.emergency import allow_emergency
from rcm_tui.billing.people.users import actor_of, add_user
from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store
from rcm_tui.data.tables.emergencies import EmergencyAccess
from rcm_tui.screens import pace
from rcm_tui.screens.app import Workstation
from tests.practice_builder import NOW, small_practice
from tests.screens.keyboard import seen, type_keys
from tests.screens.picture import settle
from tests.screens.test_idle import Clock

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True, scope="session")

ADA = Actor("ada", "Ada", "administrator")


@pytest.fixture
def alice(store: Store, plain_terminal: None) -> Actor:
    small_practice().add_charge(status="New")
    with store.work(ADA, NOW) as work:
        add_user(work, "ada", "Ada", "administrator")
        user = add_user(work, "alice", "Alice Ng", "auditor")
        allow_emergency(work, "alice", "biller")
        return actor_of(int(user.id))


async def test_it_is_seen_on_every_screen_and_ends_by_itself(store: Store, alice: Actor) -> None:
    clock = Clock()
    app = Workstation(store, alice, clock=clock)
    async with app.run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "2")
        assert "a approve" not in seen(pilot)
        await type_keys(pilot, "ctrl+p", *"take up emergency", "enter")
        await type_keys(pilot, *"maria is ill today", "enter")
        assert "EMERGENCY ACCESS as biller · 60 minutes left" in seen(pilot)
        assert "a approve" in seen(pilot)
        clock.forward(20)
        await type_keys(pilot, "3")
        await app.look()
        await settle(pilot)
        assert "EMERGENCY ACCESS as biller · 40 minutes left" in seen(pilot)
        clock.forward(40)
        await app.look()
        await settle(pilot)
        assert "EMERGENCY" not in seen(pilot)
        assert "alice · auditor" in seen(pilot)
        await type_keys(pilot, "2")
        assert "EMERGENCY" not in seen(pilot)
        assert "a approve" not in seen(pilot)
    row = EmergencyAccess.get()
    assert (row.reason, row.ended_at) == ("maria is ill today", NOW + datetime.timedelta(hours=1))


async def test_an_administrator_sees_it_on_home_at_once_and_reviews_it(
    store: Store, alice: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "LONGEST", 0.0)  # on a crowded machine Home rests between two looks
    clock = Clock()
    app, ada = Workstation(store, alice, clock=clock), Workstation(store, ADA, clock=clock)
    async with app.run_test(size=(100, 30)) as pilot, ada.run_test(size=(100, 30)) as other:
        await settle(other)
        await type_keys(pilot, "ctrl+p", *"take up emergency", "enter")
        await type_keys(pilot, *"maria is ill today", "tab", "backspace", "backspace", "5", "enter")
        await ada.look()
        await settle(other)
        home = next(line for line in seen(other).splitlines() if "Emergency access" in line)
        assert home.split("review")[1].split()[0] == "1"
        await type_keys(pilot, "ctrl+p", *"end your emergency", "enter")
        assert "Emergency access has ended" in seen(pilot)
        await ada.look()
        await settle(other)
        await type_keys(other, "enter")
        assert "maria is ill today" in seen(other)
        await type_keys(other, "a", *"nothing was changed", "enter")
        assert "Reviewed." in seen(other)
    row = EmergencyAccess.get()
    assert (row.reviewed_by, row.review) == ("ada", "nothing was changed")
