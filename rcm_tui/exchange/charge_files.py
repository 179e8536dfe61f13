"""Files that charges are taken out in: written whole, on record, and named for their days."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from rcm_tui.billing.rights import EXPORT, refuse_at
from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store
from rcm_tui.data.target import written_beside


class ChosenDays(Protocol):
    """A choice of charges with the first and the last date of service, None for any."""

    @property
    def from_date(self) -> datetime.date | None: ...

    @property
    def to_date(self) -> datetime.date | None: ...


@contextmanager
def recorded_file(
    store: Store,
    actor: Actor,
    now: datetime.datetime | None,
    target: Path,
    action: str,
    chosen: ChosenDays,
    **details: Any,
) -> Iterator[BinaryIO]:
    """A file to write charges into. It is there under its name only once that is on record.

    Raises TargetRefused when no file can be put there; when the block raises, nothing is left.
    """
    refuse_at(store, actor, EXPORT, now)
    with written_beside(target) as file:
        yield file
        since, until = (day and day.isoformat() for day in (chosen.from_date, chosen.to_date))
        with store.work(actor, now) as work:
            work.record(action, "charge_item", since=since, until=until, **details)


def name_for_days(start: str, chosen: ChosenDays, ending: str) -> str:
    """A file name such as `billing-2026-03-02-2026-03-08.csv`."""
    days = (day.isoformat() for day in (chosen.from_date, chosen.to_date) if day)
    return "-".join((start, *days)) + ending
