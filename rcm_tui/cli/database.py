"""`rcm-tui db`: care of the store."""

import argparse

from rcm_tui.cli.opening import Commands, options_settings
from rcm_tui.data import store


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    parser = commands.add_parser("db", help="care of the store")
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    upgrade = actions.add_parser(
        "upgrade", parents=[common], help="bring the store up to this program's version"
    )
    upgrade.set_defaults(run=run_upgrade)


def run_upgrade(options: argparse.Namespace) -> int:
    """Applies the migrations that are missing and names them."""
    chosen = options_settings(options)
    applied = store.upgrade(chosen.db, chosen.key_folder)
    for name in applied:
        print(f"applied {name}")
    if not applied:
        print("the store is up to date")
    return 0
