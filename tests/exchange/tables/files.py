"""Tables to import, made in memory. All people are invented."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from openpyxl import Workbook

SESSION_HEADINGS = (
    "Session ID,Client MRN,Provider NPI,Date,Start Time,End Time,CPT Code,Location,Telehealth"
).split(",")


def csv_bytes(
    rows: Iterable[Sequence[Any]], delimiter: str = ",", encoding: str = "utf-8"
) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter).writerows(rows)
    return text.getvalue().encode(encoding)


def xlsx_bytes(
    rows: Iterable[Sequence[Any]], merged: Sequence[str] = (), title: str = "Rows"
) -> bytes:
    book = Workbook()
    sheet = book.active
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    for area in merged:
        sheet.merge_cells(area)
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()
