"""The database of a store: where it lies, which keys it has, and whether it opens.

SQLite comes through `sqlcipher3` alone: two SQLite libraries in one process on one file lose
commits.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from peewee import Database, DatabaseError, OperationalError, PostgresqlDatabase
from playhouse.sqlcipher_ext import SqlCipherDatabase
from sqlcipher3 import dbapi2 as sqlcipher

from rcm_tui.data import audit, keys, store_keys
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.postgresql import PostgresqlStoreDatabase
from rcm_tui.data.tables.practice import Practice

AUDIT = ".audit"
"""The ending of the first key of an audit trail."""
SQLITE_NEEDED = (3, 51, 3)  # the first release without the write-ahead-log reset bug
NETWORK_FILE_SYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "fuse.sshfs"}
CACHE = -65536
"""KiB of pages that a connection keeps: a smaller one writes and reads again, and deciphers, what
a payment of ten thousand claims changes."""
SQLITE_ERRORS = (OperationalError, sqlcipher.OperationalError)
"""What is raised where SQLite cannot go on: by peewee, and by the driver while it connects."""


class StoreError(Exception):
    """A store that cannot be opened or made, with the reason as a sentence."""


class SqliteStoreDatabase(SqlCipherDatabase):  # type: ignore[misc]
    """SQLite with a raw key (or none); keeps its connections so that all can be closed."""

    def __init__(self, path: Path, key: bytes | None) -> None:
        self._key = key
        self._connections: list[Any] = []
        pragmas = {
            "journal_mode": "WAL",
            "synchronous": "FULL",
            "foreign_keys": "ON",
            "busy_timeout": 30000,
            "recursive_triggers": "ON",
            "trusted_schema": "OFF",
            "cache_size": CACHE,
        }
        super().__init__(str(path), pragmas=pragmas, lock_type="IMMEDIATE")

    @property
    def store_key(self) -> bytes | None:
        """The raw key of an encrypted store, from which other keys are derived."""
        return self._key

    def _connect(self) -> Any:
        connection = sqlcipher.connect(
            self.database, isolation_level=None, check_same_thread=False, timeout=30
        )
        try:
            if self._key is not None:
                connection.execute("PRAGMA cipher_log_level = NONE")
                connection.execute(f"PRAGMA key = \"x'{self._key.hex()}'\"")
            self._add_conn_hooks(connection)
        except BaseException:
            connection.close()
            raise
        self._connections.append(connection)
        return connection

    def rollback(self) -> None:
        """Takes back what was not committed; on a full disk SQLite has done so by itself."""
        if self.connection().in_transaction:
            super().rollback()

    def close_everywhere(self) -> None:
        """Closes the connections of all threads."""
        while self._connections:
            self._connections.pop().close()


def sqlite_path(url: str) -> Path | None:
    """The file of a SQLite URL or bare path; None for PostgreSQL.

    `sqlite:///file` is relative, `sqlite:////file` absolute. Raises StoreError for other schemes.
    """
    if url.startswith(("postgresql://", "postgres://")):
        return None
    if url.startswith("sqlite:///"):
        return Path(url.removeprefix("sqlite:///"))
    if "://" in url:
        scheme = url.split("://", 1)[0]
        raise StoreError(
            f"the store's URL starts with {scheme}://, which is not known:"
            " use a path, sqlite:///… or postgresql://…"
        )
    return Path(url)


def plain_url(url: str) -> str:
    """The URL without its password, for messages."""
    path = sqlite_path(url)
    if path is not None:
        return str(path)
    parts = urlsplit(url)
    return f"postgresql://{parts.hostname or 'socket'}{parts.path}"


def close(database: Database) -> None:
    """Closes every connection of a database, whichever thread opened it."""
    if not database.is_closed():
        database.close()
    if isinstance(database, SqliteStoreDatabase | PostgresqlStoreDatabase):
        database.close_everywhere()


def database_at(url: str, key_folder: Path, *, must_exist: bool) -> Database:
    """The database of a URL, still to be connected. Raises StoreError; KeyMissing without a key."""
    path = sqlite_path(url)
    if path is None:
        return PostgresqlStoreDatabase(url)
    if sqlcipher.sqlite_version_info < SQLITE_NEEDED:
        needed = ".".join(map(str, SQLITE_NEEDED))
        raise StoreError(
            f"sqlcipher3 brings SQLite {sqlcipher.sqlite_version}; {needed} or later is needed"
        )
    if must_exist and not (path.is_file() and path.stat().st_size):
        raise StoreError(f"there is no practice at {path}: run rcm-tui init or rcm-tui demo")
    _refuse_network_file_system(path)
    return SqliteStoreDatabase(path, _store_key(path, key_folder))


def connect(database: Database, url: str) -> None:
    """Connects this thread. Raises StoreError, with the reason, when that cannot be done."""
    try:
        database.connect(reuse_if_open=True)
    except (sqlcipher.DatabaseError, DatabaseError) as error:
        if isinstance(database, PostgresqlDatabase):
            raise StoreError(f"{plain_url(url)} cannot be reached: {error}") from None
        raise StoreError(_cannot_open(plain_url(url), error)) from None
    except Exception as error:
        # psycopg's own classes are not imported here: it is an extra, and slow to load.
        raise StoreError(f"{plain_url(url)} cannot be reached: {error}") from None


def audit_key_of(database: Database, key_folder: Path, practice: Practice) -> keys.AuditKey:
    """The key of a store's audit trail, found by what the trail says. Raises KeyMissing."""
    name = practice.store_key + AUDIT
    changed = audit.current_key(database)
    key = keys.AuditKey(key_folder, name, b"")
    return replace(key, current=key.named(changed[1]) if changed else key.first())


