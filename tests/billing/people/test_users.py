"""Who may come in: administrators say so, one at least stays, a key is one person's for ever."""

import pytest

from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.people.public_keys import PublicKey, read_public_key
from rcm_tui.billing.people.users import (
    actor_of,
    add_key,
    add_user,
    revoke_key,
    set_active,
    set_role,
    set_units,
    valid_key,
)
from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.practice import ROLES, BusinessUnit
from tests.practice_builder import NOW, small_practice

ADMINISTRATOR = Actor("root", "Root", "administrator")
KEY = read_public_key(
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGdtX7mOTyGwxI5fHVJ6KJ3CUHmyyLvcnyDJfV2D8Vyd laptop"
)
OTHER = PublicKey(KEY.kind, KEY.encoded[:-4] + "AAAA", "desk")


def test_a_person_comes_in_by_a_key_and_no_longer_when_it_is_taken_back(store: Store) -> None:
    with store.work(ADMINISTRATOR, NOW) as work:
        alice = add_user(work, "alice", "Alice Ng", "biller")
        add_key(work, "alice", KEY)
        assert valid_key(OTHER) is None
        assert actor_of(alice.id) == Actor("alice", "Alice Ng", "biller")
        assert valid_key(KEY).user.login == "alice"  # type: ignore[union-attr]
        revoke_key(work, KEY.fingerprint)
        with pytest.raises(Refused, match="the key was taken back from alice"):
            valid_key(KEY)
        add_user(work, "bob", "Bob", "auditor")
        with pytest.raises(Refused, match="was taken back from alice"):
            add_key(work, "bob", KEY)
    actions = [row.action for row in AuditRecord.select().order_by(AuditRecord.id)]
    assert actions[-4:] == ["user added", "key added", "key taken back", "user added"]


def test_who_is_kept_out_comes_in_by_no_key(store: Store) -> None:
    with store.work(ADMINISTRATOR, NOW) as work:
        alice = add_user(work, "alice", "Alice Ng", "biller")
        add_key(work, "alice", KEY)
        set_active(work, "alice", False)
        with pytest.raises(Refused, match="alice is kept out"):
            valid_key(KEY)
        with pytest.raises(Refused, match="may not use"):
            actor_of(alice.id)
        set_active(work, "alice", True)
        assert valid_key(KEY) is not None


def test_the_last_administrator_stays(store: Store) -> None:
    with store.work(ADMINISTRATOR, NOW) as work:
        add_user(work, "ada", "Ada", "administrator")
        for change in (
            lambda: set_role(work, "ada", "biller"),
            lambda: set_active(work, "ada", False),
        ):
            with pytest.raises(Refused, match="only administrator"):
                change()
        add_user(work, "bob", "Bob", "administrator")
        set_role(work, "ada", "biller")


@pytest.mark.parametrize("role", [role for role in ROLES if role != "administrator"])
def test_nobody_else_lets_people_in(store: Store, role: str) -> None:
    with store.work(ADMINISTRATOR, NOW) as work:
        add_user(work, "alice", "Alice Ng", "biller")
        add_key(work, "alice", KEY)
    with store.work(Actor("eve", "Eve", role), NOW) as work:
        for change in (
            lambda: add_user(work, "mallory", "Mallory", "administrator"),
            lambda: set_role(work, "alice", "administrator"),
            lambda: set_active(work, "alice", False),
            lambda: add_key(work, "alice", OTHER),
            lambda: revoke_key(work, KEY.fingerprint),
        ):
            with pytest.raises(Refused, match="may not manage users and keys: an admin"):
                change()


@pytest.mark.parametrize(
    ("login", "name", "role", "says"),
    [
        ("alice", "Alice", "biller", "is taken"),
        ("Alice", "Alice", "biller", "small letter"),
        ("a;rm", "Alice", "biller", "small letter"),
        ("bob", " ", "biller", "is empty"),
        ("bob", "Bob", "system", "role 'system'"),
        ("bob", "Bob", "chief", "role 'chief'"),
    ],
)
def test_what_is_wrong_is_said(store: Store, login: str, name: str, role: str, says: str) -> None:
    with store.work(ADMINISTRATOR, NOW) as work:
        add_user(work, "alice", "Alice Ng", "biller")
        with pytest.raises(Refused, match=says):
            add_user(work, login, name, role)
        with pytest.raises(Refused, match="no login 'carol'"):
            add_key(work, "carol", KEY)


def test_a_person_is_limited_to_units_and_acts_within_them_from_the_next_look(
    store: Store,
) -> None:
    practice = small_practice()
    north = BusinessUnit.create(name="North")
    with store.work(ADMINISTRATOR, NOW) as work:
        alice = add_user(work, "alice", "Alice Ng", "biller")
        set_units(work, "alice", ["North"])
        assert actor_of(alice.id).units == {north.id}
        with pytest.raises(Refused, match=f"must be one of North, {practice.unit.name}"):
            set_units(work, "alice", ["South"])
        with pytest.raises(Refused, match="take the limit away first"):
            set_role(work, "alice", "administrator")
        set_units(work, "alice", [practice.unit.name, "North"])
        assert actor_of(alice.id).units == {north.id, practice.unit.id}
        set_units(work, "alice", [])
        assert actor_of(alice.id) == Actor("alice", "Alice Ng", "biller")
        add_user(work, "ada", "Ada", "administrator")
        with pytest.raises(Refused, match="acts for the whole practice"):
            set_units(work, "ada", ["North"])
    actions = [row.action for row in AuditRecord.select()]
    assert actions.count("user units set") == 3
