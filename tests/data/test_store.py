import asyncio
import os
import threading
from pathlib import Path

import pytest

from rcm_tui.data import audit, keys
from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store, create
from rcm_tui.data.store_database import StoreError, plain_url, sqlite_path
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.jobs import Counter
from rcm_tui.data.tables.practice import BusinessUnit, Practitioner

MARIA = Actor("maria")


def test_a_real_practice_is_encrypted_with_its_keys_outside(tmp_path: Path) -> None:
    path, folder = tmp_path / "practice.db", tmp_path / "keys"
    create(str(path), folder, "Practice").close()
    assert b"SQLite format 3" not in path.read_bytes()[:4096]
    assert all((file.stat().st_mode & 0o777) == 0o600 for file in folder.iterdir())
    assert (path.stat().st_mode & 0o777) == 0o600
    with Store.open(f"sqlite:///{path}", folder) as store:
        assert store.practice_name == "Practice"


def test_without_its_key_a_store_says_which_file_is_missing(tmp_path: Path) -> None:
    path, folder = tmp_path / "practice.db", tmp_path / "keys"
    create(str(path), folder, "Practice").close()
    with pytest.raises(keys.KeyMissing, match=r"practice\.db\.key"):
        Store.open(str(path), tmp_path / "elsewhere")


def test_with_a_wrong_key_a_store_does_not_open(tmp_path: Path) -> None:
    path, folder = tmp_path / "practice.db", tmp_path / "keys"
    create(str(path), folder, "Practice").close()
    (folder / "practice.db.key").write_text("00" * 32)
    with pytest.raises(StoreError, match=r"another key than the 1 .*fingerprint 2b232f3137d197fc"):
        Store.open(str(path), folder)


@pytest.mark.parametrize("content", [b"", b"not a key", b"00ff"])
def test_a_key_file_that_holds_no_key_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "some.key").write_bytes(content)
    (tmp_path / "some.key").chmod(0o600)
    with pytest.raises(keys.KeyMissing, match=r"some\.key cannot be read as a key"):
        keys.read_key(tmp_path, "some.key")


def test_a_key_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    keys.create_key(tmp_path, "some.key")
    (tmp_path / "some.key").chmod(0o640)
    with pytest.raises(keys.KeyMissing, match=r"by others than its owner: it is not used; .*chmod"):
        keys.read_key(tmp_path, "some.key")


def test_a_practice_is_not_made_over_another(store_url: str, key_folder: Path) -> None:
    with pytest.raises(StoreError, match="already"):
        create(store_url, key_folder, "Another", encrypted=False)


def test_what_is_no_store_is_refused_with_a_sentence(tmp_path: Path) -> None:
    file = tmp_path / "letter.db"
    file.write_bytes(b"SQLite format 3\x00" + b"nonsense" * 1000)
    with pytest.raises(StoreError, match=r"letter\.db"):
        Store.open(str(file), tmp_path / "keys")
    with pytest.raises(StoreError, match="rcm-tui init"):
        Store.open(str(tmp_path / "none.db"), tmp_path / "keys")
    with pytest.raises(StoreError, match="mysql://"):
        Store.open("mysql://host/db", tmp_path / "keys")


def test_urls_name_files_and_hide_passwords() -> None:
    assert sqlite_path("sqlite:///practice.db") == Path("practice.db")
    assert sqlite_path("sqlite:////var/practice.db") == Path("/var/practice.db")
    assert sqlite_path("practice.db") == Path("practice.db")
    assert sqlite_path("postgresql://maria:secret@host/practice") is None
    assert "secret" not in plain_url("postgresql://maria:secret@host/practice")


def test_work_that_raises_leaves_nothing(store: Store) -> None:
    def fail() -> None:
        with store.work(MARIA):
            BusinessUnit.create(name="North")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert BusinessUnit.select().count() == 0


