"""What holds on a day. Days are ISO text, as in the store, so that text order is date order."""

import datetime
from collections.abc import Iterable
from typing import Protocol, TypeVar
from zoneinfo import ZoneInfo

from peewee import Database

from rcm_tui.data.bulk import read_rows


class Dated(Protocol):
    """Something with a first and, unless open-ended, a last day."""

    @property
    def starts_on(self) -> str | None: ...
    @property
    def ends_on(self) -> str | None: ...


D = TypeVar("D", bound=Dated)


def covers(entry: Dated, first: str, last: str | None = None) -> bool:
    """Whether an entry holds on every day from `first` to `last` (or on that one day)."""
    return (entry.starts_on is None or entry.starts_on <= first) and (
        entry.ends_on is None or entry.ends_on >= (last or first)
    )


def newest(entries: Iterable[D], day: str) -> D | None:
    """The entry that holds on a day; where several do, the one that started last."""
    best: D | None = None
    for entry in entries:
        if covers(entry, day) and (
            best is None or (entry.starts_on or "") > (best.starts_on or "")
        ):
            best = entry
    return best


def practice_zone(database: Database) -> ZoneInfo:
    """The time zone in which the practice's days begin and end."""
    return ZoneInfo(read_rows(database, "SELECT time_zone FROM practice")[0][0])


def last_day(day: str, starts_at: str, ends_at: str, zone: ZoneInfo) -> str:
    """The day on which a session of `day` ended; midnight itself belongs to the day before.

    The moments are the store's texts, in UTC.
    """
    start = datetime.datetime.fromisoformat(starts_at).astimezone(zone)
    end = datetime.datetime.fromisoformat(ends_at).astimezone(zone)
    nights = ((end - datetime.timedelta(microseconds=1)).date() - start.date()).days
    if nights <= 0:
        return day
    return (datetime.date.fromisoformat(day) + datetime.timedelta(days=nights)).isoformat()
