"""Every row of the store, whole, to compare before and after."""

from typing import Any

from peewee import Database

from rcm_tui.data.bulk import read_rows
from rcm_tui.data.tables.every import ALL_TABLES

GROWING = frozenset(
    "audit_record audit_head counter undoable_action undo_part journal entry".split()
)
"""What only ever grows: the trail, numbers given out, the ledger, and undoing itself."""
COUNTING = {"version"}


def whole_rows(database: Database) -> dict[str, list[tuple[Any, ...]]]:
    """All rows of all tables but those that only grow, without versions, which only count up.

    Findings have no key that means anything; theirs is left out.
    """
    found = {}
    for table in ALL_TABLES:
        name = table._meta.table_name
        if name in GROWING:
            continue
        left_out = COUNTING | ({"id"} if name == "claim_validation" else set())
        columns = [f'"{c}"' for c in table._meta.columns if c not in left_out]
        rows = read_rows(database, f'SELECT {", ".join(columns)} FROM "{name}" ORDER BY id')
        found[name] = [tuple(row) for row in rows]
    return found


def differing(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """The tables that are not the same, with their first rows that differ."""
    told = []
    for name in before:
        if before[name] != after[name]:
            gone, new = set(before[name]) - set(after[name]), set(after[name]) - set(before[name])
            told.append(f"{name}: {list(gone)[:2]} → {list(new)[:2]}")
    return told
