"""What rows held before a person's action, kept beside it so that it can be taken back.

Rows are kept in parts of at most 500, column by column: {"ids": spans, "before": columns,
"after": columns}, where a column whose values are all alike is {"all": value}. Values are as the
store holds them. Parts are written as the action goes, so that memory does not grow with it.
"""

import datetime
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from peewee import Database

from rcm_tui.data import bulk
from rcm_tui.data.fields import moment_to_store
from rcm_tui.data.spans import keys_of, spans
from rcm_tui.data.tables.row import Row
from rcm_tui.data.tables.undo import UndoableAction, UndoPart

CHANGED, INSERTED, DELETED, REPLACED = "changed", "inserted", "deleted", "replaced"
VERSION = "version"
KEPT_DAYS = 30
KEPT_ACTIONS = 200
"""So many actions of one person can be taken back at most, each for so many days (ours)."""

WITHOUT_IMAGE = frozenset(("entry", "audit_record", "audit_head", "counter"))
"""Entries are taken back with their journals; the others are never taken back."""


@dataclass(slots=True)
class Action:
    """What a person does, as they would call it. Its title may be set until the block ends.

    Set `worth_undoing` to False when nothing came of it. `id` is 0 as long as nothing has changed
    and for actions that are not kept.
    """

    title: str
    id: int = 0
    worth_undoing: bool = True


@dataclass(slots=True)
class Part:
    """One step of an action. The lists of columns run alongside `ids`, one list per column.

    Of deleted rows `before` holds all columns. Of replaced sets `ids` are the owners, and `sets`
    the rows before and after by owner.
    """

    table: str
    kind: str
    columns: list[str]
    ids: list[int]
    before: list[list[Any]] = field(default_factory=list)
    after: list[list[Any]] = field(default_factory=list)
    sets: tuple[dict[int, list[Any]], dict[int, list[Any]]] = field(
        default_factory=lambda: ({}, {})
    )


class Capture:
    """Writes the parts of one action while it is done."""

    def __init__(
        self, database: Database, action: Action, login: str, subject: str, now: datetime.datetime
    ) -> None:
        self.action = action
        self._database = database
        self._started = action.title
        self._login, self._subject, self._now = login, subject, now

    def change(
        self, table: type[Row], columns: Sequence[str], rows: Sequence[Sequence[Any]]
    ) -> None:
        """Keeps what `columns` hold now; `rows` are what they will hold, each with its id last."""
        names = [table._meta.combined[column].column_name for column in columns]
        new = {row[-1]: row[:-1] for row in rows}
        self._keep(table, CHANGED, names, new, lambda found: _packed(new[row[0]] for row in found))

    def set_all(self, table: type[Row], values: Mapping[str, Any], keys: Sequence[int]) -> None:
        """As `change`, where all rows get the same stored values, and their next version."""
        names = [table._meta.combined[column].column_name for column in values]

        def after(found: Sequence[Any]) -> list[Any]:
            columns: list[Any] = [{"all": value} for value in values.values()]
            if VERSION in names:
                place = names.index(VERSION)
                columns[place] = _column([row[1 + place] + 1 for row in found])
            return columns

        self._keep(table, CHANGED, names, keys, after)

    def insert(
        self, table: type[Row], columns: Sequence[str], rows: Sequence[Sequence[Any]]
    ) -> None:
        """Keeps which rows are new, and all that they hold; `columns` include `id`."""
        fields = [table._meta.combined[column] for column in columns]
        place = next(number for number, one in enumerate(fields) if one.column_name == "id")
        rows = sorted(rows, key=lambda row: int(row[place]))
        given = list(zip(*rows, strict=True))
        names = [one.column_name for one in fields]
        after = [_column(values) for values in given]
        for one in table._meta.sorted_fields:
            if one.column_name not in names:
                names.append(one.column_name)
                default = one.default() if callable(one.default) else one.default
                after.append({"all": one.db_value(default) if default is not None else None})
        del names[place], after[place]
        self._write(table, INSERTED, names, len(rows), ids=spans(given[place]), after=after)

    def delete(self, table: type[Row], keys: Sequence[int]) -> None:
        """Keeps rows whole that are about to be deleted."""
        names = [one.column_name for one in table._meta.sorted_fields if one.column_name != "id"]
        self._keep(table, DELETED, names, keys)

    def replace(
        self,
        table: type[Row],
        columns: Sequence[str],
        owners: Sequence[int],
        rows: Iterable[Sequence[Any]],
    ) -> None:
        """Keeps the rows of `owners` (their key is the first of `columns`) that others replace."""
        names = [table._meta.combined[column].column_name for column in columns]
        before = read_sets(self._database, table._meta.table_name, names, owners)
        after: dict[int, list[Any]] = defaultdict(list)
        for row in rows:
            after[row[0]].append(list(row[1:]))
        differing = sorted(
            owner
            for owner in {*before, *after}
            if [list(row) for row in before.get(owner, ())] != after.get(owner, [])
        )
        if differing:
            self._write(
                table,
                REPLACED,
                names,
                len(differing),
                ids=spans(differing),
                before={owner: before[owner] for owner in differing if owner in before},
                after={owner: after[owner] for owner in differing if owner in after},
            )

    def close(self) -> None:
        """Settles the title, and forgets actions that are too old or too many."""
        action = self.action
        if not action.id:
            return
        if not action.worth_undoing:
            forget(self._database, [action.id])
        elif action.title != self._started:
            UndoableAction.update(title=action.title).where(
                UndoableAction.id == action.id
            ).execute()
        forget(self._database, _outdated(self._database, self._login, self._now))

    def _keep(
        self,
        table: type[Row],
        kind: str,
        names: Sequence[str],
        keys: Iterable[int],
        after: Callable[[Sequence[Any]], list[Any]] | None = None,
    ) -> None:
        """Keeps what columns of some rows hold now, and what they will hold, told from that."""
        found = read_columns(self._database, table._meta.table_name, names, keys)
        if found:
            will = {} if after is None else {"after": after(found)}
            before = _packed(row[1:] for row in found)
            ids = spans(row[0] for row in found)
            self._write(table, kind, names, len(found), ids=ids, before=before, **will)

    def _write(
        self, table: type[Row], kind: str, names: Sequence[str], rows: int, **content: Any
    ) -> None:
        if not self.action.id:
            self.action.id = UndoableAction.insert(
                login=self._login,
                title=self.action.title,
                subject=self._subject,
                done_at=self._now,
            ).execute()
        UndoPart.insert(
            action=self.action.id,
            table_name=table._meta.table_name,
            kind=kind,
            columns=" ".join(names),
            rows=rows,
            content=json.dumps(content, separators=(",", ":")),
        ).execute()


