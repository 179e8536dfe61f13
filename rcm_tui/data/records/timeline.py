"""The timeline of one case as it stands, with what its entries said before."""

import datetime
import json
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

from peewee import JOIN, Database

from rcm_tui.data.records import rows_of
from rcm_tui.data.tables.timeline import (
    ACTIVITIES,
    OutgoingEmail,
    StoredFile,
    TimelineEntry,
    TimelineRevision,
)

MOST_ENTRIES = 2_000
"""So many entries of a case are shown, the newest (ours)."""
FIELDS = (
    "id kind at author subject text party copies phone reference follow_up state due due_time"
    " assignee done_at done_by version"
).split()


@dataclass(frozen=True, slots=True)
class Revision:
    """What an entry said until somebody changed it, by field."""

    replaced_at: datetime.datetime
    author: str
    was: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a timeline; see the table for its fields. `problem` is a mail server's."""

    id: int
    kind: str
    at: datetime.datetime
    author: str
    subject: str
    text: str
    party: str
    copies: str
    phone: str
    reference: str
    follow_up: datetime.date | None
    state: str
    due: datetime.date | None
    due_time: str
    assignee: str
    done_at: datetime.datetime | None
    done_by: str
    version: int
    sha256: str | None = None
    size: int | None = None
    attempts: int | None = None
    problem: str | None = None
    revisions: list[Revision] = field(default_factory=list)

    @property
    def is_open(self) -> bool:
        """Whether it is a task or an appointment that is still to be done."""
        return self.kind in ACTIVITIES and self.done_at is None

    @property
    def words(self) -> str:
        """All that it says, in small letters, for searching."""
        said = (self.subject, self.text, self.party, self.copies, self.phone, self.reference)
        return " ".join((*said, self.author, self.assignee)).lower()


def read_timeline(_: Database, case_id: int) -> list[Entry]:
    """The entries of a case, the newest first, at most MOST_ENTRIES. Blocks."""
    columns = [getattr(TimelineEntry, name) for name in FIELDS]
    rows = (
        TimelineEntry.select(
            *columns,
            StoredFile.sha256,
            StoredFile.size,
            OutgoingEmail.attempts,
            OutgoingEmail.problem,
        )
        .join(StoredFile, JOIN.LEFT_OUTER)
        .join_from(TimelineEntry, OutgoingEmail, JOIN.LEFT_OUTER)
        .where(TimelineEntry.case == case_id)
        .order_by(TimelineEntry.at.desc(), TimelineEntry.id.desc())
        .limit(MOST_ENTRIES)
    )
    said = _revisions(case_id)
    entries = [Entry(*row) for row in rows_of(rows)]
    for entry in entries:
        entry.revisions.extend(said[entry.id])
    return entries


def case_of_entry(_: Database, entry_id: int) -> int | None:
    """The key of the case on whose timeline an entry stands; None when it is not there any more."""
    rows = rows_of(TimelineEntry.select(TimelineEntry.case).where(TimelineEntry.id == entry_id))
    return rows[0][0] if rows else None


def _revisions(case_id: int) -> dict[int, list[Revision]]:
    rows = (
        TimelineRevision.select(
            TimelineRevision.entry,
            TimelineRevision.replaced_at,
            TimelineRevision.author,
            TimelineRevision.was,
        )
        .join(TimelineEntry)
        .where(TimelineEntry.case == case_id)
        .order_by(TimelineRevision.id)
    )
    found: dict[int, list[Revision]] = defaultdict(list)
    for entry, at, author, was in rows_of(rows):
        found[entry].append(Revision(at, author, json.loads(was)))
    return found
