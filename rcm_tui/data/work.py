"""The unit of work: one transaction, who acts, when it is now, and the audit of what was done."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from peewee import Database

from rcm_tui.data import audit, bulk
from rcm_tui.data.actor import WORKER_ROLE, Actor
from rcm_tui.data.admission import admitted
from rcm_tui.data.before_images import VERSION, WITHOUT_IMAGE, Action, Capture
from rcm_tui.data.fields import moment_to_store
from rcm_tui.data.keys import AuditKey
from rcm_tui.data.tables.jobs import Counter
from rcm_tui.data.tables.row import Row


@dataclass(slots=True)
class Work:
    """An open unit of work. Everything done with it is written together or not at all.

    Who acts is admitted anew (admission.py), which raises KeptOut.
    `now` is UTC; `today` is the date in the practice's time zone. Made by `Store.work`. `doing` is
    the action that who acts was found to have the right to, while it is done; "" before and after.
    """

    database: Database
    actor: Actor
    now: datetime.datetime
    today: datetime.date
    doing: str = ""
    _audit: list[audit.Unsealed] = field(default_factory=list)
    _capture: Capture | None = None
    _half_done: str = ""
    _commit: Callable[[], None] | None = None
    calls: str = ""
    """Whom its commit wakes at once: the worker, where it is named; all others look themselves."""

    def __post_init__(self) -> None:
        self.actor = admitted(self.database, self.actor, self.now)

    @property
    def in_steps(self) -> bool:
        """Whether others may write between two steps of it, see `step_done`."""
        return self._commit is not None

    def step_done(self) -> None:
        """Called between two steps of long work, when all that is written is whole.

        Where the unit of work goes in steps (`Store.work`), what was done so far is committed with
        its audit, and others get their turn: what was read before may be others' by now. An
        undoable action goes on through it. Else nothing happens.
        """
        if self._commit is not None:
            self._commit()
            self.actor = admitted(self.database, self.actor, self.now)

    def record(
        self, action: str, subject: Row | str, subject_id: int | None = None, /, **details: Any
    ) -> None:
        """Adds to the audit trail: what was done to which record, with old and new values.

        `subject` is a row, or the name of its table with `subject_id`. What is done in emergency
        access says so.
        """
        if self.actor.emergency is not None:
            details["emergency"] = self.actor.emergency
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

    def recorded(self, subject: str, subject_id: int) -> Iterator[tuple[str, str, str]]:
        """What this unit of work has recorded of one record so far: who, what, details as JSON."""
        for _, actor, action, table, key, details in self._audit:
            if (table, key) == (subject, subject_id):
                yield actor, action, details

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

    @contextmanager
    def undoable(
        self, title: str, subject: type[Row] | None = None, *, by_worker: bool = False
    ) -> Iterator[Action]:
        """What is written within the block through this unit of work can be taken back later.

        `title` is what the person would call it ("Approve 111 charges"), `subject` the table of
        the rows that it is done to. A block within a block belongs to the outer one; what the
        worker does is kept only where it is said to be (`by_worker`). See billing/undo.py.
        """
        action = Action(title)
        if self._capture is not None or (self.actor.role == WORKER_ROLE and not by_worker):
            yield action
            return
        name = str(subject._meta.table_name) if subject is not None else ""
        self._capture = Capture(self.database, action, self.actor.login, name, self.now)
        try:
            yield action
            self._capture.close()
        finally:
            self._capture = None

    def insert(
        self, table: type[Row], columns: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> None:
        """Inserts many rows of plain values (`columns` are field names)."""
        if self._capture is None or table._meta.table_name in WITHOUT_IMAGE:
            bulk.insert_rows(self.database, table, columns, rows)
            return
        if "id" not in columns:
            listed = list(rows)
            keys = self.next_ids(table, len(listed))
            columns = ["id", *columns]
            rows = ((key, *row) for key, row in zip(keys, listed, strict=True))
        for batch in bulk.chunked(bulk.stored(table, columns, rows)):
            self._capture.insert(table, columns, batch)
            bulk.insert_stored(self.database, table, columns, batch)

    def update(
        self, table: type[Row], columns: Sequence[str], rows: Iterable[Sequence[Any]]
    ) -> None:
        """Updates many rows by key: each is (values of `columns` …, id)."""
        if self._capture is None:
            bulk.update_rows(self.database, table, columns, rows)
            return
        for batch in bulk.chunked(bulk.stored(table, [*columns, "id"], rows)):
            self._capture.change(table, columns, batch)
            bulk.update_stored(self.database, table, columns, batch)

    def set_all(self, table: type[Row], values: Mapping[str, Any], keys: Iterable[int]) -> None:
        """Gives all rows of `keys` the same values (by field name), and their next version."""
        row = next(iter(bulk.stored(table, list(values), [list(values.values())])))
        columns = dict(zip(values, row, strict=True))
        if VERSION in table._meta.combined:
            columns[VERSION] = None
        for batch in bulk.chunked(keys):
            if self._capture is not None:
                self._capture.set_all(table, columns, batch)
            bulk.set_columns(self.database, table, columns, batch)

    def delete(self, table: type[Row], keys: Iterable[int]) -> None:
        """Deletes rows by key. Their keys are never given out again."""
        for batch in bulk.chunked(keys):
            if self._capture is not None:
                self._capture.delete(table, batch)
            bulk.delete_rows(self.database, table, batch)

    def replace(
        self,
        table: type[Row],
        columns: Sequence[str],
        owners: Iterable[int],
        rows: Iterable[Sequence[Any]],
    ) -> None:
        """Puts rows in the place of all that their owners had; the first column names the owner.

        For what is found out anew and nothing refers to, such as findings: keys do not matter.
        """
        wanted = list(owners)
        new = list(bulk.stored(table, columns, rows))
        if self._capture is not None:
            self._capture.replace(table, columns, wanted, new)
        bulk.delete_owned(self.database, table, columns[0], wanted)
        bulk.insert_stored(self.database, table, columns, new)

    @contextmanager
    def whole(self, title: str) -> Iterator[None]:
        """What is written within the block is written whole: when it raises, nothing is committed.

        Without a savepoint, in which SQLite would keep every page as often as it is written. Who
        catches the error inside the unit of work gets a RuntimeError at its end.
        """
        try:
            yield
        except BaseException:
            self._half_done = title
            raise

    def sealed(self, key: AuditKey) -> None:
        """Writes what was recorded to the audit trail. Called just before each commit.

        Raises RuntimeError when something was left half done.
        """
        if self._half_done:
            raise RuntimeError(f"{self._half_done} was left half done: nothing is committed")
        audit.append(self.database, key, self._audit)
        self._audit.clear()
