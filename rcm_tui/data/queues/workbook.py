"""Rows of a queue as an Excel workbook: typed cells, widths, a header, and no formula from data."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from typing import Any, BinaryIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from rcm_tui.data.queues.cells import Cell, cell
from rcm_tui.data.queues.queue import Column, Viewer
from rcm_tui.data.queues.text_formats import FORMULA_STARTS, Rows

MOST_ROWS = 1_048_575  # below the header; what a sheet holds
LONGEST_TEXT = 32_767  # characters in a cell
FORMATS = {
    "money": "#,##0.00",
    "date": "yyyy-mm-dd",
    "datetime": "yyyy-mm-dd hh:mm",
    "count": "#,##0",
    "age": "#,##0",
}


Sheet = tuple[str, Sequence[Column], Rows]
"""Its title, its columns and its rows."""


def write_workbook(file: BinaryIO, sheets: Sequence[Sheet], viewer: Viewer) -> None:
    """Writes sheets: money and counts are numbers, dates are dates, names are text.

    Times are the viewer's. The header stays in sight and filters.
    """
    book = Workbook(write_only=True)
    book.properties.creator = "rcm-tui"
    made: list[Any] = []
    try:
        for title, columns, rows in sheets:
            made.append(book.create_sheet(sheet_title(title)))
            _fill(made[-1], columns, rows, viewer)
    except BaseException:
        # openpyxl collects the rows in temporary files, which would stay with what they hold.
        for sheet in made:
            sheet.close()
            sheet._writer.cleanup()
        raise
    book.save(file)


def sheet_title(title: str) -> str:
    """A title as Excel takes it: without some signs, of at most 31 characters."""
    return re.sub(r"[\\/*?:\[\]]", "", title)[:31]


def _fill(sheet: Any, columns: Sequence[Column], rows: Rows, viewer: Viewer) -> None:
    sheet.freeze_panes = "A2"
    for place, column in enumerate(columns, start=1):
        width = max(column.width, len(column.title)) + 3  # room for the filter's button
        sheet.column_dimensions[get_column_letter(place)].width = width
    sheet.append([_heading(sheet, column) for column in columns])
    drawn = [_ColumnCells(sheet, column) for column in columns]
    count = 1
    for row in rows:
        sheet.append(
            [
                cells.holding(cell(column, value, viewer))
                for cells, column, value in zip(drawn, columns, row, strict=True)
            ]
        )
        count += 1
    sheet.auto_filter.ref = f"A1:{get_column_letter(max(1, len(columns)))}{count}"


def _heading(sheet: Any, column: Column) -> Any:
    heading = WriteOnlyCell(sheet, column.title)
    heading.data_type = "s"
    heading.font = Font(bold=True)
    heading.alignment = Alignment(horizontal=column.align)
    return heading


class _ColumnCells:
    """The cells of one column, used again for each row: a style costs more than a value.

    A row is written as soon as it is appended, so nothing is overwritten that is still to come.
    """

    def __init__(self, sheet: Any, column: Column) -> None:
        self._text: Any = WriteOnlyCell(sheet)
        self._formula_like: Any = WriteOnlyCell(sheet)
        # The quote keeps it a text when somebody edits the cell.
        self._formula_like.quotePrefix = True
        self._typed: Any = WriteOnlyCell(sheet)
        self._format = FORMATS.get(column.kind, "General")

    def holding(self, value: Cell) -> Any:
        if isinstance(value, str):
            made = self._formula_like if value.startswith(FORMULA_STARTS) else self._text
            made.value = value[:LONGEST_TEXT]
            # openpyxl takes a text that starts with = for a formula unless told otherwise.
            made.data_type = "s"
            return made
        if value is None:
            return None
        if isinstance(value, datetime.datetime):
            value = value.replace(tzinfo=None)  # Excel knows no time zones
        self._typed.value = value
        if self._typed.number_format != self._format:
            self._typed.number_format = self._format  # setting a date has changed it
        return self._typed
