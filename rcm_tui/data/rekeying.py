"""A store's keys are changed: its own, that of its audit trail, and the one that seals new files.

SQLCipher writes every page anew within one transaction of the file, so that a killed process leaves
the old store or the new one, never half. The new key lies beside the old one before that begins,
and takes its name when it is proven: whichever of the two the store has, it opens (store_keys.py).
No key is ever deleted: backups need the one that they were taken with, the audit trail all of its
own. Files that were attached before keep their seals, whose keys lie in the store (kept_files.py).
"""

import datetime
import os
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from peewee import Database, DatabaseError, PostgresqlDatabase

from rcm_tui.data import audit, keys
from rcm_tui.data.actor import Actor
from rcm_tui.data.backups import prove
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.fields import moment_to_store
from rcm_tui.data.store import Store
from rcm_tui.data.store_database import (
    SqliteStoreDatabase,
    StoreError,
    opening_key_file,
    opens,
    sqlite_path,
)
from rcm_tui.data.store_keys import is_encrypted, store_key_name
from rcm_tui.data.tables.practice import Practice
from rcm_tui.data.tables.timeline import FileKey
from rcm_tui.data.target import flush
from rcm_tui.data.work import Work

MILLISECONDS_TO_WAIT = 2000
"""How long somebody who is just leaving is waited for (ours)."""
Told = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Rekeyed:
    """Fingerprints of the keys before and now; the store's is None where it is not encrypted."""

    store_before: str | None
    store_now: str | None
    audit_before: str
    audit_now: str


def rekey(
    url: str, key_folder: Path, actor: Actor, now: datetime.datetime, told: Told = lambda _: None
) -> Rekeyed:
    """Gives a store, its audit trail and the files to come new keys. `told` names each step.

    On PostgreSQL and for a store that is not encrypted it is the audit trail's key alone. Raises
    StoreError while others have the store open, and when it cannot be written; KeyMissing without
    its keys. Whenever it ends early, the store opens as before, and it can be done again.
    """
    path = sqlite_path(url)
    if path is None or not path.is_file() or not is_encrypted(path):
        with Store.open(url, key_folder) as store:
            _refuse_others(store.database)
            before = keys.fingerprint(store.audit_key.current)
            with store.work(actor, now) as work:
                after = _change_audit_key(store, work, {})
        return Rekeyed(None, None, before, after)
    settle(path, key_folder)
    name = store_key_name(path)
    old = keys.read_key(key_folder, opening_key_file(path, key_folder, name).name)
    with Store.open(url, key_folder) as store:
        _refuse_others(store.database)
        told("nobody else has the store open")
        new = keys.create_key(key_folder, f"{name}.{keys.NEXT}")
        told("the new key is written")
        fingerprints = {"before": keys.fingerprint(old), "now": keys.fingerprint(new)}
        before = keys.fingerprint(store.audit_key.current)
        with store.work(actor, now) as work:
            FileKey.create(key=secrets.token_hex(keys.KEY_BYTES))
            after = _change_audit_key(store, work, fingerprints)
        told("the audit trail has a new key")
        _write_anew(store.database, path, new)
        told("the store has its new key")
    prove(path, new)
    told("the new key is proven")
    _take_over(key_folder, name)
    told("the new key has its name")
    with Store.open(url, key_folder) as store, store.work(actor, now) as work:
        work.record("rekeyed", "practice", Practice.get().id, **fingerprints)
    return Rekeyed(keys.fingerprint(old), keys.fingerprint(new), before, after)


def settle(path: Path, key_folder: Path) -> None:
    """Ends what a killed `rekey` has begun: the key that the store has gets its name."""
    name = store_key_name(path)
    begun, own = key_folder / f"{name}.{keys.NEXT}", key_folder / name
    if not begun.is_file():
        return
    if own.is_file() and opens(path, keys.read_key(key_folder, name)):
        begun.unlink()  # no store ever had it
    elif opens(path, keys.read_key(key_folder, begun.name)):
        _take_over(key_folder, name)


def _refuse_others(database: Database) -> None:
    """From here on nobody else can open a store in a file. Raises StoreError if others have it."""
    refusal = StoreError(
        "others have the store open: leave all workstations, stop the worker (on a server:"
        " systemctl stop rcm-tui-worker), then try again"
    )
    if isinstance(database, PostgresqlDatabase):
        ((others,),) = read_rows(
            database,
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND backend_type = 'client backend'",
        )
        if others:
            raise refusal
        return
    database.execute_sql(f"PRAGMA busy_timeout = {MILLISECONDS_TO_WAIT}")
    database.execute_sql("PRAGMA locking_mode = EXCLUSIVE")
    try:
        # Leaving the write-ahead log takes the whole file for oneself, and keeps it.
        database.execute_sql("PRAGMA journal_mode = DELETE").fetchall()
    except DatabaseError as error:
        if "locked" in str(error):
            raise refusal from None
        raise StoreError(f"the store cannot be written: {error}") from None


def _change_audit_key(store: Store, work: Work, fingerprints: dict[str, str]) -> str:
    new = secrets.token_bytes(keys.KEY_BYTES)
    named = f"{store.audit_key.name}.{keys.fingerprint(new)}"
    keys.create_key(store.key_folder, named, new)
    at, login = moment_to_store(work.now), work.actor.login
    begun = (at, login, "rekey begun", "practice", int(Practice.get().id))
    records = [(*begun, audit.details_text(fingerprints))] if fingerprints else []
    audit.change_key(store.database, store.audit_key, new, at, login, records)
    return keys.fingerprint(new)


def _write_anew(database: Database, path: Path, new: bytes) -> None:
    assert isinstance(database, SqliteStoreDatabase)
    try:
        database.execute_sql(f"PRAGMA rekey = \"x'{new.hex()}'\"")
    except DatabaseError as error:
        raise StoreError(
            f"{path} could not be written anew ({error}): it has its old key as before. As much"
            " room as the store takes is needed beside it"
        ) from None


def _take_over(key_folder: Path, name: str) -> None:
    if (key_folder / name).is_file():
        old = keys.read_key(key_folder, name)
        kept = f"{name}.{keys.fingerprint(old)}"
        if not (key_folder / kept).exists():
            keys.create_key(key_folder, kept, old)
    os.replace(key_folder / f"{name}.{keys.NEXT}", key_folder / name)
    flush(key_folder)
