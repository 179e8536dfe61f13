"""Connections to PostgreSQL that are lost: reading goes on, what was saved is said truthfully."""

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from rcm_tui.data import audit, postgresql
from rcm_tui.data.actor import Actor
from rcm_tui.data.postgresql import CONNECTIONS, PostgresqlStoreDatabase
from rcm_tui.data.store import ConnectionLost, Store
from rcm_tui.data.tables.practice import BusinessUnit
from tests.conftest import PostgresqlServer, Template
from tests.data.wire import Wire
from tests.postgresql import database_url

MARIA = Actor("maria")
pytestmark = pytest.mark.postgresql


@pytest.fixture
def server_side(
    postgresql_server: PostgresqlServer, postgresql_template: Template
) -> Iterator[str]:
    """The URL of an empty practice, straight to the server."""
    for name in postgresql_server.database(postgresql_template.place):
        yield database_url(postgresql_server.url, name)


@pytest.fixture
def wire(server_side: str) -> Iterator[Wire]:
    wire = Wire(server_side)
    yield wire
    wire.close()


@pytest.fixture
def store(wire: Wire, postgresql_template: Template) -> Iterator[Store]:
    """The practice, opened through the wire."""
    with Store.open(wire.url, postgresql_template.keys) as opened:
        yield opened


def units(store: Store) -> list[str]:
    return [unit.name for unit in BusinessUnit.select().order_by(BusinessUnit.id)]


def make(store: Store, name: str) -> None:
    with store.work(MARIA) as work:
        unit = BusinessUnit.create(name=name)
        work.record("made", "business_unit", unit.id)


def test_what_reads_and_what_begins_goes_on_by_itself(
    store: Store, postgresql_server: PostgresqlServer
) -> None:
    make(store, "North")
    postgresql_server.end_connections()
    assert store.connected(units, store) == ["North"]
    postgresql_server.end_connections()
    make(store, "South")
    first = []

    def cut_off_in_the_middle() -> list[str]:
        if not first:
            first.append(units(store))
            postgresql_server.end_connections()
        return units(store)

    assert store.connected(cut_off_in_the_middle) == ["North", "South"]


def test_what_was_not_saved_yet_is_said_so_and_left_no_trace(
    store: Store, postgresql_server: PostgresqlServer
) -> None:
    tried = []

    def lose() -> None:
        tried.append(1)
        with store.work(MARIA) as work:
            BusinessUnit.create(name="North")
            postgresql_server.end_connections()
            work.record("made", "business_unit", 1)

    with pytest.raises(ConnectionLost, match="nothing was changed"):
        store.connected(lose)
    assert (len(tried), units(store)) == (1, [])
    make(store, "South")
    assert units(store) == ["South"]


def test_work_in_steps_says_that_its_steps_stay(
    store: Store, postgresql_server: PostgresqlServer
) -> None:
    def lose() -> None:
        with store.work(MARIA, in_steps=True) as work:
            BusinessUnit.create(name="North")
            work.step_done()
            BusinessUnit.create(name="South")
            postgresql_server.end_connections()

    with pytest.raises(ConnectionLost, match="stays done"):
        lose()
    assert units(store) == ["North"]


def test_a_commit_whose_answer_was_lost_counts(store: Store, wire: Wire) -> None:
    wire.cut = "after"
    make(store, "North")
    assert wire.cut == ""
    assert units(store) == ["North"]
    assert audit.verify(store.database, store.audit_key) == (1, [])


def test_a_commit_that_never_came_to_the_server_does_not(store: Store, wire: Wire) -> None:
    wire.cut = "before"
    with pytest.raises(ConnectionLost, match="nothing was changed"):
        make(store, "North")
    assert units(store) == []


def test_where_nobody_can_tell_it_is_said_so(
    store: Store, wire: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(postgresql, "SECONDS_TO_LOOK_INTO", 0.0)
    wire.cut = "for good"
    with pytest.raises(ConnectionLost, match="look whether it is there"):
        make(store, "North")
    with pytest.raises(ConnectionLost, match="does not answer"):
        store.connected(units, store)


def test_a_workstation_takes_few_connections_and_gives_them_back(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = store.database
    assert isinstance(database, PostgresqlStoreDatabase)
    store.rest()
    most, lock = [0], threading.Lock()

    def busy() -> None:
        rows = database.execute_sql(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND application_name = 'rcm-tui'"
        )
        with lock:
            most[0] = max(most[0], rows.fetchone()[0])

    async def many() -> None:
        await asyncio.gather(*(store.run(busy) for _ in range(40)))

    asyncio.run(many())
    assert 1 <= most[0] <= CONNECTIONS
    monkeypatch.setattr(postgresql, "SECONDS_AT_REST", -1.0)
    store.connected(busy)
    assert len(database._connections) == 0


def test_what_the_url_says_goes_before_ours(tmp_path: Path, server_side: str) -> None:
    database = PostgresqlStoreDatabase(f"{server_side}&application_name=nightly")
    try:
        name, wait = database.execute_sql(
            "SELECT current_setting('application_name'), current_setting('lock_timeout')"
        ).fetchone()
        assert (name, wait) == ("nightly", "30s")
        assert database.execute_sql("SHOW jit").fetchone() == ("off",)
    finally:
        database.close_everywhere()
