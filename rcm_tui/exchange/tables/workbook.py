"""Reading xlsx: one sheet, a row at a time, each cell as the workbook types it.

Formulas are refused where their column is used: what they come to is known only to the program
that last computed them. So are merged cells, which say one thing for several rows.
"""

import datetime
import re
import warnings
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from typing import Any, BinaryIO

from openpyxl import load_workbook
from openpyxl.utils import get_column_letter, range_boundaries

from rcm_tui.exchange.tables.source import (
    MOST_COLUMNS,
    SourceRow,
    SourceTable,
    TableRefused,
    Value,
    source_row,
)

MOST_UNPACKED = 1 << 30
"""Bytes of one part of a workbook, unpacked (ours): more is a trap, or no table."""
CHUNK = 1 << 20
MERGED = re.compile(rb"""<(?:\w+:)?mergeCell\s[^>]*?\bref\s*=\s*["']([A-Za-z0-9:$]{2,40})["']""")
LONGEST_TAG = 200
MOST_ROWS = 1_048_576
Merged = tuple[int, int, int, int]
"""First column, first row, last column, last row, from 1."""


def open_workbook(stream: BinaryIO, sheet_name: str = "") -> SourceTable:
    """A sheet of a workbook: the named one, else the first that is not hidden.

    `stream` can be sought in. Raises TableRefused for what is no workbook, or has no such sheet.
    """
    try:
        _refuse_large(stream)
        stream.seek(0)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(stream, read_only=True, data_only=False, keep_links=False)
        sheet = _sheet(book, sheet_name)
        merged = _merged(book, sheet)
    except TableRefused:
        raise
    except Exception as error:  # openpyxl raises what its parsers raise, of any kind
        raise TableRefused(
            f"the workbook cannot be read ({type(error).__name__}): open it and save it again"
        ) from None
    names = [one.title for one in book.worksheets]
    of = f" of {len(names)}" if len(names) > 1 else ""
    return SourceTable(
        f"xlsx, sheet {sheet.title!r}{of}",
        _rows(sheet, merged),
        int(sheet.max_row or 0),
        tuple((first, last) for _, first, _, last in merged),
    )


def _refuse_large(stream: BinaryIO) -> None:
    stream.seek(0)
    with zipfile.ZipFile(stream) as archive:
        for part in archive.infolist():
            if part.file_size > MOST_UNPACKED:
                raise TableRefused(
                    f"the workbook unpacks to {part.file_size:,} bytes: save it as csv instead"
                )


def _sheet(book: Any, name: str) -> Any:
    sheets = {sheet.title: sheet for sheet in book.worksheets}
    if name:
        if name not in sheets:
            raise TableRefused(f"there is no sheet {name!r}: there are {', '.join(sheets)}")
        return sheets[name]
    seen = [sheet for sheet in sheets.values() if sheet.sheet_state == "visible"]
    if not seen:
        raise TableRefused("the workbook has no sheet that can be seen")
    return seen[0]


def _merged(book: Any, sheet: Any) -> list[Merged]:
    """Merged cells stand behind the rows, where reading in a stream does not come in time."""
    found = set()
    rest = b""
    with book._archive.open(sheet._worksheet_path) as part:
        while chunk := part.read(CHUNK):
            text = rest + chunk
            for match in MERGED.finditer(text):
                found.add(match.group(1).decode("ascii").replace("$", ""))
            rest = text[-LONGEST_TAG:]
    merged: list[Merged] = []
    for area in sorted(found):
        left, top, right, bottom = range_boundaries(area)
        # Whole columns or rows, as C:C, have no corners.
        merged.append((left or 1, top or 1, right or MOST_COLUMNS, bottom or MOST_ROWS))
    return sorted(merged, key=lambda one: one[1])


def _rows(sheet: Any, merged: list[Merged]) -> Iterator[SourceRow]:
    sheet.reset_dimensions()  # what a workbook says of its size is often wrong
    waiting = list(merged)
    here: list[Merged] = []
    for number, cells in enumerate(_cells(sheet), 1):
        if cells is None:
            row = SourceRow(number, [])
            row.faults[0] = "cannot be read, nor can the rows after it: save the workbook again"
            yield row
            return
        faults: dict[int, str] = {}
        values = [_value(cell, place, faults) for place, cell in enumerate(cells)]
        row = source_row(number, values)
        row.faults |= faults
        while waiting and waiting[0][1] <= number:
            here.append(waiting.pop(0))
        here = [area for area in here if area[3] >= number]
        for first_column, first_row, last_column, last_row in here:
            if first_row <= number <= last_row:
                area_name = (
                    f"{get_column_letter(first_column)}{first_row}:"
                    f"{get_column_letter(last_column)}{last_row}"
                )
                said = f"is part of the merged cells {area_name}: unmerge them and fill each"
                for place in range(first_column - 1, min(last_column, MOST_COLUMNS)):
                    row.values += [None] * (place + 1 - len(row.values))
                    row.faults[place] = said
        yield row


def _cells(sheet: Any) -> Iterator[Any]:
    """Rows of cells; None where the sheet breaks off."""
    rows = sheet.iter_rows()
    while True:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                cells = next(rows)
        except StopIteration:
            return
        except Exception:  # broken XML, a number that is none, a lost shared text
            yield None
            return
        yield cells[: MOST_COLUMNS + 1]


def _value(cell: Any, place: int, faults: dict[int, str]) -> Value:
    value = cell.value
    if value is None:
        return None
    kind = cell.data_type
    if kind == "f":
        text = value if isinstance(value, str) else getattr(value, "text", "") or "…"
        faults[place] = "is a formula: put its value in its place"
        return str(text)[:80]
    if kind == "e":
        faults[place] = "is an error of the workbook: mend or empty the cell"
        return str(value)[:80]
    if isinstance(value, float):
        # A double holds 15 digits for sure; what stands behind them is noise.
        exact = Decimal(f"{value:.15g}")
        return int(exact) if exact == exact.to_integral_value() and abs(exact) < 10**15 else exact
    typed = str | int | bool | datetime.datetime | datetime.date | datetime.time
    return value if isinstance(value, typed | datetime.timedelta) else str(value)
