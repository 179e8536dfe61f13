"""Taking a practice in from an archive, where there is none: all of it, compared, or nothing.

Nothing of an archive is believed: names that do not belong, sizes that are not as said, lines that
are no rows and checksums that differ end it with a sentence, and what was written is taken away.
"""

import hashlib
import io
import os
import re
import shutil
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

import peewee
from peewee import Database, DatabaseError, IntegrityError, PostgresqlDatabase

from rcm_tui.data import keys, migrations
from rcm_tui.data.archive.format import (
    FILE_NAME,
    KEY_NAME,
    LINE_BYTES,
    MANIFEST,
    MANIFEST_BYTES,
    ArchivedTable,
    ArchiveRefused,
    Manifest,
    read_manifest,
    row_of,
)
from rcm_tui.data.archive.sealing import SealBroken, SealedReader, is_sealed
from rcm_tui.data.archive.writing import lines
from rcm_tui.data.backups import prove
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.copying import NO_FILES_FOLDER, connect_empty
from rcm_tui.data.kept_files import FileRefused, KeptFiles
from rcm_tui.data.postgresql import PostgresqlStoreDatabase
from rcm_tui.data.store_database import (
    SqliteStoreDatabase,
    StoreError,
    audit_key_name,
    close,
    file_keys,
    files_beside,
    sqlite_path,
)
from rcm_tui.data.store_keys import key_taken, store_key_name
from rcm_tui.data.tables.row import database as bound_database
from rcm_tui.data.tables.timeline import FileKey
from rcm_tui.data.target import TargetRefused, refuse_unwritable, whole
from rcm_tui.data.whole_tables import continue_keys, listed, tables_in_order

Told = Callable[[str, int, int], None]
STORE_KEY = re.compile("[0-9a-f]{16}")
FILE_BYTES = 512 << 20
"""No attached file is larger: settings allow 500 MB."""


def import_practice(
    archive: Path,
    url: str,
    key_folder: Path,
    passphrase: str | None,
    files_folder: Path | None = None,
    told: Told = lambda *_: None,
) -> Manifest:
    """Makes the practice of an archive at `url`, where there is none; returns what was in it.

    A store in a file is encrypted with a new key of its own; the keys of the audit trail come from
    the archive, or, where that is plain, have to be in `key_folder`. Raises StoreError with the
    reason when it cannot be taken in; then nothing is left of it.
    """
    try:
        with ExitStack() as undone, _opened(archive, passphrase) as opened:
            manifest = _looked_through(opened)
            _put_keys(opened, manifest, key_folder, undone)
            path = sqlite_path(url)
            if path is None:
                _into_postgresql(opened, manifest, url, key_folder, files_folder, undone, told)
            else:
                _into_file(opened, manifest, path, key_folder, files_folder, undone, told)
            undone.pop_all()
            return manifest
    except (ArchiveRefused, SealBroken) as error:
        raise StoreError(f"{archive.name} is not taken in: {error}") from None
    except (zipfile.BadZipFile, EOFError, NotImplementedError, zlib.error) as error:
        raise StoreError(f"{archive.name} is not taken in: it is damaged ({error})") from None
    except (IntegrityError, OverflowError) as error:
        raise StoreError(
            f"{archive.name} is not taken in: what is in it does not fit together ({error})"
        ) from None
    except (TargetRefused, FileRefused) as error:
        raise StoreError(str(error)) from None
    except OSError as error:
        raise StoreError(f"{archive.name} could not be taken in: {error.strerror}") from None


# -- the archive --------------------------------------------------------------------------------


@contextmanager
def _opened(archive: Path, passphrase: str | None) -> Iterator[zipfile.ZipFile]:
    if not is_sealed(archive):
        with zipfile.ZipFile(archive) as opened:
            yield opened
        return
    if passphrase is None:
        raise ArchiveRefused("it is encrypted: give its passphrase")
    with (
        SealedReader(archive, passphrase) as reader,
        zipfile.ZipFile(io.BufferedReader(reader)) as opened,
    ):
        yield opened


