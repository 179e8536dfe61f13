"""Which charge items a choice means, as SQL that approval, generation and their previews share."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from peewee import Database

from rcm_tui.data.bulk import chunked, read_rows


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
        conditions: list[str] = []
        parameters: list[Any] = []
        if statuses:
            conditions.append(f"c.status IN ({', '.join('?' * len(statuses))})")
            parameters += statuses
        if self.from_date is not None:
            conditions.append("c.date_of_service >= ?")
            parameters.append(self.from_date.isoformat())
        if self.to_date is not None:
            conditions.append("c.date_of_service <= ?")
            parameters.append(self.to_date.isoformat())
        if self.business_units is not None:
            units = sorted(set(self.business_units))
            if not units:
                return
            conditions.append(f"c.business_unit_id IN ({', '.join('?' * len(units))})")
            parameters += units
        if self.charge_items is None:
            chosen = " AND ".join(conditions) or "1 = 1"
            yield from read_rows(database, sql.replace("{chosen}", chosen), *parameters)
            return
        for keys in chunked(sorted(set(self.charge_items))):
            by_key = [*conditions, f"c.id IN ({', '.join('?' * len(keys))})"]
            chosen = " AND ".join(by_key)
            yield from read_rows(database, sql.replace("{chosen}", chosen), *parameters, *keys)
