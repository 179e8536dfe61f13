"""A visit's services as sessions: one after the other from when the visit begins.

A service takes as many minutes as its units come to under the payer's benefit (15 to a unit where
there is none), so that its charge item has exactly those units under every rounding policy.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from peewee import Database

from rcm_tui.billing.charges.benefits import load_benefits
from rcm_tui.billing.charges.pricing import Item
from rcm_tui.billing.charges.resolution import resolve
from rcm_tui.billing.dated import practice_zone
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.fields import units_from_store

USUAL_UNIT = 15


@dataclass(slots=True)
class LaidOutService:
    """A line item as it is held: `minutes` long from `starts_at` (UTC)."""

    id: int
    procedure_code: str
    units: int
    modifiers: str
    session: int | None
    starts_at: datetime.datetime
    minutes: int

    @property
    def ends_at(self) -> datetime.datetime:
        return self.starts_at + datetime.timedelta(minutes=self.minutes)


@dataclass(slots=True)
class LaidOut:
    """A visit with its services in order. `kind` is its appointment type's name.

    `telehealth` is 1 or 0, as in the store.
    """

    id: int
    number: str
    status: str
    client: int
    practitioner: int
    business_unit: int
    location: int | None
    day: str
    begins: str
    minutes: int
    telehealth: int
    kind: str
    services: list[LaidOutService] = field(default_factory=list)

    @property
    def service_minutes(self) -> int:
        """How long its services take together."""
        return sum(one.minutes for one in self.services)


def lay_out(database: Database, visit_ids: Iterable[int]) -> list[LaidOut]:
    """Reads visits with their services laid out, by key, in a few queries."""
    visits = {
        row[0]: LaidOut(*row)
        for row in read_by_keys(
            database,
            "SELECT v.id, v.number, v.status, v.client_id, v.practitioner_id, v.business_unit_id,"
            " v.location_id, v.visit_on, v.begins, v.minutes, v.telehealth, t.name"
            " FROM visit v JOIN appointment_type t ON t.id = v.appointment_type_id"
            " WHERE v.id IN ({keys}) ORDER BY v.id",
            sorted(set(visit_ids)),
        )
    }
    rows = list(
        read_by_keys(
            database,
            "SELECT visit_id, id, procedure_code, units, modifiers, session_id FROM visit_service"
            " WHERE visit_id IN ({keys}) ORDER BY visit_id, position",
            visits,
        )
    )
    unit_minutes = _unit_minutes(database, visits, rows)
    zone = practice_zone(database)
    spent: dict[int, int] = defaultdict(int)
    for visit_id, key, code, milli, modifiers, session in rows:
        visit, units = visits[visit_id], int(units_from_store(milli))
        minutes = units * unit_minutes[visit_id, code]
        starts_at = _begin(visit, zone) + datetime.timedelta(minutes=spent[visit_id])
        spent[visit_id] += minutes
        visit.services.append(
            LaidOutService(key, code, units, modifiers, session, starts_at, minutes)
        )
    return [visits[key] for key in sorted(visits)]


def _begin(visit: LaidOut, zone: ZoneInfo) -> datetime.datetime:
    local = datetime.datetime.fromisoformat(f"{visit.day}T{visit.begins}")
    return local.replace(tzinfo=zone).astimezone(datetime.UTC)


def _unit_minutes(
    database: Database, visits: dict[int, LaidOut], rows: Sequence[tuple[int, ...]]
) -> dict[tuple[int, str], int]:
    """Minutes of a unit by visit and procedure code, under the payer of the client that day."""
    wanted = {(row[0], str(row[2])) for row in rows}
    items = {}
    for place, (visit_id, code) in enumerate(sorted(wanted)):
        visit = visits[visit_id]
        items[visit_id, code] = Item(
            -1 - place,
            visit.client,
            visit.business_unit,
            visit.location,
            visit.day,
            USUAL_UNIT,
            code,
            bool(visit.telehealth),
        )
    resolve(database, list(items.values()))
    benefits = load_benefits(
        database, {item.payer for item in items.values() if item.payer is not None}, with_fees=False
    )
    found = {}
    for key, item in items.items():
        benefit = benefits.benefit(item.payer, item.code, item.day)
        found[key] = benefit.unit_minutes if benefit else USUAL_UNIT
    return found
