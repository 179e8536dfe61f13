"""Figures, dates and states as people read them on screen."""

import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from textual.content import Content

from rcm_tui.data.queues.queue import Choice
from rcm_tui.data.queues.value_text import NONE, money_text
from rcm_tui.screens.theme import STYLES
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.signs import ascii_wanted, sign
from rcm_tui.widgets.written import written

__all__ = [
    "NONE",
    "ago",
    "amount",
    "count_of",
    "date_text",
    "field_line",
    "moment_text",
    "money_text",
    "name_of",
    "signed",
    "state",
    "until",
]


def date_text(date: datetime.date | None) -> str:
    """`10/02/2026`."""
    return date.strftime("%m/%d/%Y") if date else NONE


def moment_text(moment: datetime.datetime | None, zone: ZoneInfo) -> str:
    """`10/02/2026 09:31` in the practice's time zone."""
    return moment.astimezone(zone).strftime("%m/%d/%Y %H:%M") if moment else NONE


def short_moment_text(moment: datetime.datetime, zone: ZoneInfo) -> str:
    """`10/02 09:31`: of what happened lately the year needs no saying."""
    text = moment_text(moment, zone)
    return f"{text[:5]} {text[-5:]}"


def ago(date: datetime.date | None, today: datetime.date) -> str:
    """`3 d`; `in 3 d` for a day to come."""
    if date is None:
        return NONE
    days = (today - date).days
    return f"{days:,} d" if days >= 0 else f"in {-days:,} d"


def until(moment: datetime.datetime, now: datetime.datetime) -> str:
    """`in 12 min`, `now`."""
    seconds = (moment - now).total_seconds()
    if seconds <= 0:
        return "now"
    if seconds < 60:
        return "within a minute"
    if seconds < 3600:
        return f"in {int(seconds // 60)} min"
    return f"in {int(seconds // 3600)} h {int(seconds % 3600 // 60)} min"


def amount(cents: int, width: int = 11) -> str:
    """Cents right-aligned, so that figures stand under each other."""
    return money_text(cents).rjust(width)


def count_of(count: int, noun: tuple[str, str]) -> str:
    """`1 claim`, `1,204 claims`."""
    return f"{count:,} {noun[0] if count == 1 else noun[1]}"


def units_text(units: Decimal) -> str:
    """Units of service without trailing zeros."""
    return f"{units:f}"


def name_of(last: str, first: str) -> str:
    """`Okafor, Ada`."""
    return f"{last}, {first}" if first else last


def signed(name: str, words: str) -> Content:
    """A sign in its colour, and words."""
    return written((f"{sign(name, ascii_wanted())} ", STYLES[name]), words)


def state(choices: tuple[Choice, ...], value: str) -> Content:
    """A stored state as its sign and its word."""
    choice = next((c for c in choices if c.value == value), None)
    if choice is None:
        return written(value)
    if not choice.sign:
        return written(choice.label)
    return written((f"{sign(choice.sign, ascii_wanted())} {choice.label}", STYLES[choice.sign]))


def field_line(label: str, *values: str | Content, width: int = 14) -> Content:
    """A field of a record: its label in a column of its own, then what it says."""
    return written((cell(label, width), "$text-muted"), *values)
