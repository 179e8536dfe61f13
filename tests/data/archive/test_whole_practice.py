"""A whole practice leaves and comes back: every row, on either database, or nothing at all."""

import hashlib
import json
import shutil
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from rcm_tui.billing.check import check_store
from rcm_tui.data.actor import Actor
from rcm_tui.data.archive.format import MANIFEST, Manifest
from rcm_tui.data.archive.reading import import_practice
from rcm_tui.data.archive.writing import export_practice
from rcm_tui.data.store import Store
from rcm_tui.data.store_database import StoreError
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.clients import Client
from rcm_tui.data.tables.timeline import StoredFile
from rcm_tui.demo.build import build_demo
from tests import postgresql
from tests.conftest import PostgresqlServer
from tests.practice_builder import NOW

ADA = Actor("ada", "Ada Okafor", "administrator")
PASSPHRASE = "correct horse battery"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo practice, small, with an attached file; its keys are beside it in `keys`."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    build_demo(
        path, path.parent / "keys", claims=60, seed=7, replace=False, progress=lambda *_: None
    )
    with Store.open(str(path), path.parent / "keys") as store, store.work(ADA, NOW) as work:
        digest = store.files.keep(b"a letter of the payer")
        StoredFile.create(sha256=digest, size=21, stored_at=NOW)
        work.delete(Client, [Client.create(mrn="GONE", last_name="A", first_name="B").id])
    return path


@pytest.fixture
def demo(built: Path, tmp_path: Path) -> Iterator[Store]:
    """The demo practice, open, in a copy of the test's own."""
    here = tmp_path / "here"
    shutil.copytree(built.parent, here)
    with Store.open(str(here / "demo.db"), here / "keys") as store:
        yield store


def exported(store: Store, target: Path, passphrase: str | None = PASSPHRASE) -> Manifest:
    return export_practice(store, target, NOW, passphrase)


def sums(manifest: Manifest) -> dict[str, tuple[int, str]]:
    """Rows and checksum of each table that does not number things."""
    return {one.name: (one.rows, one.sha256) for one in manifest.tables if one.name != "counter"}


def assert_goes_on(store: Store, last_client: int) -> None:
    """It is proven, work goes on in it, and no key is given out twice."""
    assert [
        one.problems for one in check_store(store.database, store.audit_key) if not one.ok
    ] == []
    assert store.files.read(StoredFile.get().sha256) == b"a letter of the payer"
    with store.work(ADA, NOW) as work:
        (key,) = work.next_ids(Client, 1)
        assert key > last_client
        new = Client.create(mrn="NEW", last_name="A", first_name="B")
        work.record("made", "client", new.id)
    assert all(one.ok for one in check_store(store.database, store.audit_key))


def test_a_practice_comes_back_in_a_file_encrypted_anew(demo: Store, tmp_path: Path) -> None:
    archive = tmp_path / "north.rcmx"
    manifest = exported(demo, archive)
    claims = Claim.select().count()
    last = {one.name: one.last_key for one in manifest.tables}["client"]
    assert last > (Client.select(Client.id).order_by(Client.id.desc()).scalar() or 0)
    content = archive.read_bytes()
    assert b"OKAFOR" not in content
    assert b"PK" not in content[:100]
    assert archive.stat().st_mode & 0o077 == 0
    demo.close()
    there = tmp_path / "there"
    taken = import_practice(archive, str(there / "north.db"), there / "keys", PASSPHRASE)
    assert taken == manifest
    with Store.open(str(there / "north.db"), there / "keys") as store:
        assert Claim.select().count() == claims
        again = exported(store, tmp_path / "again.rcmx")
        assert sums(again) == sums(manifest)
        assert_goes_on(store, last)
    assert not (there / "north.db").read_bytes().startswith(b"SQLite format 3")
    with pytest.raises(StoreError, match="is there already"):
        import_practice(archive, str(there / "north.db"), there / "keys", PASSPHRASE)


