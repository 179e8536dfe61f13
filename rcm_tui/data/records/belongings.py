"""The records that belong to another one, as lists: a client's coverages, a payer's fees."""

from __future__ import annotations

import datetime
from typing import Any, NamedTuple

from peewee import Database

from rcm_tui.data.bulk import read_rows
from rcm_tui.data.identifiers import masked_code
from rcm_tui.data.queues.value_text import money_text, units_text


class Listing(NamedTuple):
    """The key of each record, then what tells it from the others; `shows` are kinds of columns."""

    sql: str
    shows: tuple[str, ...]


LISTINGS: dict[tuple[str, str], Listing] = {
    ("client", "coverage"): Listing(
        "SELECT v.id, v.rank, p.name, v.member_id, v.starts_on, v.ends_on FROM coverage v"
        " JOIN payer p ON p.id = v.payer_id WHERE v.client_id = ? ORDER BY v.rank, v.id",
        ("text", "text", "identifier", "date", "date"),
    ),
    ("client", "client_diagnosis"): Listing(
        "SELECT id, position, code, starts_on, ends_on FROM client_diagnosis WHERE client_id = ?"
        " ORDER BY position, id",
        ("text", "text", "date", "date"),
    ),
    ("client", "authorization"): Listing(
        'SELECT a.id, a.number, p.name, a.status, a.starts_on, a.ends_on FROM "authorization" a'
        " JOIN payer p ON p.id = a.payer_id WHERE a.client_id = ? ORDER BY a.starts_on DESC, a.id",
        ("text", "text", "text", "date", "date"),
    ),
    ("client", "case_manager"): Listing(
        "SELECT m.id, m.service_line, p.last_name, p.first_name, m.starts_on, m.ends_on"
        " FROM case_manager m JOIN practitioner p ON p.id = m.practitioner_id"
        " WHERE m.client_id = ? ORDER BY m.starts_on DESC, m.id",
        ("text", "text", "text", "date", "date"),
    ),
    ("payer", "plan"): Listing(
        "SELECT id, name FROM plan WHERE payer_id = ? ORDER BY name, id", ("text",)
    ),
    ("payer", "benefit"): Listing(
        "SELECT id, procedure_code, service, modifiers, starts_on, ends_on FROM benefit"
        " WHERE payer_id = ? ORDER BY procedure_code, starts_on, id",
        ("text", "text", "text", "date", "date"),
    ),
    ("payer", "fee"): Listing(
        "SELECT f.id, f.procedure_code, f.billed, f.expected, COALESCE(u.name, ''), f.starts_on,"
        " f.ends_on FROM fee f LEFT JOIN business_unit u ON u.id = f.business_unit_id"
        " WHERE f.payer_id = ? ORDER BY f.procedure_code, f.starts_on, f.id",
        ("text", "money", "money", "text", "date", "date"),
    ),
    ("payer", "concurrent_service"): Listing(
        "SELECT id, procedure_code, other_code, CASE allowed WHEN 1 THEN 'paid' ELSE 'not paid'"
        " END, who FROM concurrent_service WHERE payer_id = ?"
        " ORDER BY who, procedure_code, other_code, id",
        ("text", "text", "text", "text"),
    ),
    ("payer", "mue"): Listing(
        "SELECT id, procedure_code, units, starts_on, ends_on, source FROM mue"
        " WHERE payer_id = ? ORDER BY procedure_code, starts_on, id",
        ("text", "units", "date", "date", "text"),
    ),
    ("payer", "modifier_rule"): Listing(
        "SELECT id, name, modifier, sets_place, CASE active WHEN 1 THEN '' ELSE 'out of force' END"
        " FROM modifier_rule WHERE payer_id = ? ORDER BY priority, id",
        ("text", "text", "text", "text"),
    ),
    ("practitioner", "qualification"): Listing(
        "SELECT id, code, starts_on, ends_on FROM qualification WHERE practitioner_id = ?"
        " ORDER BY starts_on DESC, id",
        ("text", "date", "date"),
    ),
    ("practitioner", "enrolment"): Listing(
        "SELECT e.id, p.name, e.starts_on, e.ends_on FROM enrolment e"
        " JOIN payer p ON p.id = e.payer_id WHERE e.practitioner_id = ?"
        " ORDER BY p.name, e.starts_on, e.id",
        ("text", "date", "date"),
    ),
    ("business_unit", "location"): Listing(
        "SELECT id, name, kind, place_of_service, city FROM location WHERE business_unit_id = ?"
        " ORDER BY name, id",
        ("text", "text", "text", "text"),
    ),
    ("authorization", "rendering_assignment"): Listing(
        "SELECT r.id, p.last_name, p.first_name, r.starts_on, r.ends_on"
        " FROM rendering_assignment r JOIN practitioner p ON p.id = r.practitioner_id"
        " WHERE r.authorization_id = ? ORDER BY r.starts_on DESC, r.id",
        ("text", "text", "date", "date"),
    ),
    ("authorization", "authorized_service"): Listing(
        "SELECT id, procedure_codes, amount, measure, CASE per WHEN 'total' THEN 'in total'"
        " ELSE 'a ' || per END FROM authorized_service WHERE authorization_id = ?"
        " ORDER BY procedure_codes, per, id",
        ("text", "units", "text", "text"),
    ),
    ("case_kind", "case_kind_step"): Listing(
        "SELECT id, position, title, CASE needed WHEN 1 THEN 'needed' ELSE '' END,"
        " CASE WHEN days IS NULL THEN '' WHEN days = 1 THEN '1 day'"
        " ELSE CAST(days AS TEXT) || ' days' END"
        " FROM case_kind_step WHERE kind_id = ? ORDER BY position, id",
        ("text", "text", "text", "text"),
    ),
    ("visit", "visit_service"): Listing(
        "SELECT id, position, procedure_code, units, modifiers, diagnoses FROM visit_service"
        " WHERE visit_id = ? ORDER BY position, id",
        ("text", "text", "units", "text", "text"),
    ),
    ("claim", "claim_line"): Listing(
        "SELECT id, position, first_service_date, procedure_code, modifiers, place_of_service,"
        " units, billed FROM claim_line WHERE claim_id = ? ORDER BY position, id",
        ("text", "date", "text", "text", "text", "units", "money"),
    ),
}


def belonging(
    database: Database, owner: str, key: int, masked: bool = False
) -> dict[str, list[tuple[int, tuple[str, ...]]]]:
    """What belongs to a record: by kind the keys, each with its words."""
    return {
        kind: _listed(read_rows(database, listing.sql, key), listing.shows, masked)
        for (of, kind), listing in LISTINGS.items()
        if of == owner
    }


def _listed(
    rows: list[Any], shows: tuple[str, ...], masked: bool
) -> list[tuple[int, tuple[str, ...]]]:
    return [
        (
            int(row[0]),
            tuple(_words(v, kind, masked) for v, kind in zip(row[1:], shows, strict=True)),
        )
        for row in rows
    ]


def _words(value: Any, kind: str, masked: bool) -> str:
    if value is None or value == "":
        return ""
    if kind == "identifier" and masked:
        return masked_code(str(value))
    if kind == "date":
        return datetime.date.fromisoformat(str(value)[:10]).strftime("%m/%d/%Y")
    if kind == "money":
        return money_text(int(value)).rjust(11)
    if kind == "units":
        return units_text(int(value)).rjust(7)
    return str(value)
