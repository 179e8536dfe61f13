"""New keys for a store: killed at any point it opens, and old backups, files and records hold."""

import datetime
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from rcm_tui.data import audit, keys
from rcm_tui.data.actor import Actor
from rcm_tui.data.backups import back_up, restore
from rcm_tui.data.rekeying import rekey
from rcm_tui.data.store import Store, create
from rcm_tui.data.store_database import StoreError, opens
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.clients import Client
from rcm_tui.data.tables.timeline import StoredFile
from tests import postgresql
from tests.conftest import PostgresqlServer

ADA = Actor("ada", "Ada Okafor", "administrator")
NOW = datetime.datetime(2026, 3, 16, 15, 0, tzinfo=datetime.UTC)
POINTS = [
    "nobody else has the store open",
    "the new key is written",
    "the audit trail has a new key",
    "the store has its new key",
    "the new key is proven",
    "the new key has its name",
]
KILLED = """
import datetime, os, signal, sys
from pathlib import Path
from rcm_tui.data.rekeying import rekey
from rcm_tui.data.actor import Actor

def told(point):
    if point == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)

now = datetime.datetime(2026, 3, 16, 15, 0, tzinfo=datetime.UTC)
rekey(sys.argv[1], Path(sys.argv[2]), Actor("ada", "Ada Okafor", "administrator"), now, told)
"""


def made(folder: Path, rows: int = 1) -> Path:
    """An encrypted practice with clients and an attached file; its keys are in `keys`."""
    path = folder / "practice.db"
    with create(str(path), folder / "keys", "North") as store, store.work(ADA, NOW) as work:
        fields = ["mrn", "last_name", "first_name"]
        work.insert(Client, fields, ((f"M{n}", "OKAFOR" * 40, "ADA") for n in range(rows)))
        work.record("made", "client", 1)
        StoredFile.create(sha256=store.files.keep(b"a letter"), size=8, stored_at=NOW)
    return path


def assert_whole(path: Path, folder: Path, rows: int = 1) -> int:
    """The store opens, reads, writes, and proves its trail; returns how many keys that has had."""
    with Store.open(str(path), folder) as store:
        assert Client.select().count() == rows
        assert store.files.read(StoredFile.get().sha256) == b"a letter"
        with store.work(ADA, NOW) as work:
            work.record("looked", "client", 1)
        assert audit.verify(store.database, store.audit_key)[1] == []
        assert store.database.execute_sql("PRAGMA journal_mode").fetchone() == ("wal",)
        return (audit.current_key(store.database) or (1, ""))[0]


def test_every_key_is_new_and_nothing_is_lost(tmp_path: Path) -> None:
    path, folder = made(tmp_path), tmp_path / "keys"
    old = keys.read_key(folder, "practice.db.key")
    said: list[str] = []
    changed = rekey(str(path), folder, ADA, NOW, said.append)
    new = keys.read_key(folder, "practice.db.key")
    assert said == POINTS
    assert (changed.store_before, changed.store_now) == (
        keys.fingerprint(old),
        keys.fingerprint(new),
    )
    assert opens(path, new)
    assert not opens(path, old)
    assert keys.read_key(folder, f"practice.db.key.{keys.fingerprint(old)}") == old
    assert not list(folder.glob("*.next"))
    assert assert_whole(path, folder) == 2
    with Store.open(str(path), folder) as store:
        sealed = store.files.path(store.files.keep(b"a later letter")).read_bytes()
        assert sealed[6:8] == b"\0\1", "what is attached now is sealed with the new key"
        actions = [row.action for row in AuditRecord.select().order_by(AuditRecord.id)]
    assert actions == ["made", "audit key changed", "rekey begun", "rekeyed", "looked"]
    rekey(str(path), folder, ADA, NOW)
    assert assert_whole(path, folder) == 3


def test_the_trail_is_proven_with_all_of_its_keys(tmp_path: Path) -> None:
    path, folder = made(tmp_path), tmp_path / "keys"
    rekey(str(path), folder, ADA, NOW)
    with Store.open(str(path), folder) as store:
        store.database.execute_sql("DROP TRIGGER audit_record_no_update")
        for record in (1, 4):  # one under each key
            store.database.execute_sql(
                "UPDATE audit_record SET actor = 'tom' WHERE id = ?", (record,)
            )
            _, breaks = audit.verify(store.database, store.audit_key)
            assert [line.split(" does")[0] for line in breaks] == [f"audit record {record}"]
            store.database.execute_sql(
                "UPDATE audit_record SET actor = 'ada' WHERE id = ?", (record,)
            )
        first = store.audit_key.name
        (folder / first).unlink()
        _, breaks = audit.verify(store.database, store.audit_key)
        assert len(breaks) == 1
        assert "audit records from 1 on cannot be proven" in breaks[0]


