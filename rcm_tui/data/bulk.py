"""Many rows at once: keys given out in blocks, and `executemany` on the connection."""

import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import Any

from peewee import Database, Field, SqliteDatabase

from rcm_tui.data.tables.row import Row

IN_LIST = 500
ROWS_A_STATEMENT = 40
"""SQLite sets up each CHECK ... IN anew for every statement: one row each takes twice as long."""


def next_ids(database: Database, table: type[Row], count: int) -> range | list[int]:
    """Gives out `count` unused keys of a table. Call it inside a unit of work."""
    if count <= 0:
        return range(0)
    name = table._meta.table_name
    if isinstance(database, SqliteDatabase):
        # One writer at a time (IMMEDIATE), so the highest key cannot move under us.
        top = database.execute_sql(f'SELECT max(id) FROM "{name}"').fetchone()[0] or 0
        return range(top + 1, top + 1 + count)
    rows = database.execute_sql(
        "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
        (f'"{name}"', count),
    )
    return [row[0] for row in rows.fetchall()]


def insert_rows(
    database: Database, table: type[Row], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Inserts rows of plain Python values; `columns` are field names and may include `id`.

    Columns that are left out get their field's default.
    """
    fields: list[Field] = [table._meta.combined[column] for column in columns]
    given = {field.name for field in fields}
    defaults = [field for field in table._meta.defaults if field.name not in given]
    names = ", ".join(f'"{field.column_name}"' for field in [*fields, *defaults])
    marks = ", ".join([database.param] * len(fields) + [_literal(field) for field in defaults])
    sql = f'INSERT INTO "{table._meta.table_name}" ({names}) VALUES '
    rest: list[Sequence[Any]] = []

    def full_statements() -> Iterator[list[Any]]:
        for batch in chunked(_converted(fields, rows), ROWS_A_STATEMENT):
            if len(batch) == ROWS_A_STATEMENT:
                yield list(chain.from_iterable(batch))
            else:
                rest.extend(batch)

    _executemany(database, sql + ", ".join([f"({marks})"] * ROWS_A_STATEMENT), full_statements())
    _executemany(database, f"{sql}({marks})", rest)


def update_rows(
    database: Database, table: type[Row], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Updates rows by key: every row is (values of `columns` …, id)."""
    fields: list[Field] = [table._meta.combined[column] for column in columns]
    sets = ", ".join(f'"{field.column_name}" = {database.param}' for field in fields)
    _executemany(
        database,
        f'UPDATE "{table._meta.table_name}" SET {sets} WHERE id = {database.param}',
        _converted([*fields, table._meta.combined["id"]], rows),
    )


def read_rows(database: Database, sql: str, *parameters: Any) -> list[Any]:
    """Rows as the store holds them: dates and moments as text, units in thousandths, flags 0/1.

    `sql` marks parameters with `?` on either database, and holds no other question mark or `%`.
    """
    rows: list[Any] = database.execute_sql(sql.replace("?", database.param), parameters).fetchall()
    return rows


def read_by_keys(
    database: Database, sql: str, keys: Iterable[Any], *parameters: Any
) -> Iterator[Any]:
    """As `read_rows`, once per short list of keys: `sql` has `IN ({keys})`, then `?` parameters."""
    for chunk in chunked(keys):
        marks = ", ".join("?" * len(chunk))
        yield from read_rows(database, sql.replace("{keys}", marks), *chunk, *parameters)


def change_by_keys(database: Database, sql: str, keys: Iterable[Any], *parameters: Any) -> None:
    """Runs an UPDATE or DELETE once per short list of keys.

    `sql` has its `?` parameters first, then `IN ({keys})`.
    """
    for chunk in chunked(keys):
        marks = ", ".join([database.param] * len(chunk))
        statement = sql.replace("?", database.param).replace("{keys}", marks)
        database.execute_sql(statement, (*parameters, *chunk))


def chunked(keys: Iterable[Any], size: int = IN_LIST) -> Iterable[list[Any]]:
    """Splits keys into lists short enough for an IN."""
    iterator = iter(keys)
    while chunk := list(islice(iterator, size)):
        yield chunk


def _literal(field: Field) -> str:
    value = field.db_value(field.default)
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def _executemany(database: Database, sql: str, rows: Iterable[Sequence[Any]]) -> None:
    cursor = database.connection().cursor()
    try:
        cursor.executemany(sql, rows)
    finally:
        cursor.close()


def _converted(fields: Sequence[Field], rows: Iterable[Sequence[Any]]) -> Iterable[Sequence[Any]]:
    """Only the columns whose field changes values are converted: most are text and integers."""
    plain = {"TextField", "BigIntegerField", "IntegerField", "BlobField", "CentsField"}
    plain |= {"ChoiceField", "CodeField", "BigAutoField", "AutoField", "ForeignKeyField"}
    converters: list[tuple[int, Callable[[Any], Any]]] = [
        (place, operator.attrgetter("db_value")(field))
        for place, field in enumerate(fields)
        if type(field).__name__ not in plain
    ]
    if not converters:
        return rows
    return (_convert(row, converters) for row in rows)


def _convert(
    row: Sequence[Any], converters: list[tuple[int, Callable[[Any], Any]]]
) -> Sequence[Any]:
    values = list(row)
    for place, convert in converters:
        values[place] = convert(values[place])
    return values