def _looked_through(archive: zipfile.ZipFile) -> Manifest:
    """Everything that can be known before a row is read. Raises ArchiveRefused."""
    members = archive.infolist()
    names = [member.filename for member in members]
    if len(set(names)) != len(names):
        raise ArchiveRefused("it holds a name twice")
    if MANIFEST not in names:
        raise ArchiveRefused(f"it holds no {MANIFEST}")
    if archive.getinfo(MANIFEST).file_size > MANIFEST_BYTES:
        raise ArchiveRefused(f"its {MANIFEST} is too large")
    with archive.open(MANIFEST) as file:
        manifest = read_manifest(file.read(MANIFEST_BYTES))
    if [table.name for table in manifest.tables] != tables_in_order():
        raise ArchiveRefused("its tables are not those of this rcm-tui")
    sizes = {table.file: table.size for table in manifest.tables}
    for member in members:
        name = member.filename
        if name in sizes:
            if member.file_size != sizes[name]:
                raise ArchiveRefused(f"{name} is not as long as its {MANIFEST} says")
        elif member.file_size > FILE_BYTES:
            raise ArchiveRefused(f"{name} is larger than a file may be")
        elif not (name == MANIFEST or FILE_NAME.fullmatch(name) or KEY_NAME.fullmatch(name)):
            raise ArchiveRefused(f"it holds {name!r}, which does not belong there")
    missing = sizes.keys() - set(names)
    if missing:
        raise ArchiveRefused(f"it holds no {min(missing)}")
    if sum(1 for name in names if FILE_NAME.fullmatch(name)) != manifest.files:
        raise ArchiveRefused(f"it holds another number of files than its {MANIFEST} says")
    return manifest


def _rows(archive: zipfile.ZipFile, table: ArchivedTable) -> Iterator[list[Any]]:
    """The rows of a table's file; raises ArchiveRefused at whatever is not as the manifest says."""
    digest, count = hashlib.sha256(), 0
    left = table.size
    with archive.open(table.file) as file:
        while line := file.readline(min(left, LINE_BYTES) + 1):
            left -= len(line)
            if left < 0 or not line.endswith(b"\n"):
                raise ArchiveRefused(f"{table.file} is not as long as its {MANIFEST} says")
            digest.update(line)
            count += 1
            try:
                yield row_of(line, len(table.columns))
            except ValueError:
                raise ArchiveRefused(f"line {count:,} of {table.file} is no row") from None
    if (count, digest.hexdigest()) != (table.rows, table.sha256):
        raise ArchiveRefused(f"{table.file} is not what was written: its checksum differs")


def _put_keys(
    archive: zipfile.ZipFile, manifest: Manifest, key_folder: Path, undone: ExitStack
) -> None:
    """Writes the keys of the audit trail. Raises ArchiveRefused for one that differs from ours."""
    for member in archive.infolist():
        named = KEY_NAME.fullmatch(member.filename)
        if named is None:
            continue
        try:
            with archive.open(member) as file:
                key = keys.key_of(file.read(200).decode("ascii"))
        except ValueError:
            raise ArchiveRefused(f"{member.filename} holds no key") from None
        if (key_folder / named[1]).exists():
            if keys.read_key(key_folder, named[1]) != key:
                raise ArchiveRefused(f"{key_folder} holds another key called {named[1]}")
            continue
        keys.create_key(key_folder, named[1], key)
        undone.callback((key_folder / named[1]).unlink, missing_ok=True)


# -- the store ----------------------------------------------------------------------------------


def _into_file(
    archive: zipfile.ZipFile,
    manifest: Manifest,
    path: Path,
    key_folder: Path,
    files_folder: Path | None,
    undone: ExitStack,
    told: Told,
) -> None:
    path = path.absolute()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    refuse_unwritable(path, replace=False)
    needed = sum(member.file_size for member in archive.infolist())
    if shutil.disk_usage(path.parent).free < needed:
        raise ArchiveRefused(f"{needed:,} bytes are needed, {path.parent} has not as many left")
    name = store_key_name(path)
    try:
        key = keys.create_key(key_folder, name)
    except FileExistsError:
        raise ArchiveRefused(key_taken(path, key_folder)) from None
    undone.callback((key_folder / name).unlink, missing_ok=True)
    with whole(path, replace=False) as temporary:
        database = SqliteStoreDatabase(temporary, key)
        bound_database.initialize(database)
        try:
            database.connect()
            # Nobody else sees the file yet, and it is flushed before it gets its name.
            for pragma in ("journal_mode = DELETE", "synchronous = OFF", "foreign_keys = OFF"):
                database.execute_sql(f"PRAGMA {pragma}").fetchall()
            with database.atomic():
                migrations.upgrade(database)
                with _without_triggers(database):
                    _fill(database, archive, manifest, told)
                FileKey.create(key=os.urandom(keys.KEY_BYTES).hex())
            _refuse_without_audit_key(database, key_folder)
            files = KeptFiles(files_folder or files_beside(path), file_keys(database))
            _put_files(archive, manifest, files, undone)
        finally:
            close(database)
        prove(temporary, key)