@pytest.mark.postgresql
def test_it_moves_to_postgresql_and_back(
    demo: Store, postgresql_server: PostgresqlServer, tmp_path: Path
) -> None:
    manifest = exported(demo, tmp_path / "one.rcmx")
    demo.close()
    keys = tmp_path / "there" / "keys"
    for name in postgresql_server.database():
        url = postgresql.database_url(postgresql_server.url, name)
        with pytest.raises(StoreError, match="files_folder"):
            import_practice(tmp_path / "one.rcmx", url, keys, PASSPHRASE)
        assert not list(keys.iterdir())
        shared = tmp_path / "shared"
        import_practice(tmp_path / "one.rcmx", url, keys, PASSPHRASE, shared)
        with Store.open(url, keys, shared) as store:
            again = exported(store, tmp_path / "two.rcmx")
            assert sums(again) == sums(manifest)
            last = {one.name: one.last_key for one in manifest.tables}["client"]
            assert_goes_on(store, last)
        with pytest.raises(StoreError, match="holds a practice already"):
            import_practice(tmp_path / "one.rcmx", url, keys, PASSPHRASE, shared)
    back = tmp_path / "back"
    import_practice(tmp_path / "two.rcmx", str(back / "north.db"), back / "keys", PASSPHRASE)
    with Store.open(str(back / "north.db"), back / "keys") as store:
        assert sums(exported(store, tmp_path / "three.rcmx")) == sums(manifest)
        assert_goes_on(store, last)


def test_a_plain_archive_is_an_open_zip_and_needs_the_keys_to_come_back(
    demo: Store, tmp_path: Path
) -> None:
    archive = tmp_path / "north.zip"
    exported(demo, archive, None)
    with zipfile.ZipFile(archive) as opened:
        manifest = json.loads(opened.read(MANIFEST))
        for table in manifest["tables"]:
            content = opened.read(f"tables/{table['name']}.jsonl")
            rows = [json.loads(line) for line in content.splitlines()]
            assert len(rows) == table["rows"]
            assert all(len(row) == len(table["columns"]) for row in rows)
            assert hashlib.sha256(content).hexdigest() == table["sha256"]
        assert not [name for name in opened.namelist() if name.startswith("keys/")]
    there = tmp_path / "there"
    with pytest.raises(StoreError, match="the key of its audit trail is not in it: put the key"):
        import_practice(archive, str(there / "north.db"), there / "keys", None)
    assert not [path for path in there.rglob("*") if path.is_file()]
    (there / "keys").mkdir(exist_ok=True)
    for file in demo.key_folder.glob("*.audit"):
        shutil.copy2(file, there / "keys")
    import_practice(archive, str(there / "north.db"), there / "keys", None)
    with Store.open(str(there / "north.db"), there / "keys") as store:
        assert all(one.ok for one in check_store(store.database, store.audit_key))


def changed(archive: Path, change: Callable[[dict[str, bytes]], None]) -> None:
    """Writes a plain archive anew with other members."""
    with zipfile.ZipFile(archive) as opened:
        members = {name: opened.read(name) for name in opened.namelist()}
    change(members)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as opened:
        for name, content in members.items():
            opened.writestr(name, content)


def says(**values: object) -> Callable[[dict[str, bytes]], None]:
    def change(members: dict[str, bytes]) -> None:
        members[MANIFEST] = json.dumps(json.loads(members[MANIFEST]) | values).encode()

    return change


def without_checksum(change: Callable[[list[bytes]], None]) -> Callable[[dict[str, bytes]], None]:
    """Other lines of clients, which the manifest knows of: only the store can notice."""

    def both(members: dict[str, bytes]) -> None:
        lines = members["tables/client.jsonl"].splitlines(keepends=True)
        change(lines)
        content = members["tables/client.jsonl"] = b"".join(lines)
        manifest = json.loads(members[MANIFEST])
        for table in manifest["tables"]:
            if table["name"] == "client":
                table |= {
                    "rows": len(lines),
                    "size": len(content),
                    "sha256": hashlib.sha256(content).hexdigest(),
                }
        members[MANIFEST] = json.dumps(manifest).encode()

    return both


