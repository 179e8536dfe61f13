"""What a row of a table does, or why it cannot."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, NamedTuple, Protocol

from peewee import Database

from rcm_tui.data.work import Work
from rcm_tui.exchange.tables.source import Value

Outcome = Literal["new", "update", "same", "refused"]
OUTCOMES: tuple[Outcome, ...] = ("new", "update", "same", "refused")


class Fault(NamedTuple):
    """What is wrong: under which heading ("" for the row as a whole), with which value, and why.

    `reason` is a whole sentence that says what would be right.
    """

    heading: str
    value: str
    reason: str


class Change(NamedTuple):
    """A field that gets another value, in words."""

    label: str
    old: str
    new: str


@dataclass(slots=True)
class TableRow:
    """A row by the columns of its kind: only cells that hold something."""

    number: int
    values: dict[str, Value]
    headings: Mapping[str, str]
    faults: list[Fault] = field(default_factory=list)

    def fault(self, column: str, shown: str, reason: str) -> None:
        """Says what is wrong with a column; `reason` ends the sentence that begins with it."""
        heading = self.headings.get(column, "")
        begin = f"{heading} {shown}".strip() if shown else heading
        self.faults.append(Fault(heading, shown, f"{begin} {reason}.".strip()))


@dataclass(slots=True)
class RowOutcome:
    """What becomes of a row. `name` says what it is about, in words."""

    number: int
    outcome: Outcome
    name: str = ""
    changes: list[Change] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    @property
    def reason(self) -> str:
        """Why it was refused, in one line."""
        return " ".join(fault.reason for fault in self.faults)


class Planner(Protocol):
    """Knows what rows of one kind of table do. Planned rows are written in the same order."""

    def plan(self, database: Database, rows: list[TableRow]) -> list[RowOutcome]:
        """What each row would do; nothing is written."""

    def write(self, work: Work) -> Iterator[tuple[int, str]]:
        """Writes what was planned last; rows that could not be written after all, and why."""
