"""`rcm-tui users` and `rcm-tui keys`: who may log in on a shared server, and by which SSH key."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.rights import PEOPLE
from rcm_tui.cli.opening import Commands, opened, print_json, whoever_runs_this

if TYPE_CHECKING:
    from rcm_tui.data.tables.practice import User

OPTIONS = "restrict,pty"
"""No forwarding, no agent, no X11, no rc file: a terminal and nothing else."""


def add_users(commands: Commands, common: argparse.ArgumentParser) -> None:
    parser = commands.add_parser("users", help="people and their roles")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    new = actions.add_parser("add", parents=[common], help="let a person in")
    new.add_argument("login")
    new.add_argument("--name", required=True, help="what colleagues call the person")
    new.add_argument("--role", required=True, choices=PEOPLE)
    new.set_defaults(run=run_add)
    role = actions.add_parser("role", parents=[common], help="give a person another role")
    role.add_argument("login")
    role.add_argument("role", choices=PEOPLE)
    role.set_defaults(run=run_role)
    units = actions.add_parser(
        "units", parents=[common], help="limit what a person changes to business units"
    )
    units.add_argument("login")
    units.add_argument("units", metavar="UNIT", nargs="*", help="by name; none: all units")
    units.set_defaults(run=run_units)
    rights = actions.add_parser("rights", help="show which role may do what")
    rights.add_argument("--json", action="store_true")
    rights.set_defaults(run=run_rights)
    emergency = actions.add_parser(
        "emergency", parents=[common], help="allow a person to take up a role in an emergency"
    )
    emergency.add_argument("login")
    emergency.add_argument("role", choices=[*PEOPLE, "off"])
    emergency.set_defaults(run=run_emergency)
    for name, active, says in (
        ("keep-out", False, "keep a person out; what they did stays theirs"),
        ("let-in", True, "let a person in again"),
    ):
        action = actions.add_parser(name, parents=[common], help=says)
        action.add_argument("login")
        action.set_defaults(run=run_active, active=active)
    listing = actions.add_parser("list", parents=[common], help="show everybody")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(run=run_users)


def add_keys(commands: Commands, common: argparse.ArgumentParser) -> None:
    parser = commands.add_parser("keys", help="the SSH keys by which people are known")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    new = actions.add_parser("add", parents=[common], help="let a person in by a key")
    new.add_argument("login")
    new.add_argument("file", metavar="FILE", help="a public key (.pub), or - for standard input")
    new.set_defaults(run=run_add_key)
    revoke = actions.add_parser("revoke", parents=[common], help="take a key back, for good")
    revoke.add_argument("fingerprint", metavar="SHA256:…")
    revoke.set_defaults(run=run_revoke)
    listing = actions.add_parser("list", parents=[common], help="show all keys")
    listing.add_argument("--json", action="store_true")
    listing.set_defaults(run=run_keys)
    asked = actions.add_parser(
        "authorized", parents=[common], help="answer sshd (AuthorizedKeysCommand %%t %%k)"
    )
    asked.add_argument("kind", metavar="TYPE")
    asked.add_argument("key", metavar="BASE64")
    asked.set_defaults(run=run_authorized)


def run_add(options: argparse.Namespace) -> int:
    """Lets a person in."""
    from rcm_tui.billing.people.users import add_user

    with opened(options) as store, store.work(whoever_runs_this()) as work:
        user = add_user(work, options.login, options.name, options.role)
    print(
        f"{user.login} is {user.role} No. {user.id}; next: rcm-tui keys add {user.login} FILE.pub"
    )
    return 0


def run_role(options: argparse.Namespace) -> int:
    """Gives a person another role."""
    from rcm_tui.billing.people.users import set_role

    with opened(options) as store, store.work(whoever_runs_this()) as work:
        set_role(work, options.login, options.role)
    print(f"{options.login} is {options.role}")
    return 0


def run_emergency(options: argparse.Namespace) -> int:
    """Allows a person to take up a role in an emergency, or no longer."""
    from rcm_tui.billing.people.emergency import allow_emergency

    role = "" if options.role == "off" else options.role
    with opened(options) as store, store.work(whoever_runs_this()) as work:
        allow_emergency(work, options.login, role)
    print(
        f"{options.login} may take up {role} in an emergency"
        if role
        else f"{options.login} may take up no emergency access"
    )
    return 0


def run_active(options: argparse.Namespace) -> int:
    """Keeps a person out, or lets one in again."""
    from rcm_tui.billing.people.users import set_active

    with opened(options) as store, store.work(whoever_runs_this()) as work:
        set_active(work, options.login, options.active)
    print(f"{options.login} {'may come in' if options.active else 'is kept out'}")
    return 0


def run_units(options: argparse.Namespace) -> int:
    """Limits a person to business units, or to none."""
    from rcm_tui.billing.people.users import set_units

    with opened(options) as store, store.work(whoever_runs_this()) as work:
        set_units(work, options.login, options.units)
    units = ", ".join(sorted(set(options.units)))
    print(f"{options.login} changes records of {units or 'all business units'}")
    return 0


def run_rights(options: argparse.Namespace) -> int:
    """Shows the table of role and action; a star marks what limited people may not do."""
    from rcm_tui.billing.rights import RIGHTS, WHOLE

    if options.json:
        print_json(
            [
                {
                    "action": right.action,
                    "roles": [role for role in PEOPLE if role in right.roles],
                    "units": right.reach,
                }
                for right in RIGHTS
            ]
        )
        return 0
    for right in RIGHTS:
        roles = ", ".join(role for role in PEOPLE if role in right.roles)
        print(f"{right.action + ('*' if right.reach == WHOLE else ''):<36} {roles}")
    print("* for the whole practice: not by people who are limited to business units")
    return 0


def run_users(options: argparse.Namespace) -> int:
    """Shows everybody, also who is kept out."""
    from rcm_tui.data.tables.practice import User

    with opened(options):
        people = list(User.select().where(User.role != "system").order_by(User.login))
        units = {user.id: _units_of(user) for user in people}
    if options.json:
        print_json(
            [
                {
                    "id": u.id,
                    "login": u.login,
                    "name": u.name,
                    "role": u.role,
                    "active": u.active,
                    "units": units[u.id],
                }
                for u in people
            ]
        )
        return 0
    for user in people:
        kept_out = "" if user.active else "  kept out"
        only = f"  only {', '.join(units[user.id])}" if units[user.id] else ""
        print(f"{user.id:>4}  {user.login:<20} {user.role:<19} {user.name}{only}{kept_out}")
    return 0


def _units_of(user: User) -> list[str]:
    from rcm_tui.data.tables.user_units import UserUnit

    rows = UserUnit.select().where(UserUnit.user == user)
    return sorted(str(row.business_unit.name) for row in rows)


def run_add_key(options: argparse.Namespace) -> int:
    """Lets a person in by a key."""
    from rcm_tui.billing.people.public_keys import read_public_key
    from rcm_tui.billing.people.users import add_key

    try:
        text = sys.stdin.read() if options.file == "-" else Path(options.file).read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused(f"{options.file} cannot be read as a public key: {error}") from None
    key = read_public_key(text)
    with opened(options) as store, store.work(whoever_runs_this()) as work:
        add_key(work, options.login, key)
    print(f"{options.login} may come in by {key.fingerprint}")
    return 0


def run_revoke(options: argparse.Namespace) -> int:
    """Takes a key back."""
    from rcm_tui.billing.people.users import revoke_key

    with opened(options) as store, store.work(whoever_runs_this()) as work:
        row = revoke_key(work, options.fingerprint)
    print(f"{row.fingerprint} of {row.user.login} is taken back")
    return 0


def run_keys(options: argparse.Namespace) -> int:
    """Shows all keys, also those that were taken back."""
    from rcm_tui.data.tables.user_keys import UserKey

    with opened(options):
        rows = [
            (row.user.login, row.fingerprint, row.revoked_at is None, row.comment)
            for row in UserKey.select().order_by(UserKey.id)
        ]
    if options.json:
        names = ("login", "fingerprint", "valid", "comment")
        print_json([dict(zip(names, row, strict=True)) for row in rows])
        return 0
    for login, fingerprint, valid, comment in rows:
        print(f"{login:<20} {fingerprint} {comment}{'' if valid else '  taken back'}")
    return 0


def run_authorized(options: argparse.Namespace) -> int:
    """Answers sshd: the one line that lets this key into the workstation, or nothing at all."""
    from rcm_tui.billing.people.public_keys import read_public_key
    from rcm_tui.billing.people.users import valid_key

    with opened(options) as store:
        try:
            key = read_public_key(f"{options.kind} {options.key}")
            with store.recording_refusals(whoever_runs_this()):
                row = valid_key(key)
        except Refused:
            return 0  # an unknown kind of key is nobody's, which is no error of sshd's
    if row is not None:
        print(f'{OPTIONS},command="{_session(int(row.user.id), int(row.id))}" {key.text}')
    return 0


def _session(user_id: int, key_id: int) -> str:
    import shlex

    # -I: neither the variables of the person nor files in their folder change what Python runs.
    words = [sys.executable, "-I", "-m", "rcm_tui", "--user-id", str(user_id)]
    words += ["--key-id", str(key_id)]
    return shlex.join(words).replace("\\", "\\\\").replace('"', '\\"')
