"""The unit of work: one transaction, who acts, when it is now, and the audit of what was done."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from peewee import Database

from rcm_tui.data import audit, bulk
from rcm_tui.data.fields import moment_to_store
from rcm_tui.data.tables.jobs import Counter
from rcm_tui.data.tables.row import Row


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a person of the practice, or the worker (role "system")."""

    login: str
    name: str = ""
    role: str = "administrator"


WORKER = Actor("worker", "the worker", "system")


@dataclass(slots=True)
class Work:
    """An open unit of work. Everything done with it is written together or not at all.

    `now` is UTC; `today` is the date in the practice's time zone. Made by `Store.work`.
    """

    database: Database
    actor: Actor
    now: datetime.datetime
    today: datetime.date
    _audit: list[audit.Unsealed] = field(default_factory=list)

    def record(
        self, action: str, subject: Row | str, subject_id: int | None = None, **details: Any
    ) -> None:
        """Adds to the audit trail: what was done to which record, with old and new values.

        `subject` is a row, or the name of its table with `subject_id`.
        """
        if isinstance(subject, Row):
            subject_id = int(subject.id)
            subject = str(subject._meta.table_name)
        self._audit.append(
            (
                moment_to_store(self.now),
                self.actor.login,
                action,
                subject,
                subject_id,
                audit.details_text(details),
            )
        )

    def next_number(self, name: str, count: int = 1) -> int:
        """Takes `count` numbers of a counter and returns the first; they are never given again."""
        changed = Counter.update(value=Counter.value + count).where(Counter.name == name).execute()
        if not changed:
            Counter.insert(name=name, value=count).execute()
            return 1
        last: int = Counter.select(Counter.value).where(Counter.name == name).scalar()
        return last - count + 1

    def next_ids(self, table: type[Row], count: int) -> Sequence[int]:
        """Unused keys of a table, for rows that refer to each other before they are inserted."""
        return bulk.next_ids(self.database, table, count)

    def insert(
        self, table: type[Row], columns: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> None:
        """Inserts many rows of plain values (`columns` are field names)."""
        bulk.insert_rows(self.database, table, columns, rows)

    def update(
        self, table: type[Row], columns: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> None:
        """Updates many rows by key: each is (values of `columns` …, id)."""
        bulk.update_rows(self.database, table, columns, rows)

    def sealed(self, key: bytes) -> None:
        """Writes what was recorded to the audit trail. Called once, just before the commit."""
        audit.append(self.database, key, self._audit)
        self._audit.clear()