def parts_of(database: Database, action: int) -> list[int]:
    """The keys of an action's parts in the order in which they are taken back."""
    rows = bulk.read_rows(
        database, "SELECT id FROM undo_part WHERE action_id = ? ORDER BY id DESC", action
    )
    return [row[0] for row in rows]


def read_part(database: Database, key: int) -> Part:
    """One part of an action."""
    ((table, kind, columns, content),) = bulk.read_rows(
        database, "SELECT table_name, kind, columns, content FROM undo_part WHERE id = ?", key
    )
    kept = json.loads(content)
    ids = list(keys_of(kept["ids"]))
    part = Part(table, kind, columns.split(), ids)
    if kind == REPLACED:
        part.sets = (_by_owner(kept["before"]), _by_owner(kept["after"]))
    else:
        part.before = [_unpacked(one, len(ids)) for one in kept.get("before", ())]
        part.after = [_unpacked(one, len(ids)) for one in kept.get("after", ())]
    return part


def read_columns(
    database: Database, table: str, names: Sequence[str], keys: Iterable[int]
) -> list[Any]:
    """Rows (id, columns …) of a table as the store holds them, in the order of their ids."""
    listed = ", ".join(f'"{name}"' for name in ["id", *names])
    rows = bulk.read_by_keys(
        database, f'SELECT {listed} FROM "{table}" WHERE id IN ({{keys}})', keys
    )
    return sorted(rows)


def read_sets(
    database: Database, table: str, names: Sequence[str], owners: Iterable[int]
) -> dict[int, list[Any]]:
    """Rows by owner, whose key is the first column; owners without rows are not among them."""
    listed = ", ".join(f'"{name}"' for name in names)
    found: dict[int, list[Any]] = defaultdict(list)
    sql = f'SELECT {listed} FROM "{table}" WHERE "{names[0]}" IN ({{keys}}) ORDER BY id'
    for owner, *rest in bulk.read_by_keys(database, sql, owners):
        found[owner].append(rest)
    return found


def forget(database: Database, actions: Sequence[int], *, only_parts: bool = False) -> None:
    """Deletes what is kept of actions: they can no longer be taken back."""
    for keys in bulk.chunked(actions):
        UndoPart.delete().where(UndoPart.action.in_(keys)).execute()
        if not only_parts:
            UndoableAction.delete().where(UndoableAction.id.in_(keys)).execute()


def _outdated(database: Database, login: str, now: datetime.datetime) -> list[int]:
    oldest = moment_to_store(now - datetime.timedelta(days=KEPT_DAYS))
    rows = bulk.read_rows(
        database,
        "SELECT id FROM undoable_action WHERE done_at < ? UNION SELECT id FROM (SELECT id"
        " FROM undoable_action WHERE login = ? ORDER BY id DESC LIMIT 1000 OFFSET ?) AS more",
        oldest,
        login,
        KEPT_ACTIONS,
    )
    return [row[0] for row in rows]


def _packed(rows: Iterable[Sequence[Any]]) -> list[Any]:
    return [_column(values) for values in zip(*rows, strict=True)]


def _column(values: Sequence[Any]) -> Any:
    first = values[0]
    return {"all": first} if values.count(first) == len(values) else values


def _unpacked(column: Any, count: int) -> list[Any]:
    return [column["all"]] * count if isinstance(column, dict) else column


def _by_owner(rows: Mapping[str, list[Any]]) -> dict[int, list[Any]]:
    return {int(owner): own for owner, own in rows.items()}
