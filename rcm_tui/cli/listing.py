"""`rcm-tui list`: a queue as the screen has it, for people, scripts and spreadsheets."""

import argparse
import csv
import datetime
import sys
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from rcm_tui.billing.outcome import Refused
from rcm_tui.cli.opening import Commands, opened, whoever_runs_this
from rcm_tui.data.fields import dollars, units_from_store
from rcm_tui.data.store import Store

CHUNK = 1000
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def add(commands: Commands, common: argparse.ArgumentParser) -> None:
    parser = commands.add_parser("list", parents=[common], help="list a queue")
    parser.add_argument("queue", metavar="QUEUE", help="such as claims or charges")
    parser.add_argument("--view", metavar="NAME", help="a view of the queue")
    parser.add_argument("--filter", default="", metavar="FILTER", help="such as 'balance>100'")
    parser.add_argument("--order", default="", metavar="COLUMNS", help="such as '-balance patient'")
    parser.add_argument("--format", choices=("table", "json", "csv", "xlsx"), default="table")
    parser.add_argument("-o", "--output", metavar="FILE", help="write to a file")
    parser.add_argument("--limit", type=int, metavar="N", help="at most so many rows")
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> int:
    """Lists a view of a queue: a JSON array, csv, xlsx or a table."""
    with opened(options) as store:
        pages = _pages(store, options)
        columns = pages.queue.columns
        rows = _limited(_rows(pages), options.limit)
        if options.format == "xlsx":
            return _write_xlsx(options, columns, rows)
        stream = (
            open(options.output, "w", encoding="utf-8", newline="")  # noqa: SIM115
            if options.output
            else sys.stdout
        )
        try:
            {"json": _write_json, "csv": _write_csv, "table": _write_table}[options.format](
                stream, columns, rows
            )
        finally:
            if options.output:
                stream.close()
    return 0


def _pages(store: Store, options: argparse.Namespace) -> Any:
    from rcm_tui.data.queues import QUEUES
    from rcm_tui.data.queues.language import FilterError
    from rcm_tui.data.queues.pages import QueuePages
    from rcm_tui.data.queues.queue import Order, Viewer

    queue = QUEUES.get(options.queue)
    if queue is None:
        raise Refused(f"there is no queue {options.queue!r}; there are {', '.join(sorted(QUEUES))}")
    today = store.today(datetime.datetime.now(datetime.UTC))
    order = Order.by(*options.order.split()) if options.order else None
    try:
        return QueuePages(
            store.database,
            queue,
            Viewer(today, whoever_runs_this().login, store.time_zone),
            view=options.view,
            filter=options.filter,
            order=order,
        )
    except (FilterError, KeyError) as error:
        raise Refused(str(error.args[0] if error.args else error)) from None


def _rows(pages: Any) -> Iterator[tuple[Any, ...]]:
    width = len(pages.queue.columns)
    page = pages.page(limit=CHUNK)
    while len(page):
        for row in page.rows:
            yield row[:width]
        if len(page) < CHUNK:
            return
        page = pages.page(after=page.places[-1], limit=CHUNK)


def _limited(rows: Iterator[Any], limit: int | None) -> Iterator[Any]:
    for place, row in enumerate(rows):
        if limit is not None and place >= limit:
            return
        yield row


def typed(column: Any, value: Any) -> Any:
    """A stored value as Python knows it: money and units as `Decimal`, the rest as it is."""
    if value is None or not isinstance(value, int):
        return value
    if column.kind == "money":
        return dollars(value)
    return units_from_store(value) if column.kind == "units" else value


def _json_value(column: Any, value: Any) -> Any:
    value = typed(column, value)
    return str(value) if isinstance(value, Decimal) else value


def _write_json(stream: Any, columns: Any, rows: Iterator[Any]) -> None:
    import json

    # Row by row: a million rows are never held at once.
    separator = "[\n"
    for row in rows:
        record = {
            column.name: _json_value(column, value)
            for column, value in zip(columns, row, strict=True)
        }
        stream.write(separator + json.dumps(record, ensure_ascii=False))
        separator = ",\n"
    stream.write("[]\n" if separator == "[\n" else "\n]\n")


def _write_csv(stream: Any, columns: Any, rows: Iterator[Any]) -> None:
    writer = csv.writer(stream)
    writer.writerow([column.title for column in columns])
    for row in rows:
        writer.writerow(
            [_csv_cell(typed(column, value)) for column, value in zip(columns, row, strict=True)]
        )


def _csv_cell(value: Any) -> Any:
    # A spreadsheet would run a text that starts like a formula.
    if isinstance(value, str) and value.startswith(FORMULA_STARTS):
        return "'" + value
    return value


def _write_table(stream: Any, columns: Any, rows: Iterator[Any]) -> None:
    shown = [[_table_cell(c, v) for c, v in zip(columns, row, strict=True)] for row in rows]
    widths = [
        max([len(column.title), *(len(row[place]) for row in shown)])
        for place, column in enumerate(columns)
    ]

    def line(cells: list[str]) -> str:
        aligned = (
            cell.rjust(width) if column.align == "right" else cell.ljust(width)
            for column, cell, width in zip(columns, cells, widths, strict=True)
        )
        return "  ".join(aligned).rstrip() + "\n"

    stream.write(line([column.title for column in columns]))
    for row in shown:
        stream.write(line(row))


def _table_cell(column: Any, value: Any) -> str:
    value = typed(column, value)
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value:,}"
    # Control characters of a name must not reach the terminal.
    return "".join(mark if mark.isprintable() else "\ufffd" for mark in str(value))


def _write_xlsx(options: argparse.Namespace, columns: Any, rows: Iterator[Any]) -> int:
    if not options.output:
        raise Refused("--format xlsx needs -o FILE: a workbook does not go to a terminal")
    from rcm_tui.cli.workbook import write_workbook

    write_workbook(options.output, options.queue, columns, rows)
    return 0
