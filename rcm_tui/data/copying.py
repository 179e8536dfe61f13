"""Moving a practice up: every row of a SQLite store into an empty PostgreSQL database, proven.

Nobody writes to the store meanwhile. Rows keep their keys, so that the audit chain and the seals of
the ledger hold as they are; each table is compared, row by row, by a checksum of both sides. It is
one transaction of the server: what fails leaves nothing behind.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from peewee import Database, PostgresqlDatabase, SqliteDatabase

from rcm_tui.data import migrations
from rcm_tui.data.bare_tables import bare_tables
from rcm_tui.data.bulk import deleted_keys, read_rows
from rcm_tui.data.copy_text import lines
from rcm_tui.data.kept_files import KeptFiles
from rcm_tui.data.postgresql import PostgresqlStoreDatabase
from rcm_tui.data.store import (
    Store,
    StoreError,
    close,
    plain_url,
    sqlite_path,
)

ROWS_A_PAGE = 10_000
CHARGE_DAY = "charge_day"
"""Has no key of its own, and few rows: one a day, business unit and status."""
Told = Callable[[str, int, int], None]
"""Table, rows of it so far, rows of it in all."""


@dataclass(frozen=True, slots=True)
class CopiedTable:
    """A table that was copied: how many rows, and the checksum that both sides have."""

    name: str
    rows: int
    checksum: str


def copy_to_postgresql(
    store: Store, url: str, files: KeptFiles | None, told: Told = lambda *_: None
) -> list[CopiedTable]:
    """Copies an open SQLite store to the empty database at `url`; attached files go to `files`.

    Raises StoreError when the database cannot be reached or holds a practice, when files are
    attached and `files` is None, and when a checksum differs.
    """
    if isinstance(store.database, PostgresqlDatabase):
        raise StoreError("the store is on PostgreSQL already: move it with pg_dump and pg_restore")
    if sqlite_path(url) is not None:
        raise StoreError("--to must be a database: postgresql://…")
    target = PostgresqlStoreDatabase(url)
    try:
        _connected(target, url)
        _refuse_practice(target, url)
        # A writer excludes all others: from here on the store stands still.
        with store.database.atomic():
            _copy_files(store, files)
            with target.atomic():
                return _copy_tables(store.database, target, told)
    finally:
        close(target)


def _connected(target: Database, url: str) -> None:
    try:
        target.connect()
    except Exception as error:
        # psycopg's own classes are not imported here: it is an extra, and slow to load.
        raise StoreError(f"{plain_url(url)} cannot be reached: {error}") from None


def _refuse_practice(target: Database, url: str) -> None:
    if target.table_exists("practice") and read_rows(target, "SELECT 1 FROM practice"):
        raise StoreError(f"{plain_url(url)} holds a practice already: use an empty database")
    migrations.upgrade(target)


def _copy_tables(source: Database, target: Database, told: Told) -> list[CopiedTable]:
    names = tables_in_order()
    with bare_tables(target, lambda done, total: told("indexes", done, total)):
        # Emptied in this transaction, their rows are written as seen by all: nothing to vacuum.
        listed = ", ".join(f'"{name}"' for name in names)
        target.execute_sql(f"TRUNCATE {listed}")
        copied = [_copy_table(source, target, name, told) for name in names]
    target.execute_sql("ANALYZE")
    return copied


def _copy_table(source: Database, target: Database, name: str, told: Told) -> CopiedTable:
    columns = [column.name for column in source.get_columns(name)]
    ((total,),) = read_rows(source, f'SELECT count(*) FROM "{name}"')
    told(name, 0, total)
    # What triggers would write is copied as it is.
    target.execute_sql(f'ALTER TABLE "{name}" DISABLE TRIGGER USER')
    before = _write(source, target, name, columns, total, told)
    target.execute_sql(f'ALTER TABLE "{name}" ENABLE TRIGGER USER')
    if name != CHARGE_DAY:
        _continue_keys(source, target, name)
    after = _checksum(target, name, columns)
    if before != after:
        raise StoreError(
            f"the table {name} differs after it was copied: nothing was kept; try again, and"
            " if it stays so, run rcm-tui check on the store"
        )
    return CopiedTable(name, total, after)


def tables_in_order() -> list[str]:
    """All tables of the store, those that others refer to first; sums that triggers keep last."""
    from rcm_tui.data.tables.every import ALL_TABLES
    from rcm_tui.data.tables.timeline import FileKey

    # The keys of files stay with the store: what they seal is opened before it is copied.
    names = [str(table._meta.table_name) for table in ALL_TABLES if table is not FileKey]
    return [*names, CHARGE_DAY]


def _write(
    source: Database,
    target: Database,
    name: str,
    columns: Sequence[str],
    total: int,
    told: Told,
) -> str:
    """Sends the rows of a table and returns their checksum."""
    digest, done = hashlib.sha256(), 0
    with target.cursor().copy(f'COPY "{name}" ({_listed(columns)}) FROM STDIN (FREEZE)') as copy:
        for page in _pages(source, name, columns, ROWS_A_PAGE):
            text = lines(page)
            copy.write(text)
            digest.update(text)
            done += len(page)
            told(name, done, total)
    return digest.hexdigest()


def _checksum(target: Database, name: str, columns: Sequence[str]) -> str:
    """The checksum of the rows of a table that was copied, as the server gives them back."""
    digest = hashlib.sha256()
    rows = f'SELECT {_listed(columns)} FROM "{name}" ORDER BY {_order(target, name)}'
    with target.cursor().copy(f"COPY ({rows}) TO STDOUT") as copy:
        for line in copy:
            digest.update(line)
    return digest.hexdigest()


def rows_in_order(
    database: Database, name: str, columns: Sequence[str], rows_a_page: int = ROWS_A_PAGE
) -> Iterator[tuple[Any, ...]]:
    """The rows of a table by key, in pages, so that memory does not grow with it."""
    for page in _pages(database, name, columns, rows_a_page):
        for row in page:
            yield tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)


def _pages(
    database: Database, name: str, columns: Sequence[str], rows_a_page: int
) -> Iterator[list[Any]]:
    order, listed = _order(database, name), _listed(columns)
    if name == CHARGE_DAY:
        yield read_rows(database, f'SELECT {listed} FROM "{name}" ORDER BY {order}')
        return
    place, last = list(columns).index("id"), -1
    while True:
        page = read_rows(
            database,
            f'SELECT {listed} FROM "{name}" WHERE id > ? ORDER BY {order} LIMIT {rows_a_page}',
            last,
        )
        yield page
        if len(page) < rows_a_page:
            return
        last = page[-1][place]


def _order(database: Database, name: str) -> str:
    if name != CHARGE_DAY:
        return "id"
    binary = "" if isinstance(database, SqliteDatabase) else ' COLLATE "C"'
    return f"business_unit_id, date_of_service{binary}, status{binary}"


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)


def _continue_keys(source: Database, target: Database, name: str) -> None:
    """New rows get keys behind those that were copied, and behind those that were deleted."""
    ((last,),) = read_rows(
        source,
        f'SELECT max(coalesce((SELECT max(id) FROM "{name}"), 0),'
        " coalesce((SELECT value FROM counter WHERE name = ?), 0))",
        deleted_keys(name),
    )
    ((sequence,),) = read_rows(target, "SELECT pg_get_serial_sequence(?, 'id')", f'"{name}"')
    target.execute_sql("SELECT setval(%s, %s, false)", (sequence, last + 1))


def _copy_files(store: Store, files: KeptFiles | None) -> None:
    digests = [
        digest
        for (digest,) in read_rows(
            store.database, "SELECT sha256 FROM stored_file WHERE purged_id IS NULL"
        )
    ]
    if digests and files is None:
        raise StoreError(
            "files are attached to cases: name the folder that all workstations share as"
            " files_folder in the settings"
        )
    for digest in digests:
        assert files is not None
        files.keep(store.files.read(digest))
