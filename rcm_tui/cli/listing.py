"""`rcm-tui list`: a queue as the screen has it, for people, scripts and spreadsheets."""

import argparse
import datetime
import sys
from pathlib import Path
from typing import Any

from rcm_tui.billing.outcome import Refused
from rcm_tui.cli.opening import Commands, opened, progress_bar, whoever_runs_this
from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    parser = commands.add_parser("list", parents=[common], help="list a queue")
    parser.add_argument("queue", metavar="QUEUE", help="such as claims or charges")
    parser.add_argument("--view", metavar="NAME", help="a view of the queue, also a saved one")
    parser.add_argument("--filter", default="", metavar="FILTER", help="such as 'balance>100'")
    parser.add_argument(
        "--order", default="", metavar="COLUMNS", help="such as --order='-billed patient'"
    )
    parser.add_argument(
        "--columns",
        default="",
        metavar="COLUMNS",
        help="such as 'claim_number patient', from the left",
    )
    parser.add_argument("--format", choices=("table", "json", "csv", "xlsx"), default="table")
    parser.add_argument("-o", "--output", metavar="FILE", help="write to a file")
    parser.add_argument("--limit", type=int, metavar="N", help="at most so many rows")
    parser.add_argument(
        "--reveal",
        action="store_true",
        help="identifiers in full, where they are masked for you; it is on record",
    )
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Lists a view of a queue: a JSON array, csv, xlsx or a table."""
    from rcm_tui.billing.audit_trail import read_trail
    from rcm_tui.billing.rights import EXPORT, REVEAL, refuse_at
    from rcm_tui.data.admission import admitted
    from rcm_tui.data.queues.export import ExportRefused, export_file, export_stream
    from rcm_tui.data.target import TargetRefused

    if options.format == "xlsx" and not options.output:
        raise Refused("--format xlsx needs -o FILE: a workbook does not go to a terminal")
    with opened(options) as store:
        actor = whoever_runs_this()
        actor = admitted(store.database, actor, datetime.datetime.now(datetime.UTC))
        refuse_at(store, actor, EXPORT)
        if options.reveal:
            refuse_at(store, actor, REVEAL)
        if options.queue == "audit":
            with store.work(actor) as work:
                read_trail(work, options.view or "", options.filter)
        selection = _selection(store, options, actor)
        if not options.output:
            export_stream(store, actor, selection, options.format, sys.stdout)
            return 0
        try:
            with progress_bar("Exporting") as progress:
                export_file(
                    store,
                    actor,
                    selection,
                    options.format,
                    Path(options.output),
                    replace=True,
                    progress=progress,
                )
        except (ExportRefused, TargetRefused) as error:
            raise Refused(str(error)) from None
    return 0


def _selection(store: Store, options: argparse.Namespace, actor: Actor) -> Any:
    from rcm_tui.data.personal.views import find_view
    from rcm_tui.data.queues import QUEUES
    from rcm_tui.data.queues.export import Selection
    from rcm_tui.data.queues.language import FilterError
    from rcm_tui.data.queues.pages import QueuePages
    from rcm_tui.data.queues.queue import Order, Viewer

    queue = QUEUES.get(options.queue)
    if queue is None:
        raise Refused(f"there is no queue {options.queue!r}; there are {', '.join(sorted(QUEUES))}")
    today = store.today(datetime.datetime.now(datetime.UTC))
    order = Order.by(*options.order.split()) if options.order else None
    try:
        view = find_view(store.database, queue, actor.login, options.view) if options.view else None
        pages = QueuePages(
            store.database,
            queue,
            Viewer(today, actor.login, store.time_zone, actor.masked),
            view=view,
            filter=options.filter,
            order=order,
        )
        return Selection(pages, options.columns.split(), limit=options.limit, reveal=options.reveal)
    except (FilterError, KeyError) as error:
        raise Refused(str(error.args[0] if error.args else error)) from None
