"""The kind of a case and its steps, as they stand."""

import datetime
from dataclasses import dataclass

from peewee import Database

from rcm_tui.data.bulk import read_rows
from rcm_tui.data.fields import moment_from_store
from rcm_tui.data.tables.cases import OPEN_STEP


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a case; `settled_by` and `settled_at` tell who did it and when."""

    id: int
    position: int
    title: str
    words: str
    needed: bool
    due: datetime.date | None
    state: str
    settled_by: str
    settled_at: datetime.datetime | None
    note: str

    @property
    def is_open(self) -> bool:
        return self.state == OPEN_STEP


@dataclass(frozen=True, slots=True)
class StepsOfCase:
    """The steps of a case in order, the name of its kind, and who may close one of it."""

    kind: str
    closers: str
    required: str
    steps: list[Step]

    @property
    def settled(self) -> int:
        """How many are done or do not apply."""
        return sum(not step.is_open for step in self.steps)


def read_steps(database: Database, case_id: int) -> StepsOfCase:
    """Reads them. Blocks."""
    rows = read_rows(
        database,
        "SELECT k.name, k.closers, k.required FROM case_file f"
        " JOIN case_kind k ON k.id = f.kind_id WHERE f.id = ?",
        case_id,
    )
    kind, closers, required = rows[0] if rows else ("", "", "")
    steps = [
        Step(
            key,
            position,
            title,
            words,
            bool(needed),
            datetime.date.fromisoformat(due) if due else None,
            state,
            by,
            moment_from_store(at) if at else None,
            note,
        )
        for key, position, title, words, needed, due, state, by, at, note in read_rows(
            database,
            "SELECT id, position, title, words, needed, due, state, settled_by, settled_at, note"
            " FROM case_step WHERE case_id = ? ORDER BY position, id",
            case_id,
        )
    ]
    return StepsOfCase(kind, closers, required, steps)