def letter_of(members: dict[str, bytes]) -> str:
    return next(name for name in members if name.startswith("files/"))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (says(version=2), "newer rcm-tui: update"),
        (says(migrations=["0001_first_store", "9999_later"]), "newer rcm-tui: update"),
        (says(migrations=[]), "older rcm-tui"),
        (says(format="another"), "not one of rcm-tui"),
        (says(tables=[]), "tables are not those"),
        (says(files=7), "another number of files"),
        (lambda members: members.pop(MANIFEST), "holds no manifest"),
        (lambda members: members.pop("tables/claim.jsonl"), "holds no tables/claim"),
        (lambda members: members.update({"../../outside": b"x"}), "does not belong there"),
        (lambda members: members.update({"/etc/cron.d/x": b"x"}), "does not belong there"),
        (lambda members: members.update({"tables/evil.jsonl": b""}), "does not belong there"),
        (
            lambda members: members.update({"tables/claim.jsonl": b"0" * 50_000_000}),
            "not as long as",
        ),
        (
            lambda members: members.update({letter_of(members): b"forged"}),
            "is not what was written",
        ),
        (
            lambda members: members.update(
                {"tables/client.jsonl": members["tables/client.jsonl"].replace(b'"', b"'", 2)}
            ),
            "line 1 of tables/client.jsonl is no row",
        ),
        (without_checksum(lambda lines: lines.append(b"[[[[\n")), "is no row"),
        (without_checksum(lambda lines: lines.append(lines[0])), "does not fit together"),
        (without_checksum(lambda lines: lines.pop()), "damaged: "),
    ],
)
def test_a_bad_archive_is_refused_with_a_sentence_and_leaves_nothing(
    demo: Store, tmp_path: Path, change: Callable[[dict[str, bytes]], None], reason: str
) -> None:
    archive = tmp_path / "north.zip"
    exported(demo, archive, None)
    changed(archive, change)
    there = tmp_path / "there"
    (there / "keys").mkdir(parents=True)
    for file in demo.key_folder.glob("*.audit"):
        shutil.copy2(file, there / "keys")
    before = sorted(there.rglob("*"))
    with pytest.raises(StoreError, match=reason):
        import_practice(archive, str(there / "north.db"), there / "keys", None)
    assert sorted(there.rglob("*")) == before


def test_what_is_cut_off_or_flipped_or_no_archive_is_refused(demo: Store, tmp_path: Path) -> None:
    archive = tmp_path / "north.rcmx"
    exported(demo, archive)
    content = archive.read_bytes()
    there = tmp_path / "there"

    def refused(written: bytes, reason: str, passphrase: str | None = PASSPHRASE) -> None:
        archive.write_bytes(written)
        with pytest.raises(StoreError, match=reason):
            import_practice(archive, str(there / "north.db"), there / "keys", passphrase)
        assert not [path for path in there.rglob("*") if path.is_file()]

    refused(content[:-100], "cut off")
    refused(content[: len(content) // 2], "cut off")
    flipped = bytearray(content)
    flipped[1000] ^= 1
    refused(bytes(flipped), "is damaged at byte")
    refused(content, "the passphrase does not open", "another passphrase")
    refused(content, "give its passphrase", None)
    refused(b"a letter", "damaged", None)


def test_an_export_that_cannot_be_whole_leaves_nothing(demo: Store, tmp_path: Path) -> None:
    target = tmp_path / "out" / "north.rcmx"
    with pytest.raises(StoreError, match="no folder"):
        exported(demo, target)
    target.parent.mkdir()
    with pytest.raises(StoreError, match="too short: 12 characters"):
        exported(demo, target, "short")
    demo.files.path(StoredFile.get().sha256).unlink()
    with pytest.raises(StoreError, match="attached file cannot be taken along"):
        exported(demo, target)
    assert not list(target.parent.iterdir())