def test_a_step_that_is_done_stays_whatever_becomes_of_the_next(store: Store) -> None:
    def fail() -> None:
        with store.work(MARIA, in_steps=True) as work:
            BusinessUnit.create(name="North")
            work.record("made", "business_unit", 1)
            work.step_done()
            BusinessUnit.create(name="South")
            work.record("made", "business_unit", 2)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert [unit.name for unit in BusinessUnit.select()] == ["North"]
    assert audit.verify(store.database, store.audit_key) == (1, [])


def test_between_two_steps_others_write(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []

    def somebody() -> None:
        with store.work(MARIA) as work:
            seen.append(BusinessUnit.select().count())
            work.next_number("claim")
        store.database.close()

    def give_way(_: Store) -> None:
        other = threading.Thread(target=somebody)
        other.start()
        other.join()

    monkeypatch.setattr(Store, "_give_way", give_way)
    monkeypatch.setattr("rcm_tui.data.store.SECONDS_BETWEEN_WAYS", 0.0)
    with store.work(MARIA, in_steps=True) as work:
        BusinessUnit.create(name="North")
        work.step_done()
        assert work.next_number("claim") == 2
    assert seen == [1]


def test_work_that_does_not_go_in_steps_is_whole(store: Store) -> None:
    def fail() -> None:
        with store.work(MARIA) as work:
            BusinessUnit.create(name="North")
            work.step_done()
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert BusinessUnit.select().count() == 0


def test_numbers_are_given_once(store: Store) -> None:
    with store.work(MARIA) as work:
        assert work.next_number("claim") == 1
        assert work.next_number("claim", 10) == 2
    with store.work(MARIA) as work:
        assert work.next_number("claim") == 12
        assert work.next_number("other") == 1


def test_writers_wait_for_each_other(store: Store) -> None:
    """Ten threads raise one counter ten times each: no update is lost, nobody is locked out."""
    failures: list[BaseException] = []

    def raise_counter() -> None:
        try:
            for _ in range(10):
                with store.work(MARIA) as work:
                    work.next_number("claim")
        except BaseException as error:
            failures.append(error)
        finally:
            store.database.close()

    threads = [threading.Thread(target=raise_counter) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert Counter.get(Counter.name == "claim").value == 100


def test_bulk_rows_get_their_defaults(store: Store) -> None:
    with store.work(MARIA) as work:
        first, second = work.next_ids(Practitioner, 2)
        rows = [(first, "O'Brien"), (second, "Ruiz")]
        work.insert(Practitioner, ("id", "last_name"), rows)
        work.update(Practitioner, ("last_name", "npi"), [("Ruiz-Vega", "1234567893", second)])
    found = Practitioner.get_by_id(second)
    assert (found.last_name, found.npi, found.employed) == ("Ruiz-Vega", "1234567893", True)
    assert Practitioner.get_by_id(first).last_name == "O'Brien"
    assert Practitioner.create(last_name="Next").id > second


def test_run_keeps_the_caller_free(store: Store) -> None:
    async def from_the_screen() -> tuple[int, str]:
        return await store.run(lambda: (Claim.select().count(), threading.current_thread().name))

    count, thread = asyncio.run(from_the_screen())
    assert count == 0
    assert thread.startswith("store")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE practice SET is_demo = 2",
        "INSERT INTO person (login, name, role, active, emergency_role)"
        " VALUES ('tom', 'Tom', 'owner', 1, '')",
    ],
)
def test_the_store_refuses_values_outside_their_lists(store: Store, statement: str) -> None:
    with pytest.raises(Exception, match=r"(?i)check"):
        store.database.execute_sql(statement)


@pytest.mark.skipif(not Path("/proc/mounts").exists(), reason="needs /proc/mounts")
def test_a_network_file_system_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    real = Path.read_text

    def mounts(path: Path, *args: object, **options: object) -> str:
        if str(path) == "/proc/mounts":
            return f"/dev/root / ext4 rw 0 0\nserver:/share {tmp_path} nfs4 rw 0 0\n"
        return real(path, *args, **options)

    monkeypatch.setattr(Path, "read_text", mounts)
    with pytest.raises(StoreError, match="network file system"):
        create(os.fspath(tmp_path / "shared.db"), tmp_path / "keys", "Practice")
