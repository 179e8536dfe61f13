"""The store: opening it, its connections, its transactions, and work on threads beside the screen.

SQLite comes through `sqlcipher3` alone: two SQLite libraries in one process on one file lose
commits. Write transactions are IMMEDIATE; on PostgreSQL one advisory lock does the same, since
the audit chain has one end to which only one writer can add.
"""

import asyncio
import datetime
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from peewee import Database, DatabaseError, OperationalError, PostgresqlDatabase
from playhouse.sqlcipher_ext import SqlCipherDatabase
from sqlcipher3 import dbapi2 as sqlcipher

from rcm_tui.data import audit, keys, migrations, store_keys
from rcm_tui.data.admission import KeptOut
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.first_rows import insert_first_rows
from rcm_tui.data.postgresql import PostgresqlStoreDatabase
from rcm_tui.data.refusals import Forbidden, record_refusal
from rcm_tui.data.tables.practice import Practice
from rcm_tui.data.tables.row import database as bound_database
from rcm_tui.data.tables.timeline import FileKey
from rcm_tui.data.troubles import why_not_kept
from rcm_tui.data.work import Actor, Work

if TYPE_CHECKING:
    from rcm_tui.data.kept_files import KeptFiles

P = ParamSpec("P")
T = TypeVar("T")

AUDIT = ".audit"
"""The ending of the first key of an audit trail."""
SQLITE_NEEDED = (3, 51, 3)  # the first release without the write-ahead-log reset bug
NETWORK_FILE_SYSTEMS = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "fuse.sshfs"}
SECONDS_TO_GIVE_WAY = 0.11
"""Who waits for SQLite looks again every 0.1 s; PostgreSQL's lock goes to who waited longest."""
SECONDS_BETWEEN_WAYS = 1.0
"""How long work in steps keeps others from writing before it lets them in (ours)."""
THREADS = 4
CACHE = -65536
"""KiB of pages that a connection keeps: a smaller one writes and reads again, and deciphers, what
a payment of ten thousand claims changes."""
THREAD_CACHE = -2000  # of a thread that reads for the screen, which has CACHE while it writes


NOT_SAVED = (
    "the connection was lost before it was saved; nothing was changed – do it again (in a form,"
    " press ctrl+s)"
)
NOT_WHOLE = (
    "the connection was lost: what was done of it before stays done, and the rest was not – start"
    " it again for the rest"
)
NOT_KNOWN = (
    "the connection was lost while it was saved, and the database does not answer: look whether it"
    " is there before you do it again"
)
NO_ANSWER = "the database does not answer; nothing is lost, and it is tried again"


class StoreError(Exception):
    """A store that cannot be opened or made, with the reason as a sentence."""


class NotSaved(StoreError, OperationalError):
    """A unit of work could not be kept, and nothing of it was: why, and what a person can do."""


class ConnectionLost(NotSaved):
    """The connection to PostgreSQL was lost; the sentence says what became of the work."""


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


@dataclass(slots=True)
class _Saving:
    """How far a unit of work has come on PostgreSQL, for when its connection is lost."""

    transaction: str = ""
    committing: bool = False


