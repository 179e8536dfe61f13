"""A queue as an Excel workbook: typed cells, widths, a frozen header, and no formula from data."""

import datetime
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from rcm_tui.cli.listing import typed

FORMATS = {"money": "#,##0.00", "date": "yyyy-mm-dd", "age": "0"}


def write_workbook(path: str, title: str, columns: Any, rows: Iterator[Any]) -> None:
    """Writes rows of a queue to `path`; dates are dates, money is money, names are text."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title.capitalize())
    sheet.freeze_panes = "A2"
    for place, column in enumerate(columns, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = max(column.width, 8) + 2
    header = []
    for column in columns:
        cell = WriteOnlyCell(sheet, column.title)
        cell.font = Font(bold=True)
        header.append(cell)
    sheet.append(header)
    for row in rows:
        sheet.append([_cell(sheet, c, v) for c, v in zip(columns, row, strict=True)])
    book.save(path)


def _cell(sheet: Any, column: Any, value: Any) -> Any:
    value = typed(column, value)
    if column.kind in ("date", "age") and isinstance(value, str):
        value = datetime.date.fromisoformat(value)
        kind = "date"
    else:
        kind = column.kind
    if isinstance(value, str):
        value = "".join(mark if mark.isprintable() else " " for mark in value)
    cell = WriteOnlyCell(sheet, value)
    if isinstance(value, str):
        # openpyxl takes a text that starts with = for a formula unless told otherwise.
        cell.data_type = "s"
    elif isinstance(value, Decimal | datetime.date) and kind in FORMATS:
        cell.number_format = FORMATS[kind]
    return cell
