"""Opening the workstation, and making an empty practice for it."""

import argparse
import gc
import os
import sys
from contextlib import suppress

from peewee import fn

from rcm_tui.billing.outcome import Refused
from rcm_tui.cli.opening import Commands, open_store, opened, options_settings, whoever_runs_this
from rcm_tui.data.actor import Actor
from rcm_tui.data.keys import KeyMissing
from rcm_tui.data.store import Store, create
from rcm_tui.data.store_database import StoreError, plain_url
from rcm_tui.settings import Settings, SettingsError

SECTIONS = ("home", "charges", "claims", "remittances", "invoices", "visits", "jobs")
RECORDS = {"charge": "charges", "claim": "claims"}
"""Kinds of records that the workstation can begin with, by their number, and their sections."""


def run(options: argparse.Namespace) -> int:
    """Opens the workstation on the store: for whoever is at the keyboard, or whom sshd names."""
    if options.user_id is not None and os.environ.get("SSH_ORIGINAL_COMMAND"):
        _refuse_command(options, options.user_id)
    return open_on(
        options_settings(options),
        options.open,
        "see rcm-tui --help",
        options.user_id,
        options.key_id,
    )


def _refuse_command(options: argparse.Namespace, user_id: int) -> None:
    """Raises Refused; that it was tried is on record, and nothing of what it was."""
    from rcm_tui.billing.people.users import refused_session

    text = "commands and file transfer are not taken here: log in without one"
    with (
        suppress(StoreError, KeyMissing, SettingsError),
        opened(options) as store,
        store.recording_refusals(whoever_runs_this()),
    ):
        raise refused_session(user_id, "run a command or transfer files", text)
    raise Refused(text)


def beginning(text: str) -> str:
    """The value of `--open`: a section, or a record such as charge:CH-000104."""
    kind, colon, number = text.partition(":")
    if text in SECTIONS or (colon and number and kind in RECORDS):
        return text
    records = ", ".join(f"{kind}:NUMBER" for kind in RECORDS)
    raise argparse.ArgumentTypeError(f"{text!r}: choose {', '.join(SECTIONS)}, {records}")


def _place(begin: str) -> tuple[str, int | None]:
    """Section and key of where to begin. Raises Refused for a record that there is not."""
    kind, _, number = begin.partition(":")
    if kind not in RECORDS:
        return begin, None
    from rcm_tui.data.tables.charges import ChargeItem
    from rcm_tui.data.tables.claims import Claim

    table = {"charge": ChargeItem, "claim": Claim}[kind]
    row = table.get_or_none(fn.lower(table._meta.fields["number"]) == number.lower())
    if row is None:
        raise Refused(f"--open {begin}: there is no {kind} {number}")
    return RECORDS[kind], int(row.id)


def open_on(
    chosen: Settings,
    begin: str,
    without_terminal: str,
    user_id: int | None = None,
    key_id: int | None = None,
) -> int:
    """Opens the workstation; `without_terminal` says what to do where there is none.

    For the person `user_id`, who came by the key `key_id`, sign-in and sign-out are on record.
    Raises Refused for one who may not come in.
    """
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print(f"rcm-tui: the workstation needs a terminal; {without_terminal}", file=sys.stderr)
        return 2
    with open_store(chosen) as store:
        section, key = _place(begin)
        actor = whoever_runs_this() if user_id is None else _signed_in(store, user_id, key_id)
        gc.disable()  # until the first screen is painted, see `Workstation.on_ready`
        from rcm_tui.screens.opening import run as run_workstation

        return run_workstation(store, chosen, actor, section, key, signed_in=user_id is not None)


def _signed_in(store: Store, user_id: int, key_id: int | None) -> Actor:
    from rcm_tui.billing.people.sessions import SIGNED_IN, record_session
    from rcm_tui.billing.people.users import actor_of

    with store.recording_refusals(whoever_runs_this()):
        actor = actor_of(user_id, key_id)
    with store.work(actor) as work:
        record_session(work, SIGNED_IN)
    return actor


def add_init(commands: Commands, common: argparse.ArgumentParser) -> None:
    parser = commands.add_parser("init", parents=[common], help="make an empty practice")
    parser.add_argument("--name", default="My practice", help="the practice's name")
    parser.add_argument(
        "--time-zone", default="America/New_York", metavar="ZONE", help="such as America/Chicago"
    )
    parser.set_defaults(run=init)


def init(options: argparse.Namespace) -> int:
    """Makes an empty practice: encrypted where it is a file, its keys in a folder of their own."""
    from rcm_tui.cli.store_keys import show_keys

    chosen = options_settings(options)
    create(chosen.db, chosen.key_folder, options.name, time_zone=options.time_zone).close()
    print(f"Made the practice “{options.name}” at {plain_url(chosen.db)}.")
    show_keys(chosen)
    return 0
