"""Charge items with all that decides their line and claim: rendering provider, facility, plan.

Facility: the session location's address; where it has none and is an office, the business unit
(the claim then names that office, which has no address of its own); otherwise blank.
"""

from collections.abc import Sequence
from typing import Any

from peewee import Database

from rcm_tui.billing.charges.benefits import load_benefits
from rcm_tui.billing.claims.grouping import USUAL, BillableCharge, Overrides
from rcm_tui.billing.claims.rendering import Renderers, Service, load_renderers
from rcm_tui.billing.dated import last_day, practice_zone
from rcm_tui.data.bulk import read_rows

BILLABLE_SQL = (
    "SELECT c.id, c.number, c.client_id, c.coverage_id, v.payer_id, c.business_unit_id,"
    " c.location_id, c.authorization_id, a.number, c.date_of_service, c.procedure_code,"
    " c.modifiers, c.units, c.billed, c.expected, c.place_of_service, c.version,"
    " c.practitioner_id, c.claim_line_id, s.starts_at, s.ends_at, v.plan_id"
    " FROM charge_item c JOIN session s ON s.id = c.session_id"
    " LEFT JOIN coverage v ON v.id = c.coverage_id"
    ' LEFT JOIN "authorization" a ON a.id = c.authorization_id'
    " WHERE {chosen} ORDER BY c.id"
)
"""Rows for `billable_charges`; `{chosen}` stands for which charge items `c` are meant."""


def billable_charges(database: Database, rows: Sequence[Any]) -> list[BillableCharge]:
    """Charge items as they are billed, from rows of `BILLABLE_SQL`."""
    renderers = _renderers(database, rows)
    facilities = _facilities(database)
    overrides = _overrides(database)
    zone = practice_zone(database)
    charges = []
    for row in rows:
        (key, number, client, coverage, payer, unit, location, authorization) = row[:8]
        (authorization_number, day, code, modifiers, units, billed, expected) = row[8:15]
        (place, version, practitioner, _, starts_at, ends_at, plan) = row[15:]
        rendering = renderers.of(Service(client, practitioner, payer, authorization, code, day))
        charges.append(
            BillableCharge(
                key,
                number,
                client,
                coverage,
                payer,
                unit,
                location,
                authorization,
                authorization_number or "",
                day,
                last_day(day, starts_at, ends_at, zone),
                code,
                modifiers,
                units,
                billed,
                expected,
                place,
                rendering.practitioner,
                facilities.get(location, -1),
                version,
                overrides.get(plan, USUAL),
            )
        )
    return charges


def _renderers(database: Database, rows: Sequence[Any]) -> Renderers:
    benefits = load_benefits(
        database, {row[4] for row in rows if row[4] is not None}, with_fees=False
    )
    return load_renderers(
        database,
        benefits,
        clients={row[2] for row in rows},
        practitioners={row[17] for row in rows},
        authorizations={row[7] for row in rows if row[7] is not None},
    )


def _facilities(database: Database) -> dict[int | None, int]:
    """What each location means as a facility: itself, 0 for the business unit, -1 for none."""
    return {
        key: key if line1 else 0 if kind == "office" else -1
        for key, kind, line1 in read_rows(database, "SELECT id, kind, line1 FROM location")
    }


def _overrides(database: Database) -> dict[int | None, Overrides]:
    return {
        key: Overrides(*map(bool, columns))
        for key, *columns in read_rows(
            database, "SELECT id, line_per_session, split_by_modifier, split_by_place FROM plan"
        )
    }
