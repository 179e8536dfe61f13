"""Workers on several machines over one PostgreSQL: one acts, whatever their clocks say."""

import datetime
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store
from rcm_tui.data.tables.jobs import Job, JobRun
from rcm_tui.data.tables.jobs import Lease as LeaseRow
from rcm_tui.jobs.lease import holder_now
from rcm_tui.jobs.schedule import PICK_UP, request_job
from rcm_tui.jobs.worker import LOOK_EVERY, Reasons, utc_now
from tests.conftest import PostgresqlServer, Template
from tests.postgresql import database_url

pytestmark = pytest.mark.postgresql

MACHINE = """
import datetime, sys
from pathlib import Path
from rcm_tui.data import store as stores
from rcm_tui.jobs.worker import main_loop
ahead = datetime.timedelta(minutes=int(sys.argv[3]))
wrong = lambda: datetime.datetime.now(datetime.UTC) + ahead
stores.machine_time = wrong
with stores.Store.open(sys.argv[1], Path(sys.argv[2])) as store:
    sys.exit(main_loop(store, clock=wrong))
"""


@pytest.fixture
def store(postgresql_server: PostgresqlServer, postgresql_template: Template) -> Iterator[Store]:
    for name in postgresql_server.database(postgresql_template.place):
        url = database_url(postgresql_server.url, name)
        with Store.open(url, postgresql_template.keys) as opened:
            yield opened


@contextmanager
def machine(store: Store, ahead: int) -> Iterator["subprocess.Popen[str]"]:
    """A worker on a machine whose clock is so many minutes ahead."""
    name = f"machine{ahead}"
    separator = "&" if "?" in store.url else "?"
    url = f"{store.url}{separator}application_name={name}"
    with subprocess.Popen(
        [sys.executable, "-c", MACHINE, url, str(store.key_folder), str(ahead)],
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "rcm-tui: the worker has started\n"
        try:
            yield process
        finally:
            process.kill()


def until(found: Callable[[], bool]) -> None:
    pausing = threading.Event()
    for _ in range(6000):
        if found():
            return
        pausing.wait(0.01)
    raise AssertionError("it did not come to it")


def holder(store: Store) -> str:
    return holder_now(store, utc_now())


def runs(store: Store) -> list[tuple[int, str]]:
    rows = JobRun.select(JobRun.fence, JobRun.worker).order_by(JobRun.id).tuples()
    return list(rows)


def test_of_machines_with_wrong_clocks_one_acts_until_it_dies(
    store: Store, postgresql_server: PostgresqlServer
) -> None:
    with machine(store, -30) as slow:
        until(lambda: holder(store) != "")
        first = holder(store)
        with machine(store, 30):
            # One half an hour ahead would have it that the lease ran out long ago.
            with store.work(Actor("maria")) as work:
                request_job(work, PICK_UP)
            until(lambda: not Job.get(Job.name == PICK_UP).requested)
            assert holder(store) == first
            assert LeaseRow.get().fence == 1
            # Its connections end: it connects anew, and what it holds is still its own.
            postgresql_server.end_connections("application_name = 'machine-30'")
            with store.work(Actor("maria")) as work:
                request_job(work, PICK_UP)
            until(lambda: not Job.get(Job.name == PICK_UP).requested)
            assert (holder(store), LeaseRow.get().fence) == (first, 1)
            assert {worker for _, worker in runs(store)} == {first}
            slow.kill()
            # It dies with the lease; this is what a minute later looks like.
            lease = LeaseRow.get()
            assert abs(lease.expires_at - utc_now()) <= datetime.timedelta(seconds=62)
            LeaseRow.update(expires_at=utc_now()).execute()
            until(lambda: LeaseRow.get().fence == 2)
            assert holder(store) not in ("", first)
    assert [fence for fence, _ in runs(store)] == sorted(fence for fence, _ in runs(store))


def test_a_worker_that_is_called_wakes_at_once(store: Store, tmp_path: Path) -> None:
    from rcm_tui.data.listening import ear_of

    ear = ear_of(store)
    assert ear is not None
    with Reasons(watch_input=False, ear=ear) as reasons:
        reasons.wait(0.0)
        assert ear.is_open
        woken = threading.Event()

        def waits() -> None:
            reasons.wait(600.0)
            woken.set()

        waiting = threading.Thread(target=waits)
        waiting.start()
        with store.work(Actor("maria")) as work:
            work.record("made", "client", 1)  # this calls nobody
        with store.work(Actor("maria")) as work:
            request_job(work, PICK_UP)
        waiting.join(60)
        assert woken.is_set()
        assert not reasons.stopping()
    assert LOOK_EVERY < 600.0
