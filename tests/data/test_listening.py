"""Workstations on one PostgreSQL hear of each other's commits, and look themselves while deaf."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from typing import Any

import pytest

from rcm_tui.data import listening
from rcm_tui.data.actor import Actor
from rcm_tui.data.records import pulse
from rcm_tui.data.records.pulse import PulseReader
from rcm_tui.data.store import Store
from tests.conftest import PostgresqlServer, Template
from tests.postgresql import database_url

MARIA, TOM = Actor("maria"), Actor("tom")
pytestmark = pytest.mark.postgresql


@pytest.fixture
def two(
    postgresql_server: PostgresqlServer, postgresql_template: Template
) -> Iterator[tuple[Store, Store]]:
    """One practice, open twice as on two machines."""
    for name in postgresql_server.database(postgresql_template.place):
        url = database_url(postgresql_server.url, name)
        keys = postgresql_template.keys
        with Store.open(url, keys) as first, Store.open(url, keys) as second:
            yield first, second


def until(found: Callable[[], bool]) -> None:
    pausing = threading.Event()
    for _ in range(3000):
        if found():
            return
        pausing.wait(0.01)
    raise AssertionError("nothing was heard")


def change(store: Store) -> None:
    with store.work(MARIA) as work:
        work.record("made", "client", 1)


@contextmanager
def counted(store: Store, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The statements that are run through a store's database within the block."""
    ran: list[str] = []
    right = store.database.execute_sql

    def run(sql: str, *given: Any) -> Any:
        ran.append(sql)
        return right(sql, *given)

    with monkeypatch.context() as patch:
        patch.setattr(store.database, "execute_sql", run)
        yield ran


def test_what_another_commits_is_heard_and_no_table_is_read_meanwhile(
    two: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, toms = two
    with closing(PulseReader(toms)) as reader:
        before = reader.read()
        until(lambda: reader._newest() is not None)
        before = reader.read()
        with counted(toms, monkeypatch) as ran:
            assert {reader.read() for _ in range(20)} == {before}
        assert ran == []
        change(mine)
        until(lambda: reader.read() != before)
        assert reader.read().records == before.records + 1
        with counted(toms, monkeypatch) as ran:
            for _ in range(pulse.LOOKS_AT_LEAST + 1):
                reader.read()
        # Now and then it is looked all the same.
        assert len(ran) == 3


def test_what_is_rolled_back_is_not_told(two: tuple[Store, Store]) -> None:
    mine, toms = two
    with closing(listening.Ear(toms.database, toms.channel)) as ear:  # type: ignore[arg-type]
        assert ear.hear() == [""]
        with pytest.raises(ZeroDivisionError), mine.work(MARIA):
            raise ZeroDivisionError
        change(mine)
        heard: list[str] = []
        until(lambda: bool(heard.extend(ear.hear() or ()) or heard))
        assert heard == [""]


def test_while_it_is_deaf_it_looks_itself_and_then_it_hears_again(
    two: tuple[Store, Store], postgresql_server: PostgresqlServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listening, "FIRST_PAUSE", 0.05)
    mine, toms = two
    with closing(PulseReader(toms)) as reader:
        until(lambda: reader._newest() is not None)
        before = reader.read()
        right = toms.database.separate_connection  # type: ignore[attr-defined]

        def away() -> Any:
            raise OSError("no route")

        monkeypatch.setattr(toms.database, "separate_connection", away)
        postgresql_server.end_connections("query LIKE 'LISTEN %'")
        until(lambda: reader._newest() is None)
        change(mine)
        assert reader.read().records == before.records + 1
        monkeypatch.setattr(toms.database, "separate_connection", right)
        until(lambda: reader._newest() is not None)
        before = reader.read()
        change(mine)
        until(lambda: reader.read() != before)


def test_who_has_just_written_need_not_be_told(
    two: tuple[Store, Store], monkeypatch: pytest.MonkeyPatch
) -> None:
    mine, _ = two
    # What is told comes a moment after the commit: as if it had not come yet.
    monkeypatch.setattr(listening.Listener, "heard", 7)
    with closing(PulseReader(mine)) as reader:
        before = reader.read()
        change(mine)
        assert reader.read() == before
        assert reader.read(afresh=True).records == before.records + 1
