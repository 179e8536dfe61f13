"""What was typed into a form and never saved: kept when a line drops, and offered again."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from peewee import Database

from rcm_tui.data.bulk import read_rows
from rcm_tui.data.fields import moment_from_store
from rcm_tui.data.tables.personal import UnsavedDraft
from rcm_tui.data.work import Work

NEW = 0
"""The key of a record that is not there yet."""
LONGEST = 262_144  # bytes of JSON; ours, far above any form

_SQL = (
    "SELECT subject, subject_id, base_version, typed, at FROM unsaved_draft WHERE login = ?{more}"
    " ORDER BY at DESC, id DESC"
)


@dataclass(frozen=True, slots=True)
class Draft:
    """The changed fields of a form by name, and the version of the row that it was filled from.

    Where the row has a newer version now, somebody has saved it in between.
    """

    subject: str
    subject_id: int
    base_version: int
    values: dict[str, Any]
    at: datetime.datetime


def keep_draft(
    work: Work, subject: str, subject_id: int, base_version: int, values: Mapping[str, Any]
) -> None:
    """Keeps what who acts has typed, in place of what was kept before; no values keep nothing.

    Values are texts, numbers, lists and so on, as JSON has them. Raises ValueError when they take
    more than 256 KiB.
    """
    discard_draft(work, subject, subject_id)
    if not values:
        return
    typed = json.dumps(dict(values), ensure_ascii=False, separators=(",", ":"))
    if len(typed.encode("utf-8", "replace")) > LONGEST:
        raise ValueError(f"the draft is longer than {LONGEST:,} bytes and is not kept")
    UnsavedDraft.insert(
        login=work.actor.login,
        subject=subject,
        subject_id=subject_id,
        base_version=base_version,
        typed=typed,
        at=work.now,
    ).execute()


def discard_draft(work: Work, subject: str, subject_id: int) -> bool:
    """Forgets a draft of who acts: it was saved, or is not wanted. Says whether there was one."""
    gone: int = (
        UnsavedDraft.delete()
        .where(
            UnsavedDraft.login == work.actor.login,
            UnsavedDraft.subject == subject,
            UnsavedDraft.subject_id == subject_id,
        )
        .execute()
    )
    return bool(gone)


def draft_of(database: Database, login: str, subject: str, subject_id: int) -> Draft | None:
    """What a person typed into the form of this record and did not save."""
    sql = _SQL.format(more=" AND subject = ? AND subject_id = ?")
    rows = read_rows(database, sql, login, subject, subject_id)
    return _draft(rows[0]) if rows else None


def drafts_of(database: Database, login: str) -> list[Draft]:
    """Everything that a person typed and did not save, newest first."""
    return [_draft(row) for row in read_rows(database, _SQL.format(more=""), login)]


def _draft(row: Any) -> Draft:
    subject, key, version, typed, at = row
    return Draft(subject, key, version, json.loads(typed), moment_from_store(at))
