"""What becomes of a person while their session is open holds in the next unit of work."""

from dataclasses import replace

import pytest

from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.people.users import (
    actor_of,
    add_key,
    add_user,
    revoke_key,
    set_active,
    set_role,
    set_units,
)
from rcm_tui.data.actor import WORKER, Actor
from rcm_tui.data.admission import KeptOut, admitted
from rcm_tui.data.personal.drafts import drafts_of, keep_draft
from rcm_tui.data.store import Store
from rcm_tui.data.tables.practice import User
from tests.billing.people.test_users import ADMINISTRATOR, KEY
from tests.practice_builder import NOW, small_practice


@pytest.fixture
def alice(store: Store) -> Actor:
    """An administrator who came by a key; another one stays when she does not."""
    with store.work(ADMINISTRATOR, NOW) as work:
        add_user(work, "ada", "Ada", "administrator")
        user = add_user(work, "alice", "Alice Ng", "administrator")
        return actor_of(int(user.id), int(add_key(work, "alice", KEY).id))


def test_who_is_kept_out_writes_nothing_more_but_drafts(store: Store, alice: Actor) -> None:
    with store.work(alice, NOW) as work:
        assert work.actor == alice
    with store.work(ADMINISTRATOR, NOW) as work:
        set_active(work, "alice", False)
    with (
        pytest.raises(KeptOut, match="alice may not use this practice any more"),
        store.work(alice, NOW) as work,
    ):
        add_user(work, "mallory", "Mallory", "administrator")
    assert User.get_or_none(User.login == "mallory") is None
    with store.work(replace(alice, leaving=True), NOW) as work:
        keep_draft(work, "client", 1, 1, {"last_name": "Ng"})
    assert len(drafts_of(store.database, "alice")) == 1
    with store.work(ADMINISTRATOR, NOW) as work:
        set_active(work, "alice", True)
    with store.work(alice, NOW) as work:
        assert work.actor == alice


def test_another_role_or_unit_holds_in_what_is_done_next(store: Store, alice: Actor) -> None:
    unit = small_practice().unit
    with store.work(ADMINISTRATOR, NOW) as work:
        set_role(work, "alice", "biller")
        set_units(work, "alice", [unit.name])
    with store.work(alice, NOW) as work:
        assert (work.actor.role, work.actor.units) == ("biller", frozenset({int(unit.id)}))
        with pytest.raises(Refused, match="may not manage users"):
            add_user(work, "mallory", "Mallory", "administrator")
    with store.work(ADMINISTRATOR, NOW) as work:
        set_units(work, "alice", [])
    assert admitted(store.database, alice, NOW) == replace(alice, role="biller")


def test_a_key_that_is_taken_back_ends_what_it_began_and_no_other_session(
    store: Store, alice: Actor
) -> None:
    with store.work(ADMINISTRATOR, NOW) as work:
        revoke_key(work, KEY.fingerprint)
    with pytest.raises(KeptOut, match="the key that alice came by was taken back"):
        admitted(store.database, alice, NOW)
    other = replace(alice, key=None)
    assert admitted(store.database, other, NOW) == other


def test_long_work_ends_at_its_next_step(store: Store, alice: Actor) -> None:
    with store.work(alice, NOW, in_steps=True) as work:
        keep_draft(work, "client", 1, 1, {"last_name": "kept"})
        User.update(active=False).where(User.login == "alice").execute()
        with pytest.raises(KeptOut):
            work.step_done()
    assert [draft.values for draft in drafts_of(store.database, "alice")] == [{"last_name": "kept"}]


def test_the_worker_and_who_is_no_person_of_the_practice_stay_as_they_are(store: Store) -> None:
    own = Actor("somebody", "On their own machine", "administrator")
    assert admitted(store.database, own, NOW) == own
    assert admitted(store.database, WORKER, NOW) == WORKER
    # Nobody becomes the worker by its login.
    User.create(login="robot", name="Robot", role="system")
    with pytest.raises(KeptOut):
        admitted(store.database, Actor("robot"), NOW)
