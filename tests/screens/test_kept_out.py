"""An open session takes over what an administrator changes of its person, or ends."""

import pytest

from rcm_tui.billing.people.users import actor_of, add_user, set_active, set_role
from rcm_tui.data.actor import Actor
from rcm_tui.data.personal.drafts import drafts_of
from rcm_tui.data.store import Store
from rcm_tui.screens.app import Workstation
from rcm_tui.screens.form_screen import FormScreen
from tests.practice_builder import NOW, small_practice
from tests.screens.conftest import MakeWorkstation
from tests.screens.keyboard import seen, type_keys
from tests.screens.picture import settle

pytestmark = pytest.mark.parametrize("engine", ["sqlite"], indirect=True, scope="session")

ADA = Actor("ada", "Ada", "administrator")


@pytest.fixture
def alice(store: Store) -> Actor:
    small_practice().add_charge(status="New")
    with store.work(ADA, NOW) as work:
        add_user(work, "ada", "Ada", "administrator")
        return actor_of(int(add_user(work, "alice", "Alice Ng", "biller").id))


async def test_who_is_kept_out_is_out_at_the_next_look_with_drafts_kept(
    store: Store, alice: Actor, make_workstation: MakeWorkstation
) -> None:
    app = make_workstation(store, alice)
    async with app.run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "6", "enter", "end", *"x")
        assert isinstance(app.screen, FormScreen)
        with store.work(ADA, NOW) as work:
            set_active(work, "alice", False)
        await app.look()
        assert app.ended == "kept out"
        assert str(app._exit_renderables[0]).startswith("Alice may not use this practice any more")
    (draft,) = drafts_of(store.database, "alice")
    assert draft.values["mrn"][0] == "M00001X"


async def test_another_role_is_taken_over_at_the_next_look(
    store: Store, alice: Actor, make_workstation: MakeWorkstation
) -> None:
    app = make_workstation(store, alice)
    assert isinstance(app, Workstation)
    async with app.run_test(size=(100, 30)) as pilot:
        await type_keys(pilot, "2")
        assert "a approve" in seen(pilot)
        with store.work(ADA, NOW) as work:
            set_role(work, "alice", "auditor")
        await app.look()
        await settle(pilot)
        assert "alice · auditor" in seen(pilot)
        assert "You are auditor from now on." in seen(pilot)
        assert "a approve" not in seen(pilot)
