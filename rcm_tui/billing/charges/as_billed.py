"""What a claim line billed of a session that was reopened since, and what differs from it now."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from peewee import Database

from rcm_tui.billing.dated import practice_zone
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.fields import dollars, units_from_store
from rcm_tui.data.tables.charges import BilledCharge
from rcm_tui.data.work import Work

KEPT = (
    "practitioner location coverage authorization date_of_service minutes procedure_code modifiers"
    " units billed expected place_of_service telehealth"
).split()
"""What a charge item is billed as, by the names of its fields."""

REFERENCES = frozenset(("practitioner", "location", "coverage", "authorization"))
KEPT_SQL = ", ".join(f"{{0}}.{name}_id" if name in REFERENCES else f"{{0}}.{name}" for name in KEPT)

_SHOWN = (
    "SELECT c.id, {side}.starts_at, {side}.ends_at, {billed}.date_of_service,"
    " {billed}.procedure_code, {billed}.modifiers, {billed}.place_of_service, {billed}.telehealth,"
    " {billed}.units, {billed}.billed, p.last_name || ', ' || p.first_name, COALESCE(l.name, ''),"
    " COALESCE(y.name, ''), COALESCE(a.number, '')"
    " FROM billed_charge b JOIN charge_item c ON c.id = b.charge_item_id"
    " JOIN session s ON s.id = c.session_id"
    " LEFT JOIN practitioner p ON p.id = {billed}.practitioner_id"
    " LEFT JOIN location l ON l.id = {billed}.location_id"
    " LEFT JOIN coverage v ON v.id = {billed}.coverage_id LEFT JOIN payer y ON y.id = v.payer_id"
    ' LEFT JOIN "authorization" a ON a.id = {billed}.authorization_id'
    " WHERE c.id IN ({{keys}})"
)
BILLED_SQL = _SHOWN.format(side="b", billed="b")
NOW_SQL = _SHOWN.format(side="s", billed="c")


class Difference(NamedTuple):
    """Something that was billed otherwise: what it is, as it was billed, and as it is now."""

    what: str
    billed: str
    now: str

    def __str__(self) -> str:
        return f"{self.what} {self.billed or 'none'} → {self.now or 'none'}"


def keep_as_billed(work: Work, charges: Iterable[int]) -> None:
    """Keeps what claim lines billed of charge items, before their sessions change.

    What is kept of one already stays: it is what the line still bills.
    """
    rows = list(
        read_by_keys(
            work.database,
            "SELECT c.id, c.claim_line_id, s.starts_at, s.ends_at, "
            + KEPT_SQL.format("c")
            + " FROM charge_item c JOIN session s ON s.id = c.session_id"
            " LEFT JOIN billed_charge b ON b.charge_item_id = c.id"
            " WHERE c.id IN ({keys}) AND b.id IS NULL AND c.claim_line_id IS NOT NULL"
            " ORDER BY c.id",
            sorted(set(charges)),
        )
    )
    columns = ["charge_item", "claim_line", "starts_at", "ends_at", *KEPT, "kept_at"]
    work.insert(BilledCharge, columns, ((*_fit(row, 4), work.now) for row in rows))


def kept_rows(database: Database, charges: Iterable[int]) -> dict[int, Sequence[Any]]:
    """What was billed of charge items, as the values of `KEPT`; none for those never reopened."""
    return {
        row[0]: _fit(row, 1)[1:]
        for row in read_by_keys(
            database,
            "SELECT b.charge_item_id, "
            + KEPT_SQL.format("b")
            + " FROM billed_charge b WHERE b.charge_item_id IN ({keys})",
            sorted(set(charges)),
        )
    }


def forget_as_billed(work: Work, charges: Iterable[int]) -> None:
    """Lets go what was billed of charge items: their lines bill what they are now."""
    rows = read_by_keys(
        work.database,
        "SELECT id FROM billed_charge WHERE charge_item_id IN ({keys}) ORDER BY id",
        sorted(set(charges)),
    )
    work.delete(BilledCharge, [row[0] for row in rows])


def differences(database: Database, charges: Iterable[int]) -> dict[int, list[Difference]]:
    """What differs from what was billed, by charge item: times, code, modifiers, place, units,
    amount, and who, where and under what. Empty where a reopened session came back as it was.
    """
    keys = sorted(set(charges))
    zone = practice_zone(database)

    def seen(sql: str) -> dict[int, dict[str, str]]:
        return {row[0]: _shown(row, zone) for row in read_by_keys(database, sql, keys)}

    billed, now = seen(BILLED_SQL), seen(NOW_SQL)
    return {
        key: [
            Difference(what, text, now[key][what])
            for what, text in one.items()
            if text != now[key][what]
        ]
        for key, one in billed.items()
    }


def _shown(row: Any, zone: datetime.tzinfo) -> dict[str, str]:
    starts, ends = (datetime.datetime.fromisoformat(text).astimezone(zone) for text in row[1:3])
    return {
        "date": row[3],
        "time": f"{starts:%H:%M}-{ends:%H:%M}",
        "code": row[4],
        "modifiers": row[5],
        "place": row[6],
        "telehealth": "yes" if row[7] else "no",
        "units": str(units_from_store(row[8])),
        "amount": f"{dollars(row[9]):,}",
        "practitioner": row[10],
        "location": row[11],
        "payer": row[12],
        "authorization": row[13],
    }


def _fit(row: Sequence[Any], first: int) -> list[Any]:
    """Values of the store as fields take them: units are `Decimal` there."""
    values = list(row)
    place = first + KEPT.index("units")
    values[place] = units_from_store(values[place])
    return values
