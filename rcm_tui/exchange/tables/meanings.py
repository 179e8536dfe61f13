"""What a cell means: dates, times, amounts, yes or no, however the file writes them.

Dates in text are month/day/year, as people here write them, or year-month-day. Each function
raises NotUnderstood with the end of a sentence that begins with the column and the value.
"""

import datetime
import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from functools import lru_cache

from rcm_tui.exchange.tables.source import Value

MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
ISO_DAY = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})")
OUR_DAY = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})")
CLOSED_DAY = re.compile(r"(\d{4})(\d{2})(\d{2})")
DAY_FIRST = re.compile(r"(\d{1,2})[- ]([A-Za-z]{3,9})\.?[-, ]+(\d{4})")
MONTH_FIRST = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})")
CLOCK = re.compile(r"(\d{1,2})(?::(\d{2}))?(?::(\d{2})(?:\.0+)?)?\s*([AaPp])?\.?[Mm]?\.?")
CLOSED_CLOCK = re.compile(r"(\d{2})(\d{2})")
DURATION = re.compile(r"(?:(\d+)\s*h(?:ours?|rs?)?)?\s*(?:(\d+)\s*m(?:in(?:ute)?s?)?)?", re.I)
NUMBER = re.compile(r"[-+]?\d{1,12}(?:\.\d{1,9})?")

YES = frozenset(("yes", "y", "true", "t", "1", "x", "on"))
NO = frozenset(("no", "n", "false", "f", "0", "off", "none"))
EARLIEST, LATEST = datetime.date(1900, 1, 1), datetime.date(2199, 12, 31)
CACHED = 4096

A_DAY = "is not a date: month/day/year is needed, as 3/14/2026, or 2026-03-14"
A_TIME = "is not a time: 9:30 AM or 14:15 is needed"


class NotUnderstood(ValueError):
    """What is wrong with a cell; the text ends a sentence that begins with its value."""


