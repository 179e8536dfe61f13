"""What the audit trail says of one record."""

import datetime
import json
from dataclasses import dataclass
from typing import Any

from rcm_tui.data.personal.recents import READ
from rcm_tui.data.records import rows_of
from rcm_tui.data.refusals import REFUSED
from rcm_tui.data.tables.audit import AuditRecord

NEWEST_BULK_RECORDS = 500
"""How many audit records of work on many records are searched for one of them (ours)."""


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was done to a record."""

    at: datetime.datetime
    actor: str
    action: str
    details: dict[str, Any]


def history_of(subject: str, key: int) -> list[Event]:
    """What was done to a record (by the name of its table), alone or with many, oldest first."""
    columns = (AuditRecord.id, AuditRecord.at, AuditRecord.actor, AuditRecord.action)
    own = AuditRecord.select(*columns, AuditRecord.details).where(
        AuditRecord.subject == subject,
        AuditRecord.subject_id == key,
        AuditRecord.action.not_in([READ, REFUSED]),
    )
    bulk = (
        AuditRecord.select(*columns, AuditRecord.details)
        .where(
            AuditRecord.subject == subject,
            AuditRecord.subject_id.is_null(),
            AuditRecord.action != REFUSED,
        )
        .order_by(AuditRecord.id.desc())
        .limit(NEWEST_BULK_RECORDS)
    )
    found = [(*row[:4], json.loads(row[4])) for row in rows_of(own)]
    for row in rows_of(bulk):
        details = json.loads(row[4])
        if any(_names(value, key) for value in details.values()):
            shown = {name: value for name, value in details.items() if not _names(value, key)}
            found.append((*row[:4], shown))
    return [Event(*row[1:]) for row in sorted(found, key=lambda row: row[0])]


def _names(value: Any, key: int) -> bool:
    """Whether keys written as a list, or as spans ("3-7 9"), hold this one."""
    if isinstance(value, list):
        return key in value
    if not isinstance(value, str) or not value:
        return False
    for part in value.split():
        first, _, last = part.partition("-")
        if not first.isdigit() or (last and not last.isdigit()):
            return False
        if int(first) <= key <= int(last or first):
            return True
    return False
