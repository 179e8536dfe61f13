"""Backups of a SQLite store: one file each, proven before it gets its name; and bringing one back.

A backup is encrypted with the key of the store that it was taken of, whose key files are not in
it. The files that are attached to cases lie once, for all backups of a folder, in the folder
`attached` beside them. Its checksum lies beside it in the form that `sha256sum -c` reads.
"""

import datetime
import hashlib
import re
import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from peewee import Database, DatabaseError

from rcm_tui.data import keys
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.kept_files import KeptFiles, digests_kept
from rcm_tui.data.store import Store
from rcm_tui.data.store_database import (
    SqliteStoreDatabase,
    StoreError,
    close,
    file_keys,
    files_beside,
    opening_key_file,
    opens,
    sqlite_path,
)
from rcm_tui.data.store_keys import is_encrypted, key_taken, store_key_name
from rcm_tui.data.target import TargetRefused, refuse_unwritable, whole

ATTACHED = "attached"
STAMP = "%Y%m%dT%H%M%SZ"
NAMED = re.compile(r"-(\d{8}T\d{6}Z)\.db$")
CHUNK = 1 << 20
SECONDS_A_DAY = 86_400


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that was taken: bytes of the store's file, and how many attached files are new."""

    path: Path
    size: int
    attached: int


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long the backups of a schedule stay (ours): all of the last `hours`, then the last one
    of each of the last `days`, then the last one of each of the last `months`."""

    hours: int = 48
    days: int = 35
    months: int = 24


def back_up(store: Store, target: Path) -> Backup:
    """Writes the store as it is at one moment to `target`, while others go on working.

    Raises StoreError with the reason when it cannot be written, when there is such a file
    already, when it does not hold what it should, or for a store on PostgreSQL. A file that is
    not whole never gets the name.
    """
    database = store.database
    if not isinstance(database, SqliteStoreDatabase):
        raise StoreError(
            "a store on PostgreSQL is backed up by pg_dump: deploy/rcm-tui-pg-backup does so"
        )
    target = target.absolute()
    try:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        refuse_unwritable(target, replace=False)
        with whole(target, replace=False) as temporary:
            database.execute_sql("VACUUM INTO ?", (str(temporary),))
            prove(temporary, database.store_key)
            digests, sealed_by = _files_in(temporary, database.store_key)
            attached = KeptFiles(target.parent / ATTACHED, sealed_by)
            copied = _copy_attached(digests, store.files, attached)
            _write_checksum(temporary, target)
    except TargetRefused as error:
        raise StoreError(f"the backup cannot be written: {error}") from None
    except (OSError, DatabaseError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else error
        raise StoreError(f"the backup {target} cannot be written: {reason}") from None
    return Backup(target, target.stat().st_size, copied)


def restore(
    backup: Path,
    url: str,
    key_folder: Path,
    key: bytes | None = None,
    files_folder: Path | None = None,
) -> list[str]:
    """Brings a backup back as the store at `url`, where there is none now.

    Its attached files go to `files_folder`; without one, beside the store.

    `key` is that of an encrypted backup where it is not in `key_folder` under the store's name
    yet; it is written there. Returns what is missing of the attached files, a sentence each.
    Raises StoreError when a store is there, when the backup is damaged or is no backup;
    KeyMissing without its key.
    """
    path = sqlite_path(url)
    if path is None:
        raise StoreError("a backup is brought back as a SQLite store: name a path")
    path = path.absolute()
    if path.exists():
        raise StoreError(f"{path} is there already: move it away first, nothing is overwritten")
    if not backup.is_file():
        raise StoreError(f"there is no backup {backup}")
    _compare_checksum(backup)
    key = _key_of(backup, path, key_folder, key) if is_encrypted(backup) else None
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with whole(path, replace=False) as temporary:
            shutil.copyfile(backup, temporary)
            prove(temporary, key, backup.name)
            digests, sealed_by = _files_in(temporary, key)
            attached = KeptFiles(backup.absolute().parent / ATTACHED, sealed_by)
            files = KeptFiles(files_folder or files_beside(path), sealed_by)
            _copy_attached(digests, attached, files)
            return _missing(digests, files)
    except OSError as error:
        raise StoreError(f"{path} cannot be written: {error.strerror}") from None


def prove(path: Path, key: bytes | None, called: str = "") -> None:
    """Reads the whole file: pages, indexes, references. Raises StoreError when one is wrong.

    The error names the file as it is `called`, where that is another name than its own.
    """
    called = called or path.name
    with _opened(path, key, called) as database:
        wrong = read_rows(database, "PRAGMA cipher_integrity_check") if key is not None else []
        if not wrong:
            wrong = [row for row in read_rows(database, "PRAGMA integrity_check") if row != ("ok",)]
        if not wrong:
            wrong = read_rows(database, "PRAGMA foreign_key_check")
    if wrong:
        raise StoreError(f"{called} is damaged: {wrong[0][0]}")


def backup_name(now: datetime.datetime) -> str:
    """The name of a scheduled backup that is taken at a moment."""
    return f"practice-{now.astimezone(datetime.UTC).strftime(STAMP)}.db"


def folder_of(store_path: Path, chosen: Path | None) -> Path:
    """Where the scheduled backups of a store in a file lie: the folder chosen, or one beside it."""
    return chosen or store_path.with_name(store_path.name + ".backups")


def newest(folder: Path) -> Path:
    """The newest scheduled backup of a folder. Raises StoreError when there is none."""
    found = next(iter(taken(folder)), None)
    if found is None:
        raise StoreError(f"there is no scheduled backup in {folder} yet: the worker takes them")
    return found


def taken(folder: Path) -> dict[Path, datetime.datetime]:
    """The scheduled backups of a folder and when each was taken, the newest first."""
    found = {
        path: datetime.datetime.strptime(match[1], STAMP).replace(tzinfo=datetime.UTC)
        for path in folder.glob("practice-*.db")
        if (match := NAMED.search(path.name))
    }
    return dict(sorted(found.items(), key=lambda item: item[1], reverse=True))


def let_go(folder: Path, now: datetime.datetime, keeping: Keeping) -> list[Path]:
    """Deletes the scheduled backups that need not be kept any longer; returns them.

    The newest is kept in any case, and so is every file that is not called as one.
    """
    moments = taken(folder)
    kept = to_keep(moments.values(), now, keeping)
    gone = [path for path, moment in moments.items() if moment not in kept]
    for path in gone:
        path.unlink(missing_ok=True)
        _checksum_file(path).unlink(missing_ok=True)
    return gone


def remove_unfinished(folder: Path, now: datetime.datetime) -> None:
    """Deletes what killed backups have left; a day later, since one may be at work on it."""
    for leftover in folder.glob(".*.part*"):
        if now.timestamp() - leftover.stat().st_mtime > SECONDS_A_DAY:
            leftover.unlink(missing_ok=True)


def to_keep(
    moments: Iterable[datetime.datetime], now: datetime.datetime, keeping: Keeping
) -> set[datetime.datetime]:
    """Which of the moments (UTC) at which backups were taken are kept; see `Keeping`."""
    newest_first = sorted(moments, reverse=True)
    kept = set(newest_first[:1])
    spans = (
        (datetime.timedelta(hours=keeping.hours), "%Y%m%d%H%M%S"),
        (datetime.timedelta(days=keeping.days), "%Y%m%d"),
        (datetime.timedelta(days=31 * keeping.months), "%Y%m"),
    )
    for span, period in spans:
        seen: set[str] = set()
        for moment in newest_first:
            if now - moment <= span and (name := moment.strftime(period)) not in seen:
                seen.add(name)
                kept.add(moment)
    return kept


# -- the files ----------------------------------------------------------------------------------


@contextmanager
def _opened(path: Path, key: bytes | None, called: str = "") -> Iterator[Database]:
    database = SqliteStoreDatabase(path, key)
    try:
        try:
            database.connect()
            read_rows(database, "SELECT count(*) FROM sqlite_master")
        except Exception as error:
            # SQLCipher's own classes stay in the store; it says no more than "not a database".
            raise StoreError(
                f"{called or path.name} is no backup of a practice,"
                f" or its key is another one: {error}"
            ) from None
        yield database
    finally:
        close(database)


def _key_of(backup: Path, path: Path, key_folder: Path, key: bytes | None) -> bytes:
    """The key of the store that is brought back; written to its folder when it was given."""
    name = store_key_name(path)
    if key is None:
        return keys.read_key(key_folder, opening_key_file(backup, key_folder, name).name)
    if not opens(backup, key):
        raise StoreError(
            f"{backup.name} is no backup of a practice, or its key is another one than that of the"
            f" fingerprint {keys.fingerprint(key)}"
        )
    try:
        keys.create_key(key_folder, name, key)
    except FileExistsError:
        if key not in [keys.read_key(key_folder, f.name) for f in keys.key_files(key_folder, name)]:
            raise StoreError(key_taken(path, key_folder)) from None
    return key


# -- checksums ----------------------------------------------------------------------------------


def _checksum_file(path: Path) -> Path:
    return path.with_name(path.name + ".sha256")


def _sum(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _write_checksum(written: Path, target: Path) -> None:
    _checksum_file(target).write_text(f"{_sum(written)}  {target.name}\n", encoding="utf-8")


def _compare_checksum(backup: Path) -> None:
    beside = _checksum_file(backup)
    if not beside.is_file():
        return
    said = beside.read_text(encoding="utf-8", errors="replace").split()[:1]
    if said != [_sum(backup)]:
        raise StoreError(
            f"{backup.name} is damaged: it is not what was written, by its checksum in"
            f" {beside.name}. Take another backup."
        )


# -- attached files -----------------------------------------------------------------------------


def _files_in(path: Path, key: bytes | None) -> tuple[list[str], list[bytes]]:
    """The attached files that a store names, and the keys that they are sealed with."""
    with _opened(path, key) as database:
        return digests_kept(database), file_keys(database)


def _copy_attached(digests: list[str], source: KeptFiles, target: KeptFiles) -> int:
    """Copies the files that are not there yet, sealed as they are; returns how many.

    One that is missing from the store itself is left: `rcm-tui check` names it.
    """
    copied = 0
    for digest in digests:
        file, copy = source.path(digest), target.path(digest)
        if file.is_file() and not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with whole(copy, replace=False) as temporary:
                shutil.copyfile(file, temporary)
            copied += 1
    return copied


def _missing(digests: list[str], files: KeptFiles) -> list[str]:
    return [
        f"the attached file {files.path(digest).name} is not beside the backup"
        for digest in digests
        if not files.path(digest).is_file()
    ]
