"""`rcm-tui check`: proves the store, and tells a monitor whether the program does its work.

Exit status 0: everything holds. 1: something does not, or the store cannot be opened. 2: wrong
usage.
"""

from __future__ import annotations

import argparse
import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from rcm_tui.billing.outcome import Refused
from rcm_tui.cli.opening import Commands, open_store, options_settings, print_json
from rcm_tui.data.keys import KeyMissing
from rcm_tui.data.store_database import StoreError

if TYPE_CHECKING:
    from rcm_tui.billing.check import CheckResult
    from rcm_tui.data.store import Store


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    parser = commands.add_parser(
        "check",
        parents=[common],
        help="prove the ledger, balances, audit trail and references; look after worker and backup",
    )
    parser.add_argument("--json", action="store_true")
    parser.add_argument(
        "--quick",
        action="store_true",
        help="only what takes no longer as the store grows: for a monitor, every few minutes",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Prints every check with its figures. Status 1 when one fails."""
    try:
        results = _results(options)
    except (Refused, StoreError, KeyMissing) as refusal:
        if options.json:
            print_json({"ok": False, "error": str(refusal), "checks": []})
        raise
    ok = all(result.ok for result in results)
    if options.json:
        checks = [
            {
                "name": result.name,
                "ok": result.ok,
                # Money is a decimal string in JSON.
                "figures": {
                    name: str(value) if isinstance(value, Decimal) else value
                    for name, value in result.figures.items()
                },
                "problems": result.problems,
            }
            for result in results
        ]
        print_json({"ok": ok, "checks": checks})
        return 0 if ok else 1
    for result in results:
        figures = ", ".join(f"{name} {value}" for name, value in result.figures.items())
        print(f"{_word(result)} {result.name}: {figures}")
        for problem in result.problems:
            print(f"       {problem}")
    print("everything holds" if ok else "something does not hold")
    return 0 if ok else 1


def _results(options: argparse.Namespace) -> list[CheckResult]:
    from rcm_tui.jobs.health import health

    chosen = options_settings(options)
    with open_store(chosen) as store:
        looks = health(store, datetime.datetime.now(datetime.UTC), chosen.worker)
        return looks if options.quick else [pages(store), *proven(store), *looks]


def pages(store: Store) -> CheckResult:
    """Every page of a store in a file is as it was written; PostgreSQL proves its own."""
    from rcm_tui.billing.check import CheckResult
    from rcm_tui.data.backups import prove
    from rcm_tui.data.store_database import SqliteStoreDatabase, sqlite_path

    result = CheckResult("pages")
    path = sqlite_path(store.url)
    if path is not None and isinstance(store.database, SqliteStoreDatabase):
        result.figures["bytes"] = path.stat().st_size
        try:
            prove(path, store.database.store_key)
        except StoreError as error:
            result.fail(str(error))
    return result


def prove_aloud(store: Store) -> bool:
    """Proves a store that was just made, a line a check. Returns whether everything holds."""
    results = proven(store)
    for result in results:
        print(f"{_word(result)} {result.name}")
    return all(result.ok for result in results)


def _word(result: CheckResult) -> str:
    return "ok  " if result.ok else "FAIL"


def proven(store: Store) -> list[CheckResult]:
    """Every check of the store, and of the files that are kept with it."""
    from rcm_tui.billing.cases.timeline.files import check_files
    from rcm_tui.billing.check import check_store

    results = check_store(store.database, store.audit_key)
    try:
        results.append(check_files(store.database, store.files))
    except StoreError:
        results.append(check_files(store.database, None))
    return results
