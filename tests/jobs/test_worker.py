"""One worker acts, writes down what it did, stops between items, and is followed by the next."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from peewee import OperationalError

from rcm_tui.billing.outcome import Refused
from rcm_tui.data.actor import WORKER
from rcm_tui.data.store import Store
from rcm_tui.data.tables.exchange import ClaimsTransaction
from rcm_tui.data.tables.jobs import Job, JobRun
from rcm_tui.exchange import fault
from rcm_tui.jobs.lease import acquire, holder_now
from rcm_tui.jobs.schedule import PICK_UP, SUBMIT, ensure_jobs, start_run
from rcm_tui.jobs.turn import Result, Turn
from rcm_tui.jobs.worker import LOOK_EVERY, Worker
from tests.exchange.sending import Sending, dying_at
from tests.jobs.clock import Clock
from tests.practice_builder import small_practice


@pytest.fixture
def clock() -> Clock:
    return Clock()


def nothing(turn: Turn) -> Result:
    return Result()


def worker(store: Store, clock: Clock, holder: str = "a", **options: Any) -> Worker:
    jobs = {SUBMIT: nothing, PICK_UP: nothing, **options.pop("jobs", {})}
    return Worker(store, holder, clock, jobs=jobs, **options)


def runs() -> list[tuple[str, str, int, str]]:
    return [
        (run.job.name, run.outcome, run.items, run.message)
        for run in JobRun.select().order_by(JobRun.id)
    ]


def test_once_does_what_is_due_writes_it_down_and_gives_the_lease_back(
    store: Store, clock: Clock
) -> None:
    def pick(turn: Turn) -> Result:
        assert holder_now(store, clock()) == "a"
        clock.move(3)
        return Result(7, "7 posted")

    assert worker(store, clock, jobs={PICK_UP: pick}).run(once=True) == 0
    assert runs() == [(PICK_UP, "done", 7, "7 posted")]
    run = JobRun.get()
    assert (run.finished_at - run.started_at).total_seconds() == 3
    assert holder_now(store, clock()) == ""


def test_a_named_job_runs_now_and_alone(store: Store, clock: Clock) -> None:
    worker(store, clock).run(once=True, job=SUBMIT)
    assert runs() == [(SUBMIT, "done", 0, "")]


def test_the_loop_runs_each_job_when_its_time_comes(store: Store, clock: Clock) -> None:
    waited: list[float] = []

    def wait(seconds: float) -> None:
        waited.append(seconds)
        clock.move(max(seconds, 0.001))

    done: list[str] = []

    def job(name: str) -> Callable[[Turn], Result]:
        def run(turn: Turn) -> Result:
            done.append(f"{name} {clock():%H:%M:%S}")
            return Result(1)

        return run

    clock.move(58 * 60 + 30)
    jobs = {SUBMIT: job(SUBMIT), PICK_UP: job(PICK_UP)}
    looping = worker(store, clock, jobs=jobs, wait=wait, stopping=lambda: len(done) == 4)
    looping.run()
    assert done == [
        "pick up answers 15:58:30",
        "pick up answers 15:59:30",
        "submit 16:00:00",
        "pick up answers 16:00:30",
    ]
    assert max(waited) == LOOK_EVERY


def test_a_second_worker_waits_and_passes_the_wish_on(store: Store, clock: Clock) -> None:
    with store.work(WORKER, clock()) as work:
        ensure_jobs(work)
    first = acquire(store, "first", clock(), 60)
    second = worker(store, clock, "second")
    assert second.run(once=True, job=SUBMIT) == 0
    assert runs() == []
    assert "another worker is at work" in second.refusal
    assert Job.get(Job.name == SUBMIT).requested
    assert first is not None
    with store.work(WORKER, clock()) as work:
        first.check(work)


def test_a_waiting_worker_takes_over_when_the_lease_has_run_out(store: Store, clock: Clock) -> None:
    with store.work(WORKER, clock()) as work:
        ensure_jobs(work)
    dead = acquire(store, "dead", clock(), 60)
    assert dead is not None
    with store.work(WORKER, clock()) as work:
        start_run(work, SUBMIT, "dead", dead.fence)
    done: list[str] = []

    def pick(turn: Turn) -> Result:
        done.append(turn.lease.holder)
        return Result(1)

    heir = worker(
        store,
        clock,
        "heir",
        jobs={PICK_UP: pick},
        wait=lambda seconds: clock.move(seconds) and None,
        stopping=lambda: bool(done),
    )
    heir.run()
    assert done == ["heir"]
    assert [run[:2] for run in runs()] == [(SUBMIT, "abandoned"), (PICK_UP, "done")]


def test_the_files_of_a_dead_worker_are_finished_at_once(
    store: Store, clock: Clock, tmp_path: Path
) -> None:
    sending = Sending.of(store, small_practice(), tmp_path)
    claims = sending.ready(2)
    lease = sending.new_worker()
    with dying_at(fault.STAGED):
        sending.delivered(sending.built(lease), lease)
    later = sending.ready(1)
    clock.now = sending.clock.move(61)
    Worker(store, "heir", clock).run(once=True)
    assert sending.received() == claims
    assert (SUBMIT, "done", 2, "1 file, 640.00 billed") in runs()
    Worker(store, "heir", clock).run(once=True, job=SUBMIT)
    assert sending.received() == sorted([*claims, *later])


def test_what_goes_wrong_is_a_failed_run_with_its_sentence(store: Store, clock: Clock) -> None:
    def refuse(turn: Turn) -> Result:
        raise Refused("The clearinghouse has no telephone.")

    assert worker(store, clock, jobs={PICK_UP: refuse}).run(once=True) == 1
    assert runs() == [(PICK_UP, "failed", 0, "The clearinghouse has no telephone.")]


def test_an_unexpected_error_names_its_place_and_never_its_text(store: Store, clock: Clock) -> None:
    def stumble(turn: Turn) -> Result:
        raise KeyError("OKAFOR, ADA")

    assert worker(store, clock, jobs={PICK_UP: stumble}).run(once=True) == 1
    ((_, outcome, _, message),) = runs()
    assert outcome == "failed"
    assert "Unexpected KeyError at test_worker.py:" in message
    assert "OKAFOR" not in message


def test_one_job_that_fails_does_not_keep_the_next_from_running(store: Store, clock: Clock) -> None:
    def stumble(turn: Turn) -> Result:
        raise ValueError

    with store.work(WORKER, clock()) as work:
        ensure_jobs(work)
    clock.move(3600)
    worker(store, clock, jobs={SUBMIT: stumble}).run(once=True)
    assert [run[:2] for run in runs()] == [(SUBMIT, "failed"), (PICK_UP, "done")]


def test_told_to_stop_it_ends_between_two_items(store: Store, clock: Clock) -> None:
    done: list[int] = []

    def items(turn: Turn) -> Result:
        for item in range(10):
            turn.between()
            done.append(item)
        return Result(10)

    stopped = worker(store, clock, jobs={PICK_UP: items}, stopping=lambda: len(done) == 3)
    assert stopped.run() == 0
    assert done == [0, 1, 2]
    assert [run[:2] for run in runs()] == [(PICK_UP, "done")]
    assert "Stopped between two items" in runs()[0][3]
    assert holder_now(store, clock()) == ""


def test_one_that_lost_its_lease_in_mid_job_writes_nothing_more(store: Store, clock: Clock) -> None:
    def slow(turn: Turn) -> Result:
        clock.move(61)
        assert acquire(store, "another", clock(), 60) is not None
        turn.between()
        raise AssertionError("it went on")

    late = worker(store, clock, jobs={PICK_UP: slow})
    late.run(once=True)
    assert [run[:2] for run in runs()] == [(PICK_UP, "running")]
    assert holder_now(store, clock()) == "another"
    clock.move(61)
    worker(store, clock, "heir").run(once=True)
    assert [run[1] for run in runs()] == ["abandoned", "done"]


def test_one_that_lost_its_lease_does_not_finish_its_run(store: Store, clock: Clock) -> None:
    def slow(turn: Turn) -> Result:
        clock.move(61)
        assert acquire(store, "another", clock(), 60) is not None
        return Result(5, "done all the same")

    worker(store, clock, jobs={PICK_UP: slow}).run(once=True)
    assert [run[:2] for run in runs()] == [(PICK_UP, "running")]


def test_a_long_job_keeps_its_lease_from_item_to_item(store: Store, clock: Clock) -> None:
    def long(turn: Turn) -> Result:
        for _ in range(10):
            clock.move(40)
            turn.between()
            assert acquire(store, "another", clock(), 60) is None
        return Result(10)

    worker(store, clock, jobs={PICK_UP: long}).run(once=True)
    assert runs() == [(PICK_UP, "done", 10, "")]


def test_a_store_that_goes_away_is_asked_again(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []

    def pick(turn: Turn) -> Result:
        done.append("picked up")
        return Result(1)

    looping = worker(store, clock, jobs={PICK_UP: pick}, stopping=lambda: bool(done))
    turn, broken = Worker._turn, [True]

    def away(self: Worker, job: str | None) -> bool:
        if broken:
            broken.clear()
            raise OperationalError("server closed the connection")
        return turn(self, job)

    monkeypatch.setattr(Worker, "_turn", away)
    assert looping.run() == 0
    assert done == ["picked up"]


def test_the_minute_of_the_settings_reaches_the_schedule(store: Store, clock: Clock) -> None:
    worker(store, clock, submission_minute=25).run(once=True)
    assert Job.get(Job.name == SUBMIT).next_run_at == clock.now.replace(minute=25)


def test_submitting_twice_sends_nothing_twice(store: Store, clock: Clock, tmp_path: Path) -> None:
    sending = Sending.of(store, small_practice(), tmp_path)
    claims = sending.ready(3)
    for _ in range(2):
        Worker(store, "a", clock).run(once=True, job=SUBMIT)
    assert sending.received() == claims
    assert ClaimsTransaction.select().count() == 1
