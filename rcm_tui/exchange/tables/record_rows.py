"""Rows of records that can be edited: found again by their keys, added, or changed."""

import datetime
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from peewee import Database

from rcm_tui.billing.editing.declared import KINDS
from rcm_tui.billing.editing.field import Field, RecordKind
from rcm_tui.billing.editing.many import Row, plan_many, write_many
from rcm_tui.billing.editing.reading import python_value, raw_value
from rcm_tui.billing.editing.values import read_values, shown
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.work import Work
from rcm_tui.exchange.tables import meanings
from rcm_tui.exchange.tables.directory import Directory
from rcm_tui.exchange.tables.kinds import TableKind
from rcm_tui.exchange.tables.meanings import NotUnderstood, text_of
from rcm_tui.exchange.tables.outcomes import Change, RowOutcome, TableRow
from rcm_tui.exchange.tables.source import Value

WITHIN = {"location": "business_unit", "plan": "payer", "authorization": "client"}
"""By kind of record that is referred to: the field of the same row that says whose it is."""


class RecordPlanner:
    """Knows what rows of one kind of record do."""

    def __init__(self, database: Database, kind: TableKind, today: datetime.date) -> None:
        self._kind = kind
        self._record: RecordKind = KINDS[kind.record]
        self._names = Directory(database)
        self._today = today
        self._seen: dict[tuple[Any, ...], int] = {}
        self._planned: list[tuple[TableRow, Row]] = []

    def plan(self, database: Database, rows: list[TableRow]) -> list[RowOutcome]:
        """What each row would do; a second row of the same record is refused."""
        read = [(row, self._read(row)) for row in rows]
        stored = self._stored(database, [values for row, values in read if not row.faults])
        planned: list[tuple[TableRow, Row]] = []
        for row, values in read:
            if not row.faults:
                key = self._found(row, values, stored)
                if not row.faults and self._first_of_its_kind(row, key, values):
                    planned.append((row, Row(values, key)))
        plan_many(database, self._kind.record, [one for _, one in planned])
        self._planned = planned
        outcomes = {row.number: self._outcome(row, one) for row, one in planned}
        return [
            outcomes.get(row.number)
            or RowOutcome(row.number, "refused", self._name(row), [], row.faults)
            for row in rows
        ]

    def write(self, work: Work) -> Iterator[tuple[int, str]]:
        """Adds and changes the records; nothing that was planned is left."""
        write_many(work, self._kind.record, [one for _, one in self._planned])
        yield from ()

    # -- reading ----------------------------------------------------------------------------

    def _read(self, row: TableRow) -> dict[str, Any]:
        """The values of a row by field, references as keys; wrong cells are said at the row."""
        values: dict[str, Any] = {}
        later = []
        for name, value in row.values.items():
            field = self._record.field(name)
            if field.reference:
                later.append((field, value))
                continue
            try:
                values[name] = _meant(field, value)
            except NotUnderstood as error:
                row.fault(name, text_of(value), str(error))
        # Whose a record is may be needed to know which one is meant.
        for field, value in sorted(later, key=lambda one: one[0].reference in WITHIN):
            owner = values.get(WITHIN.get(field.reference, ""))
            try:
                values[field.name] = self._names.find(field.reference, text_of(value), owner)
            except NotUnderstood as error:
                row.fault(field.name, text_of(value), str(error))
        born = values.get("birth_date")
        if isinstance(born, datetime.date) and born > self._today:
            row.fault("birth_date", str(born), "is in the future: write the year in full")
        _, problems = read_values(self._record, values)
        self._say(row, problems)
        return values

    def _say(self, row: TableRow, problems: Mapping[str, str]) -> None:
        """Puts sentences of billing, which begin with a field's label, under the row's headings."""
        known = {fault.heading for fault in row.faults}
        for name, sentence in problems.items():
            if name and row.headings.get(name, "") in known:
                continue
            text = text_of(row.values.get(name))
            label = self._record.field(name).label if name else ""
            end = sentence.removeprefix(label).strip().rstrip(".")
            if end[: len(text)].casefold() == text.casefold():
                end = end[len(text) :].strip()
            if name in row.headings:
                row.fault(name, text, end)
            else:
                row.fault("", "", sentence.rstrip("."))

    # -- what is there ----------------------------------------------------------------------

    def _stored(
        self, database: Database, rows: Sequence[Mapping[str, Any]]
    ) -> dict[tuple[str, Any], list[dict[str, Any]]]:
        """Stored records by the first field of each group of keys: ("npi", "1234567893") → […]."""
        names = sorted({name for group in self._kind.keys for name in group})
        columns = ", ".join(f't."{self._record.column(name).column_name}"' for name in names)
        found: dict[tuple[str, Any], list[dict[str, Any]]] = defaultdict(list)
        for first in dict.fromkeys(group[0] for group in self._kind.keys):
            wanted = {self._comparable(first, one[first]) for one in rows if one.get(first)}
            column = f't."{self._record.column(first).column_name}"'
            if self._record.field(first).kind == "text":
                column = f"lower({column})"
            for key, *values in read_by_keys(
                database,
                f'SELECT t.id, {columns} FROM "{self._record.table_name}" t'
                f" WHERE {column} IN ({{keys}}) ORDER BY t.id",
                sorted(wanted),
            ):
                one = dict(zip(names, values, strict=True))
                found[first, self._folded(first, one[first])].append({**one, "": key})
        return found

    def _found(
        self,
        row: TableRow,
        values: Mapping[str, Any],
        stored: Mapping[tuple[str, Any], list[dict[str, Any]]],
    ) -> int:
        """The record that a row is about; 0 for a new one."""
        surer: list[str] = []
        for group in self._kind.keys:
            first = group[0]
            if values.get(first) in (None, ""):
                continue
            wanted = {
                name: self._comparable(name, values[name])
                for name in group
                if values.get(name) not in (None, "")
            }
            same = [
                one
                for one in stored.get((first, wanted[first]), ())
                if all(self._folded(name, one[name]) == value for name, value in wanted.items())
                # Who has another NPI is somebody else, whatever the name.
                and not any(
                    one[name] not in (None, "")
                    and self._folded(name, one[name]) != self._comparable(name, values[name])
                    for name in surer
                )
            ]
            if len(same) == 1:
                return int(same[0][""])
            if same:
                missing = [self._record.field(name).label for name in group if name not in wanted]
                more = f": {' and '.join(missing)} would tell them apart" if missing else ""
                row.fault("", "", f"There are {len(same)} such {self._kind.noun[1]}{more}")
                return 0
            surer.append(first)
        return 0

    def _comparable(self, name: str, value: Any) -> Any:
        """A value as it is looked for: as stored, and texts without regard to case."""
        typed, _ = read_values(self._record, {name: value})
        return self._folded(name, raw_value(self._record, name, typed.get(name, value)))

    def _folded(self, name: str, raw: Any) -> Any:
        return (
            raw.lower() if isinstance(raw, str) and self._record.field(name).kind == "text" else raw
        )

    def _first_of_its_kind(self, row: TableRow, key: int, values: Mapping[str, Any]) -> bool:
        """Whether no row before it is about the same record."""
        group = next(
            (g for g in self._kind.keys if values.get(g[0]) not in (None, "")), self._kind.keys[0]
        )
        identity: tuple[Any, ...] = (
            (key,) if key else tuple(self._comparable(n, values.get(n)) for n in group)
        )
        before = self._seen.setdefault(identity, row.number)
        if before != row.number:
            row.fault("", "", f"This is the same {self._kind.noun[0]} as in row {before}")
        return before == row.number

    # -- in words ---------------------------------------------------------------------------

    def _outcome(self, row: TableRow, planned: Row) -> RowOutcome:
        name = self._name(row)
        changes = [
            Change(self._record.field(n).label, self._said(n, planned.old[n]), self._said(n, new))
            for n, new in planned.new.items()
            if planned.key
        ]
        if planned.wrong:
            self._say(row, planned.wrong)
            return RowOutcome(row.number, "refused", name, changes, row.faults)
        if not planned.key:
            return RowOutcome(row.number, "new", name)
        return RowOutcome(row.number, "update" if changes else "same", name, changes)

    def _name(self, row: TableRow) -> str:
        names = dict.fromkeys(name for group in reversed(self._kind.keys) for name in group)
        return " ".join(text_of(row.values[name]) for name in names if name in row.values)

    def _said(self, name: str, raw: Any) -> str:
        field = self._record.field(name)
        if field.reference:
            return self._names.called(field.reference, raw)
        value = python_value(self._record, name, raw)
        if field.choices:
            return field.choices.get(value, str(value))
        return "" if value in (None, "") else shown(field, value)


def _meant(field: Field, value: Value) -> Any:
    """A cell as `field.Kind` says. Raises NotUnderstood."""
    match field.kind:
        case "date":
            return meanings.day(value)
        case "money":
            return meanings.amount(value)
        case "units":
            return meanings.number(value)
        case "number":
            number = meanings.number(value)
            if number != number.to_integral_value():
                raise NotUnderstood("is not a whole number")
            return int(number)
        case "flag":
            return meanings.flag(value)
        case "choice":
            return meanings.choice(value, field.choices)
    if isinstance(value, Decimal | datetime.date | datetime.time | datetime.timedelta | bool):
        return text_of(value)
    text = text_of(value)
    if field.name.endswith("zip") and isinstance(value, int):
        # A workbook drops the zeros that a number begins with.
        return text.zfill(9 if len(text) > 5 else 5)
    return text
