"""The periods that a limit of an authorization is for: all of its days, or each week or month.

Weeks are calendar weeks from Monday to Sunday, months are calendar months (ours; payers' contracts
differ). What is allowed is not cut for a week or month that an authorization begins or ends in.
Days are ISO text, as in the store.
"""

import datetime
from collections.abc import Iterator
from typing import NamedTuple

from rcm_tui.data.queues.days import day_number

TOTAL, WEEK, MONTH = "total", "week", "month"
DAY = datetime.timedelta(days=1)
JULIAN_DAY = 1721425
"""The Julian day number less the day's ordinal in Python."""


class Period(NamedTuple):
    """First and last day."""

    first: datetime.date
    last: datetime.date

    @property
    def days(self) -> int:
        """How many days there are in it."""
        return (self.last - self.first).days + 1


def week_of(day: datetime.date) -> Period:
    """The calendar week of a day."""
    monday = day - DAY * day.weekday()
    return Period(monday, monday + 6 * DAY)


def month_of(day: datetime.date) -> Period:
    """The calendar month of a day."""
    first = day.replace(day=1)
    return Period(first, (first + 31 * DAY).replace(day=1) - DAY)


def period_of(
    per: str, day: datetime.date, starts_on: datetime.date, ends_on: datetime.date
) -> Period:
    """The period of a limit that a day of the authorization is in, within its first and last day.

    Raises ValueError for a kind of period that there is not.
    """
    if per == TOTAL:
        return Period(starts_on, ends_on)
    if per not in (WEEK, MONTH):
        raise ValueError(f"a limit is for the total, a week or a month, not for a {per}")
    whole = week_of(day) if per == WEEK else month_of(day)
    return Period(max(whole.first, starts_on), min(whole.last, ends_on))


def periods(per: str, starts_on: datetime.date, ends_on: datetime.date) -> Iterator[Period]:
    """All periods of a limit, in order; together they are the authorization's days."""
    day = starts_on
    while day <= ends_on:
        period = period_of(per, day, starts_on, ends_on)
        yield period
        day = period.last + DAY


def key_of(per: str, day: str) -> str:
    """What the days of one period have in common: the first day of its week or month, or ""."""
    if per == TOTAL:
        return ""
    if per == MONTH:
        return f"{day[:7]}-01"
    return week_of(datetime.date.fromisoformat(day)).first.isoformat()


def whole_period(per: str, key: str) -> Period | None:
    """The whole week or month of a key; None for the total, whose days are the authorization's."""
    if per == TOTAL:
        return None
    first = datetime.date.fromisoformat(key)
    return week_of(first) if per == WEEK else month_of(first)


def key_sql(per: str, day: str) -> str:
    """SQL that is alike for the days of one period; `key_from_sql` makes the key of it."""
    if per == TOTAL:
        return "''"
    # The Julian day number of a Monday is a multiple of seven.
    return f"substr({day}, 1, 7)" if per == MONTH else f"({day_number(day)} / 7)"


def key_from_sql(per: str, value: str | int) -> str:
    """The key of a period from what `key_sql` gives."""
    if per == WEEK:
        return datetime.date.fromordinal(int(value) * 7 - JULIAN_DAY).isoformat()
    return f"{value}-01" if per == MONTH else ""
