"""The worker: holds the lease, runs what is due, and writes down how it went.

As many may run as like; one acts. It stops between two items when told to, and what it had begun
is taken up by the next.
"""

import datetime
import os
import select
import signal
import sys
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial
from types import FrameType, TracebackType

from peewee import InterfaceError, OperationalError

from rcm_tui.billing.outcome import Refused
from rcm_tui.data.actor import WORKER
from rcm_tui.data.listening import Ear, ear_of
from rcm_tui.data.sentences import as_sentence
from rcm_tui.data.store import NotSaved, Store
from rcm_tui.exchange.mail.server import MailServer
from rcm_tui.exchange.transports import TransportError
from rcm_tui.jobs import schedule
from rcm_tui.jobs.back_up import back_up_store
from rcm_tui.jobs.emails import send_emails
from rcm_tui.jobs.escalation import escalate_cases
from rcm_tui.jobs.lease import SECONDS, Lease, LeaseLost, acquire, release, renew
from rcm_tui.jobs.open_cases import open_cases
from rcm_tui.jobs.pick_up import pick_up
from rcm_tui.jobs.practice import practice_clearinghouse
from rcm_tui.jobs.purge import purge
from rcm_tui.jobs.submission import holder_name, submission, submit, unfinished
from rcm_tui.jobs.turn import Result, Stopped, Transports, Turn, described

JOBS: Mapping[str, Callable[[Turn], Result]] = {
    schedule.SUBMIT: submit,
    schedule.PICK_UP: pick_up,
    schedule.PRACTICE_CLEARINGHOUSE: practice_clearinghouse,
    schedule.OPEN_CASES: open_cases,
    schedule.SEND_EMAILS: send_emails,
    schedule.ESCALATE: escalate_cases,
    schedule.BACK_UP: back_up_store,
    schedule.PURGE: purge,
}
LOOK_EVERY = 2.0
"""Seconds between two looks for what is due or asked for."""
AGAIN_AFTER = datetime.timedelta(minutes=1)
"""How long after a job that could not be kept what it left half-way is taken up (ours)."""

Clock = Callable[[], datetime.datetime]


def utc_now() -> datetime.datetime:
    """The wall clock, for workers that are not tested."""
    return datetime.datetime.now(datetime.UTC)


