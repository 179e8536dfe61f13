"""The records that a person opened last, newest first."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from peewee import Database

from rcm_tui.data.bulk import read_rows
from rcm_tui.data.fields import moment_from_store
from rcm_tui.data.plain import plain
from rcm_tui.data.tables.personal import RecentRecord
from rcm_tui.data.work import Work

MOST = 50


@dataclass(frozen=True, slots=True)
class Recent:
    """A record by its table and key, its title then, and when it was opened last (UTC)."""

    subject: str
    subject_id: int
    title: str
    at: datetime.datetime


READ = "read"
"""What the audit trail calls it when somebody opens a record that shows a client."""
OF_THE_PRACTICE = frozenset(
    (
        "appointment_type",
        "benefit",
        "business_unit",
        "clearinghouse",
        "enrolment",
        "fee",
        "location",
        "medically_unlikely_edit",
        "modifier_rule",
        "payer",
        "plan",
        "practitioner",
        "qualification",
        "rule_setting",
    )
)
"""The tables whose records tell nothing of a client."""


def opened(work: Work, subject: str, subject_id: int, title: str) -> None:
    """Who acts has opened a record: it is among their last, and reading a client's is recorded."""
    if subject not in OF_THE_PRACTICE:
        work.record(READ, subject, subject_id)
    remember(work, subject, subject_id, title)


def remember(work: Work, subject: str, subject_id: int, title: str) -> None:
    """Puts a record on top of those that who acts opened; the oldest beyond 50 are forgotten."""
    login = work.actor.login
    values = {"title": plain(title), "at": work.now}
    known = {"login": login, "subject": subject, "subject_id": subject_id}
    same = [getattr(RecentRecord, name) == value for name, value in known.items()]
    if not RecentRecord.update(values).where(*same).execute():
        RecentRecord.insert({**known, **values}).execute()
        newest = (
            RecentRecord.select(RecentRecord.id)
            .where(RecentRecord.login == login)
            .order_by(RecentRecord.at.desc(), RecentRecord.id.desc())
            .limit(MOST)
        )
        RecentRecord.delete().where(
            RecentRecord.login == login, RecentRecord.id.not_in(newest)
        ).execute()


def recent_records(database: Database, login: str, limit: int = MOST) -> list[Recent]:
    """What a person opened last, newest first."""
    rows = read_rows(
        database,
        "SELECT subject, subject_id, title, at FROM recent_record WHERE login = ?"
        " ORDER BY at DESC, id DESC LIMIT ?",
        login,
        limit,
    )
    return [Recent(subject, key, title, moment_from_store(at)) for subject, key, title, at in rows]
