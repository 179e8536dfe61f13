"""People who use the program on a shared server: administrators let them in, and out again."""

import re
from collections.abc import Iterable
from dataclasses import replace

from rcm_tui.billing.outcome import NotAllowed, Refused
from rcm_tui.billing.people.public_keys import PublicKey
from rcm_tui.billing.rights import ADMINISTRATOR, MANAGE_USERS, PEOPLE, needs
from rcm_tui.data.actor import Actor
from rcm_tui.data.plain import plain
from rcm_tui.data.tables.practice import BusinessUnit, User
from rcm_tui.data.tables.user_keys import UserKey
from rcm_tui.data.tables.user_units import UserUnit
from rcm_tui.data.work import Work

SIGN_IN = "sign in"
LOGIN = re.compile(r"[a-z][a-z0-9._-]{0,31}")


@needs(MANAGE_USERS)
def add_user(work: Work, login: str, name: str, role: str) -> User:
    """Lets a person in. Raises Refused for a login that is taken or cannot be one."""
    if not LOGIN.fullmatch(login):
        raise Refused(
            f"login {plain(login)[:40]!r} cannot be one: it must begin with a small letter, then"
            " up to 31 small letters, digits, dots, lines and underscores"
        )
    if User.get_or_none(User.login == login) is not None:
        raise Refused(f"login {login!r} is taken: it stays one person's for ever")
    name = plain(name).strip()
    if not name:
        raise Refused(f"the name of {login} is empty: it must be what colleagues call the person")
    user = User.create(login=login, name=name, role=known_role(role))
    work.record("user added", user, login=login, role=role)
    return user


@needs(MANAGE_USERS)
def set_role(work: Work, login: str, role: str) -> User:
    """Gives a person another role. Raises Refused where no administrator would be left."""
    user = person_of(login)
    before, user.role = user.role, known_role(role)
    if before == ADMINISTRATOR and role != ADMINISTRATOR:
        _refuse_none_left(user)
    if role == ADMINISTRATOR and UserUnit.select().where(UserUnit.user == user).exists():
        raise Refused(f"{login} is limited to business units: take the limit away first")
    user.save()
    work.record("user role set", user, role=[before, role])
    return user


@needs(MANAGE_USERS)
def set_active(work: Work, login: str, active: bool) -> User:
    """Keeps a person out, or lets one in again. Sessions that are open end at their next look."""
    user = person_of(login)
    if user.active and not active and user.role == ADMINISTRATOR:
        _refuse_none_left(user)
    user.active = active
    user.save()
    work.record("user let in" if active else "user kept out", user)
    return user


@needs(MANAGE_USERS)
def set_units(work: Work, login: str, names: Iterable[str]) -> User:
    """Limits a person to business units, by their names; to none of them for all units.

    What the person changes is then of those units alone; reading stays open. Raises Refused for a
    unit that there is not, and for an administrator, who acts for the whole practice.
    """
    user = person_of(login)
    wanted = sorted(set(names))
    if wanted and user.role == ADMINISTRATOR:
        raise Refused(f"{login} is an administrator, who acts for the whole practice")
    known = {str(unit.name): int(unit.id) for unit in BusinessUnit.select()}
    for name in wanted:
        if name not in known:
            raise Refused(
                f"there is no business unit {plain(name)[:80]!r}: it must be one of"
                f" {', '.join(sorted(known))}"
            )
    rows = list(UserUnit.select().where(UserUnit.user == user))
    before = sorted(str(row.business_unit.name) for row in rows)
    if before != wanted:
        work.delete(UserUnit, [int(row.id) for row in rows])
        work.insert(
            UserUnit, ("user", "business_unit"), [(int(user.id), known[name]) for name in wanted]
        )
        work.record("user units set", user, units=[before, wanted])
    return user


