"""What a form needs of the store, each in one trip to a thread."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from peewee import Database

from rcm_tui.billing.editing import Record, RecordKind, blank, choices, record
from rcm_tui.billing.editing.reading import labels_of
from rcm_tui.data.identifiers import masked_title
from rcm_tui.data.personal.drafts import NEW, Draft, draft_of
from rcm_tui.data.personal.presence import Present, opened, others
from rcm_tui.data.records.belongings import belonging
from rcm_tui.data.work import Work
from rcm_tui.widgets.form.field import Offer


@dataclass(frozen=True, slots=True)
class Opened:
    """A record as it was opened: with what belongs to it, the draft, and who else has it open."""

    record: Record
    belonging: Mapping[str, Sequence[tuple[int, tuple[str, ...]]]]
    draft: Draft | None
    others: Sequence[Present]


def new_record(database: Database, kind: RecordKind, given: Mapping[str, Any]) -> Record:
    """A record that is not there yet: what such records begin with, and what is given."""
    values = {**blank(kind.name), **given}
    return Record(kind.name, NEW, 0, f"new {kind.label}", values, labels_of(database, kind, values))


def open_record(
    work: Work, kind: RecordKind, key: int, session: str, given: Mapping[str, Any]
) -> Opened:
    """Reads a record for its form, and notes that it is open here. Raises Refused for none."""
    database = work.database
    found = record(database, kind.name, key) if key else new_record(database, kind, given)
    if key:
        opened(work, kind.table_name, key, session)
    masked = work.actor.masked
    return Opened(
        _masked(found) if masked else found,
        belonging(database, kind.name, key, masked) if key else {},
        draft_of(database, work.actor.login, kind.table_name, key),
        others(database, kind.table_name, key, session, work.now) if key else [],
    )


def look_again(
    database: Database,
    kind: RecordKind,
    key: int,
    session: str,
    now: datetime.datetime,
    masked: bool = False,
) -> tuple[Record, list[Present]]:
    """The record as it is now and who else has it open; asked while it is on screen."""
    found = record(database, kind.name, key)
    return (
        _masked(found) if masked else found,
        others(database, kind.table_name, key, session, now),
    )


def offers(
    database: Database,
    kind: str,
    field: str,
    text: str,
    values: Mapping[str, Any],
    masked: bool = False,
) -> list[Offer]:
    """What a text typed into a field may mean."""
    shown = masked_title if masked else str
    return [
        Offer(choice.value, shown(choice.label), shown(choice.detail))
        for choice in choices(database, kind, field, text, values)
    ]


def _masked(found: Record) -> Record:
    """A record of whose coverages and clients no identifier is in what they are called."""
    labels = {name: masked_title(label) for name, label in found.labels.items()}
    return replace(found, title=masked_title(found.title), labels=labels)


def words_of(
    database: Database, kind: RecordKind, field: str, values: Sequence[Any], masked: bool
) -> list[str]:
    """What each of some values of a field is called, where it is a reference."""
    words = [labels_of(database, kind, {field: value}).get(field, "") for value in values]
    return [masked_title(word) for word in words] if masked else words
