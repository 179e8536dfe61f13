"""The hourly submission: Ready claims go out, and what an earlier run left is finished first."""

import datetime
import os
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from rcm_tui.billing.outcome import Left, Refused, counted
from rcm_tui.data.actor import WORKER
from rcm_tui.data.store import Store
from rcm_tui.data.tables.exchange import ClaimsTransaction
from rcm_tui.data.tables.jobs import Job, JobRun
from rcm_tui.data.tables.payers import Clearinghouse
from rcm_tui.exchange.delivery import Delivery, build, clearinghouses, deliver, recover
from rcm_tui.exchange.outgoing import claims_waiting
from rcm_tui.exchange.transports import TransportError
from rcm_tui.jobs.lease import LeaseLost, acquire, release
from rcm_tui.jobs.schedule import SUBMIT, ensure_jobs, finish_run, request_job, start_run
from rcm_tui.jobs.turn import Result, Transports, Turn

PATIENCE = 60.0
LOOK_EVERY = 0.2
NAMED = 3
"""How many claims that went back to Draft a run names; it counts them all."""


@dataclass(slots=True)
class Submission:
    """The files of one submission, a sentence per thing that went wrong, and the claims that went
    back to Draft because they are not valid any more."""

    files: list[Delivery] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    sent_back: list[Left] = field(default_factory=list)

    def result(self) -> Result:
        """As the history of runs shows it: claims sent, how many files and dollars, and what went
        back to Draft."""
        sent = [file for file in self.files if file.state == "sent"]
        claims = sum(file.claims for file in sent)
        billed = sum(file.billed for file in sent)
        files = counted(len(sent), "file")
        message = f"{files}, {billed // 100:,}.{billed % 100:02d} billed" if sent else ""
        if self.sent_back:
            message = f"{message}. {self._told_back()}" if message else self._told_back()
        return Result(claims, message, self.problems)

    def _told_back(self) -> str:
        count = len(self.sent_back)
        names = ", ".join(item.name for item in self.sent_back[:NAMED])
        more = f" and {count - NAMED:,} more" if count > NAMED else ""
        were = "was" if count == 1 else "were"
        return (
            f"{counted(count, 'claim')} {were} sent back to Draft: {names}{more}. Why stands in"
            " Claims, view Draft – failed validation."
        )


def submit(turn: Turn) -> Result:
    """The job: every clearinghouse, one after another."""
    return submission(turn).result()


def submission(turn: Turn, building: bool = True) -> Submission:
    """Finishes what was left, then builds and delivers until no claim is waiting.

    `building` False only finishes. What goes wrong at one clearinghouse does not keep the others
    waiting. Raises LeaseLost and Stopped, after which another run takes up from there.
    """
    done = Submission()
    for clearinghouse in clearinghouses():
        try:
            _one(turn, clearinghouse, done, building)
        except TransportError as error:
            done.problems.append(
                f"{error} What waits for {clearinghouse.name} goes out with the next run."
            )
        except Refused as error:
            done.problems.append(str(error))
    return done


def unfinished(store: Store) -> bool:
    """Whether an earlier worker left a file half-way."""
    store.database.connect(reuse_if_open=True)
    return (
        ClaimsTransaction.select().where(ClaimsTransaction.state.in_(("built", "staged"))).exists()
    )


def submit_now(
    store: Store,
    clock: Callable[[], datetime.datetime] = lambda: datetime.datetime.now(datetime.UTC),
    wait: Callable[[float], None] = time.sleep,
) -> Submission:
    """Submits now, for a person: here, or by the worker that holds the lease.

    Then the worker is asked, and its run waited for; when it does not come to it within a minute
    the claims stay Ready to Submit and a problem says who is at work.
    """
    with store.work(WORKER, clock()) as work:
        ensure_jobs(work)
    lease = acquire(store, holder_name(), clock())
    if lease is None:
        return _by_the_worker(store, clock, wait)
    turn = Turn(store, lease, clock, Transports(store.key_folder))
    try:
        with store.work(WORKER, clock()) as work:
            lease.check(work)
            run = start_run(work, SUBMIT, lease.holder, lease.fence)
        done = submission(turn)
        result = done.result()
        with store.work(WORKER, clock()) as work:
            lease.check(work)
            finish_run(
                work,
                run,
                failed=bool(result.problems),
                items=result.items,
                message=" ".join((result.message, *result.problems)).strip(),
            )
        return done
    except LeaseLost:
        return Submission(problems=["Another worker took over; it finishes what was begun."])
    finally:
        turn.transports.close()
        release(store, turn.lease, clock())


def holder_name() -> str:
    """A name for one run of this process: host, process, and something random."""
    return f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"


def _one(turn: Turn, clearinghouse: Clearinghouse, done: Submission, building: bool) -> None:
    transport = turn.transports.of(clearinghouse)
    key = int(clearinghouse.id)
    taken_up = recover(turn.store, key, transport, turn.lease, turn.clock(), turn.between)
    _add(done, taken_up)
    if any(file.state in ("built", "staged") for file in taken_up):
        return  # where a file cannot be delivered, no further ones are built
    waiting = claims_waiting(turn.store.database, key)
    while building and waiting:
        turn.between()
        for transaction_id in build(
            turn.store, key, turn.lease, turn.clock(), sent_back=done.sent_back
        ):
            file = deliver(turn.store, transaction_id, transport, turn.lease, turn.clock())
            _add(done, [file])
            building = file.state == "sent"
        left = claims_waiting(turn.store.database, key)
        building = building and left < waiting
        waiting = left


def _add(done: Submission, files: list[Delivery]) -> None:
    done.files += [file for file in files if file.state != "unconfirmed"]
    done.problems += [file.problem for file in files if file.problem]


def _by_the_worker(
    store: Store, clock: Callable[[], datetime.datetime], wait: Callable[[float], None]
) -> Submission:
    """Asks the worker that holds the lease, and waits for the run that it starts then."""
    before = JobRun.select(JobRun.id).order_by(JobRun.id.desc()).limit(1).scalar() or 0
    with store.work(WORKER, clock()) as work:
        request_job(work, SUBMIT)
    until = clock() + datetime.timedelta(seconds=PATIENCE)
    while clock() < until:
        run: Any = (
            JobRun.select()
            .join(Job)
            .where(Job.name == SUBMIT, JobRun.id > before, JobRun.finished_at.is_null(False))
            .order_by(JobRun.id.desc())
            .first()
        )
        if run is not None:
            failed = run.outcome != "done"
            return Submission(_files_of(run), [run.message] if failed else [])
        wait(LOOK_EVERY)
    return Submission(
        problems=[
            "Another worker is busy with something else; it was asked to submit, and the claims"
            " stay Ready to Submit until it does."
        ]
    )


def _files_of(run: Any) -> list[Delivery]:
    rows = ClaimsTransaction.select(ClaimsTransaction, Clearinghouse).join(Clearinghouse)
    return [
        Delivery(
            row.id,
            f"{row.clearinghouse.outgoing}/{row.file_name}",
            row.interchange_control_number,
            row.claims,
            row.billed,
            row.state,
            row.message,
        )
        for row in rows.where(
            ClaimsTransaction.built_at >= run.started_at,
            ClaimsTransaction.built_at <= run.finished_at,
        ).order_by(ClaimsTransaction.id)
    ]
