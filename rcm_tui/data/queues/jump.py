"""The first row that begins with some letters: one range of an index, whatever the queue's size."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal, InvalidOperation

from rcm_tui.data.queues.pages import QueuePages, Reading
from rcm_tui.data.queues.queue import Column, Key

WORDS = ("text", "code", "date")
PEOPLE = "patient"
"""The column that people look rows up by where those of the order hold no words."""
END = "\U0010ffff"


def first_beginning(
    pages: QueuePages, letters: str, reading: Reading | None = None
) -> tuple[Key, Column] | None:
    """The first row in the queue's order whose column begins with the letters, in any case.

    The column is the first one of the order, then the patient, then the first of the row. Dates
    begin as they are stored (`2026-03`); of an order by money, it is the first row from that
    amount on. Blocks. None when nothing begins so.
    """
    letters = letters.strip()
    if not letters:
        return None
    for column in _columns(pages):
        expression = column.order or column.expression
        if column.kind == "money":
            key = _from_amount(pages, expression, letters, reading)
        else:
            key = _beginning(pages, expression, letters, reading)
        if key is not None:
            return key, column
    return None


def _columns(pages: QueuePages) -> Iterator[Column]:
    seen: set[str] = set()
    queue = pages.queue
    ordered = [queue.column(name) for name, _ in pages.order.terms[:1]]
    people = [column for column in queue.columns if column.name == PEOPLE]
    for column in (*(c for c in ordered if c.kind in (*WORDS, "money")), *people, queue.columns[0]):
        if column.name not in seen and column.kind in (*WORDS, "money"):
            seen.add(column.name)
            yield column


def _beginning(
    pages: QueuePages, expression: str, letters: str, reading: Reading | None
) -> Key | None:
    # One range for each way of writing, since an index tells small letters from capitals.
    for text in dict.fromkeys(
        (letters, letters.upper(), letters.lower(), letters.title(), letters.capitalize())
    ):
        condition, parameters = f"{expression} >= ? AND {expression} < ?", (text, text + END)
        key = pages.first_where(condition, parameters, reading)
        if key is not None:
            return key
    return None


def _from_amount(
    pages: QueuePages, expression: str, letters: str, reading: Reading | None
) -> Key | None:
    try:
        cents = int(Decimal(letters.replace(",", "")) * 100)
    except (InvalidOperation, OverflowError, ValueError):
        return None
    descending = pages.order.terms[0][1] if pages.order.terms else False
    sign = "<=" if descending else ">="
    return pages.first_where(f"{expression} {sign} ?", (cents,), reading)
