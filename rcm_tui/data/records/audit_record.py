"""One audit record, and the others of the record that it speaks of."""

import datetime
import json
from dataclasses import dataclass, replace
from typing import Any, Self

from peewee import Database

from rcm_tui.data.bulk import read_rows
from rcm_tui.data.fields import moment_from_store
from rcm_tui.data.identifiers import masked_details, masked_json
from rcm_tui.data.queues.audit import RECORD
from rcm_tui.data.snapshot import one_moment

NEWEST = 200
"""So many other records of the same record are shown; the queue has all (ours)."""


@dataclass(frozen=True, slots=True)
class TrailRecord:
    """What was done: `title` is what people call the record, `details` its old and new values.

    `around` are the other records about it, newest first: key, when, who, what, details as JSON.
    """

    id: int
    at: datetime.datetime
    actor: str
    actor_name: str
    action: str
    subject: str
    subject_id: int | None
    title: str
    details: dict[str, Any]
    seal: str
    around: list[tuple[int, datetime.datetime, str, str, str]]

    def masked(self) -> Self:
        """The same with identifiers of clients masked."""
        around = [(*one[:4], masked_json(one[4])) for one in self.around]
        return replace(self, details=masked_details(self.details), around=around)


def read_audit_record(database: Database, key: int) -> TrailRecord | None:
    """Reads an audit record; None when there is none of this key."""
    with one_moment(database):
        rows = read_rows(
            database,
            "SELECT id, at, actor, COALESCE((SELECT name FROM person AS p WHERE p.login = actor"
            f" LIMIT 1), ''), action, subject, subject_id, {RECORD}, details, seal"
            " FROM audit_record WHERE id = ?",
            key,
        )
        if not rows:
            return None
        ((number, at, actor, name, action, subject, subject_id, title, details, seal),) = rows
        around = []
        if subject_id is not None:
            around = read_rows(
                database,
                "SELECT id, at, actor, action, details FROM audit_record"
                " WHERE subject = ? AND subject_id = ? AND id <> ?"
                f" ORDER BY id DESC LIMIT {NEWEST}",
                subject,
                subject_id,
                key,
            )
    return TrailRecord(
        number,
        moment_from_store(at),
        actor,
        name,
        action,
        subject,
        subject_id,
        str(title),
        _read(details),
        seal,
        [(one[0], moment_from_store(one[1]), *one[2:]) for one in around],
    )


def _read(details: str) -> dict[str, Any]:
    try:
        read = json.loads(details)
    except ValueError:
        return {"": details}
    return read if isinstance(read, dict) else {"": read}