def text_of(value: Value) -> str:
    """A cell as text: whole numbers without a fraction, dates in ISO form."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime.datetime):
        midnight = value.time() == datetime.time()
        return value.date().isoformat() if midnight else value.isoformat(" ", "minutes")
    if isinstance(value, datetime.time):
        return value.isoformat("minutes")
    if isinstance(value, datetime.timedelta):
        minutes = int(value.total_seconds() // 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    return str(value)


def day(value: Value) -> datetime.date:
    """A day; the time of a moment at midnight is left out."""
    if isinstance(value, datetime.datetime):
        found = value.date()
    elif isinstance(value, datetime.date):
        found = value
    elif isinstance(value, str):
        return _day(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        return _day(str(value))
    else:
        raise NotUnderstood(A_DAY)
    if not EARLIEST <= found <= LATEST:
        raise NotUnderstood("is out of reach: a year from 1900 to 2199 is needed")
    return found


@lru_cache(CACHED)
def _day(text: str) -> datetime.date:
    parts = _parts(text.strip())
    if parts is None:
        # A date with a time of day behind it, as exports of databases have it.
        first, _, rest = text.strip().replace("T", " ", 1).partition(" ")
        parts = _parts(first) if rest and _is_clock(rest) else None
    if parts is None:
        raise NotUnderstood(A_DAY)
    try:
        found = datetime.date(*parts)
    except ValueError:
        raise NotUnderstood(A_DAY) from None
    if not EARLIEST <= found <= LATEST:
        raise NotUnderstood("is out of reach: a year from 1900 to 2199 is needed")
    return found


def _parts(text: str) -> tuple[int, int, int] | None:
    if match := ISO_DAY.fullmatch(text) or CLOSED_DAY.fullmatch(text):
        year, month, number = match.groups()
        return int(year), int(month), int(number)
    if match := OUR_DAY.fullmatch(text):
        month, number, year = match.groups()
        if len(year) == 2:
            # Two figures say too little of a date of birth: only this century is meant by them.
            year = f"20{year}"
        return int(year), int(month), int(number)
    if match := DAY_FIRST.fullmatch(text):
        number, name, year = match.groups()
    elif match := MONTH_FIRST.fullmatch(text):
        name, number, year = match.groups()
    else:
        return None
    if name[:3].lower() not in MONTHS:
        return None
    return int(year), MONTHS.index(name[:3].lower()) + 1, int(number)


def clock(value: Value) -> datetime.time:
    """A time of day."""
    if isinstance(value, datetime.datetime):
        return value.time().replace(microsecond=0)
    if isinstance(value, datetime.time):
        return value.replace(microsecond=0)
    if isinstance(value, Decimal) and 0 <= value < 1:
        # A part of a day, which is what a time is to a spreadsheet that does not show it as one.
        minutes = int((value * 1440).to_integral_value())
        return datetime.time(minutes // 60, minutes % 60) if minutes < 1440 else datetime.time()
    if isinstance(value, str):
        return _clock(value.strip())
    if isinstance(value, int) and not isinstance(value, bool):
        return _clock(f"{value:04d}")
    raise NotUnderstood(A_TIME)


@lru_cache(CACHED)
def _clock(text: str) -> datetime.time:
    if match := CLOSED_CLOCK.fullmatch(text):
        hours, minutes, seconds, half = int(match[1]), int(match[2]), 0, ""
    elif match := CLOCK.fullmatch(text):
        hours, minutes, seconds = int(match[1]), int(match[2] or 0), int(match[3] or 0)
        half = (match[4] or "").lower()
        if not half and match[2] is None:
            raise NotUnderstood(A_TIME)
    else:
        raise NotUnderstood(A_TIME)
    if half:
        if not 1 <= hours <= 12:
            raise NotUnderstood(A_TIME)
        hours = hours % 12 + (12 if half == "p" else 0)
    try:
        return datetime.time(hours, minutes, seconds)
    except ValueError:
        raise NotUnderstood(A_TIME) from None


def _is_clock(text: str) -> bool:
    try:
        _clock(text.strip().removesuffix("Z").strip())
    except NotUnderstood:
        return False
    return True


def moment(value: Value, on: datetime.date | None) -> datetime.datetime:
    """A date with a time, or a time alone of the day `on`. Aware only where the text says how."""
    if isinstance(value, datetime.datetime):
        return value.replace(microsecond=0)
    if isinstance(value, str) and len(value) > 11:
        return _moment(value.strip())
    if on is None:
        raise NotUnderstood("has no date: a column with the date is needed, or both in this one")
    return datetime.datetime.combine(on, clock(value))


@lru_cache(CACHED)
def _moment(text: str) -> datetime.datetime:
    try:
        return datetime.datetime.fromisoformat(text).replace(microsecond=0)
    except ValueError:
        pass
    words = text.replace("T", " ", 1) if text[:4].isdigit() else text
    # The time is behind the date, which may have blanks of its own (Mar 2, 2026 9:30 AM).
    pieces = words.split()
    for at in range(1, min(4, len(pieces))):
        first, rest = " ".join(pieces[:at]), " ".join(pieces[at:])
        try:
            return datetime.datetime.combine(_day(first), _clock(rest))
        except NotUnderstood:
            continue
    raise NotUnderstood("is not a date with a time: 3/14/2026 9:30 AM is needed")


def minutes(value: Value, per_unit: int = 1) -> int:
    """A length in whole minutes: a number (of `per_unit` minutes each), 1:30, 1 h 30 min."""
    if isinstance(value, datetime.timedelta):
        return _whole(Decimal(int(value.total_seconds())) / 60)
    if isinstance(value, datetime.time):
        return value.hour * 60 + value.minute
    text = text_of(value).strip()
    if NUMBER.fullmatch(text):
        return _whole(Decimal(text) * per_unit)
    if ":" in text:
        hours, _, rest = text.partition(":")
        if hours.isdecimal() and rest[:2].isdecimal() and int(rest[:2]) < 60 and len(hours) < 4:
            return int(hours) * 60 + int(rest[:2])
    elif text and (match := DURATION.fullmatch(text)) and (match[1] or match[2]):
        return int((match[1] or "0")[:4]) * 60 + int((match[2] or "0")[:6])
    raise NotUnderstood("is not a length of time: 90, 1:30 or 1 h 30 min is needed")


def _whole(count: Decimal) -> int:
    if count != count.to_integral_value():
        raise NotUnderstood("is not a number of whole minutes")
    return int(count)


def flag(value: Value) -> bool:
    """Yes or no."""
    if isinstance(value, bool):
        return value
    word = text_of(value).strip().lower()
    if word in YES:
        return True
    if word in NO:
        return False
    raise NotUnderstood("is neither yes nor no")


def amount(value: Value) -> Decimal:
    """An amount of money in dollars: 1440, $1,440.00; in brackets it is negative."""
    text = text_of(value).strip().replace("$", "").replace(" ", "")
    if text.startswith("(") and text.endswith(")"):
        text = f"-{text[1:-1]}"
    return _number(_without_thousands(text), "is not an amount: 1,440.00 is needed")


def number(value: Value) -> Decimal:
    """A number, with a fraction or without."""
    return _number(_without_thousands(text_of(value).strip()), "is not a number")


def _without_thousands(text: str) -> str:
    return text.replace(",", "") if re.fullmatch(r"[-+]?\d{1,3}(,\d{3})+(\.\d+)?", text) else text


def _number(text: str, wrong: str) -> Decimal:
    if not NUMBER.fullmatch(text):
        raise NotUnderstood(wrong)
    try:
        return Decimal(text)
    except InvalidOperation:
        raise NotUnderstood(wrong) from None


def choice(value: Value, choices: Mapping[str, str]) -> str:
    """One of some codes, by its code or its word."""
    text = text_of(value).strip()
    if text in choices:
        return text
    lowered = text.casefold()
    for code, word in choices.items():
        if lowered in (code.casefold(), word.casefold()):
            return code
    listed = ", ".join(
        code if code == word else f"{code} ({word})" for code, word in choices.items() if code
    )
    raise NotUnderstood(f"is none of {listed}")
