"""Whether who acts may still act, and as what: asked anew in every unit of work.

Between two keys of theirs a person may have been kept out, given another role or other business
units, have lost the key that they came by, or taken up emergency access, or its time may be over.
"""

from __future__ import annotations

import datetime
from dataclasses import replace

from peewee import Database

from rcm_tui.data.actor import WORKER_ROLE, Actor, Forbidden
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.fields import moment_from_store, moment_to_store

_SQL = (
    "SELECT p.name, p.role, p.active, u.business_unit_id, k.revoked_at, e.id, e.role, e.ends_at,"
    " practice.masked_roles, p.id FROM practice LEFT JOIN person p ON p.login = ?"
    " LEFT JOIN user_unit u ON u.user_id = p.id"
    " LEFT JOIN user_key k ON k.user_id = p.id AND k.id = ?"
    " LEFT JOIN emergency_access e ON e.user_id = p.id AND e.ended_at IS NULL AND e.ends_at > ?"
)


class KeptOut(Forbidden):
    """Who acts may not any more; the text is a sentence for the person."""

    def __init__(self, text: str, person: int) -> None:
        super().__init__(text, tried="go on working", subject="person", keys=[person])


def admitted(database: Database, actor: Actor, now: datetime.datetime) -> Actor:
    """Who acts, with role, business units and emergency access as they are now, in one query.

    The worker stays as it is, and so does whoever is no person of the practice (on one's own
    machine), but for what the practice masks.
    Raises KeptOut for who is kept out, or whose key was taken back.
    """
    if actor.role == WORKER_ROLE or actor.leaving:
        return actor
    rows = read_rows(database, _SQL, actor.login, actor.key or 0, moment_to_store(now))
    if not rows:
        return actor
    name, role, active, _, revoked, emergency, emergency_role, until, masking, person = rows[0]
    masked = {one.strip() for one in masking.split(",")}
    if role is None:
        return replace(actor, masked=actor.role in masked)
    if not active or role == WORKER_ROLE:
        raise KeptOut(
            f"{actor.login} may not use this practice any more: ask an administrator", person
        )
    if revoked is not None:
        raise KeptOut(
            f"the key that {actor.login} came by was taken back: ask an administrator", person
        )
    if emergency is not None:
        return replace(
            actor,
            name=name,
            role=emergency_role,
            units=frozenset(),
            masked=False,
            emergency=int(emergency),
            emergency_until=moment_from_store(until),
        )
    units = frozenset(int(row[3]) for row in rows if row[3] is not None)
    return replace(
        actor,
        name=name,
        role=role,
        units=units,
        masked=role in masked,
        emergency=None,
        emergency_until=None,
    )
