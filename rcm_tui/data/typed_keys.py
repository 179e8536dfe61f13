"""Keys that were written down, tried on the store, and put back where their files are gone."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from peewee import Database

from rcm_tui.data import audit, keys
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.store_database import (
    SqliteStoreDatabase,
    StoreError,
    audit_key_name,
    close,
    opens,
)
from rcm_tui.data.store_keys import store_key_name
from rcm_tui.data.tables.row import database as bound_database


def put_back(path: Path, key_folder: Path, key: bytes) -> Path | None:
    """Writes the file of a key that opens the store at `path`; None when it is there already.

    Raises StoreError when it does not open it.
    """
    try_on(path, key)
    name = store_key_name(path)
    there = [keys.read_key(key_folder, file.name) for file in keys.key_files(key_folder, name)]
    if key in there:
        return None
    if (key_folder / name).exists():
        name = f"{name}.{keys.fingerprint(key)}"
    keys.create_key(key_folder, name, key)
    return key_folder / name


def try_on(path: Path, key: bytes) -> None:
    """Raises StoreError when a key does not open the store at `path`."""
    if not opens(path, key):
        raise StoreError(f"this key (fingerprint {keys.fingerprint(key)}) does not open {path}")


def missing_audit_key(path: Path, key_folder: Path, store_key: bytes) -> str:
    """The name of the key file that the audit trail needs and that is not there; else ""."""
    with _opened(path, store_key) as database:
        name = _audit_name(database)
    return "" if (key_folder / name).exists() else name


def put_back_audit_key(path: Path, key_folder: Path, store_key: bytes, key: bytes) -> Path:
    """Writes the file of the key that seals the audit trail now. Raises StoreError for another."""
    try_on_audit_trail(path, store_key, key)
    with _opened(path, store_key) as database:
        name = _audit_name(database)
    keys.create_key(key_folder, name, key)
    return key_folder / name


def try_on_audit_trail(path: Path, store_key: bytes, key: bytes) -> None:
    """Raises StoreError when a key does not seal the audit trail of the store at `path` now."""
    with _opened(path, store_key) as database:
        if not audit.seals_head(database, key):
            raise StoreError(
                f"this key (fingerprint {keys.fingerprint(key)}) does not seal the audit trail"
            )


@contextmanager
def _opened(path: Path, store_key: bytes) -> Iterator[Database]:
    database = SqliteStoreDatabase(path, store_key)
    bound_database.initialize(database)
    try:
        database.connect()
        yield database
    finally:
        close(database)


def _audit_name(database: Database) -> str:
    ((store_key,),) = read_rows(database, "SELECT store_key FROM practice")
    return audit_key_name(database, store_key)
