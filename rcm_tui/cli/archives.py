"""`rcm-tui db export` and `rcm-tui db import`: a whole practice as one file."""

import argparse
import datetime
import getpass
import sys
from pathlib import Path

from rcm_tui.billing.outcome import Refused
from rcm_tui.cli.opening import (
    Commands,
    open_store,
    opened,
    options_settings,
    progress_bar,
    who_keeps_the_store,
    whoever_runs_this,
)
from rcm_tui.data.passwords import PasswordMissing, password_in_file
from rcm_tui.data.store_database import StoreError


def add(actions: Commands, common: argparse.ArgumentParser) -> None:
    export = actions.add_parser(
        "export", parents=[common], help="write the whole practice to one file, encrypted"
    )
    export.add_argument("file", type=Path, metavar="FILE")
    export.add_argument(
        "--plain", action="store_true", help="not encrypted, and without keys: asks first"
    )
    export.add_argument("--yes", action="store_true", help="with --plain: do not ask")
    _add_passphrase(export)
    export.set_defaults(run=run_export)
    taken = actions.add_parser(
        "import", parents=[common], help="make the practice of such a file where there is none"
    )
    taken.add_argument("file", type=Path, metavar="FILE")
    _add_passphrase(taken)
    taken.set_defaults(run=run_import)


def _add_passphrase(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--passphrase-file",
        type=Path,
        metavar="FILE",
        help="the file that holds the passphrase, its owner's alone; without one it is asked for",
    )


def run_export(options: argparse.Namespace) -> int:
    """Writes the practice as it is at one moment, while others go on working."""
    from rcm_tui.data.archive.writing import export_practice
    from rcm_tui.data.tables.practice import Practice

    now = datetime.datetime.now(datetime.UTC)
    with opened(options) as practice:
        actor = who_keeps_the_store(practice)
        passphrase = None if options.plain else _passphrase(options, twice=True)
        if options.plain and not options.yes:
            _ask_for_plain(options.file)
        with practice.work(actor, now) as work:
            work.record(
                "practice exported", "practice", Practice.get().id, encrypted=not options.plain
            )
        with progress_bar("Writing") as progress:
            manifest = export_practice(
                practice, options.file, now, passphrase, lambda name, *done: progress(*done)
            )
    rows = sum(table.rows for table in manifest.tables)
    print(f"{options.file}: {options.file.stat().st_size:,} bytes, {rows:,} rows,", end=" ")
    print(f"{manifest.files:,} attached files")
    if options.plain:
        print("it is not encrypted, and the keys of the audit trail are not in it")
    else:
        print("without the passphrase nobody can read it: keep that apart from the file")
    return 0


def run_import(options: argparse.Namespace) -> int:
    """Takes a practice in, compares every table, and proves it. Status 1 when it does not hold."""
    from rcm_tui.cli.checking import prove_aloud
    from rcm_tui.cli.store_keys import show_keys
    from rcm_tui.data.archive.reading import import_practice
    from rcm_tui.data.archive.sealing import is_sealed
    from rcm_tui.data.tables.practice import Practice

    chosen = options_settings(options)
    if not options.file.is_file():
        raise StoreError(f"there is no archive {options.file}")
    passphrase = _passphrase(options, twice=False) if is_sealed(options.file) else None
    with progress_bar("Taking in") as progress:
        manifest = import_practice(
            options.file,
            chosen.db,
            chosen.key_folder,
            passphrase,
            chosen.files_folder,
            lambda name, *done: progress(*done),
        )
    rows = sum(table.rows for table in manifest.tables)
    print(f"“{manifest.practice}” of {manifest.exported_at}: {rows:,} rows, each table compared")
    print(f"by its checksum, {manifest.files:,} attached files")
    with open_store(chosen) as practice:
        with practice.work(whoever_runs_this()) as work:
            work.record(
                "practice imported",
                "practice",
                Practice.get().id,
                exported_at=manifest.exported_at,
                rows=rows,
            )
        holds = prove_aloud(practice)
    print("from now on this one alone may send claims: stop the worker of the old one for good")
    show_keys(chosen)
    return 0 if holds else 1


def _ask_for_plain(file: Path) -> None:
    if not sys.stdin.isatty():
        raise Refused("--plain writes health data that anybody can read: say --yes as well")
    print(f"{file} will hold the whole practice, and anybody who gets it can read it.")
    if input("Write it so? Type yes: ").strip() != "yes":
        raise Refused("nothing was written")


def _passphrase(options: argparse.Namespace, *, twice: bool) -> str:
    if options.passphrase_file is not None:
        try:
            return password_in_file(options.passphrase_file)
        except PasswordMissing as error:
            raise Refused(f"the passphrase is missing: {error}") from None
    try:
        passphrase = getpass.getpass("The passphrase: ")
        if twice and getpass.getpass("The same again: ") != passphrase:
            raise Refused("the two passphrases differ: nothing was written")
    except EOFError:
        raise Refused("no passphrase was typed: name its file as --passphrase-file") from None
    return passphrase
