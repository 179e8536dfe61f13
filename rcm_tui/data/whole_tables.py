"""Tables as wholes, for what takes a practice along: their order, rows, and keys given out."""

from collections.abc import Iterator, Sequence
from typing import Any

from peewee import Database, PostgresqlDatabase, SqliteDatabase

from rcm_tui.data.bulk import deleted_keys, read_rows

ROWS_A_PAGE = 10_000
CHARGE_DAY = "charge_day"
"""Has no key of its own, and few rows: one a day, business unit and status."""


def tables_in_order() -> list[str]:
    """All tables of the store, those that others refer to first; sums that triggers keep last."""
    from rcm_tui.data.tables.every import ALL_TABLES
    from rcm_tui.data.tables.timeline import FileKey

    # The keys of files stay with the store: what they seal is opened before it is copied.
    names = [str(table._meta.table_name) for table in ALL_TABLES if table is not FileKey]
    return [*names, CHARGE_DAY]


def rows_in_order(
    database: Database, name: str, columns: Sequence[str], rows_a_page: int = ROWS_A_PAGE
) -> Iterator[tuple[Any, ...]]:
    """The rows of a table by key, in pages, so that memory does not grow with it."""
    for page in pages(database, name, columns, rows_a_page):
        for row in page:
            yield tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)


def pages(
    database: Database, name: str, columns: Sequence[str], rows_a_page: int
) -> Iterator[list[Any]]:
    """The same as the driver gives them, a page at a time."""
    order, names = key_order(database, name), listed(columns)
    if name == CHARGE_DAY:
        yield read_rows(database, f'SELECT {names} FROM "{name}" ORDER BY {order}')
        return
    place, last = list(columns).index("id"), -1
    while True:
        page = read_rows(
            database,
            f'SELECT {names} FROM "{name}" WHERE id > ? ORDER BY {order} LIMIT {rows_a_page}',
            last,
        )
        yield page
        if len(page) < rows_a_page:
            return
        last = page[-1][place]


def key_order(database: Database, name: str) -> str:
    """The columns by which the rows of a table stand in one order on any database."""
    if name != CHARGE_DAY:
        return "id"
    binary = "" if isinstance(database, SqliteDatabase) else ' COLLATE "C"'
    return f"business_unit_id, date_of_service{binary}, status{binary}"


def listed(columns: Sequence[str]) -> str:
    """Columns as a statement names them."""
    return ", ".join(f'"{column}"' for column in columns)


def last_key(database: Database, name: str) -> int:
    """The highest key that was ever given out: the audit trail may name a row that is gone."""
    if name == CHARGE_DAY:
        return 0
    ((top, deleted),) = read_rows(
        database,
        f'SELECT coalesce(max(id), 0), (SELECT value FROM counter WHERE name = ?) FROM "{name}"',
        deleted_keys(name),
    )
    given = 0
    if isinstance(database, PostgresqlDatabase):
        ((sequence,),) = read_rows(database, "SELECT pg_get_serial_sequence(?, 'id')", f'"{name}"')
        ((given,),) = read_rows(
            database, f"SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM {sequence}"
        )
    return max(int(top), int(deleted or 0), int(given))


def continue_keys(database: Database, name: str, last: int) -> None:
    """New rows get keys behind all that were ever given out, of which `last` is the highest."""
    if name == CHARGE_DAY:
        return
    if isinstance(database, PostgresqlDatabase):
        ((sequence,),) = read_rows(database, "SELECT pg_get_serial_sequence(?, 'id')", f'"{name}"')
        database.execute_sql("SELECT setval(%s, %s, false)", (sequence, last + 1))
        return
    ((top,),) = read_rows(database, f'SELECT coalesce(max(id), 0) FROM "{name}"')
    if last > top:
        database.execute_sql(
            "INSERT INTO counter (name, value) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)",
            (deleted_keys(name), last),
        )
