"""The store cannot be written: its disk is full, it is locked, read-only, or cut off in a save."""

import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest

from rcm_tui.billing.check import check_store
from rcm_tui.data.actor import WORKER
from rcm_tui.data.store import ConnectionLost, NotSaved, Store
from rcm_tui.data.store_database import sqlite_path
from rcm_tui.data.tables.clients import Client
from rcm_tui.data.tables.jobs import JobRun
from rcm_tui.exchange import fault
from rcm_tui.jobs.schedule import SUBMIT, request_job
from rcm_tui.jobs.worker import Worker
from tests.conftest import PostgresqlServer
from tests.exchange.sending import Sending
from tests.jobs.clock import Clock
from tests.practice_builder import BILLER, small_practice

on_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
on_postgresql = pytest.mark.parametrize(
    "engine", [pytest.param("postgresql", marks=pytest.mark.postgresql)], indirect=True
)


@contextmanager
def full(store: Store) -> Iterator[None]:
    """The file may not grow: what SQLite says of a full disk it says of this quota."""
    database = store.database
    database.pragma("max_page_count", database.pragma("page_count"), permanent=True)
    for size in (2000, 200, 20, 1):
        with suppress(NotSaved):
            while True:
                with store.work(BILLER) as work:
                    work.record("fills the disk", "client", 1, text="x" * size)
    try:
        yield
    finally:
        database.connect(reuse_if_open=True)
        database.pragma("max_page_count", 1 << 30, permanent=True)


@contextmanager
def locked(store: Store) -> Iterator[None]:
    """Another process holds the right to write."""
    path = sqlite_path(store.url)
    assert path is not None
    program = (
        "import sys; from sqlcipher3 import dbapi2; c = dbapi2.connect(sys.argv[1],"
        " isolation_level=None); c.execute('BEGIN IMMEDIATE'); print('held', flush=True);"
        " sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdin is not None
        assert other.stdout.readline() == b"held\n"
        store.database.pragma("busy_timeout", 50, permanent=True)
        try:
            yield
        finally:
            other.stdin.close()
            other.wait()
            store.database.connect(reuse_if_open=True)
            store.database.pragma("busy_timeout", 30000, permanent=True)


@contextmanager
def read_only(store: Store) -> Iterator[None]:
    """What a disk that was mounted read-only answers."""
    store.database.pragma("query_only", 1, permanent=True)
    try:
        yield
    finally:
        store.database.connect(reuse_if_open=True)
        store.database.pragma("query_only", 0, permanent=True)


FAULTS: dict[str, tuple[Callable[[Store], Any], str]] = {
    "full": (full, "The disk of the store is full: nothing was changed – make room"),
    "locked": (locked, "Somebody else keeps the store busy"),
    "read-only": (read_only, "The store cannot be written to"),
}


@on_sqlite
@pytest.mark.parametrize("name", FAULTS)
def test_a_save_is_refused_whole_with_a_sentence_and_works_again(store: Store, name: str) -> None:
    make, says = FAULTS[name]
    practice = small_practice()

    def saving() -> None:
        with store.work(BILLER) as work:
            Client.update(middle_name="QUINN").where(Client.id == practice.client.id).execute()
            work.record("client changed", practice.client, large="x" * 50_000)

    with make(store), pytest.raises(NotSaved) as refused:
        saving()
    assert says[1:] in str(refused.value)
    assert Client.get().middle_name != "QUINN"
    saving()
    assert Client.get().middle_name == "QUINN"


class Days:
    """A worker whose waiting goes by at once, and a fault that lasts for some of its looks."""

    def __init__(self, store: Store, clock: Clock, looks: int) -> None:
        self.store, self.clock, self.left = store, clock, looks
        self.mend: Callable[[], None] = lambda: None

    def run(self) -> None:
        Worker(self.store, "a", self.clock, wait=self.wait, stopping=lambda: self.left < -1).run()

    def wait(self, seconds: float) -> None:
        self.clock.move(60)
        self.left -= 1
        if self.left == 0:
            self.mend()


@on_sqlite
@pytest.mark.parametrize("name", FAULTS)
def test_a_worker_that_cannot_write_goes_on_when_it_can_and_tells(
    store: Store, tmp_path: Path, name: str
) -> None:
    make, says = FAULTS[name]
    clock = Clock()
    sending = Sending.of(store, small_practice(), tmp_path)
    claims = sending.ready(2)
    Worker(store, "a", clock).run(once=True)
    with store.work(WORKER, clock()) as work:
        request_job(work, SUBMIT)
    days = Days(store, clock, looks=3)
    keeping = make(store)
    broken: list[str] = []

    def breaks(point: str) -> None:
        if point == fault.UPLOADED and not broken:
            broken.append(point)
            keeping.__enter__()

    days.mend = lambda: keeping.__exit__(None, None, None)
    fault.on_reached = breaks
    try:
        days.run()
    finally:
        fault.on_reached = fault._nothing
    assert broken
    assert sending.received() == claims
    told = [run.message for run in JobRun.select() if run.outcome == "failed"]
    assert 1 <= len(told) <= 2, told  # the first and the newest of those in the same words
    for message in told:
        assert says[1:] in message
        assert message.endswith(("Work goes on now.", "The next run takes up from there."))
    assert "running" not in {run.outcome for run in JobRun.select()}
    clock.move(61)
    Worker(store, "b", clock).run(once=True, job=SUBMIT)
    assert (sending.received(), sending.temporary()) == (claims, [])
    assert all(not result.problems for result in check_store(store.database, store.audit_key))


@on_postgresql
def test_a_connection_that_ends_in_a_save_is_said_and_the_next_run_goes_on(
    store: Store, postgresql_server: PostgresqlServer, tmp_path: Path
) -> None:
    clock = Clock()
    sending = Sending.of(store, small_practice(), tmp_path)
    claims = sending.ready(2)
    ended: list[str] = []

    def end(point: str) -> None:
        if point == fault.STAGED_UNCOMMITTED and not ended:
            ended.append(point)
            postgresql_server.end_connections()

    fault.on_reached = end
    try:
        assert Worker(store, "a", clock).run(once=True, job=SUBMIT) == 1
    finally:
        fault.on_reached = fault._nothing
    run = JobRun.get()
    assert run.outcome == "failed"
    assert run.message.startswith("The connection was lost before it was saved")
    assert run.message.endswith("The next run takes up from there.")
    clock.move(61)
    Worker(store, "b", clock).run(once=True, job=SUBMIT)
    assert sending.received() == claims
    assert sending.temporary() == []
    assert isinstance(ConnectionLost("x"), NotSaved)
