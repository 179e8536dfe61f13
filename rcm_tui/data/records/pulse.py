"""Whether anything has changed, asked every second by each open workstation."""

import datetime
from dataclasses import dataclass

from peewee import Database, SqliteDatabase

from rcm_tui.data.tables.jobs import Job

QUIET = ", ".join(
    f"'{action}'"
    for action in ("read", "signed in", "signed out", "screen covered", "screen uncovered")
)
"""What is on record too, and changes nothing for the others."""


def next_submission() -> datetime.datetime | None:
    """When claims will be sent next; None when that is switched off."""
    job = Job.get_or_none(Job.name == "submit", Job.enabled == 1)
    return None if job is None else job.next_run_at


@dataclass(frozen=True, slots=True)
class Pulse:
    """What differs after a change: of records (each is audited), and of the worker's runs."""

    records: int
    runs: tuple[int, str]


class PulseReader:
    """Reads the pulse on one thread and connection; on SQLite only when a file change says so."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._version: int | None = None
        self._pulse: Pulse | None = None

    def read(self) -> Pulse:
        """The pulse now. Blocks; always call it on the same thread."""
        self._database.connect(reuse_if_open=True)
        if isinstance(self._database, SqliteDatabase):
            version: int = self._one("PRAGMA data_version")[0]
            if version == self._version and self._pulse is not None:
                return self._pulse
            self._version = version
        records = self._one(
            f"SELECT COALESCE((SELECT id FROM audit_record WHERE action NOT IN ({QUIET})"
            " ORDER BY id DESC LIMIT 1), 0)"
        )
        run = self._one(
            "SELECT COALESCE(MAX(id), 0), COALESCE((SELECT outcome FROM job_run"
            " ORDER BY id DESC LIMIT 1), '') FROM job_run"
        )
        self._pulse = Pulse(int(records[0]), (int(run[0]), str(run[1])))
        return self._pulse

    def _one(self, sql: str) -> tuple[int, ...]:
        row: tuple[int, ...] = self._database.execute_sql(sql).fetchone()
        return row