class Store:
    """An open store. Tables are bound to the store that was opened last in this process."""

    def __init__(
        self,
        url: str,
        database: Database,
        key_folder: Path,
        audit_key: keys.AuditKey,
        practice: Practice,
        files_folder: Path | None = None,
        backup_folder: Path | None = None,
    ) -> None:
        self.url = url
        self.key_folder = key_folder
        self.database = database
        self.practice_name: str = practice.name
        self.is_demo: bool = practice.is_demo
        self.time_zone = ZoneInfo(practice.time_zone)
        self._audit_key = audit_key
        self._file_keys = file_keys(database)
        self.files_folder = files_folder
        """Where its files are kept; without one, beside a SQLite store."""
        self.backup_folder = backup_folder
        """Where its hourly backups are kept; without one, beside a SQLite store."""
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="store")
        self.channel = f"rcm_tui_{practice.store_key}"
        """On which PostgreSQL tells who listens that something was committed."""
        self._closed = threading.Event()
        self._reading = threading.local()

    @classmethod
    def open(
        cls,
        url: str,
        key_folder: Path,
        files_folder: Path | None = None,
        backup_folder: Path | None = None,
    ) -> "Store":
        """Opens a store that exists, with the folders of its files and its hourly backups.

        Raises StoreError when there is none, when it is newer or older than the program, or on a
        network file system; KeyMissing when its keys are not in `key_folder`.
        """
        database = _database(url, key_folder, must_exist=True)
        bound_database.initialize(database)
        try:
            connect(database, url)
            migrations.refuse_other_versions(database)
            practice = Practice.get_or_none()
            if practice is None:
                raise StoreError(f"{plain_url(url)} holds no practice: run rcm-tui init")
            audit_key = audit_key_of(database, key_folder, practice)
        except migrations.WrongVersion as error:
            close(database)
            raise StoreError(f"{plain_url(url)}: {error}") from None
        except BaseException:
            close(database)
            raise
        return cls(url, database, key_folder, audit_key, practice, files_folder, backup_folder)

    @property
    def audit_key(self) -> keys.AuditKey:
        """The key of the audit chain, for proving it."""
        return self._audit_key

    @property
    def files(self) -> "KeptFiles":
        """The files that are kept with it, encrypted as it is.

        Raises StoreError for a store on PostgreSQL without a folder for them.
        """
        from rcm_tui.data.kept_files import KeptFiles

        if isinstance(self.database, SqliteStoreDatabase):
            path = Path(self.database.database)
            folder = self.files_folder or files_beside(path)
            return KeptFiles(folder, self._file_keys)
        if self.files_folder is None:
            raise StoreError(
                "a store on PostgreSQL needs a folder for its files that all workstations share:"
                " name it as files_folder in the settings"
            )
        return KeptFiles(self.files_folder)

    def today(self, now: datetime.datetime) -> datetime.date:
        """The practice's date at a moment."""
        return now.astimezone(self.time_zone).date()

    @contextmanager
    def recording_refusals(
        self, actor: Actor, now: datetime.datetime | None = None
    ) -> Iterator[None]:
        """What is refused within the block (`Forbidden`) goes on record and is raised all the same.

        For what is asked outside of a unit of work; within one, `work` does so.
        """
        try:
            yield
        except Forbidden as refusal:
            if not refusal.settled:
                refusal.settled = True
                with suppress(Exception):  # a store that cannot be written changes no refusal
                    self._record_refusal(actor, now or machine_time(), refusal)
            raise

    def _record_refusal(self, actor: Actor, moment: datetime.datetime, refusal: Forbidden) -> None:
        if refusal.login:
            actor = Actor(refusal.login, leaving=True)
        elif isinstance(refusal, KeptOut):
            actor = replace(actor, leaving=True)
        with self._transaction(actor, moment) as work:
            record_refusal(work, refusal)

    @contextmanager
    def work(
        self, actor: Actor, now: datetime.datetime | None = None, *, in_steps: bool = False
    ) -> Iterator[Work]:
        """A unit of work: commits when the block ends, leaves no trace when it raises.

        One that goes `in_steps` commits at every `step_done` too, so that nobody waits long for
        it; when it raises, the steps before are kept. Raises NotSaved when the disk is full, the
        store is locked or cannot be written; ConnectionLost when nothing, or not all of it, could
        be saved; a commit whose answer alone was lost is found out and counts. What is refused to
        who acts is on record, in a unit of work of its own.
        """
        moment = now or machine_time()
        with (
            self.recording_refusals(actor, moment),
            self._transaction(actor, moment, in_steps) as work,
        ):
            yield work

    @contextmanager
    def _transaction(
        self, actor: Actor, moment: datetime.datetime, in_steps: bool = False
    ) -> Iterator[Work]:
        with (
            self._noticing_loss(in_steps) as saving,
            self._room_to_write(),
            self.database.atomic() as transaction,
        ):
            self._exclude_writers(saving)
            work = Work(self.database, actor, moment, self.today(moment))
            held_since = time.monotonic()

            def commit() -> None:
                nonlocal held_since
                self._seal(work)
                transaction.commit(begin=False)
                if time.monotonic() - held_since >= SECONDS_BETWEEN_WAYS:
                    self._give_way()
                    held_since = time.monotonic()
                self.database.begin()
                self._exclude_writers(saving)

            if in_steps:
                work._commit = commit
            yield work
            self._seal(work)
            saving.committing = True

    def _seal(self, work: Work) -> None:
        work.sealed(self._audit_key)
        if isinstance(self.database, PostgresqlStoreDatabase):
            self.database.tell(self.channel, work.calls)

    def _give_way(self) -> None:
        if not isinstance(self.database, PostgresqlDatabase):
            time.sleep(SECONDS_TO_GIVE_WAY)

    def _exclude_writers(self, saving: _Saving) -> None:
        if isinstance(self.database, PostgresqlStoreDatabase):
            saving.transaction = self.database.exclude_writers()

    @contextmanager
    def _noticing_loss(self, in_steps: bool) -> Iterator[_Saving]:
        database, saving = self.database, _Saving()
        self._reading.writes = True
        if not isinstance(database, PostgresqlStoreDatabase):
            try:
                database.connect(reuse_if_open=True)
                yield saving
            except (OperationalError, sqlcipher.OperationalError) as error:
                _raise_not_saved(error)
                raise
            return
        try:
            database.fresh()
            yield saving
        except Exception as error:
            if not database.is_lost(error):
                _raise_not_saved(error)
                raise
            database.drop()
            saved = saving.committing and database.was_committed(saving.transaction)
            if saved is None:
                raise ConnectionLost(NOT_KNOWN) from error
            if not saved:
                raise ConnectionLost(NOT_WHOLE if in_steps else NOT_SAVED) from error

    async def run(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs a function that reads or writes the store on a thread, away from the screen."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._threads, lambda: self.connected(function, *args, **kwargs)
        )

    def connected(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Runs a function that reads or writes the store on this thread, with a connection.

        On PostgreSQL, what only reads is tried once more on a fresh connection where its own was
        lost. Raises ConnectionLost when the database does not answer then either.
        """
        if isinstance(self.database, PostgresqlStoreDatabase):
            return self._borrowed(self.database, lambda: function(*args, **kwargs))
        # A thread's connection stays open for its next call: opening one costs a millisecond.
        if self.database.connect(reuse_if_open=True) and isinstance(
            self.database, SqliteStoreDatabase
        ):
            self.database.pragma("cache_size", THREAD_CACHE)
            self._reading.frugal = True
        return function(*args, **kwargs)

    def _borrowed(self, database: PostgresqlStoreDatabase, function: Callable[[], T]) -> T:
        again = False
        while True:
            self._reading.writes = False
            try:
                database.connect(reuse_if_open=True)
                return function()
            except Exception as error:
                if not database.is_lost(error):
                    raise
                database.drop()
                if again or self._reading.writes:
                    raise ConnectionLost(NO_ANSWER) from error
                again = True
            finally:
                self.rest()

    def rest(self) -> None:
        """Gives this thread's connection to PostgreSQL back, for others to use."""
        database = self.database
        if isinstance(database, PostgresqlStoreDatabase) and not database.in_transaction():
            database.close()

    def clock_behind(self) -> datetime.timedelta:
        """How far this machine's clock is behind the database server's, to the second.

        On SQLite there is one clock, and nothing between. Connects this thread.
        """
        if not isinstance(self.database, PostgresqlStoreDatabase):
            self.database.connect(reuse_if_open=True)
            return datetime.timedelta()
        self.database.fresh()
        row = self.database.execute_sql("SELECT clock_timestamp()").fetchone()
        behind: datetime.timedelta = row[0] - machine_time()
        return datetime.timedelta(seconds=round(behind.total_seconds()))

    @contextmanager
    def _room_to_write(self) -> Iterator[None]:
        database = self.database
        frugal = getattr(self._reading, "frugal", False)
        if not (frugal and isinstance(database, SqliteStoreDatabase)):
            yield
            return
        database.pragma("cache_size", CACHE)
        try:
            yield
        finally:
            database.pragma("cache_size", THREAD_CACHE)

    def close(self) -> None:
        """Closes every connection. A second call does nothing."""
        if not self._closed.is_set():
            self._closed.set()
            self._threads.shutdown(wait=True, cancel_futures=True)
            close(self.database)

    def __enter__(self) -> "Store":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def create(
    url: str,
    key_folder: Path,
    name: str,
    *,
    encrypted: bool = True,
    is_demo: bool = False,
    time_zone: str = "America/New_York",
) -> Store:
    """Makes an empty practice with its keys and opens it.

    Raises StoreError when one is there already. SQLite stores are encrypted unless told
    otherwise; PostgreSQL has to be encrypted by its administrator.
    """
    store_key = secrets.token_hex(8)
    path = sqlite_path(url)
    if path is not None:
        if path.exists() and path.stat().st_size:
            raise StoreError(f"{path} is there already: choose another path or open it")
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        if encrypted:
            key_folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                keys.create_key(key_folder, store_keys.store_key_name(path))
            except FileExistsError:
                raise StoreError(
                    f"{key_folder} holds the key of another store named {path.name}:"
                    " choose another name"
                ) from None
        path.touch(mode=0o600)
    database = _database(url, key_folder, must_exist=False)
    bound_database.initialize(database)
    try:
        connect(database, url)
        migrations.upgrade(database)
        with database.atomic():
            if Practice.select().exists():
                raise StoreError(f"{plain_url(url)} holds a practice already")
            Practice.create(name=name, store_key=store_key, time_zone=time_zone, is_demo=is_demo)
            insert_first_rows()
            if isinstance(database, SqliteStoreDatabase) and database.store_key is not None:
                FileKey.create(key=secrets.token_hex(keys.KEY_BYTES))
            keys.create_key(key_folder, store_key + AUDIT)
    finally:
        close(database)
    return Store.open(url, key_folder)


def upgrade(url: str, key_folder: Path) -> list[str]:
    """Brings a store up to this program's version. Returns the names of the migrations applied."""
    database = _database(url, key_folder, must_exist=True)
    bound_database.initialize(database)
    try:
        connect(database, url)
        return migrations.upgrade(database)
    except migrations.WrongVersion as error:
        raise StoreError(f"{plain_url(url)}: {error}") from None
    finally:
        close(database)


def machine_time() -> datetime.datetime:
    """The clock of this machine, in UTC."""
    return datetime.datetime.now(datetime.UTC)


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


def _database(url: str, key_folder: Path, *, must_exist: bool) -> Database:
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


def _raise_not_saved(error: BaseException) -> None:
    """Raises NotSaved where the error says that the database cannot keep anything now."""
    sentence = "" if isinstance(error, StoreError) else why_not_kept(error)
    if sentence:
        raise NotSaved(sentence) from error


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
