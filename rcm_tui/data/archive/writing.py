"""Writing a practice to an archive, as it is at one moment, while others go on working."""

import datetime
import hashlib
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from peewee import Database

from rcm_tui import __version__
from rcm_tui.data import keys, migrations
from rcm_tui.data.archive.format import MANIFEST, ArchivedTable, Manifest, line_of
from rcm_tui.data.archive.sealing import LEAST_PASSPHRASE, SealingWriter
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.fields import moment_to_store
from rcm_tui.data.kept_files import FileDamaged, digests_kept
from rcm_tui.data.snapshot import one_moment
from rcm_tui.data.store import Store
from rcm_tui.data.store_database import StoreError
from rcm_tui.data.target import TargetRefused, refuse_unwritable, whole
from rcm_tui.data.whole_tables import last_key, rows_in_order, tables_in_order

Told = Callable[[str, int, int], None]
"""Table, rows of it so far, rows of it in all."""
ROWS_WITH_FILES = 20
"""How many rows are in memory at once of a table that holds whole files."""
WITH_FILES = ("claims_transaction", "incoming_file")
ROWS_A_PAGE = 5000


def export_practice(
    store: Store,
    target: Path,
    now: datetime.datetime,
    passphrase: str | None,
    told: Told = lambda *_: None,
) -> Manifest:
    """Writes a practice with its attached files to `target`, encrypted unless there is no
    passphrase; returns what is in it.

    Raises StoreError when it cannot be written, when there is such a file already, for a passphrase
    that is too short, and when an attached file is missing or damaged. A file that is not whole
    never gets the name.
    """
    if passphrase is not None and len(passphrase) < LEAST_PASSPHRASE:
        raise StoreError(f"the passphrase is too short: {LEAST_PASSPHRASE} characters at least")
    target = target.absolute()
    try:
        refuse_unwritable(target, replace=False)
        with (
            whole(target, replace=False) as temporary,
            temporary.open("wb") as file,
            _sealed(file, passphrase) as plain,
            zipfile.ZipFile(plain, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive,
            one_moment(store.database),
        ):
            tables = [
                _write_table(store.database, archive, name, told) for name in tables_in_order()
            ]
            files = _write_files(store, archive)
            if passphrase is not None:
                for key in keys.key_files(store.key_folder, store.audit_key.name):
                    content = keys.read_key(store.key_folder, key.name).hex()
                    archive.writestr(f"keys/{key.name}", content + "\n")
            manifest = Manifest(
                store.practice_name,
                moment_to_store(now),
                __version__,
                migrations.known(),
                tables,
                files,
            )
            archive.writestr(MANIFEST, manifest.text())
    except FileExistsError:
        raise StoreError(f"{target} is there already: choose another name") from None
    except TargetRefused as error:
        raise StoreError(f"the archive cannot be written: {error}") from None
    except FileDamaged as error:
        raise StoreError(
            f"an attached file cannot be taken along: {error}; run rcm-tui check"
        ) from None
    except OSError as error:
        raise StoreError(f"the archive {target} cannot be written: {error.strerror}") from None
    return manifest


@contextmanager
def _sealed(file: BinaryIO, passphrase: str | None) -> Iterator[Any]:
    if passphrase is None:
        yield file
        return
    writer = SealingWriter(file, passphrase)
    yield writer
    writer.finish()


def _write_table(
    database: Database, archive: zipfile.ZipFile, name: str, told: Told
) -> ArchivedTable:
    columns = [column.name for column in database.get_columns(name)]
    ((total,),) = read_rows(database, f'SELECT count(*) FROM "{name}"')
    digest, size, rows = hashlib.sha256(), 0, 0
    with archive.open(f"tables/{name}.jsonl", "w", force_zip64=True) as file:
        for line in lines(database, name, columns):
            file.write(line)
            digest.update(line)
            size += len(line)
            rows += 1
            if rows % ROWS_A_PAGE == 0:
                told(name, rows, total)
    return ArchivedTable(name, columns, rows, size, digest.hexdigest(), last_key(database, name))


def lines(database: Database, name: str, columns: Sequence[str]) -> Iterator[bytes]:
    """The rows of a table as lines, in the order of their keys."""
    page = ROWS_WITH_FILES if name in WITH_FILES else ROWS_A_PAGE
    return map(line_of, rows_in_order(database, name, columns, page))


def _write_files(store: Store, archive: zipfile.ZipFile) -> int:
    digests = digests_kept(store.database)
    for digest in digests:
        archive.writestr(f"files/{digest}", store.files.read(digest))
    return len(digests)
