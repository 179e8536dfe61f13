"""What every table that comes in is read as: rows of cells, each with its number in the file."""

import datetime
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache

from rcm_tui.billing.outcome import Refused
from rcm_tui.data.plain import HOSTILE, REPLACEMENT

Value = (
    str
    | int
    | bool
    | Decimal
    | datetime.datetime
    | datetime.date
    | datetime.time
    | datetime.timedelta
    | None
)
"""A cell: text of a csv, or as a workbook types it. A number with a fraction is `Decimal`."""

MOST_BYTES = 200 << 20
"""The longest file that is taken (ours)."""
MOST_COLUMNS = 500
LONGEST_CELL = 32_767
"""Characters: what a cell of a workbook holds."""

BLANKS = re.compile(r"[\s\u00a0]+")
# What a spreadsheet would take for a formula; a quote before it says that it is text.
QUOTED_FORMULA = re.compile(r"'\s*[=+\-@＝＋－＠\t\r]")


class TableRefused(Refused):
    """A file that is no table, or of which nothing can be read; the text is a sentence."""


@dataclass(slots=True)
class SourceRow:
    """A row under its number as a spreadsheet shows it.

    `faults` say, by the cell's place from the left, why its value cannot be taken.
    `replaced` counts cells that held characters which cannot be shown.
    """

    number: int
    values: list[Value]
    faults: dict[int, str] = field(default_factory=dict)
    replaced: int = 0

    @property
    def blank(self) -> bool:
        return not self.faults and all(value is None or value == "" for value in self.values)


@dataclass(frozen=True, slots=True)
class SourceTable:
    """An open table: how it was read, in words, and its rows from the first on, read once.

    `expected` is about how many rows there are, for the progress bar.
    """

    described: str
    rows: Iterator[SourceRow]
    expected: int = 0
    merged_rows: tuple[tuple[int, int], ...] = ()
    """From and to which rows cells are merged: none of them can be the headings."""


@lru_cache(8192)
def plain_cell(text: str) -> tuple[str, bool]:
    """A cell's text in one line without hostile characters, and whether it held any.

    Line breaks and tabs become blanks; the quote that keeps a spreadsheet from taking a text for
    a formula is taken off again.
    """
    if text.isascii() and text.isprintable():
        cleaned = text.strip()
        replaced = False
    else:
        flat = BLANKS.sub(" ", text.removeprefix("\ufeff")).strip()
        cleaned = HOSTILE.sub(REPLACEMENT, flat).encode("utf-8", "replace").decode("utf-8")
        replaced = cleaned != flat
    if cleaned[:1] == "'" and QUOTED_FORMULA.match(cleaned):
        cleaned = cleaned[1:].strip()
    return cleaned, replaced


def source_row(number: int, values: list[Value]) -> SourceRow:
    """A row whose texts are made plain; cells that are too long are faults."""
    row = SourceRow(number, values)
    if len(values) > MOST_COLUMNS:
        row.values = values[:MOST_COLUMNS]
        row.faults[MOST_COLUMNS - 1] = f"has {len(values)} cells: at most {MOST_COLUMNS} are taken"
    for place, value in enumerate(row.values):
        if isinstance(value, str):
            if len(value) > LONGEST_CELL:
                row.values[place] = value[:40]
                row.faults[place] = (
                    f"has {len(value):,} characters: at most {LONGEST_CELL:,} fit into a cell"
                )
                continue
            if value:
                row.values[place], replaced = plain_cell(value)
                row.replaced += replaced
    return row
