"""`rcm-tui check`: proves ledger, balances, audit chain, references and control numbers."""

from __future__ import annotations

import argparse
from decimal import Decimal
from typing import TYPE_CHECKING

from rcm_tui.cli.opening import Commands, opened, print_json

if TYPE_CHECKING:
    from rcm_tui.billing.check import CheckResult
    from rcm_tui.data.store import Store


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    parser = commands.add_parser(
        "check", parents=[common], help="prove the ledger, balances, audit trail and references"
    )
    parser.add_argument("--json", action="store_true")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Prints every check with its figures. Status 1 when one fails."""
    with opened(options) as store:
        results = proven(store)
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
        print(f"{'ok  ' if result.ok else 'FAIL'} {result.name}: {figures}")
        for problem in result.problems:
            print(f"       {problem}")
    print("everything holds" if ok else "something does not hold")
    return 0 if ok else 1


def proven(store: Store) -> list[CheckResult]:
    """Every check of the store, and of the files that are kept with it."""
    from rcm_tui.billing.cases.timeline.files import check_files
    from rcm_tui.billing.check import check_store
    from rcm_tui.data.store import StoreError

    results = check_store(store.database, store.audit_key)
    try:
        results.append(check_files(store.database, store.files))
    except StoreError:
        results.append(check_files(store.database, None))
    return results
