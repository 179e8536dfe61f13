"""Moving a practice up to PostgreSQL: every row with its key, chain and seals, and work goes on."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from peewee import Database

from rcm_tui.billing.check import check_store
from rcm_tui.data.actor import Actor
from rcm_tui.data.copying import copy_to_postgresql
from rcm_tui.data.kept_files import KeptFiles
from rcm_tui.data.store import Store, create
from rcm_tui.data.store_database import StoreError
from rcm_tui.data.tables.charges import ChargeItem
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.clients import Client
from rcm_tui.data.tables.timeline import StoredFile
from rcm_tui.demo.build import build_demo
from tests import postgresql
from tests.conftest import PostgresqlServer
from tests.practice_builder import NOW

MARIA = Actor("maria", "Maria Ibarra", "administrator")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo practice, small; its keys are beside it in `keys`."""
    path = tmp_path_factory.mktemp("demo") / "demo.db"
    build_demo(
        path, path.parent / "keys", claims=60, seed=7, replace=False, progress=lambda *_: None
    )
    return path


@pytest.fixture
def demo(built: Path, tmp_path: Path) -> Iterator[Store]:
    """The demo practice, open, in a copy of the test's own."""
    shutil.copytree(built.parent / "keys", tmp_path / "keys")
    shutil.copy2(built, tmp_path / "demo.db")
    with Store.open(str(tmp_path / "demo.db"), tmp_path / "keys") as store:
        yield store


@pytest.fixture
def postgresql_url(postgresql_server: PostgresqlServer) -> Iterator[str]:
    """The URL of an empty database."""
    for name in postgresql_server.database():
        yield postgresql.database_url(postgresql_server.url, name)


def guarded_by(database: Database) -> list[Any]:
    """The indexes, constraints and triggers of a database on PostgreSQL."""
    return database.execute_sql(
        "SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema() UNION ALL"
        " SELECT concat(conrelid::regclass, conname, pg_get_constraintdef(oid), convalidated)"
        " FROM pg_constraint WHERE connamespace = current_schema()::regnamespace UNION ALL"
        " SELECT concat(tgrelid::regclass, tgname, tgenabled) FROM pg_trigger"
        " WHERE NOT tgisinternal ORDER BY 1"
    ).fetchall()


@pytest.mark.postgresql
def test_a_practice_moves_up_with_every_row_and_goes_on_there(
    demo: Store, postgresql_url: str, tmp_path: Path, postgresql_server: PostgresqlServer
) -> None:
    with demo.work(MARIA, NOW) as work:
        odd = Client.create(mrn="ODD", last_name="\\N\\t", first_name="tab\tline\nC:\\r")
        work.record("made", "client", odd.id)
    files = KeptFiles(tmp_path / "shared")
    with demo.work(MARIA, NOW):
        digest = demo.files.keep(b"a letter")
        StoredFile.create(sha256=digest, size=8, stored_at=NOW)
    claims, items = Claim.select().count(), ChargeItem.select().count()
    with pytest.raises(StoreError, match="files_folder"):
        copy_to_postgresql(demo, postgresql_url, None)
    tables = copy_to_postgresql(demo, postgresql_url, files)
    copied = {table.name: table.rows for table in tables}
    assert (copied["claim"], copied["charge_item"]) == (claims, items)
    assert copied["charge_day"] > 0
    with Store.open(postgresql_url, tmp_path / "keys") as store:
        store.files_folder = tmp_path / "shared"
        assert store.files.read(digest) == b"a letter"
        guarded = guarded_by(store.database)
        assert Client.get_by_id(odd.id).first_name == odd.first_name
        assert [r.problems for r in check_store(store.database, store.audit_key) if not r.ok] == []
        top = Client.select(Client.id).order_by(Client.id.desc()).scalar()
        with store.work(MARIA, NOW) as work:
            new = Client.create(mrn="NEW", last_name="A", first_name="B")
            work.record("made", "client", new.id)
        assert new.id > top
        assert all(r.ok for r in check_store(store.database, store.audit_key))
    for name in postgresql_server.database():
        url = postgresql.database_url(postgresql_server.url, name)
        with create(url, tmp_path / "fresh", "Fresh") as fresh:
            assert guarded == guarded_by(fresh.database)


@pytest.mark.postgresql
def test_a_database_that_holds_a_practice_is_left_alone(
    demo: Store, postgresql_url: str, tmp_path: Path
) -> None:
    copy_to_postgresql(demo, postgresql_url, None)
    with pytest.raises(StoreError, match="holds a practice already"):
        copy_to_postgresql(demo, postgresql_url, None)
    with pytest.raises(StoreError, match="must be a database"):
        copy_to_postgresql(demo, str(tmp_path / "other.db"), None)


@pytest.mark.postgresql
def test_what_fails_leaves_nothing_behind(
    demo: Store, postgresql_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rcm_tui.data import copying

    right = copying._checksum
    seen = []

    def wrong(*given: Any) -> str:
        seen.append(right(*given))
        return "another" if len(seen) > 5 else seen[-1]

    monkeypatch.setattr(copying, "_checksum", wrong)
    with pytest.raises(StoreError, match="differs after it was copied"):
        copy_to_postgresql(demo, postgresql_url, None)
    monkeypatch.setattr(copying, "_checksum", right)
    copy_to_postgresql(demo, postgresql_url, None)
