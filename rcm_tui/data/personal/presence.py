"""Who else has this record open. Each workstation says now and then that it is still there."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from peewee import Database

from rcm_tui.data.bulk import read_rows
from rcm_tui.data.fields import moment_from_store, moment_to_store
from rcm_tui.data.tables.personal import OpenRecord
from rcm_tui.data.work import Work

GONE_AFTER = datetime.timedelta(seconds=60)
"""Who has said nothing for so long has gone, or their line has."""


@dataclass(frozen=True, slots=True)
class Present:
    """A person who has a record open on a workstation of theirs, since when (UTC)."""

    login: str
    session: str
    since: datetime.datetime


def opened(work: Work, subject: str, subject_id: int, session: str) -> None:
    """Says that who acts has a record open on the workstation `session`."""
    this = (
        (OpenRecord.subject == subject)
        & (OpenRecord.subject_id == subject_id)
        & (OpenRecord.session == session)
    )
    if not OpenRecord.update(last_seen=work.now).where(this).execute():
        OpenRecord.delete().where(OpenRecord.last_seen < work.now - GONE_AFTER).execute()
        OpenRecord.insert(
            subject=subject,
            subject_id=subject_id,
            login=work.actor.login,
            session=session,
            since=work.now,
            last_seen=work.now,
        ).execute()


def closed(work: Work, subject: str, subject_id: int, session: str) -> None:
    """Says that the workstation has left a record."""
    OpenRecord.delete().where(
        OpenRecord.subject == subject,
        OpenRecord.subject_id == subject_id,
        OpenRecord.session == session,
    ).execute()


def still_here(work: Work, session: str) -> int:
    """Says that the workstation still has open what it has; returns how many records."""
    count: int = (
        OpenRecord.update(last_seen=work.now)
        .where(OpenRecord.session == session, OpenRecord.last_seen < work.now)
        .execute()
    )
    return count


def gone(work: Work, session: str) -> None:
    """Says that the workstation has ended."""
    OpenRecord.delete().where(OpenRecord.session == session).execute()


def others(
    database: Database, subject: str, subject_id: int, session: str, now: datetime.datetime
) -> list[Present]:
    """Who else has a record open, by who came first; the workstation `session` is left out."""
    rows = read_rows(
        database,
        "SELECT login, session, since FROM open_record WHERE subject = ? AND subject_id = ?"
        " AND session <> ? AND last_seen >= ? ORDER BY since, id",
        subject,
        subject_id,
        session,
        moment_to_store(now - GONE_AFTER),
    )
    return [Present(login, other, moment_from_store(since)) for login, other, since in rows]
