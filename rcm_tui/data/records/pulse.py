"""Whether anything has changed, asked every second by each open workstation."""

import datetime
from dataclasses import dataclass, field

from peewee import SqliteDatabase

from rcm_tui.data.listening import Listener
from rcm_tui.data.postgresql import PostgresqlStoreDatabase
from rcm_tui.data.store import Store
from rcm_tui.data.tables.jobs import Job

QUIET = ", ".join(
    f"'{action}'"
    for action in ("read", "signed in", "signed out", "screen covered", "screen uncovered")
)
"""What is on record too, and changes nothing for the others."""
LOOKS_AT_LEAST = 30
"""After so many without a word it is looked all the same: a line can be dead in silence (ours)."""


def next_submission() -> datetime.datetime | None:
    """When claims will be sent next; None when that is switched off."""
    job = Job.get_or_none(Job.name == "submit", Job.enabled == 1)
    return None if job is None else job.next_run_at


@dataclass(frozen=True, slots=True)
class Pulse:
    """What differs after a change: of records (each is audited), and of the worker's runs.

    `present` differs when somebody opens or leaves a record, which is no change of any.
    """

    records: int
    runs: tuple[int, str]
    present: tuple[int, int, str] = field(default=(0, 0, ""), compare=False)


class PulseReader:
    """Reads the pulse on one thread: on SQLite when the file has changed, else when told so.

    On PostgreSQL it listens, and looks at every call only while it cannot.
    """

    def __init__(self, store: Store) -> None:
        self._database = store.database
        self._channel = store.channel
        self._listener: Listener | None = None
        self._version: int | None = None
        self._pulse: Pulse | None = None
        self._looks = 0

    def read(self, afresh: bool = False) -> Pulse:
        """The pulse now. Blocks; always call it on the same thread.

        `afresh` is for who has just written: what PostgreSQL tells comes a moment after the commit.
        """
        version = self._newest()
        unchanged = (
            version is not None and version == self._version and self._looks < LOOKS_AT_LEAST
        )
        if unchanged and not afresh and self._pulse is not None:
            self._looks += 1
            return self._pulse
        self._database.connect(reuse_if_open=True)
        records = self._one(
            f"SELECT COALESCE((SELECT id FROM audit_record WHERE action NOT IN ({QUIET})"
            " ORDER BY id DESC LIMIT 1), 0)"
        )
        run = self._one(
            "SELECT COALESCE(MAX(id), 0), COALESCE((SELECT outcome FROM job_run"
            " ORDER BY id DESC LIMIT 1), '') FROM job_run"
        )
        # When one was opened last, and by how many what is open: who only says that they are still
        # here changes nothing of it.
        present = self._one(
            "SELECT COUNT(*), COALESCE(SUM(subject_id), 0), COALESCE(MAX(since), '')"
            " FROM open_record"
        )
        self._pulse = Pulse(
            int(records[0]),
            (int(run[0]), str(run[1])),
            (int(present[0]), int(present[1]), str(present[2])),
        )
        # Only now: where reading failed, it is read again.
        self._version, self._looks = version, 0
        return self._pulse

    def _newest(self) -> int | None:
        """What is another number after each change; None where that cannot be known."""
        if isinstance(self._database, SqliteDatabase):
            self._database.connect(reuse_if_open=True)
            return self._one("PRAGMA data_version")[0]
        if self._listener is None:
            assert isinstance(self._database, PostgresqlStoreDatabase)
            self._listener = Listener(self._database, self._channel)
        return self._listener.heard

    def close(self) -> None:
        """Listens no longer."""
        if self._listener is not None:
            self._listener.close()
            self._listener = None

    def _one(self, sql: str) -> tuple[int, ...]:
        row: tuple[int, ...] = self._database.execute_sql(sql).fetchone()
        return row
