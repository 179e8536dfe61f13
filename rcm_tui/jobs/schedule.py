"""When jobs run: the schedule in the Job rows, and the history of runs."""

import datetime
from typing import Any

from peewee import Database

from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.rights import RUN_JOBS, needs
from rcm_tui.data.actor import WORKER
from rcm_tui.data.tables.jobs import JOB_NAMES, Job, JobRun
from rcm_tui.data.tables.practice import Practice
from rcm_tui.data.work import Work

SUBMIT, PICK_UP, PRACTICE_CLEARINGHOUSE, SEND_EMAILS, ESCALATE, OPEN_CASES, BACK_UP, PURGE = (
    JOB_NAMES
)
IN_ORDER = (
    SUBMIT,
    PRACTICE_CLEARINGHOUSE,
    PICK_UP,
    OPEN_CASES,
    ESCALATE,
    SEND_EMAILS,
    BACK_UP,
    PURGE,
)
"""When several are due: claims go out before the answers to them are looked for, and cases are
opened for what these deny."""

HOUR = 3600
DAY = 24 * HOUR
EVERY_SECONDS = {
    SUBMIT: HOUR,
    PICK_UP: 60,
    PRACTICE_CLEARINGHOUSE: 5,
    OPEN_CASES: HOUR,
    ESCALATE: HOUR,
    SEND_EMAILS: 60,
    BACK_UP: HOUR,
    PURGE: DAY,
}

AT_ONCE = (PICK_UP, PRACTICE_CLEARINGHOUSE)
AT_MINUTE = {SUBMIT: 0, BACK_UP: 30}  # of the hour; the others run so long after they last did


def ensure_jobs(work: Work, submission_minute: int | None = None) -> None:
    """Makes the jobs that are missing, and sets the minute of the hour at which claims are sent.

    A submission that runs more often than hourly (the demo's) keeps its own rhythm. The practice
    clearinghouse is never enabled outside a demo, and a demo is not backed up.
    """
    is_demo = bool(Practice.select(Practice.is_demo).scalar())
    for name in IN_ORDER:
        job = Job.get_or_none(Job.name == name)
        if job is None:
            job = Job(name=name, every_seconds=EVERY_SECONDS[name])
            job.at_minute = AT_MINUTE.get(name)
            job.enabled = name not in ((BACK_UP,) if is_demo else (PRACTICE_CLEARINGHOUSE,))
            job.next_run_at = None if name in AT_ONCE else next_run(job, work.now)
            job.save(force_insert=True)
        if name == PRACTICE_CLEARINGHOUSE and job.enabled and not is_demo:
            Job.update(enabled=False).where(Job.id == job.id).execute()
        minute = submission_minute if name == SUBMIT and job.every_seconds >= HOUR else None
        if minute is not None and job.at_minute != minute:
            job.at_minute = minute
            job.next_run_at = next_run(job, work.now)
            job.save()


def next_run(job: Any, after: datetime.datetime) -> datetime.datetime:
    """When a job runs next, strictly after a moment (UTC).

    Hours are taken in UTC: the minute is the same in every time zone of whole hours.
    """
    if job.at_minute is None:
        return after + datetime.timedelta(seconds=job.every_seconds)
    this_hour: datetime.datetime = after.replace(minute=job.at_minute, second=0, microsecond=0)
    return this_hour if this_hour > after else this_hour + datetime.timedelta(hours=1)


def due(database: Database, now: datetime.datetime) -> list[str]:
    """The names of the jobs that were asked for or whose time has come, in the order to run.

    One whose time is two rounds away or more was planned before the clock was set back: it is due.
    """
    rows: Any = Job.select().where(Job.enabled == 1)
    names = {job.name for job in rows.bind(database) if _is_due(job, now)}
    return [name for name in IN_ORDER if name in names]


def _is_due(job: Any, now: datetime.datetime) -> bool:
    if job.requested or job.next_run_at is None or job.next_run_at <= now:
        return True
    round_ = datetime.timedelta(seconds=job.every_seconds)
    return bool(job.next_run_at > next_run(job, now) + round_)


def next_time(database: Database) -> datetime.datetime | None:
    """When the next job runs by the clock."""
    return _next(database, Job.enabled == 1)


def next_submission(database: Database) -> datetime.datetime | None:
    """When claims are sent next; None when submission is turned off or never was set up."""
    return _next(database, (Job.enabled == 1) & (Job.name == SUBMIT))


@needs(RUN_JOBS)
def request_job(work: Work, name: str) -> None:
    """Asks for a job to run at the worker's next look. Raises Refused for one that may not run."""
    job = Job.get_or_none(Job.name == name)
    if job is None and name in JOB_NAMES:
        ensure_jobs(work)
        job = Job.get(Job.name == name)
    if job is None or not job.enabled:
        raise Refused(f"The job {name!r} cannot be started: it is not enabled in this practice.")
    Job.update(requested=True).where(Job.id == job.id).execute()
    work.calls = WORKER.login
    work.record("job requested", "job", job.id, name=name)


def is_requested(name: str) -> bool:
    """Whether a person has asked for the job since it ran last."""
    return bool(Job.select().where(Job.name == name, Job.requested == 1).exists())


def start_run(work: Work, name: str, worker: str, fence: int) -> int:
    """Writes that a job has started and when it runs next; returns the run."""
    job = Job.get(Job.name == name)
    Job.update(requested=False, next_run_at=next_run(job, work.now)).where(
        Job.id == job.id
    ).execute()
    run = JobRun.create(job=job, worker=worker, fence=fence, started_at=work.now)
    return int(run.id)


def finish_run(work: Work, run_id: int, *, failed: bool, items: int, message: str) -> None:
    """Writes what became of a run. Of runs that found nothing to do, only the newest is kept; of
    those in a row that failed, or did nothing, in the same words, the first and the newest."""
    JobRun.update(
        finished_at=work.now,
        outcome="failed" if failed else "done",
        items=items,
        message=message,
    ).where(JobRun.id == run_id).execute()
    if not failed and not items and not message:
        job = JobRun.select(JobRun.job).where(JobRun.id == run_id)
        JobRun.delete().where(
            JobRun.job.in_(job),
            JobRun.id < run_id,
            JobRun.outcome == "done",
            JobRun.items == 0,
            JobRun.message == "",
        ).execute()
    elif failed or not items:
        _keep_first_and_newest(run_id, "failed" if failed else "done", items, message)


def _keep_first_and_newest(run_id: int, outcome: str, items: int, message: str) -> None:
    job = JobRun.select(JobRun.job).where(JobRun.id == run_id)
    before: Any = (
        JobRun.select(JobRun.id, JobRun.outcome, JobRun.items, JobRun.message)
        .where(JobRun.job.in_(job), JobRun.id < run_id)
        .order_by(JobRun.id.desc())
        .limit(2)
        .tuples()
    )
    same = [key for key, *told in before if told == [outcome, items, message]]
    if len(same) == 2:
        JobRun.delete().where(JobRun.id == same[0]).execute()


def abandon_runs(work: Work, fence: int) -> int:
    """Marks the runs of earlier workers that never ended; returns how many there were."""
    return int(
        JobRun.update(
            outcome="abandoned",
            finished_at=work.now,
            message="Its worker stopped in the middle; the next one took up from there.",
        )
        .where(JobRun.outcome == "running", JobRun.fence < fence)
        .execute()
    )


def _next(database: Database, condition: Any) -> datetime.datetime | None:
    rows: Any = Job.select(Job.next_run_at).where(condition).tuples().bind(database)
    return min((time for (time,) in rows if time is not None), default=None)
