"""The columns of a queue as one person wants them: which, in what order, how wide."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace

from peewee import Database

from rcm_tui.data.bulk import read_rows
from rcm_tui.data.queues.queue import Column, Queue
from rcm_tui.data.tables.personal import ColumnLayout
from rcm_tui.data.work import Work

NARROWEST, WIDEST = 2, 120  # cells


@dataclass(frozen=True, slots=True)
class ChosenColumn:
    """A column by name, and its width in cells; 0 leaves the width to the declaration."""

    name: str
    width: int = 0


def chosen_columns(database: Database, queue: Queue, login: str) -> tuple[ChosenColumn, ...]:
    """What a person chose for a queue; nothing when they keep to the declaration.

    Columns that the queue no longer has are left out.
    """
    rows = read_rows(
        database,
        "SELECT columns FROM column_layout WHERE login = ? AND queue = ?",
        login,
        queue.name,
    )
    known = {column.name for column in queue.columns}
    stored: list[tuple[str, int]] = json.loads(rows[0][0]) if rows else []
    return tuple(ChosenColumn(name, width) for name, width in stored if name in known)


def arranged(queue: Queue, chosen: Sequence[ChosenColumn]) -> tuple[Column, ...]:
    """The columns to show, from the left: the queue's own where nothing was chosen."""
    if not chosen:
        return queue.columns
    return tuple(
        replace(queue.column(one.name), width=one.width) if one.width else queue.column(one.name)
        for one in chosen
    )


def keep_columns(work: Work, queue: Queue, chosen: Sequence[ChosenColumn]) -> None:
    """Remembers columns for who acts; none goes back to the declaration.

    Widths are brought between 2 and 120 cells. Raises KeyError (a sentence) for an unknown column
    and ValueError for one that is named twice.
    """
    names = [queue.column(one.name).name for one in chosen]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise ValueError(f"the column '{twice}' is chosen twice")
    ColumnLayout.delete().where(
        ColumnLayout.login == work.actor.login, ColumnLayout.queue == queue.name
    ).execute()
    if chosen:
        kept = [[one.name, _width(one.width)] for one in chosen]
        ColumnLayout.insert(
            login=work.actor.login, queue=queue.name, columns=json.dumps(kept)
        ).execute()


def _width(width: int) -> int:
    return max(NARROWEST, min(width, WIDEST)) if width else 0