def test_backups_from_before_come_back_with_the_key_that_was_kept(tmp_path: Path) -> None:
    path, folder = made(tmp_path), tmp_path / "keys"
    with Store.open(str(path), folder) as store:
        backup = back_up(store, tmp_path / "backups" / "one.db").path
    rekey(str(path), folder, ADA, NOW)
    path.unlink()
    shutil.rmtree(tmp_path / "practice.db.files")
    assert restore(backup, str(path), folder) == []
    assert assert_whole(path, folder) == 1
    rekey(str(path), folder, ADA, NOW)
    assert assert_whole(path, folder) == 2


@pytest.mark.parametrize("point", POINTS)
def test_killed_at_any_point_the_store_opens_and_it_can_be_done_again(
    tmp_path: Path, point: str
) -> None:
    path, folder = made(tmp_path), tmp_path / "keys"
    before = keys.read_key(folder, "practice.db.key")
    ended = subprocess.run(
        [sys.executable, "-c", KILLED, str(path), str(folder), point], check=False, timeout=60
    )
    assert ended.returncode == -signal.SIGKILL
    assert_whole(path, folder)
    rekey(str(path), folder, ADA, NOW)
    assert_whole(path, folder)
    assert not list(folder.glob("*.next"))
    assert opens(path, keys.read_key(folder, "practice.db.key"))
    assert keys.read_key(folder, f"practice.db.key.{keys.fingerprint(before)}") == before


@pytest.mark.skipif(not Path("/proc").exists(), reason="looks at files of another process")
def test_killed_while_pages_are_written_the_old_key_opens_it(tmp_path: Path) -> None:
    rows = 20_000
    path, folder = made(tmp_path, rows), tmp_path / "keys"
    journal = path.with_name("practice.db-journal")
    process = subprocess.Popen([sys.executable, "-c", KILLED, str(path), str(folder), "-"])
    try:
        deadline = time.monotonic() + 60
        while not (journal.exists() and journal.stat().st_size > 2_000_000):
            assert process.poll() is None, "it was over before it could be killed"
            assert time.monotonic() < deadline
    finally:
        process.kill()
        process.wait()
    assert journal.stat().st_size, "the journal with the pages as they were is left"
    assert_whole(path, folder, rows)
    rekey(str(path), folder, ADA, NOW)
    assert_whole(path, folder, rows)


def test_it_is_refused_while_others_have_the_store_open(tmp_path: Path) -> None:
    path, folder = made(tmp_path), tmp_path / "keys"
    other = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from pathlib import Path; from rcm_tui.data.store import Store\n"
            "with Store.open(sys.argv[1], Path(sys.argv[2])): print('open', flush=True); input()",
            str(path),
            str(folder),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert other.stdout is not None
    assert other.stdout.readline() == b"open\n"
    files = sorted(os.listdir(folder))
    with pytest.raises(StoreError, match="others have the store open: leave all workstations"):
        rekey(str(path), folder, ADA, NOW)
    assert sorted(os.listdir(folder)) == files
    other.communicate(b"\n")
    assert_whole(path, folder)


@pytest.mark.postgresql
def test_on_postgresql_the_trail_alone_has_a_key(
    postgresql_server: PostgresqlServer, tmp_path: Path
) -> None:
    folder = tmp_path / "keys"
    for name in postgresql_server.database():
        url = postgresql.database_url(postgresql_server.url, name)
        with create(url, folder, "North") as other, other.work(ADA, NOW) as work:
            work.record("made", "practice", 1)
            with pytest.raises(StoreError, match="others have the store open"):
                rekey(url, folder, ADA, NOW)
        changed = rekey(url, folder, ADA, NOW)
        assert changed.store_now is None
        with Store.open(url, folder) as store:
            with store.work(ADA, NOW) as work:
                work.record("looked", "practice", 1)
            assert audit.verify(store.database, store.audit_key) == (3, [])
            with Store.open(url, folder) as late:
                late._audit_key = keys.AuditKey(folder, late.audit_key.name, late.audit_key.first())
                with (
                    pytest.raises(keys.KeyMissing, match="changed meanwhile"),
                    late.work(ADA, NOW) as work,
                ):
                    work.record("looked", "practice", 1)
