"""What the commands share: settings, the open store, who acts, and how results are printed."""

import argparse
import getpass
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from rcm_tui import settings
from rcm_tui.billing.outcome import Outcome, Progress
from rcm_tui.billing.people.users import actor
from rcm_tui.data.actor import Actor
from rcm_tui.data.fields import dollars
from rcm_tui.data.store import Store
from rcm_tui.data.tables.practice import User

Commands = Any  # argparse's class of sub-parsers has no public name


def options_settings(options: argparse.Namespace) -> settings.Settings:
    """The settings with this command line's options over them."""
    return settings.load({"db": options.db})


@contextmanager
def opened(options: argparse.Namespace) -> Iterator[Store]:
    """The store that the options or settings name, open while the block runs."""
    with open_store(options_settings(options)) as store:
        yield store


def open_store(chosen: settings.Settings, url: str | None = None) -> Store:
    """Opens the store of the settings, or another one, with the folders that they name."""
    return Store.open(
        url or chosen.db, chosen.key_folder, chosen.files_folder, chosen.backup_folder
    )


def whoever_runs_this() -> Actor:
    """The person at the keyboard: the user of that login, else an administrator of their own."""
    login = getpass.getuser()
    user = User.get_or_none(User.login == login)
    return actor(user) if user else Actor(login, login, "administrator")


def who_keeps_the_store(store: Store) -> Actor:
    """The same, who must have the right to care for the store. Raises Refused, on record."""
    from rcm_tui.billing.rights import KEEP_STORE, refuse_at

    actor = whoever_runs_this()
    refuse_at(store, actor, KEEP_STORE)
    return actor


@contextmanager
def progress_bar(title: str) -> Iterator[Progress]:
    """A progress bar on a terminal's standard error; elsewhere nothing is drawn."""
    if not sys.stderr.isatty():
        yield lambda done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total or None)


def money(amount: int) -> str:
    """Cents as a decimal string for JSON."""
    return str(dollars(amount))


def shown(amount: int) -> str:
    """Cents with thousands separators for people."""
    return f"{dollars(amount):,}"


def print_json(value: object) -> None:
    print(json.dumps(value, ensure_ascii=False))


def report(outcome: Outcome, options: argparse.Namespace, sentence: Callable[[], str]) -> int:
    """Prints an outcome. Status 1 when something was left, so that a script notices."""
    if options.json:
        left = [{"name": item.name, "reason": item.reason} for item in outcome.left]
        print_json(
            {
                "done": len(outcome.done),
                "made": len(outcome.made),
                "amount": money(outcome.amount),
                "left": left,
            }
        )
    else:
        print(sentence())
        for item in outcome.left:
            print(f"  left: {item.name}: {item.reason}", file=sys.stderr)
    return 1 if outcome.left else 0