def _into_postgresql(
    archive: zipfile.ZipFile,
    manifest: Manifest,
    url: str,
    key_folder: Path,
    files_folder: Path | None,
    undone: ExitStack,
    told: Told,
) -> None:
    import psycopg

    if manifest.files and files_folder is None:
        raise StoreError(NO_FILES_FOLDER)
    database = PostgresqlStoreDatabase(url)
    bound_database.initialize(database)
    try:
        connect_empty(database, url)
        with database.atomic():
            migrations.upgrade(database)
            _fill(database, archive, manifest, told)
            _refuse_without_audit_key(database, key_folder)
            if files_folder is not None:
                _put_files(archive, manifest, KeptFiles(files_folder), undone)
    except (DatabaseError, psycopg.Error) as error:
        raise ArchiveRefused(f"what is in it does not fit together ({error})") from None
    finally:
        close(database)


def _refuse_without_audit_key(database: Database, key_folder: Path) -> None:
    """The audit trail goes on under the key that it had. Raises ArchiveRefused without it."""
    rows = read_rows(database, "SELECT store_key FROM practice")
    if len(rows) != 1 or not STORE_KEY.fullmatch(rows[0][0]):
        raise ArchiveRefused("it holds no practice")
    name = audit_key_name(database, rows[0][0])
    if not KEY_NAME.fullmatch(f"keys/{name}") or not (key_folder / name).is_file():
        raise ArchiveRefused(
            f"it is not encrypted, so the key of its audit trail is not in it: put the key file"
            f" {name[:40]} of the old machine into {key_folder} first"
        )


@contextmanager
def _without_triggers(database: Database) -> Iterator[None]:
    """What triggers would write is taken in as it is."""
    triggers = read_rows(database, "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
    for name, _ in triggers:
        database.execute_sql(f'DROP TRIGGER "{name}"')
    yield
    for _, sql in triggers:
        database.execute_sql(sql)


def _fill(database: Database, archive: zipfile.ZipFile, manifest: Manifest, told: Told) -> None:
    for table in manifest.tables:
        columns = [column.name for column in database.get_columns(table.name)]
        if sorted(columns) != sorted(table.columns):
            raise ArchiveRefused(f"the columns of {table.name} are not those of this rcm-tui")
        database.execute_sql(f'DELETE FROM "{table.name}"')
        counted = _told(_rows(archive, table), table, told)
        if isinstance(database, PostgresqlDatabase):
            _copy_in(database, table, counted)
        else:
            _insert(database, table, counted)
    for table in manifest.tables:
        digest = hashlib.sha256()
        for line in lines(database, table.name, table.columns):
            digest.update(line)
        if digest.hexdigest() != table.sha256:
            raise ArchiveRefused(f"the table {table.name} differs after it was taken in")
    for table in manifest.tables:
        continue_keys(database, table.name, table.last_key)


def _told(rows: Iterator[list[Any]], table: ArchivedTable, told: Told) -> Iterator[list[Any]]:
    for number, row in enumerate(rows):
        if number % 5000 == 0:
            told(table.name, number, table.rows)
        yield row


def _insert(database: Database, table: ArchivedTable, rows: Iterator[list[Any]]) -> None:
    marks = ", ".join("?" * len(table.columns))
    with peewee.__exception_wrapper__:  # type: ignore[attr-defined]
        database.connection().cursor().executemany(
            f'INSERT INTO "{table.name}" ({listed(table.columns)}) VALUES ({marks})', rows
        )


def _copy_in(database: Database, table: ArchivedTable, rows: Iterator[list[Any]]) -> None:
    database.execute_sql(f'ALTER TABLE "{table.name}" DISABLE TRIGGER USER')
    columns = listed(table.columns)
    with database.cursor().copy(f'COPY "{table.name}" ({columns}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)
    database.execute_sql(f'ALTER TABLE "{table.name}" ENABLE TRIGGER USER')


def _put_files(
    archive: zipfile.ZipFile, manifest: Manifest, files: KeptFiles, undone: ExitStack
) -> None:
    for member in archive.infolist():
        named = FILE_NAME.fullmatch(member.filename)
        if named is None:
            continue
        with archive.open(member) as file:
            content = file.read()
        if hashlib.sha256(content).hexdigest() != named[1]:
            raise ArchiveRefused(f"{member.filename} is not what was written")
        path = files.path(named[1])
        if not path.exists():
            undone.callback(_take_away, path)
        files.keep(content)


def _take_away(path: Path) -> None:
    path.unlink(missing_ok=True)
    with suppress(OSError):  # others lie there
        path.parent.rmdir()
        path.parent.parent.rmdir()