def audit_key_name(database: Database, store_key: str) -> str:
    """The name of the file of the key that seals an audit trail now, by what the trail says."""
    changed = audit.current_key(database)
    return store_key + AUDIT + (f".{changed[1]}" if changed else "")


def file_keys(database: Database) -> list[bytes]:
    """The keys of attached files, the oldest first; none where they are not encrypted."""
    if not (isinstance(database, SqliteStoreDatabase) and database.store_key is not None):
        return []
    return [
        bytes.fromhex(key) for (key,) in read_rows(database, "SELECT key FROM file_key ORDER BY id")
    ]


def files_beside(path: Path) -> Path:
    """The folder of attached files beside a SQLite store."""
    return path.with_name(path.name + ".files")


def _store_key(path: Path, key_folder: Path) -> bytes | None:
    name = store_keys.store_key_name(path)
    if not (path.is_file() and path.stat().st_size):
        # About to be made: encrypted when a key was made for it.
        return keys.read_key(key_folder, name) if (key_folder / name).exists() else None
    if not store_keys.is_encrypted(path):
        return None
    file = opening_key_file(path, key_folder, name)
    return keys.read_key(key_folder, file.name)


def opening_key_file(path: Path, key_folder: Path, name: str) -> Path:
    """The file of the key called `name` that opens the encrypted store or backup at `path`.

    Raises KeyMissing without one, StoreError when none that is there opens it.
    """
    try:
        return store_keys.opening_key(path, key_folder, name, lambda key: opens(path, key))
    except store_keys.WrongKey as wrong:
        raise StoreError(str(wrong)) from None


def opens(path: Path, key: bytes) -> bool:
    """Whether a raw key opens an encrypted store. Raises StoreError when it cannot be read now."""
    database = SqliteStoreDatabase(path, key)
    try:
        database.connect()
        database.execute_sql("SELECT count(*) FROM sqlite_master")
        return True
    except (sqlcipher.DatabaseError, DatabaseError) as error:
        if "not a database" in str(error):
            return False
        raise StoreError(_cannot_open(path, error)) from None
    finally:
        close(database)


def _cannot_open(path: Path | str, error: Exception) -> str:
    if "locked" in str(error):
        return (
            f"{path} is kept by somebody who changes all of it (rcm-tui db rekey, or a copy of"
            " it): try again when that has ended"
        )
    return f"{path} cannot be opened as a store of rcm-tui: {error}"


def _refuse_network_file_system(path: Path) -> None:
    try:
        mounts = Path("/proc/mounts").read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return
    folder = str(path.resolve().parent)
    best, kind = "", ""
    for line in mounts:
        parts = line.split()
        if len(parts) < 3:
            continue
        point = parts[1].replace("\\040", " ")
        inside = folder == point or folder.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= len(best):
            best, kind = point, parts[2]
    if kind in NETWORK_FILE_SYSTEMS:
        raise StoreError(
            f"{path} lies on a network file system ({kind}): SQLite needs a local disk;"
            " use PostgreSQL to share a store between machines"
        )
