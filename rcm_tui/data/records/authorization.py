"""An authorization on screen: whose it is, who renders under it, and which charges wait for it."""

import datetime
from dataclasses import dataclass, fields
from typing import Any, NamedTuple

from peewee import Database

from rcm_tui.data.bulk import read_rows
from rcm_tui.data.tables.charges import PENDING_AUTHORIZATION


class Rendering(NamedTuple):
    """Who renders under the authorization when the session's practitioner may not."""

    last_name: str
    first_name: str
    starts_on: datetime.date
    ends_on: datetime.date | None


@dataclass(frozen=True, slots=True)
class AuthorizationRecord:
    """An authorization with what a person asks of it. `waiting_cents` is what waits for it.

    `follows` are the numbers of those of the same client and payer that end later.
    """

    id: int
    number: str
    status: str
    starts_on: datetime.date
    ends_on: datetime.date
    client: int
    last_name: str
    first_name: str
    mrn: str
    payer: str
    retro_days: int
    rendering: list[Rendering]
    waiting: int
    waiting_cents: int
    follows: list[str]


FIELDS = tuple(one.name for one in fields(AuthorizationRecord))


def read_authorization(database: Database, key: int) -> AuthorizationRecord | None:
    """Reads an authorization; None when there is none."""
    rows = read_rows(
        database,
        "SELECT a.id, a.number, a.status, a.starts_on, a.ends_on, a.client_id, c.last_name,"
        ' c.first_name, c.mrn, p.name, p.retro_days, a.payer_id FROM "authorization" a'
        " JOIN client c ON c.id = a.client_id JOIN payer p ON p.id = a.payer_id WHERE a.id = ?",
        key,
    )
    for row in rows:
        waiting, cents = read_rows(
            database,
            "SELECT COUNT(*), CAST(COALESCE(SUM(billed), 0) AS BIGINT) FROM charge_item"
            " WHERE authorization_id = ? AND status = ?",
            key,
            PENDING_AUTHORIZATION,
        )[0]
        days = [datetime.date.fromisoformat(day) for day in row[3:5]]
        more = (_rendering(database, key), waiting, cents, _follows(database, row))
        values = (*row[:3], *days, *row[5:11], *more)
        return AuthorizationRecord(**dict(zip(FIELDS, values, strict=True)))
    return None


def _rendering(database: Database, key: int) -> list[Rendering]:
    return [
        Rendering(
            last,
            first,
            datetime.date.fromisoformat(starts_on),
            datetime.date.fromisoformat(ends_on) if ends_on else None,
        )
        for last, first, starts_on, ends_on in read_rows(
            database,
            "SELECT p.last_name, p.first_name, r.starts_on, r.ends_on FROM rendering_assignment r"
            " JOIN practitioner p ON p.id = r.practitioner_id WHERE r.authorization_id = ?"
            " ORDER BY r.starts_on, r.id",
            key,
        )
    ]


def _follows(database: Database, row: Any) -> list[str]:
    return [
        number or "one without a number"
        for (number,) in read_rows(
            database,
            'SELECT number FROM "authorization" WHERE client_id = ? AND payer_id = ?'
            " AND ends_on > ? AND status <> 'denied' ORDER BY starts_on, id",
            row[5],
            row[11],
            row[4],
        )
    ]