class Worker:
    """One worker. `wait` sleeps for so many seconds, or less when there is a reason to wake."""

    def __init__(
        self,
        store: Store,
        holder: str,
        clock: Clock,
        *,
        stopping: Callable[[], bool] = lambda: False,
        wait: Callable[[float], None] = lambda seconds: None,
        lease_seconds: int = SECONDS,
        submission_minute: int | None = None,
        jobs: Mapping[str, Callable[[Turn], Result]] = JOBS,
    ) -> None:
        self.store = store
        self.holder = holder
        self.clock = clock
        self.stopping = stopping
        self.wait = wait
        self.lease_seconds = lease_seconds
        self.submission_minute = submission_minute
        self.jobs = jobs
        self.lease: Lease | None = None
        self.transports = Transports(store.key_folder)
        self.failures = 0
        self.refusal = ""
        self._run: int | None = None
        self._again_at: datetime.datetime | None = None
        self._trouble: tuple[datetime.datetime, str] | None = None
        self._before = ""

    def run(self, once: bool = False, job: str | None = None) -> int:
        """Works until `stopping`, or once through what is due. Returns how many runs failed.

        `job` is run now, alone. With `once` a lease that another worker holds is left to it: then
        `job` is asked of that one, and `refusal` says so.
        """
        ready = False
        try:
            while not self.stopping():
                try:
                    if not ready:
                        with self.store.work(WORKER, self.clock()) as work:
                            schedule.ensure_jobs(work, self.submission_minute)
                        ready = True
                    if not self._turn(job) and once:
                        self._left_to_another(job)
                except LeaseLost:
                    self.lease = self._run = None  # whoever took over has closed it
                except (OperationalError, InterfaceError) as error:
                    # A server that went away, a disk that is full: each look tries again.
                    if once:
                        raise
                    self._keep_in_mind(error)
                    self.store.database.close()
                if once:
                    break
                job = None
                self.wait(self._pause())
        except Stopped:
            pass
        finally:
            self._let_go()
        return self.failures

    def _turn(self, job: str | None) -> bool:
        """One look: False when another worker holds the lease."""
        now = self.clock()
        is_new = self.lease is None
        if self.lease is not None:
            self.lease = renew(self.store, self.lease, now, self.lease_seconds)
        else:
            self.lease = acquire(self.store, self.holder, now, self.lease_seconds)
        if self.lease is None:
            return False
        if self._trouble is not None:
            self._tell_of_trouble(self.lease)
        due = schedule.due(self.store.database, now)
        names = [job] if job else [name for name in due if name in self.jobs]
        if is_new or (self._again_at is not None and self._again_at <= now):
            self._again_at = None
            self._take_over(self.lease, submits=schedule.SUBMIT in names)
        for name in names:
            self._run_job(name, self.jobs[name], asked=name == job)
        return True

    def _take_over(self, lease: Lease, submits: bool) -> None:
        """What a dead worker left: its runs are closed, its half-delivered files finished.

        `submits`: a submission comes next, which finishes them itself.
        """
        with self.store.work(WORKER, self.clock()) as work:
            lease.check(work)
            schedule.abandon_runs(work, lease.fence)
        if unfinished(self.store) and not submits:
            self._run_job(schedule.SUBMIT, lambda turn: submission(turn, building=False).result())

    def _run_job(self, name: str, job: Callable[[Turn], Result], asked: bool = False) -> None:
        lease = self.lease
        assert lease is not None
        with self.store.work(WORKER, self.clock()) as work:
            lease.check(work)
            asked = asked or schedule.is_requested(name)
            run = schedule.start_run(work, name, self.holder, lease.fence)
        self._run = run
        turn = Turn(
            self.store,
            lease,
            self.clock,
            self.transports,
            self.stopping,
            self.lease_seconds,
            asked,
        )
        try:
            result = job(turn)
        except LeaseLost:
            raise
        except Stopped:
            self._finish(run, Result(message="Stopped between two items; the rest waits."))
            raise
        except (Refused, TransportError) as error:
            result = Result(problems=[str(error)])
        except NotSaved as error:
            self._again_at = self.clock() + AGAIN_AFTER
            result = Result(problems=[f"{as_sentence(error)} The next run takes up from there."])
        except Exception as error:
            result = Result(problems=[f"{described(error)}; nothing is lost."])
        self.lease = turn.lease
        self._finish(run, result)

    def _finish(self, run: int, result: Result) -> None:
        lease = self.lease
        assert lease is not None
        self.failures += bool(result.problems)
        said = " ".join((self._before, result.message, *result.problems)).strip()
        with self.store.work(WORKER, self.clock()) as work:
            lease.check(work)
            schedule.finish_run(
                work,
                run,
                failed=bool(result.problems),
                items=result.items,
                message=said,
            )
        self._run, self._before = None, ""

    def _keep_in_mind(self, error: Exception) -> None:
        """A store that cannot be written cannot be told so either: told when it can again."""
        sentence = as_sentence(error) if isinstance(error, NotSaved) else f"{described(error)}."
        if self._trouble is None or self._trouble[1] != sentence:
            print(f"rcm-tui: {sentence}", file=sys.stderr, flush=True)
        self._trouble = (self._trouble[0] if self._trouble else self.clock(), sentence)

    def _tell_of_trouble(self, lease: Lease) -> None:
        """Closes the run that could not go on, or lets the next run say what was before it."""
        assert self._trouble is not None
        since, sentence = self._trouble
        said = f"From {since:%Y-%m-%d %H:%M} to {self.clock():%H:%M} UTC nothing could be saved:"
        said = f"{said} {sentence[:1].lower()}{sentence[1:]} Work goes on now."
        if self._run is not None:
            with self.store.work(WORKER, self.clock()) as work:
                lease.check(work)
                schedule.finish_run(work, self._run, failed=True, items=0, message=said)
        else:
            self._before = said
        self._run = self._trouble = None
        self._again_at = self.clock()

    def _left_to_another(self, job: str | None) -> None:
        self.refusal = "another worker is at work in this practice"
        if job is not None:
            with self.store.work(WORKER, self.clock()) as work:
                schedule.request_job(work, job)
            self.refusal += f"; it was asked to do {job!r}"

    def _pause(self) -> float:
        """Seconds to the next look."""
        if self.lease is None:
            return LOOK_EVERY
        due_at = schedule.next_time(self.store.database)
        if due_at is None:
            return LOOK_EVERY
        return min(LOOK_EVERY, max(0.0, (due_at - self.clock()).total_seconds()))

    def _let_go(self) -> None:
        if self.lease is not None:
            with suppress(NotSaved):  # then it runs out by itself
                release(self.store, self.lease, self.clock())
            self.lease = None
        self.transports.close()


