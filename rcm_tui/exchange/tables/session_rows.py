"""Rows of sessions: found again by their id, or by what they are; recorded, or changed.

A session is found by the id that its source gave it; without one, or when that id is new, by
client, practitioner, start and procedure code.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from peewee import Database

from rcm_tui.billing.charges.lifecycle import after_session
from rcm_tui.billing.charges.recording import (
    SessionRecord,
    record_sessions,
    set_session_status,
)
from rcm_tui.billing.charges.reopening import change_refusal, change_sessions
from rcm_tui.data.bulk import chunked, read_by_keys, read_rows
from rcm_tui.data.fields import moment_from_store, moment_to_store
from rcm_tui.data.work import Work
from rcm_tui.exchange.tables.outcomes import Change, RowOutcome, TableRow
from rcm_tui.exchange.tables.session_reading import SessionReader, as_written

PAIRS = 200
LABELS = {
    "client": "client",
    "practitioner": "practitioner",
    "business_unit": "business unit",
    "location": "location",
    "service": "service",
    "procedure_code": "procedure code",
    "starts_at": "start",
    "ends_at": "end",
    "telehealth": "telehealth",
    "modifiers": "modifiers",
    "status": "status",
    "external_id": "session id",
}
REFERENCES = ("client", "practitioner", "business_unit", "location")


@dataclass(slots=True)
class _Stored:
    """A session that is there, and its charge."""

    key: int
    record: SessionRecord
    charge: int
    charge_status: str


@dataclass(slots=True)
class _Planned:
    """A row that can be written: a new session, or another record for one that is there."""

    number: int
    record: SessionRecord
    stored: _Stored | None = None


class SessionPlanner:
    """Knows what rows of sessions do. `source` names where their ids come from."""

    def __init__(self, database: Database, source: str) -> None:
        self._source = source
        self._reader = SessionReader(database, source)
        self._seen: dict[int, int] = {}
        self._called: dict[tuple[str, Any], str] = {}
        self._planned: list[_Planned] = []

    def plan(self, database: Database, rows: list[TableRow]) -> list[RowOutcome]:
        """What each row would do; a second row of the same session is refused."""
        self._planned = []
        read = [(row, self._reader.read(row)) for row in rows]
        records = [record for _, record in read if record is not None]
        by_id = _by_id(database, records, self._source)
        by_nature = _by_nature(database, records)
        outcomes = []
        for row, record in read:
            if record is None or not self._first_of_its_kind(row, record):
                outcomes.append(RowOutcome(row.number, "refused", as_written(row), [], row.faults))
                continue
            stored = by_id.get(record.external_id) if record.external_id else None
            if stored is None:
                stored = self._alike(by_nature.get(_nature(record), ()), record)
            outcomes.append(self._outcome(row, record, stored))
        return outcomes

    def write(self, work: Work) -> Iterator[tuple[int, str]]:
        """Records the new sessions and changes the others; those that billing leaves, and why."""
        new = [one for one in self._planned if one.stored is None]
        if new:
            for left in record_sessions(work, [one.record for one in new]).left:
                yield new[left.key].number, left.reason
        changed = {one.stored.charge: one for one in self._planned if one.stored is not None}
        if changed:
            yield from _change(work, changed)

    def _outcome(self, row: TableRow, record: SessionRecord, stored: _Stored | None) -> RowOutcome:
        name = self._name(record)
        if stored is None:
            self._planned.append(_Planned(row.number, record))
            return RowOutcome(row.number, "new", name)
        wanted = _filled_up(row, record, stored.record)
        changes = [
            Change(LABELS[field], self._said(field, stored.record), self._said(field, wanted))
            for field in _differing(stored.record, wanted)
            if field in LABELS
        ]
        if not changes:
            return RowOutcome(row.number, "same", name)
        refusal = _refusal(stored, wanted)
        if refusal:
            row.fault("", "", f"The session cannot be changed: {refusal}")
            return RowOutcome(row.number, "refused", name, changes, row.faults)
        self._planned.append(_Planned(row.number, wanted, stored))
        return RowOutcome(row.number, "update", name, changes)

    def _first_of_its_kind(self, row: TableRow, record: SessionRecord) -> bool:
        """Whether no row before it is the same session; two would be billed twice, or at random."""
        key = hash(record.external_id or _nature(record))
        before = self._seen.setdefault(key, row.number)
        if before == row.number:
            return True
        if record.external_id:
            shown = record.external_id
            row.fault("external_id", shown, f"stands in row {before} too: each session has its own")
        else:
            row.fault("", "", f"This is the session of row {before} once more: leave one out")
        return False

    def _alike(self, stored: Sequence[_Stored], record: SessionRecord) -> _Stored | None:
        """The stored session that this is, where its id says nothing.

        One with another id of the same source is another session, held at the same time.
        """
        for one in stored:
            other_id = one.record.external_id and one.record.source == self._source
            if not (record.external_id and other_id):
                return one
        return None

    def _name(self, record: SessionRecord) -> str:
        start = record.starts_at.astimezone(self._reader.zone)
        client = self._call("client", record.client)
        return f"{client} {start:%m/%d/%Y %H:%M} {record.procedure_code}"

    def _said(self, field: str, record: SessionRecord) -> str:
        value = getattr(record, field)
        if field in REFERENCES:
            return self._call(field, value)
        if isinstance(value, datetime.datetime):
            return f"{value.astimezone(self._reader.zone):%m/%d/%Y %H:%M}"
        if isinstance(value, bool):
            return "yes" if value else "no"
        return str(value)

    def _call(self, kind: str, key: Any) -> str:
        if (kind, key) not in self._called:
            self._called[kind, key] = self._reader.names.called(kind, key)
        return self._called[kind, key]


def _filled_up(row: TableRow, record: SessionRecord, before: SessionRecord) -> SessionRecord:
    """What a session becomes: cells that are empty, or have no column, change nothing."""
    given = row.values
    kept: dict[str, Any] = {
        column: getattr(before, column)
        for column in ("location", "service", "telehealth", "status", "modifiers")
        if column not in given
    }
    if not {"business_unit", "location"} & given.keys():
        kept["business_unit"] = before.business_unit
    if before.external_id or not record.external_id:
        kept |= {"source": before.source, "external_id": before.external_id}
    return replace(record, **kept)


def _differing(before: SessionRecord, wanted: SessionRecord) -> dict[str, Any]:
    """The fields that get another value."""
    names = SessionRecord.__slots__
    return {
        name: value for name in names if (value := getattr(wanted, name)) != getattr(before, name)
    }


def _refusal(stored: _Stored, wanted: SessionRecord) -> str:
    differing = _differing(stored.record, wanted)
    why = change_refusal(stored.charge_status, differing)
    if not why and "status" in differing:
        why = after_session(stored.charge_status, wanted.status)[1]
    return why


def _change(work: Work, planned: Mapping[int, _Planned]) -> Iterator[tuple[int, str]]:
    """Changes sessions, by the keys of their charges; those that billing leaves, and why."""
    changes: dict[int, dict[str, Any]] = {}
    statuses: dict[str, list[int]] = defaultdict(list)
    for one in planned.values():
        assert one.stored is not None
        differing = _differing(one.stored.record, one.record)
        status = differing.pop("status", None)
        if differing:
            changes[one.stored.key] = differing
        if status is not None:
            statuses[status].append(one.stored.key)
    left = change_sessions(work, changes).left if changes else []
    for status, keys in sorted(statuses.items()):
        left += set_session_status(work, keys, status).left
    for one_left in left:
        yield planned[one_left.key].number, one_left.reason


def _by_id(database: Database, records: Iterable[SessionRecord], source: str) -> dict[str, _Stored]:
    ids = {record.external_id for record in records} - {""}
    return {
        one.record.external_id: one
        for one in _stored(
            read_by_keys(
                database,
                f"{_SELECT} WHERE s.external_id IN ({{keys}}) AND s.external_id <> ''"
                " AND s.source = ?",
                sorted(ids),
                source,
            )
        )
    }


def _by_nature(
    database: Database, records: Iterable[SessionRecord]
) -> Mapping[tuple[Any, ...], list[_Stored]]:
    found: dict[tuple[Any, ...], list[_Stored]] = {}
    wanted = {(one.client, moment_to_store(one.starts_at)) for one in records}
    for pairs in chunked(sorted(wanted), PAIRS):
        marks = ", ".join(["(?, ?)"] * len(pairs))
        rows = read_rows(
            database,
            f"{_SELECT} WHERE (s.client_id, s.starts_at) IN (VALUES {marks}) ORDER BY s.id",
            *(value for pair in pairs for value in pair),
        )
        for one in _stored(rows):
            found.setdefault(_nature(one.record), []).append(one)
    return found


_SELECT = (
    "SELECT s.id, c.id, c.status, s.client_id, s.practitioner_id, s.business_unit_id,"
    " s.location_id, s.service, s.procedure_code, s.starts_at, s.ends_at, s.telehealth, s.status,"
    " s.modifiers, s.source, s.external_id FROM session s JOIN charge_item c ON c.session_id = s.id"
)


def _stored(rows: Iterable[Any]) -> Iterator[_Stored]:
    for key, charge, charge_status, *columns in rows:
        columns[6], columns[7] = moment_from_store(columns[6]), moment_from_store(columns[7])
        columns[8] = bool(columns[8])
        yield _Stored(key, SessionRecord(*columns), charge, charge_status)


def _nature(record: SessionRecord) -> tuple[Any, ...]:
    return record.client, record.practitioner, record.starts_at, record.procedure_code
