"""Moving a practice up: every row of a SQLite store into an empty PostgreSQL database, proven.

Nobody writes to the store meanwhile. Rows keep their keys, so that the audit chain and the seals of
the ledger hold as they are; each table is compared, row by row, by a checksum of both sides. It is
one transaction of the server: what fails leaves nothing behind.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from peewee import Database, PostgresqlDatabase

from rcm_tui.data import migrations
from rcm_tui.data.bare_tables import bare_tables
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.copy_text import lines
from rcm_tui.data.kept_files import KeptFiles, digests_kept
from rcm_tui.data.postgresql import PostgresqlStoreDatabase
from rcm_tui.data.store import Store
from rcm_tui.data.store_database import StoreError, close, connect, plain_url, sqlite_path
from rcm_tui.data.whole_tables import (
    ROWS_A_PAGE,
    continue_keys,
    key_order,
    last_key,
    listed,
    pages,
    tables_in_order,
)

Told = Callable[[str, int, int], None]
"""Table, rows of it so far, rows of it in all."""
NO_FILES_FOLDER = (
    "files are attached to cases: name the folder that all workstations share as files_folder in"
    " the settings"
)


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
        connect_empty(target, url)
        migrations.upgrade(target)
        # A writer excludes all others: from here on the store stands still.
        with store.database.atomic():
            _copy_files(store, files)
            with target.atomic():
                return _copy_tables(store.database, target, told)
    finally:
        close(target)


def connect_empty(target: Database, url: str) -> None:
    """Connects to a database. Raises StoreError when it is not there or holds a practice."""
    connect(target, url)
    if target.table_exists("practice") and read_rows(target, "SELECT 1 FROM practice"):
        raise StoreError(f"{plain_url(url)} holds a practice already: use an empty database")


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
    continue_keys(target, name, last_key(source, name))
    after = _checksum(target, name, columns)
    if before != after:
        raise StoreError(
            f"the table {name} differs after it was copied: nothing was kept; try again, and"
            " if it stays so, run rcm-tui check on the store"
        )
    return CopiedTable(name, total, after)


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
    with target.cursor().copy(f'COPY "{name}" ({listed(columns)}) FROM STDIN (FREEZE)') as copy:
        for page in pages(source, name, columns, ROWS_A_PAGE):
            text = lines(page)
            copy.write(text)
            digest.update(text)
            done += len(page)
            told(name, done, total)
    return digest.hexdigest()


def _checksum(target: Database, name: str, columns: Sequence[str]) -> str:
    """The checksum of the rows of a table that was copied, as the server gives them back."""
    digest = hashlib.sha256()
    rows = f'SELECT {listed(columns)} FROM "{name}" ORDER BY {key_order(target, name)}'
    with target.cursor().copy(f"COPY ({rows}) TO STDOUT") as copy:
        for line in copy:
            digest.update(line)
    return digest.hexdigest()


def _copy_files(store: Store, files: KeptFiles | None) -> None:
    digests = digests_kept(store.database)
    if digests and files is None:
        raise StoreError(NO_FILES_FOLDER)
    for digest in digests:
        assert files is not None
        files.keep(store.files.read(digest))
