"""A value of a queue as people read it: the same on screen and in a command's table."""

from __future__ import annotations

from datetime import UTC, date, datetime

from rcm_tui.data.details import details_text
from rcm_tui.data.queues.queue import Column, Value, Viewer

NONE = "–"


def value_text(column: Column, value: Value, viewer: Viewer) -> str:
    """`1,440.00` of cents, `10/02/2026` of an ISO date, `63 d` of an age, a state's word.

    A value that is not what its column says is shown as it is: a queue must not fail on one row.
    """
    if value is None:
        return NONE
    match column.kind:
        case "money" if isinstance(value, int):
            return money_text(value)
        case "count" if isinstance(value, int):
            return f"{value:,}"
        case "units" if isinstance(value, int):
            return units_text(value)
        case "date" if isinstance(value, str):
            return _date_text(value, column.width)
        case "datetime" if isinstance(value, str):
            return _moment_text(value, column.width, viewer)
        case "age" if isinstance(value, str):
            return _age_text(value, viewer.today)
        case "diagnosis" if isinstance(value, str):
            return diagnosis_text(value) or NONE
        case "details" if isinstance(value, str):
            return details_text(value) or NONE
        case "state":
            choice = column.choice(value)
            return choice.label if choice else str(value)
    return str(value)


def diagnosis_text(code: str) -> str:
    """What a diagnosis is called; "" where no list has it."""
    from rcm_tui.data.codes.words import word_of  # most queues need no code list

    return word_of("diagnosis", code)


def money_text(cents: int) -> str:
    """Cents as `1,440.00`."""
    whole, rest = divmod(abs(cents), 100)
    return f"{'-' if cents < 0 else ''}{whole:,}.{rest:02}"


def units_text(milli: int) -> str:
    """Thousandths of a unit of service as `2.5`."""
    whole, rest = divmod(abs(milli), 1000)
    decimals = f".{rest:03}".rstrip("0") if rest else ""
    return f"{'-' if milli < 0 else ''}{whole:,}{decimals}"


def _date_text(iso: str, width: int) -> str:
    year, month, day = iso[:4], iso[5:7], iso[8:10]
    if len(iso) < 10 or not (year + month + day).isdigit():
        return iso
    return f"{month}/{day}/{year}" if width >= 10 else f"{month}/{day}"


def _moment_text(text: str, width: int, viewer: Viewer) -> str:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(viewer.zone).strftime(
        "%m/%d/%Y %H:%M" if width >= 16 else "%m/%d %H:%M"
    )


def _age_text(iso: str, today: date) -> str:
    try:
        return f"{(today - date.fromisoformat(iso[:10])).days:,} d"
    except ValueError:
        return iso
