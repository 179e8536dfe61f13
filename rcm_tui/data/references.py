"""Which tables refer to a table: asked before a row of it is deleted."""

from collections.abc import Iterable, Iterator

from peewee import Database, ForeignKeyField

from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.tables.every import ALL_TABLES


def references_to(table: str) -> Iterator[tuple[str, str]]:
    """Every (table, column) that refers to a table."""
    for child in ALL_TABLES:
        for reference in child._meta.sorted_fields:
            if (
                isinstance(reference, ForeignKeyField)
                and reference.rel_model._meta.table_name == table
            ):
                yield str(child._meta.table_name), str(reference.column_name)


def first_reference(
    database: Database, table: str, keys: Iterable[int], besides: frozenset[str] = frozenset()
) -> tuple[str, int, int] | None:
    """A row that refers to one of the keys: its table, its key, and to which key; None without.

    Tables in `besides` are passed over.
    """
    wanted = list(keys)
    for child, column in references_to(table):
        if child in besides:
            continue
        for referring, to in read_by_keys(
            database,
            f'SELECT min(id), "{column}" FROM "{child}" WHERE "{column}" IN ({{keys}})'
            f' GROUP BY "{column}" LIMIT 1',
            wanted,
        ):
            return child, referring, to
    return None
