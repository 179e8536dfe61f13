"""How much taking an action back would touch, to be said before it is done."""

from dataclasses import dataclass

from peewee import Database

from rcm_tui.billing.undo import FOUND_ANEW, Undoable
from rcm_tui.data.before_images import parts_of, read_part
from rcm_tui.data.bulk import read_by_keys

BILLED = {"claim": "billed", "charge_item": "billed"}
"""The tables whose rows have an amount, and its column (cents)."""


@dataclass(frozen=True, slots=True)
class UndoSize:
    """How many rows of the action's subject go back, and what they are billed, in cents.

    `billed` is None where such rows have no amount.
    """

    table: str
    count: int
    billed: int | None


def undo_size(database: Database, action: Undoable) -> UndoSize:
    """The rows that an action was done to and their amount as it is now. Blocks."""
    keys: set[int] = set()
    for part in parts_of(database, action.id):
        found = read_part(database, part)
        if found.table != action.subject:
            continue
        # What validation found on rows that were left is found again: they do not go back.
        if not all((found.table, column) in FOUND_ANEW for column in found.columns or [""]):
            keys.update(found.ids)
    column = BILLED.get(action.subject)
    if column is None:
        return UndoSize(action.subject, len(keys), None)
    sql = f'SELECT {column} FROM "{action.subject}" WHERE id IN ({{keys}})'
    billed = sum(row[0] for row in read_by_keys(database, sql, sorted(keys)))
    return UndoSize(action.subject, len(keys), billed)
