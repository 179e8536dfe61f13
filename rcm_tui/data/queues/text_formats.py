"""Rows of a queue as text: csv for spreadsheets, JSON for scripts, a table for people."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TextIO

from rcm_tui.data.plain import HOSTILE, REPLACEMENT
from rcm_tui.data.queues.cells import Cell, cell, stored_cell
from rcm_tui.data.queues.queue import Column, Value, Viewer
from rcm_tui.data.queues.value_text import value_text

Rows = Iterable[Sequence[Value]]
FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def write_csv(stream: TextIO, columns: Sequence[Column], rows: Rows, viewer: Viewer) -> None:
    """Comma-separated values under the columns' titles; dates and times in ISO form."""
    writer = csv.writer(stream)
    writer.writerow([column.title for column in columns])
    for row in rows:
        writer.writerow(
            [_csv_cell(cell(c, value, viewer)) for c, value in zip(columns, row, strict=True)]
        )


def write_json(stream: TextIO, columns: Sequence[Column], rows: Rows, viewer: Viewer) -> None:
    """An array of objects by the columns' names, one row a line."""
    # Row by row: a million rows are never held at once.
    separator = "[\n"
    for row in rows:
        record = {c.name: stored_cell(c, value) for c, value in zip(columns, row, strict=True)}
        text = json.dumps(record, ensure_ascii=False)
        stream.write(separator + HOSTILE.sub(lambda m: f"\\u{ord(m.group()):04x}", text))
        separator = ",\n"
    stream.write("[]\n" if separator == "[\n" else "\n]\n")


def write_table(stream: TextIO, columns: Sequence[Column], rows: Rows, viewer: Viewer) -> None:
    """Aligned columns, as the screen has them."""
    shown = [[_shown(c, v, viewer) for c, v in zip(columns, row, strict=True)] for row in rows]
    widths = [
        max([len(column.title), *(len(row[place]) for row in shown)])
        for place, column in enumerate(columns)
    ]
    for texts in ([column.title for column in columns], *shown):
        aligned = (
            text.rjust(width) if column.align == "right" else text.ljust(width)
            for column, text, width in zip(columns, texts, widths, strict=True)
        )
        stream.write("  ".join(aligned).rstrip() + "\n")


def _csv_cell(value: Cell) -> Cell:
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    # A spreadsheet would run a text that starts like a formula.
    if isinstance(value, str) and value.lstrip(" ").startswith(FORMULA_STARTS):
        return "'" + value
    return value


def _shown(column: Column, value: Value, viewer: Viewer) -> str:
    return HOSTILE.sub(REPLACEMENT, value_text(column, value, viewer))