@needs(MANAGE_USERS)
def add_key(work: Work, login: str, key: PublicKey) -> UserKey:
    """Lets a person in by a key. Raises Refused when it is known already, even if taken back."""
    user = person_of(login)
    known = UserKey.get_or_none(UserKey.public_key == key.text)
    if known is not None:
        state = "was taken back from" if known.revoked_at else "is that of"
        raise Refused(f"this key {state} {known.user.login}: everybody needs a key of their own")
    row = UserKey.create(
        user=user,
        public_key=key.text,
        fingerprint=key.fingerprint,
        comment=key.comment,
        added_at=work.now,
    )
    work.record("key added", row, login=login, fingerprint=key.fingerprint)
    return row


@needs(MANAGE_USERS)
def revoke_key(work: Work, fingerprint: str) -> UserKey:
    """Takes a key back, for good. Raises Refused for one that there is not."""
    row: UserKey | None = UserKey.get_or_none(UserKey.fingerprint == fingerprint)
    if row is None:
        raise Refused(f"there is no key {plain(fingerprint)[:80]}: rcm-tui keys list shows them")
    if row.revoked_at is None:
        row.revoked_at = work.now
        row.save()
        work.record("key taken back", row, login=row.user.login, fingerprint=fingerprint)
    return row


def valid_key(key: PublicKey) -> UserKey | None:
    """The key as it is known; None where it is not.

    Raises NotAllowed for one that was taken back, or whose owner is kept out.
    """
    row: UserKey | None = UserKey.get_or_none(UserKey.public_key == key.text)
    if row is None:
        return None
    login = row.user.login
    reason = f"the key was taken back from {login}" if row.revoked_at is not None else ""
    if not row.user.active:
        reason = f"{login} is kept out"
    if reason:
        # sshd asks before whoever offers the key has shown that it is theirs.
        raise NotAllowed(
            f"{reason}; it was offered to sshd, whoever it was",
            tried=SIGN_IN,
            subject="user_key",
            keys=[row.id],
            login=login,
        )
    return row


def actor_of(user_id: int, key_id: int | None = None) -> Actor:
    """The person of a session that sshd has begun, by one of their keys.

    Raises NotAllowed for one who is kept out, or whom there is not.
    """
    user = User.get_or_none(User.id == user_id)
    if user is None or not user.active or user.role not in PEOPLE:
        raise refused_session(
            user_id, SIGN_IN, f"person {user_id} may not use this practice: ask an administrator"
        )
    return replace(actor(user), key=key_id)


def refused_session(user_id: int, tried: str, text: str) -> NotAllowed:
    """What a person whom sshd names may not do before they have signed in, to be raised."""
    user = User.get_or_none(User.id == user_id)
    login = "" if user is None else user.login
    return NotAllowed(text, tried=tried, subject="person", keys=[user_id], login=login)


def actor(user: User) -> Actor:
    """A person as who acts: role and business units as they are now."""
    rows = list(UserUnit.select().where(UserUnit.user == user))
    units = frozenset(int(row.business_unit.id) for row in rows)
    return Actor(user.login, user.name, user.role, units)


def _refuse_none_left(user: User) -> None:
    others = User.select().where(User.role == ADMINISTRATOR, User.active == 1, User.id != user.id)
    if not others.exists():
        raise Refused(f"{user.login} is the only administrator: name another one first")


def person_of(login: str) -> User:
    """A person by their login. Raises Refused where there is none."""
    user: User | None = User.get_or_none(User.login == login, User.role.in_(PEOPLE))
    if user is None:
        raise Refused(f"there is no login {plain(login)[:40]!r}: rcm-tui users list shows them")
    return user


def known_role(role: str) -> str:
    """The same role. Raises Refused for one that no person can have."""
    if role not in PEOPLE:
        raise Refused(
            f"role {plain(role)[:40]!r} is none: it must be {', '.join(PEOPLE[:-1])}"
            f" or {PEOPLE[-1]}"
        )
    return role
