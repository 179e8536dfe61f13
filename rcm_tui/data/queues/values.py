"""What people mean by a value: money, numbers, days, and dates near today.

Each reader returns None for text that it does not know; the sentence is `condition.py`'s.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

GREATEST = 10**15  # far above any figure here, far below what the stores can compare

_MONEY = re.compile(r"(-?)\$?([0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?:\.([0-9]{0,2}))?")
_COUNT = re.compile(r"-?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)")
_UNITS = re.compile(r"(-?)([0-9]{1,9})(?:\.([0-9]{0,3}))?")
_AWAY = re.compile(r"([+-]?)([0-9]{1,5})([dwmy])")
_ISO = re.compile(r"([0-9]{4})(?:-([0-9]{1,2})(?:-([0-9]{1,2}))?)?")
_US = re.compile(r"([0-9]{1,2})/([0-9]{1,2})(?:/([0-9]{4}|[0-9]{2}))?")
DAYS = {"d": 1, "w": 7}


@dataclass(frozen=True, slots=True)
class Days:
    """The days that a date value means, first and last included: one day, a week, a month."""

    first: date
    last: date


def money(text: str) -> int | None:
    """Cents of `100`, `1,440.00`, `$12.5`."""
    match = _MONEY.fullmatch(text)
    if not match or not (match[2] or match[3]):
        return None
    cents = int((match[2] or "0").replace(",", "")) * 100 + int((match[3] or "").ljust(2, "0"))
    return _bounded(-cents if match[1] else cents)


def count(text: str) -> int | None:
    """The whole number of `12` or `1,200`."""
    return _bounded(int(text.replace(",", ""))) if _COUNT.fullmatch(text) else None


def units(text: str) -> int | None:
    """Thousandths of a unit of service, as the store keeps them: `2.5` is 2500."""
    match = _UNITS.fullmatch(text)
    if not match:
        return None
    milli = int(match[2]) * 1000 + int((match[3] or "").ljust(3, "0"))
    return -milli if match[1] else milli


def days_ago(text: str, today: date) -> date | None:
    """The date that is `60`, `60d`, `8w`, `2m` or `1y` old today."""
    match = _AWAY.fullmatch(text if text[-1:].isalpha() else text + "d")
    if not match or match[1] == "-":
        return None
    return _shifted(today, -int(match[2]), match[3])


def days(text: str, today: date) -> Days | None:
    """The days of `today`, `+7d`, `-2w`, `2026-10-02`, `2026-10`, `10/02/2026`, `3/14`, `lastweek`.

    Without a year, the date nearest to today is meant. Weeks run from Monday to Sunday.
    """
    word = text.lower()
    if word in NAMED:
        return NAMED[word](today)
    if match := _AWAY.fullmatch(word):
        away = int(match[2]) * (-1 if match[1] == "-" else 1)
        return _day(_shifted(today, away, match[3]))
    if match := _ISO.fullmatch(word):
        return _iso(int(match[1]), *(int(part) if part else None for part in match.groups()[1:]))
    if match := _US.fullmatch(word):
        month, day = int(match[1]), int(match[2])
        if match[3]:
            year = int(match[3]) + (2000 if len(match[3]) == 2 else 0)
            return _day(_date(year, month, day))
        near = (_date(today.year + n, month, day) for n in (-1, 0, 1))
        return _day(min((d for d in near if d), key=lambda d: abs(d - today), default=None))
    return None


def _bounded(figure: int) -> int | None:
    return figure if abs(figure) <= GREATEST else None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _day(day: date | None) -> Days | None:
    return None if day is None else Days(day, day)


def _iso(year: int, month: int | None, day: int | None) -> Days | None:
    if day is not None and month is not None:
        return _day(_date(year, month, day))
    first = _date(year, month or 1, 1)
    if first is None:
        return None
    last = _shifted(first, 12 if month is None else 1, "m")
    return None if last is None else Days(first, last - timedelta(days=1))


def _shifted(day: date, by: int, unit: str) -> date | None:
    """A date some days, weeks, months or years away; the month's last day where it is shorter."""
    try:
        if unit in DAYS:
            return day + timedelta(days=by * DAYS[unit])
        months = day.year * 12 + day.month - 1 + by * (12 if unit == "y" else 1)
        year, month = divmod(months, 12)
        first = date(year, month + 1, 1)
        next_first = date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1)
        return first.replace(day=min(day.day, (next_first - first).days))
    except (ValueError, OverflowError):  # outside the calendar
        return None


def _week(today: date, weeks: int) -> Days:
    monday = today - timedelta(days=today.weekday()) + timedelta(weeks=weeks)
    return Days(monday, monday + timedelta(days=6))


def _month(today: date, months: int) -> Days:
    first = _shifted(today.replace(day=1), months, "m") or today
    after = _shifted(first, 1, "m") or today
    return Days(first, after - timedelta(days=1))


NAMED = {
    "today": lambda today: Days(today, today),
    "yesterday": lambda today: Days(today - timedelta(days=1), today - timedelta(days=1)),
    "tomorrow": lambda today: Days(today + timedelta(days=1), today + timedelta(days=1)),
    "thisweek": lambda today: _week(today, 0),
    "lastweek": lambda today: _week(today, -1),
    "thismonth": lambda today: _month(today, 0),
    "lastmonth": lambda today: _month(today, -1),
}