def main_loop(
    store: Store,
    *,
    once: bool = False,
    job: str | None = None,
    beside: bool = False,
    submission_minute: int | None = None,
    mail: MailServer | None = None,
    clock: Clock = utc_now,
) -> int:
    """`rcm-tui worker`: works until SIGTERM, SIGINT or SIGHUP, or once. Returns the exit status.

    `beside` is for the child of a workstation: it also stops when its standard input ends, which
    it does when the workstation is gone, however that came about. Emails are sent through `mail`,
    and wait where there is none.
    """
    with Reasons(watch_input=beside, ear=ear_of(store)) as reasons:
        worker = Worker(
            store,
            holder_name(),
            clock,
            stopping=reasons.stopping,
            wait=reasons.wait,
            submission_minute=submission_minute,
            jobs={**JOBS, schedule.SEND_EMAILS: partial(send_emails, server=mail)},
        )
        if not once:
            print("rcm-tui: the worker has started", file=sys.stderr, flush=True)
        failures = worker.run(once=once, job=job)
    if worker.refusal:
        print(f"rcm-tui: {worker.refusal}", file=sys.stderr)
    return 1 if once and failures else 0


class Reasons:
    """The reasons to stop: a signal, and the end of standard input where that is watched.

    On PostgreSQL an `ear` hears when the worker is called, which is a reason to look at once.
    """

    def __init__(self, watch_input: bool, ear: Ear | None = None) -> None:
        self._ear = ear
        self._input = sys.stdin.fileno() if watch_input else -1
        self._told = False
        self._before: dict[int, signal.Handlers | Callable[..., object] | int | None] = {}
        self._reader, self._writer = -1, -1

    def __enter__(self) -> "Reasons":
        # A signal writes into the pipe, so one that comes just before the wait is not missed.
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._writer, False)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            self._before[number] = signal.signal(number, self._hear)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
        os.close(self._reader)
        os.close(self._writer)
        if self._ear is not None:
            self._ear.close()

    def stopping(self) -> bool:
        """Whether there is a reason to stop."""
        if not self._told and self._input >= 0:
            self.wait(0.0)
        return self._told

    def wait(self, seconds: float) -> None:
        """Waits, until there is a reason to stop or to look."""
        until = time.monotonic() + seconds
        while not (self._told or self._called()):
            watched = [self._reader] + ([self._input] if self._input >= 0 else [])
            hearing = self._ear is not None and self._ear.is_open
            ears = [self._ear] if hearing else []
            left = max(0.0, until - time.monotonic())
            ready, _, _ = select.select([*watched, *ears], [], [], left)
            if self._input in ready and not os.read(self._input, 1024):
                self._told = True
            if not (hearing and self._ear in ready):
                return

    def _called(self) -> bool:
        return self._ear is not None and WORKER.login in (self._ear.hear() or ())

    def _hear(self, number: int, frame: FrameType | None) -> None:
        self._told = True
        os.write(self._writer, b"!")
