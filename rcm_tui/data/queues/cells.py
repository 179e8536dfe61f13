"""A value of a queue as Python knows it, for files: money is `Decimal`, a date is a date."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal

from rcm_tui.data.details import details_text
from rcm_tui.data.fields import dollars, units_from_store
from rcm_tui.data.plain import HOSTILE, REPLACEMENT
from rcm_tui.data.queues.queue import Column, Value, Viewer
from rcm_tui.data.queues.value_text import diagnosis_text

Cell = str | int | Decimal | date | datetime | None


def cell(column: Column, value: Value, viewer: Viewer) -> Cell:
    """What a person sees, typed: dollars, units, a date, the viewer's time, days of age, a word.

    A value that is not what its column says stays as it is: an export must not fail on one row.
    """
    if value is None:
        return None
    match column.kind:
        case "money" if isinstance(value, int):
            return dollars(value)
        case "units" if isinstance(value, int):
            return units_from_store(value)
        case "date" | "age" if isinstance(value, str):
            return _day(column, value, viewer)
        case "datetime" if isinstance(value, str):
            return _moment(value, viewer)
        case "diagnosis" if isinstance(value, str):
            return diagnosis_text(value) or None
        case "details" if isinstance(value, str):
            return _plain(details_text(value)) or None
        case "state":
            choice = column.choice(value)
            return choice.label if choice else _plain(value)
    return _plain(value)


def stored_cell(column: Column, value: Value) -> str | int | None:
    """What a script reads: amounts and units as decimal text, states and times as stored.

    A diagnosis is its description: its code is a column of its own.
    """
    if isinstance(value, int) and column.kind in ("money", "units"):
        return str(dollars(value) if column.kind == "money" else units_from_store(value))
    if column.kind == "diagnosis" and isinstance(value, str):
        return diagnosis_text(value) or None
    return value


def _day(column: Column, text: str, viewer: Viewer) -> Cell:
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return _plain(text)
    return (viewer.today - day).days if column.kind == "age" else day


def _moment(text: str, viewer: Viewer) -> Cell:
    try:
        moment = datetime.fromisoformat(text)
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(viewer.zone)
    except (ValueError, OverflowError):
        return _plain(text)


def _plain(value: str | int) -> str | int:
    return HOSTILE.sub(REPLACEMENT, value) if isinstance(value, str) else value
