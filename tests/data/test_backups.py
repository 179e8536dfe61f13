"""Backups: whole at one moment, noticed when damaged, brought back, kept by a schedule."""

import datetime
import shutil
import threading
from pathlib import Path

import pytest

from rcm_tui.billing.check import check_store
from rcm_tui.data import keys
from rcm_tui.data.actor import Actor
from rcm_tui.data.backups import (
    ATTACHED,
    Keeping,
    back_up,
    backup_name,
    let_go,
    restore,
    taken,
    to_keep,
)
from rcm_tui.data.kept_files import FileDamaged
from rcm_tui.data.store import Store, create
from rcm_tui.data.store_database import StoreError
from rcm_tui.data.tables.clients import Client
from rcm_tui.data.tables.timeline import StoredFile

MARIA = Actor("maria", "Maria Ibarra", "administrator")
NOW = datetime.datetime(2026, 3, 16, 15, 0, tzinfo=datetime.UTC)


@pytest.fixture(params=[True, False], ids=["encrypted", "plain"])
def practice(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A practice with a client and an attached file; its path. Keys are in `keys`."""
    path = tmp_path / "data" / "practice.db"
    with (
        create(str(path), tmp_path / "keys", "North", encrypted=request.param) as store,
        store.work(MARIA, NOW) as work,
    ):
        client = Client.create(mrn="M1", last_name="OKAFOR", first_name="ADA")
        work.record("made", "client", client.id)
        digest = store.files.keep(b"a letter of the payer")
        StoredFile.create(sha256=digest, size=21, stored_at=NOW)
    return path


def backed_up(path: Path, target: Path) -> Path:
    with Store.open(str(path), path.parent.parent / "keys") as store:
        return back_up(store, target).path


def test_a_backup_comes_back_on_another_machine_with_its_files(
    practice: Path, tmp_path: Path
) -> None:
    backup = backed_up(practice, tmp_path / "backups" / "one.db")
    keys_there = tmp_path / "there" / "keys"
    keys_there.mkdir(parents=True)
    for file in (tmp_path / "keys").iterdir():
        shutil.copy2(file, keys_there)
    path = tmp_path / "there" / "practice.db"
    shared = tmp_path / "there" / "shared"
    assert restore(backup, str(path), keys_there, files_folder=shared) == []
    assert not path.with_name("practice.db.files").exists()
    with Store.open(str(path), keys_there, shared) as store:
        assert Client.get().last_name == "OKAFOR"
        assert store.files.read(StoredFile.get().sha256) == b"a letter of the payer"
        assert all(result.ok for result in check_store(store.database, store.audit_key))
    assert (path.stat().st_mode & 0o777) == (backup.stat().st_mode & 0o777) == 0o600
    assert sorted(file.name for file in backup.parent.iterdir()) == [
        ATTACHED,
        "one.db",
        "one.db.sha256",
    ]


def test_one_flipped_byte_is_noticed_with_and_without_the_checksum(
    practice: Path, tmp_path: Path
) -> None:
    backup = backed_up(practice, tmp_path / "one.db")
    content = bytearray(backup.read_bytes())
    # A page in the middle of the file; a plain store has nothing but the checksum to say so.
    content[len(content) // 2] ^= 1
    backup.write_bytes(content)
    again = tmp_path / "again" / "practice.db"
    with pytest.raises(StoreError, match="by its checksum"):
        restore(backup, str(again), tmp_path / "keys")
    if (tmp_path / "keys" / "practice.db.key").exists():
        (tmp_path / "one.db.sha256").unlink()
        with pytest.raises(StoreError, match="damaged: HMAC verification failed"):
            restore(backup, str(again), tmp_path / "keys")
    assert not again.exists()
    assert not list(tmp_path.rglob("*.part*"))


def test_nothing_is_overwritten(practice: Path, tmp_path: Path) -> None:
    backup = backed_up(practice, tmp_path / "one.db")
    before = backup.read_bytes()
    with pytest.raises(StoreError, match=r"one\.db is there already"):
        backed_up(practice, backup)
    with pytest.raises(StoreError, match=r"practice\.db is there already"):
        restore(backup, str(practice), tmp_path / "keys")
    assert backup.read_bytes() == before


def test_what_is_no_backup_is_refused(practice: Path, tmp_path: Path) -> None:
    letter = tmp_path / "letter.db"
    letter.write_bytes(b"SQLite format 3\0 and then nothing of the kind" * 200)
    with pytest.raises(StoreError, match=r"is no backup of a practice|damaged"):
        restore(letter, str(tmp_path / "new.db"), tmp_path / "keys")
    with pytest.raises(StoreError, match="there is no backup"):
        restore(tmp_path / "gone.db", str(tmp_path / "new.db"), tmp_path / "keys")


def test_a_folder_that_cannot_be_written_says_so(practice: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match="cannot be written"):
        backed_up(practice, tmp_path / "file" / "one.db")


def test_an_encrypted_backup_needs_its_key_and_takes_it_along(tmp_path: Path) -> None:
    path, folder = tmp_path / "practice.db", tmp_path / "keys"
    create(str(path), folder, "North").close()
    with Store.open(str(path), folder) as store:
        backup = back_up(store, tmp_path / "one.db").path
    with pytest.raises(keys.KeyMissing, match=r"other\.db\.key"):
        restore(backup, str(tmp_path / "other.db"), folder)
    with pytest.raises(StoreError, match="its key is another one"):
        restore(backup, str(tmp_path / "wrong.db"), folder, b"\1" * 32)
    key = keys.read_key(folder, "practice.db.key")
    restore(backup, str(tmp_path / "other.db"), folder, key)
    assert keys.read_key(folder, "other.db.key") == key
    Store.open(str(tmp_path / "other.db"), folder).close()


def test_an_attached_file_that_is_gone_is_named(practice: Path, tmp_path: Path) -> None:
    backup = backed_up(practice, tmp_path / "backups" / "one.db")
    (attached,) = (file for file in (backup.parent / ATTACHED).rglob("*") if file.is_file())
    attached.unlink()
    there = tmp_path / "there" / "practice.db"
    (missing,) = restore(backup, str(there), tmp_path / "keys")
    assert attached.name in missing
    with Store.open(str(there), tmp_path / "keys") as store, pytest.raises(FileDamaged):
        store.files.read(StoredFile.get().sha256)


def test_a_backup_under_load_is_one_moment(tmp_path: Path) -> None:
    """Two clients are always written together: a backup holds both or neither."""
    path, folder = tmp_path / "practice.db", tmp_path / "keys"
    create(str(path), folder, "North").close()
    ended = threading.Event()

    with Store.open(str(path), folder) as store:

        def write() -> None:
            number = 0
            while not ended.is_set():
                with store.work(MARIA, NOW):
                    for _ in range(2):
                        number += 1
                        Client.create(mrn=f"M{number}", last_name="A", first_name="B")
            store.database.close()

        writer = threading.Thread(target=write)
        writer.start()
        try:
            backups = [back_up(store, tmp_path / f"{n}.db").path for n in range(5)]
        finally:
            ended.set()
            writer.join()
    counts = []
    for number, backup in enumerate(backups):
        there = tmp_path / f"there{number}.db"
        restore(backup, str(there), folder, keys.read_key(folder, "practice.db.key"))
        with Store.open(str(there), folder):
            counts.append(Client.select().count())
    assert all(count % 2 == 0 for count in counts)
    assert counts == sorted(counts)
    assert counts[-1] > 0


def test_the_schedule_keeps_hours_then_days_then_months(tmp_path: Path) -> None:
    hourly = [NOW - datetime.timedelta(hours=n) for n in range(24 * 400)]
    kept = sorted(to_keep(hourly, NOW, Keeping(hours=48, days=35, months=12)), reverse=True)
    assert kept[:49] == hourly[:49]
    days = [moment for moment in kept if moment < NOW - datetime.timedelta(hours=48)]
    of_days = [m for m in days if m >= NOW - datetime.timedelta(days=35)]
    # Each day of theirs has its last backup.
    assert len({m.date() for m in of_days}) == len(of_days) == 33
    assert {m.hour for m in of_days[1:]} == {23}
    older = [m for m in days if m < NOW - datetime.timedelta(days=35)]
    assert len({(m.year, m.month) for m in older}) == len(older) >= 11


def test_only_scheduled_backups_are_let_go_and_the_newest_never(tmp_path: Path) -> None:
    old = NOW - datetime.timedelta(days=4000)
    older = old - datetime.timedelta(days=1)
    for moment in (old, older):
        (tmp_path / backup_name(moment)).write_text("")
        (tmp_path / (backup_name(moment) + ".sha256")).write_text("")
    (tmp_path / "before the move.db").write_text("")
    gone = let_go(tmp_path, NOW, Keeping())
    assert [path.name for path in gone] == [backup_name(older)]
    assert list(taken(tmp_path).values()) == [old]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "before the move.db",
        backup_name(old),
        backup_name(old) + ".sha256",
    ]
