"""`rcm-tui db purge`: what the policies would let go, and letting it go."""

from __future__ import annotations

import argparse
import datetime
from typing import TYPE_CHECKING

from rcm_tui.billing.outcome import Refused
from rcm_tui.cli.opening import Commands, opened, print_json, who_keeps_the_store

if TYPE_CHECKING:
    from rcm_tui.data.store import Store


def add(actions: Commands, common: argparse.ArgumentParser) -> None:
    parser = actions.add_parser(
        "purge",
        parents=[common],
        help="say what the practice's policies would let go; --yes lets it go",
    )
    parser.add_argument("--yes", action="store_true", help="let it go, by the policies in force")
    parser.add_argument("--json", action="store_true", help="what would go, for scripts")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Prints what each policy would let go; with --yes runs the worker's job."""
    with opened(options) as store:
        who_keeps_the_store(store)
        return _let_go(store) if options.yes else _foresee(store, options.json)


def _foresee(store: Store, as_json: bool) -> int:
    from rcm_tui.billing.purging.purging import foresee

    now = datetime.datetime.now(datetime.UTC)
    found = foresee(store.database, now, store.today(now))
    if as_json:
        print_json([{name: getattr(one, name) for name in one.__slots__} for one in found])
        return 0
    for one in found:
        oldest = f", oldest {one.oldest[:10]}" if one.oldest else ""
        off = "" if one.active else " (switched off)"
        held = f", {one.held:,} more kept by holds" if one.held else ""
        print(
            f"{one.kept}{off}: would purge {one.things:,} older than {one.months} months,"
            f" {one.bytes / 1e6:,.1f} MB{oldest}{held}"
        )
    return 0


def _let_go(store: Store) -> int:
    from rcm_tui.data.tables.jobs import Job, JobRun
    from rcm_tui.jobs.purge import purge
    from rcm_tui.jobs.schedule import PURGE
    from rcm_tui.jobs.submission import holder_name
    from rcm_tui.jobs.worker import Worker, utc_now

    worker = Worker(store, holder_name(), utc_now, jobs={PURGE: purge})
    failures = worker.run(once=True, job=PURGE)
    if worker.refusal:
        raise Refused(worker.refusal)
    newest = JobRun.select().join(Job).where(Job.name == PURGE).order_by(JobRun.id.desc())
    run = newest.first()
    print(run.message or "nothing is old enough by a policy in force")
    return 1 if failures else 0
