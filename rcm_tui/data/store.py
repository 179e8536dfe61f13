"""The store: making and opening it, its transactions, and work on threads beside the screen.

Write transactions are IMMEDIATE; on PostgreSQL one advisory lock does the same, since the audit
chain has one end to which only one writer can add.
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
from typing import TYPE_CHECKING, ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from peewee import Database, OperationalError, PostgresqlDatabase

from rcm_tui.data import keys, migrations, store_keys
from rcm_tui.data.actor import Actor, Forbidden
from rcm_tui.data.admission import KeptOut
from rcm_tui.data.first_rows import insert_first_rows
from rcm_tui.data.postgresql import PostgresqlStoreDatabase
from rcm_tui.data.refusals import record_refusal
from rcm_tui.data.store_database import (
    AUDIT,
    CACHE,
    SQLITE_ERRORS,
    SqliteStoreDatabase,
    StoreError,
    audit_key_of,
    close,
    connect,
    database_at,
    file_keys,
    files_beside,
    plain_url,
    sqlite_path,
)
from rcm_tui.data.tables.practice import Practice
from rcm_tui.data.tables.row import database as bound_database
from rcm_tui.data.tables.timeline import FileKey
from rcm_tui.data.troubles import why_not_kept
from rcm_tui.data.work import Work

if TYPE_CHECKING:
    from rcm_tui.data.kept_files import KeptFiles

P = ParamSpec("P")
T = TypeVar("T")

SECONDS_TO_GIVE_WAY = 0.11
"""Who waits for SQLite looks again every 0.1 s; PostgreSQL's lock goes to who waited longest."""
SECONDS_BETWEEN_WAYS = 1.0
"""How long work in steps keeps others from writing before it lets them in (ours)."""
THREADS = 4
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


class NotSaved(StoreError, OperationalError):
    """A unit of work could not be kept, and nothing of it was: why, and what a person can do."""


class ConnectionLost(NotSaved):
    """The connection to PostgreSQL was lost; the sentence says what became of the work."""


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
        database = database_at(url, key_folder, must_exist=True)
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
            except SQLITE_ERRORS as error:
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
                raise StoreError(store_keys.key_taken(path, key_folder)) from None
        path.touch(mode=0o600)
    database = database_at(url, key_folder, must_exist=False)
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
    database = database_at(url, key_folder, must_exist=True)
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


def _raise_not_saved(error: BaseException) -> None:
    """Raises NotSaved where the error says that the database cannot keep anything now."""
    sentence = "" if isinstance(error, StoreError) else why_not_kept(error)
    if sentence:
        raise NotSaved(sentence) from error
