"""The clock is set back by a day: leases, schedule and sending go on by the new time."""

import datetime
from pathlib import Path

from rcm_tui.billing.check import check_store
from rcm_tui.data.store import Store
from rcm_tui.data.tables.jobs import Job, JobRun
from rcm_tui.jobs.lease import acquire, renew
from rcm_tui.jobs.schedule import SUBMIT
from rcm_tui.jobs.worker import Worker
from tests.exchange.sending import Sending
from tests.jobs.clock import Clock
from tests.practice_builder import small_practice

DAY = 86400


def test_nobody_waits_for_a_dead_worker_of_tomorrow(store: Store) -> None:
    clock = Clock()
    dead = acquire(store, "dead", clock())
    assert dead is not None
    clock.move(-DAY)
    heir = acquire(store, "heir", clock())
    assert heir is not None
    assert heir.fence == dead.fence + 1


def test_a_living_worker_keeps_its_lease_by_the_new_time(store: Store) -> None:
    clock = Clock()
    lease = acquire(store, "a", clock())
    assert lease is not None
    lease = renew(store, lease, clock.move(-DAY))
    assert lease.expires_at == clock() + datetime.timedelta(seconds=60)
    assert acquire(store, "b", clock()) is None


def test_jobs_run_and_claims_go_out_once_whatever_the_clock_did(
    store: Store, tmp_path: Path
) -> None:
    sending = Sending.of(store, small_practice(), tmp_path)
    clock = sending.clock
    clock.move(30 * DAY)  # it stood wrong, and somebody sets it right
    first = sending.ready(2)
    Worker(store, "a", clock).run(once=True, job=SUBMIT)
    clock.move(-30 * DAY)
    second = sending.ready(2)
    Worker(store, "b", clock).run(once=True)
    assert sending.received() == sorted(first + second)
    soon = clock() + datetime.timedelta(days=2)
    assert all(job.next_run_at is None or job.next_run_at < soon for job in Job.select())
    assert {run.outcome for run in JobRun.select()} == {"done"}
    assert all(not result.problems for result in check_store(store.database, store.audit_key))
