"""Charge periods by key: their unit and days, and the charges in them."""

from collections.abc import Iterable
from typing import NamedTuple

from peewee import Database

from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.queues.charge_periods import PERIODS


class ChargePeriod(NamedTuple):
    """A week or a month of a business unit. Days are ISO text."""

    unit: int
    unit_name: str
    starts_on: str
    ends_on: str


def read_periods(database: Database, keys: Iterable[int]) -> list[ChargePeriod]:
    """The periods of these keys that are there, the oldest first."""
    rows = read_by_keys(
        database,
        "SELECT charge_period.business_unit_id, u.name, charge_period.starts_on,"
        f" charge_period.ends_on FROM {PERIODS}"
        " JOIN business_unit u ON u.id = charge_period.business_unit_id"
        " WHERE charge_period.id IN ({keys})",
        sorted(set(keys)),
    )
    return sorted((ChargePeriod(*row) for row in rows), key=lambda one: (one.starts_on, one.unit))


def charges_of_periods(database: Database, keys: Iterable[int], status: str) -> list[int]:
    """The keys of the charges of periods that have a status."""
    return [
        row[0]
        for period in read_periods(database, keys)
        for row in read_rows(
            database,
            "SELECT id FROM charge_item WHERE status = ? AND business_unit_id = ?"
            " AND date_of_service BETWEEN ? AND ? ORDER BY date_of_service, id",
            status,
            period.unit,
            period.starts_on,
            period.ends_on,
        )
    ]


def with_status(database: Database, charges: Iterable[int], status: str) -> list[int]:
    """Those of some charges that have a status."""
    rows = read_by_keys(
        database,
        "SELECT id FROM charge_item WHERE id IN ({keys}) AND COALESCE(status, '') = ? ORDER BY id",
        sorted(set(charges)),
        status,
    )
    return [row[0] for row in rows]


def charge_numbered(database: Database, number: str) -> int | None:
    """The key of the charge of this number."""
    rows = read_rows(database, "SELECT id FROM charge_item WHERE number = ?", number)
    return rows[0][0] if rows else None


def sessions_of(database: Database, charges: Iterable[int]) -> list[int]:
    """The keys of the sessions of charges."""
    rows = read_by_keys(
        database, "SELECT session_id FROM charge_item WHERE id IN ({keys})", sorted(set(charges))
    )
    return [row[0] for row in rows]
