"""Which charge items a choice means, as SQL that approval, generation and their previews share."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol, TypeVar

from peewee import Database

from rcm_tui.billing.outcome import Left
from rcm_tui.billing.units import CHARGE, own_units, part
from rcm_tui.data.bulk import chunked, read_rows, stream_rows
from rcm_tui.data.work import Work

INDEXED = ("c.status", "c.date_of_service", "c.business_unit_id")
HIDDEN = ("COALESCE(c.status, '')", "COALESCE(c.date_of_service, '')", "c.business_unit_id + 0")
"""The same columns where no planner sees that they have an index."""


@dataclass(slots=True)
class Chosen:
    """Charge items by date of service, business unit or key; None means no limit."""

    from_date: datetime.date | None = None
    to_date: datetime.date | None = None
    business_units: Iterable[int] | None = None
    charge_items: Iterable[int] | None = None

    def read(self, database: Database, sql: str, *statuses: str) -> Iterator[Any]:
        """Rows of `sql`, which has a charge item `c` and ends in `WHERE {chosen}`.

        Without `statuses` an item of any status is meant.
        """
        for query, parameters in self._queries(sql, statuses):
            yield from read_rows(database, query, *parameters)

    def stream(self, database: Database, sql: str, *statuses: str) -> Iterator[Any]:
        """As `read`, for very many rows: to be read to the end before all else."""
        for query, parameters in self._queries(sql, statuses):
            yield from stream_rows(database, query, *parameters)

    def _queries(self, sql: str, statuses: Sequence[str]) -> Iterator[tuple[str, list[Any]]]:
        conditions: list[str] = []
        parameters: list[Any] = []
        # Items chosen by key are found by it: without statistics a planner would rather read all
        # items of a status, or of a day, for every short list of keys.
        status, day, unit = INDEXED if self.charge_items is None else HIDDEN
        if statuses:
            conditions.append(f"{status} IN ({', '.join('?' * len(statuses))})")
            parameters += statuses
        if self.from_date is not None:
            conditions.append(f"{day} >= ?")
            parameters.append(self.from_date.isoformat())
        if self.to_date is not None:
            conditions.append(f"{day} <= ?")
            parameters.append(self.to_date.isoformat())
        if self.business_units is not None:
            units = sorted(set(self.business_units))
            if not units:
                return
            conditions.append(f"{unit} IN ({', '.join('?' * len(units))})")
            parameters += units
        if self.charge_items is None:
            chosen = " AND ".join(conditions) or "1 = 1"
            yield sql.replace("{chosen}", chosen), parameters
            return
        for keys in chunked(sorted(set(self.charge_items))):
            by_key = [*conditions, f"c.id IN ({', '.join('?' * len(keys))})"]
            chosen = " AND ".join(by_key)
            yield sql.replace("{chosen}", chosen), [*parameters, *keys]


class Choice(Protocol):
    """What a person chose to be done: by business units, or single items (None: no limit)."""

    business_units: Iterable[int] | None
    charge_items: Iterable[int] | None


AChoice = TypeVar("AChoice", bound=Choice)


def own_part(work: Work, choice: AChoice) -> tuple[AChoice, list[Left]]:
    """What of a choice is of the business units of who acts; single items of others are left.

    Raises Refused where all units that were chosen are others'.
    """
    if not work.actor.units:
        return choice, []
    if choice.charge_items is None:
        wanted = None if choice.business_units is None else set(choice.business_units)
        return replace(choice, business_units=own_units(work, wanted)), []  # type: ignore[type-var]
    keys, left = part(work, CHARGE, choice.charge_items)
    return replace(choice, charge_items=keys), left  # type: ignore[type-var]
