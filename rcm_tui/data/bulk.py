"""Many rows at once: keys given out in blocks, and `executemany` on the connection."""

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
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
        ((top, deleted),) = database.execute_sql(
            f'SELECT max(id), (SELECT value FROM counter WHERE name = ?) FROM "{name}"',
            (deleted_keys(name),),
        ).fetchall()
        top = max(top or 0, deleted or 0)
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
    insert_stored(database, table, columns, stored(table, columns, rows))


def insert_stored(
    database: Database, table: type[Row], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """As `insert_rows`, with values as the store holds them."""
    one, many = _insert_sql(table, tuple(columns), database.param)
    rest: list[Sequence[Any]] = []

    def full_statements() -> Iterator[list[Any]]:
        for batch in chunked(rows, ROWS_A_STATEMENT):
            if len(batch) == ROWS_A_STATEMENT:
                yield list(chain.from_iterable(batch))
            else:
                rest.extend(batch)

    _executemany(database, many, full_statements())
    _executemany(database, one, rest)


@cache
def _insert_sql(table: type[Row], columns: tuple[str, ...], param: str) -> tuple[str, str]:
    """The statement for one row, and the one for as many as go into a statement."""
    fields: list[Field] = [table._meta.combined[column] for column in columns]
    given = {field.name for field in fields}
    defaults = [field for field in table._meta.defaults if field.name not in given]
    names = ", ".join(f'"{field.column_name}"' for field in [*fields, *defaults])
    marks = ", ".join([param] * len(fields) + [_literal(field) for field in defaults])
    sql = f'INSERT INTO "{table._meta.table_name}" ({names}) VALUES '
    return f"{sql}({marks})", sql + ", ".join([f"({marks})"] * ROWS_A_STATEMENT)


def update_rows(
    database: Database, table: type[Row], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """Updates rows by key: every row is (values of `columns` …, id)."""
    update_stored(database, table, columns, stored(table, [*columns, "id"], rows))


def update_stored(
    database: Database, table: type[Row], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> None:
    """As `update_rows`, with values as the store holds them."""
    fields: list[Field] = [table._meta.combined[column] for column in columns]
    sets = ", ".join(f'"{field.column_name}" = {database.param}' for field in fields)
    _executemany(
        database,
        f'UPDATE "{table._meta.table_name}" SET {sets} WHERE id = {database.param}',
        rows,
    )


def set_columns(
    database: Database, table: type[Row], values: Mapping[str, Any], keys: Sequence[int]
) -> None:
    """Gives rows the same values, as the store holds them. `version` goes up, whatever is given."""
    sets, parameters = [], []
    for column, value in values.items():
        name = table._meta.combined[column].column_name
        sets.append(f'"{name}" = ' + (f'"{name}" + 1' if name == "version" else database.param))
        if name != "version":
            parameters.append(value)
    marks = ", ".join([database.param] * len(keys))
    database.execute_sql(
        f'UPDATE "{table._meta.table_name}" SET {", ".join(sets)} WHERE id IN ({marks})',
        (*parameters, *keys),
    )


def delete_rows(database: Database, table: type[Row], keys: Sequence[int]) -> None:
    """Deletes rows by key. `next_ids` gives none of these keys out again: the audit names them."""
    if not keys:
        return
    name = table._meta.table_name
    if isinstance(database, SqliteDatabase):
        database.execute_sql(
            f'INSERT INTO counter (name, value) SELECT ?, coalesce(max(id), 0) FROM "{name}"'
            " WHERE 1 ON CONFLICT (name) DO UPDATE SET value = max(value, excluded.value)",
            (deleted_keys(name),),
        )
    marks = ", ".join([database.param] * len(keys))
    database.execute_sql(f'DELETE FROM "{name}" WHERE id IN ({marks})', tuple(keys))


def delete_owned(database: Database, table: type[Row], owner: str, owners: Iterable[int]) -> None:
    """Deletes the rows of owners, by the field that names the owner."""
    column = table._meta.combined[owner].column_name
    for chunk in chunked(owners):
        marks = ", ".join([database.param] * len(chunk))
        database.execute_sql(
            f'DELETE FROM "{table._meta.table_name}" WHERE "{column}" IN ({marks})', tuple(chunk)
        )


def deleted_keys(table: str) -> str:
    """The counter that holds the highest key of a table that was ever deleted (SQLite)."""
    return f"deleted keys of {table}"


def read_rows(database: Database, sql: str, *parameters: Any) -> list[Any]:
    """Rows as the store holds them: dates and moments as text, units in thousandths, flags 0/1.

    `sql` marks parameters with `?` on either database, and holds no other question mark or `%`.
    """
    rows: list[Any] = database.execute_sql(sql.replace("?", database.param), parameters).fetchall()
    return rows


def stream_rows(database: Database, sql: str, *parameters: Any) -> Iterator[Any]:
    """As `read_rows`, one row in memory at a time: to be read to the end before all else."""
    yield from database.execute_sql(sql.replace("?", database.param), parameters)


def read_by_keys(
    database: Database, sql: str, keys: Iterable[Any], *parameters: Any
) -> Iterator[Any]:
    """As `read_rows`, once per short list of keys: `sql` has `IN ({keys})`, then `?` parameters."""
    for chunk in chunked(keys):
        marks = ", ".join("?" * len(chunk))
        yield from read_rows(database, sql.replace("{keys}", marks), *chunk, *parameters)


def read_numbers(database: Database, table: type[Row], keys: Iterable[int]) -> dict[int, str]:
    """Keys and numbers of claims, charges and whatever else has one, in the order of the keys."""
    sql = f'SELECT id, number FROM "{table._meta.table_name}" WHERE id IN ({{keys}}) ORDER BY id'
    return dict(read_by_keys(database, sql, sorted(keys)))


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


def stored(
    table: type[Row], columns: Sequence[str], rows: Iterable[Sequence[Any]]
) -> Iterable[Sequence[Any]]:
    """Rows of plain Python values as the store holds them.

    Only the columns whose field changes values are converted: most are text and integers.
    """
    fields: list[Field] = [table._meta.combined[column] for column in columns]
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
