"""When jobs run, and the history of their runs."""

import datetime
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcm_tui.billing.outcome import Refused
from rcm_tui.data.actor import WORKER
from rcm_tui.data.store import Store
from rcm_tui.data.tables.jobs import Job, JobRun
from rcm_tui.data.tables.practice import Practice
from rcm_tui.jobs.schedule import (
    BACK_UP,
    PICK_UP,
    PRACTICE_CLEARINGHOUSE,
    SEND_EMAILS,
    SUBMIT,
    abandon_runs,
    due,
    ensure_jobs,
    finish_run,
    next_run,
    next_submission,
    next_time,
    request_job,
    start_run,
)
from tests.jobs.clock import Clock
from tests.practice_builder import BILLER


@pytest.fixture
def clock() -> Clock:
    return Clock()


def set_up(store: Store, clock: Clock, minute: int | None = None) -> None:
    with store.work(WORKER, clock()) as work:
        ensure_jobs(work, minute)


def ran(store: Store, clock: Clock, name: str, *, items: int = 0, message: str = "") -> int:
    with store.work(WORKER, clock()) as work:
        run = start_run(work, name, "a", 1)
    with store.work(WORKER, clock.move(1)) as work:
        finish_run(work, run, failed=False, items=items, message=message)
    return run


@given(
    st.integers(0, 59),
    st.datetimes(
        datetime.datetime(2026, 1, 1),
        datetime.datetime(2026, 12, 31),
        timezones=st.just(datetime.UTC),
    ),
)
def test_an_hourly_job_runs_once_in_every_hour(minute: int, after: datetime.datetime) -> None:
    job = SimpleNamespace(at_minute=minute, every_seconds=3600)
    first = next_run(job, after)
    assert datetime.timedelta(0) < first - after <= datetime.timedelta(hours=1)
    assert (first.minute, first.second, first.microsecond) == (minute, 0, 0)
    assert next_run(job, first) == first + datetime.timedelta(hours=1)


def test_a_new_practice_submits_at_the_next_full_hour_and_not_before(
    store: Store, clock: Clock
) -> None:
    clock.move(60)
    set_up(store, clock)
    assert due(store.database, clock()) == [PICK_UP]
    assert next_submission(store.database) == clock.now.replace(hour=16, minute=0)
    assert due(store.database, clock.move(59 * 60)) == [SUBMIT, PICK_UP, SEND_EMAILS, BACK_UP]


def test_the_minute_of_the_settings_moves_the_next_submission(store: Store, clock: Clock) -> None:
    set_up(store, clock)
    set_up(store, clock, 20)
    assert next_submission(store.database) == clock.now.replace(minute=20)


def test_a_fast_submission_keeps_its_rhythm(store: Store, clock: Clock) -> None:
    Job.create(name=SUBMIT, every_seconds=60)
    set_up(store, clock, 20)
    assert due(store.database, clock()) == [SUBMIT, PICK_UP]
    ran(store, clock, SUBMIT)
    assert next_submission(store.database) == clock.now + datetime.timedelta(seconds=59)


def test_the_practice_clearinghouse_works_in_the_demo_only(store: Store, clock: Clock) -> None:
    set_up(store, clock)
    assert not Job.get(Job.name == PRACTICE_CLEARINGHOUSE).enabled
    Job.update(enabled=True).execute()
    set_up(store, clock)
    assert PRACTICE_CLEARINGHOUSE not in due(store.database, clock())
    Job.delete().execute()
    Practice.update(is_demo=True).execute()
    set_up(store, clock)
    assert due(store.database, clock()) == [PRACTICE_CLEARINGHOUSE, PICK_UP]


def test_a_job_that_was_asked_for_runs_once(store: Store, clock: Clock) -> None:
    set_up(store, clock)
    ran(store, clock, PICK_UP)
    with store.work(BILLER, clock()) as work:
        request_job(work, SUBMIT)
    assert due(store.database, clock()) == [SUBMIT]
    ran(store, clock, SUBMIT)
    assert due(store.database, clock()) == []


@pytest.mark.parametrize("name", [PRACTICE_CLEARINGHOUSE, "make coffee"])
def test_what_may_not_run_cannot_be_asked_for(store: Store, clock: Clock, name: str) -> None:
    set_up(store, clock)
    with pytest.raises(Refused, match=name), store.work(BILLER, clock()) as work:
        request_job(work, name)


def test_asking_in_a_new_practice_makes_the_jobs(store: Store, clock: Clock) -> None:
    with store.work(BILLER, clock()) as work:
        request_job(work, SUBMIT)
    assert due(store.database, clock()) == [SUBMIT, PICK_UP]


def test_after_a_long_night_a_job_runs_once_and_not_for_every_hour(
    store: Store, clock: Clock
) -> None:
    set_up(store, clock)
    clock.move(10 * 3600 + 60)
    assert SUBMIT in due(store.database, clock())
    ran(store, clock, SUBMIT)
    assert SUBMIT not in due(store.database, clock())
    assert next_submission(store.database) == clock.now.replace(minute=0, second=0) + (
        datetime.timedelta(hours=1)
    )


def test_a_disabled_job_never_runs(store: Store, clock: Clock) -> None:
    set_up(store, clock)
    Job.update(enabled=False).execute()
    assert due(store.database, clock.move(86400)) == []
    assert next_submission(store.database) is None
    assert next_time(store.database) is None


def test_a_run_tells_when_how_long_and_how_many(store: Store, clock: Clock) -> None:
    set_up(store, clock)
    began = clock.now
    ran(store, clock, SUBMIT, items=42, message="2 files")
    run = JobRun.get()
    assert (run.job.name, run.worker, run.fence) == (SUBMIT, "a", 1)
    assert (run.started_at, run.finished_at) == (began, clock.now)
    assert (run.outcome, run.items, run.message) == ("done", 42, "2 files")


def test_of_runs_with_nothing_to_do_the_newest_is_kept(store: Store, clock: Clock) -> None:
    set_up(store, clock)
    kept = [ran(store, clock, PICK_UP, items=1), ran(store, clock, SUBMIT)]
    for _ in range(3):
        last = ran(store, clock, PICK_UP)
    assert [run.id for run in JobRun.select().order_by(JobRun.id)] == [*kept, last]


def test_runs_of_a_dead_worker_are_abandoned(store: Store, clock: Clock) -> None:
    set_up(store, clock)
    with store.work(WORKER, clock()) as work:
        dead = start_run(work, SUBMIT, "a", 1)
        own = start_run(work, PICK_UP, "b", 2)
    with store.work(WORKER, clock.move(60)) as work:
        assert abandon_runs(work, 2) == 1
    assert JobRun.get_by_id(dead).outcome == "abandoned"
    assert JobRun.get_by_id(dead).finished_at == clock.now
    assert JobRun.get_by_id(own).outcome == "running"
