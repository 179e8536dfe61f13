"""What came in and what was denied, month by month."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from peewee import Database

from rcm_tui.data.bulk import read_rows

PAID = (
    "SELECT substr(effective_date, 1, 7), SUM(posted) FROM payment"
    " WHERE effective_date >= ? AND effective_date < ? GROUP BY substr(effective_date, 1, 7)"
)
# Within the index of adjudications by date: no claim itself is read.
DENIED = (
    "SELECT substr(first_service_date, 1, 7), COUNT(*) FROM claim WHERE adjudication = 'denied'"
    " AND first_service_date >= ? AND first_service_date < ?"
    " GROUP BY substr(first_service_date, 1, 7)"
)


# Within the same index. What is pending was not decided.
DECIDED = (
    "SELECT substr(first_service_date, 1, 7), COUNT(*) FROM claim"
    " WHERE adjudication IN ('paid', 'partially paid', 'denied', 'overpaid')"
    " AND first_service_date >= ? AND first_service_date < ?"
    " GROUP BY substr(first_service_date, 1, 7)"
)


@dataclass(frozen=True, slots=True)
class Months:
    """Months (`2026-03`), oldest first; cents that payers paid, and claims now denied.

    Money counts in the month in which a payment took effect, denials in that of the service.
    """

    names: tuple[str, ...]
    paid: tuple[int, ...]
    denied: tuple[int, ...]


def last_posting(database: Database) -> tuple[int, int]:
    """What is another after payments were received or posted; two looks at the end of a key."""
    ((journal, remittance),) = read_rows(
        database,
        "SELECT (SELECT COALESCE(MAX(id), 0) FROM journal),"
        " (SELECT COALESCE(MAX(id), 0) FROM remittance)",
    )
    return journal, remittance


def month_names(today: datetime.date, count: int = 12) -> list[str]:
    """This month (2026-03) and those before it, oldest first."""
    return [_month(today, -back) for back in range(count - 1, -1, -1)]


def read_months(database: Database, today: datetime.date, count: int = 12) -> Months:
    """The figures of this month and those before it."""
    names = month_names(today, count)
    span = (f"{names[0]}-01", f"{_month(today, 1)}-01")
    paid = {month: int(cents) for month, cents in read_rows(database, PAID, *span)}
    denied = {month: int(claims) for month, claims in read_rows(database, DENIED, *span)}
    return Months(
        tuple(names),
        tuple(paid.get(name, 0) for name in names),
        tuple(denied.get(name, 0) for name in names),
    )


def read_decided(database: Database, today: datetime.date, count: int = 12) -> tuple[int, ...]:
    """How many claims of each of these months' services payers have decided on by now."""
    names = month_names(today, count)
    span = (f"{names[0]}-01", f"{_month(today, 1)}-01")
    decided = {month: int(claims) for month, claims in read_rows(database, DECIDED, *span)}
    return tuple(decided.get(name, 0) for name in names)


def _month(today: datetime.date, by: int) -> str:
    year, month = divmod(today.year * 12 + today.month - 1 + by, 12)
    return f"{year:04d}-{month + 1:02d}"
