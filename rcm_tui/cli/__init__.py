"""The command line: every command calls the same functions as the screens.

Exit status 0: done. 1: something was refused, said on standard error. 2: wrong usage.
"""

import argparse
import os
import sys
from collections.abc import Sequence

from rcm_tui import __version__
from rcm_tui.billing.outcome import Refused
from rcm_tui.cli import (
    charges,
    checking,
    claims,
    database,
    demo,
    exports,
    importing,
    listing,
    people,
    worker,
    workstation,
)
from rcm_tui.data.admission import KeptOut
from rcm_tui.data.keys import KeyMissing
from rcm_tui.data.store_database import StoreError
from rcm_tui.settings import SettingsError

DONE, REFUSED = 0, 1

COMMANDS = (
    workstation.add_init,
    demo.add,
    importing.add,
    listing.add,
    charges.add_approve,
    claims.add_generate,
    claims.add_submit,
    exports.add_export,
    exports.add_report,
    worker.add,
    checking.add,
    database.add,
    people.add_users,
    people.add_keys,
)


def build_parser() -> argparse.ArgumentParser:
    """The parser of all commands; without a command, the workstation opens."""
    parser = argparse.ArgumentParser(
        prog="rcm-tui",
        description="A terminal workstation for the people who get a clinic paid.",
        epilog="Without a command the workstation opens.",
    )
    parser.add_argument("--version", action="version", version=f"rcm-tui {__version__}")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--db",
        metavar="URL",
        default=argparse.SUPPRESS,
        help="the store: a path, sqlite:///… or postgresql://…",
    )
    parser.set_defaults(run=workstation.run, db=None)
    parser.add_argument(
        "--open",
        type=workstation.beginning,
        default="home",
        metavar="WHERE",
        help="what the workstation begins with: a section, or a record such as charge:CH-000104",
    )
    parser.add_argument(
        "--db", metavar="URL", help="the store: a path, sqlite:///… or postgresql://…"
    )
    parser.add_argument(
        "--user-id",
        type=int,
        metavar="N",
        help="whose workstation it is: sshd says so, see rcm-tui keys",
    )
    parser.add_argument("--key-id", type=int, metavar="N", help="by which key they came")
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for add in COMMANDS:
        add(commands, common)
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Runs a command. Returns its exit status."""
    options = build_parser().parse_args(argv)
    try:
        status: int = options.run(options)
        sys.stdout.flush()
        return status
    except (Refused, KeptOut, StoreError, KeyMissing, SettingsError) as refusal:
        print(f"rcm-tui: {refusal}", file=sys.stderr)
        return REFUSED
    except BrokenPipeError:
        # Whoever read our output has closed it (`| head`): nothing is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return DONE
    except KeyboardInterrupt:
        print("rcm-tui: stopped", file=sys.stderr)
        return REFUSED
