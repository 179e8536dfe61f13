"""What people call a row, in sentences."""

from peewee import Database

from rcm_tui.billing.editing.declared import KINDS
from rcm_tui.data.bulk import read_rows

NUMBERED = ("charge_item", "invoice", "patient_payment")
"""Tables whose rows are called by their numbers, besides those that are edited."""


def name_of(database: Database, table: str, key: int) -> str:
    """A row by its kind and title: claim C-100042, client Lopez, Maria."""
    kind = KINDS.get(table)
    label = kind.label if kind else table.replace("_", " ")
    title = kind.title_sql if kind else "t.number" if table in NUMBERED else ""
    if title:
        rows = read_rows(database, f'SELECT {title} FROM "{table}" t WHERE t.id = ?', key)
        if rows:
            return f"{label} {rows[0][0]}"
    return f"{label} {key}"
