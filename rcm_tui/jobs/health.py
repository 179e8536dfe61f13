"""Whether the program does its work: what a monitor asks every few minutes.

None of it takes longer as the store grows. Where the worker runs beside open workstations alone,
nobody being there is no failure: only backups that stay away for days are.
"""

import datetime
import shutil
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from rcm_tui.billing.check import CheckResult
from rcm_tui.data import audit
from rcm_tui.data.backups import folder_of, taken
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.fields import moment_to_store
from rcm_tui.data.store import Store
from rcm_tui.data.store_database import sqlite_path
from rcm_tui.data.tables.exchange import ClaimsTransaction
from rcm_tui.data.tables.jobs import Job, JobRun
from rcm_tui.jobs.lease import holder_now
from rcm_tui.jobs.schedule import BACK_UP

HOUR = datetime.timedelta(hours=1)
UNDELIVERED_FOR = HOUR
"""How long a file of claims may be on its way (ours): it is tried again every minute."""
UNCONFIRMED_FOR = datetime.timedelta(hours=24)
"""How long a file may go without a TA1 or 999 (ours): most come within the hour."""
BACKUP_AGE = {"service": 3 * HOUR, "in-app": datetime.timedelta(days=7)}
LATE = datetime.timedelta(minutes=15)
"""How long after its time a job may still not have run (ours): those before it take a while."""
LEAST_FREE = 500_000_000
NEWEST_RECORDS, NEWEST_JOURNALS = 1000, 1000
"""How much of audit trail and ledger is proven each time; all of it by the whole check."""


def health(store: Store, now: datetime.datetime, worker: str) -> list[CheckResult]:
    """Every look, in the time of a few pages. `worker` is the setting. Nothing is changed."""
    checks: dict[str, Callable[[CheckResult], None]] = {
        "newest audit records": lambda result: _audit(store, result),
        "newest journals": lambda result: _journals(store, result),
        "worker": lambda result: _worker(store, now, worker, result),
        "jobs": lambda result: _jobs(now, worker, result),
        "files on their way": lambda result: _transmissions(now, result),
        "last backup": lambda result: _backup(store, now, worker, result),
        "room on disk": lambda result: _room(store, result),
    }
    store.database.connect(reuse_if_open=True)
    results = []
    for name, check in checks.items():
        result = CheckResult(name)
        check(result)
        results.append(result)
    return results


def _audit(store: Store, result: CheckResult) -> None:
    result.figures["records"], breaks = audit.verify_newest(
        store.database, store.audit_key, NEWEST_RECORDS
    )
    for sentence in breaks:
        result.fail(sentence)


def _journals(store: Store, result: CheckResult) -> None:
    ((newest,),) = read_rows(store.database, "SELECT coalesce(max(id), 0) FROM journal")
    rows = read_rows(
        store.database,
        "SELECT journal.id, coalesce(sum(entry.amount), 0), count(entry.id) FROM journal"
        " LEFT JOIN entry ON entry.journal_id = journal.id WHERE journal.id > ?"
        " GROUP BY journal.id ORDER BY journal.id",
        newest - NEWEST_JOURNALS,
    )
    result.figures["journals"] = len(rows)
    for journal, total, entries in rows:
        if not entries:
            result.fail(f"journal {journal} has no entries")
        elif total:
            result.fail(f"journal {journal} is off by {Decimal(int(total)) / 100}")


def _worker(store: Store, now: datetime.datetime, worker: str, result: CheckResult) -> None:
    at_work = bool(holder_now(store, now))
    result.figures["at work"] = int(at_work)
    if worker == "service" and not at_work:
        result.fail(
            "no worker is at work: claims are not sent and answers not picked up; look at"
            " systemctl status rcm-tui-worker"
        )


def _jobs(now: datetime.datetime, worker: str, result: CheckResult) -> None:
    result.figures["jobs"] = 0
    for job in Job.select().where(Job.enabled == 1).order_by(Job.id):
        result.figures["jobs"] += 1
        last = (
            JobRun.select()
            .where(JobRun.job == job.id, JobRun.outcome != "running")
            .order_by(JobRun.started_at.desc())
            .first()
        )
        if last is not None and last.outcome == "failed":
            result.fail(
                f"the job “{job.name}” failed at {moment_to_store(last.started_at)}: the Jobs"
                " screen says why"
            )
        due = job.next_run_at
        if worker == "service" and due is not None and now - due > LATE:
            result.fail(f"the job “{job.name}” was to run at {moment_to_store(due)} and did not")


def _transmissions(now: datetime.datetime, result: CheckResult) -> None:
    of = ClaimsTransaction
    waiting: Any = of.select(of.file_name, of.state).where(
        (of.state.in_(("built", "staged")) & (of.built_at < now - UNDELIVERED_FOR))
        | (of.state == "unconfirmed")
    )
    result.figures["waiting"] = 0
    for name, state in waiting.order_by(of.id).tuples():
        result.figures["waiting"] += 1
        if state == "unconfirmed":
            result.fail(f"{name} may not have arrived: nobody has named it; a person decides")
        else:
            result.fail(f"{name} could not be delivered for more than an hour")
    unanswered: Any = (
        of.select(of.file_name)
        .where(
            of.state == "sent",
            of.confirmed_at.is_null(),
            of.sent_at < now - UNCONFIRMED_FOR,
            of.sent_at > now - 14 * UNCONFIRMED_FOR,
        )
        .order_by(of.id)
    )
    names = [name for (name,) in unanswered.tuples()]
    result.figures["unanswered"] = len(names)
    for name in names:
        result.fail(f"{name} was sent more than a day ago, and no TA1 or 999 has come for it")


def _backup(store: Store, now: datetime.datetime, worker: str, result: CheckResult) -> None:
    path = sqlite_path(store.url)
    job = Job.get_or_none(Job.name == BACK_UP, Job.enabled == 1)
    if path is None or job is None:
        return  # PostgreSQL's administrator backs up; a demo, or a practice just made, has none
    folder = folder_of(path.absolute(), store.backup_folder)
    newest = next(iter(taken(folder).values()), None)
    if newest is None:
        if job.next_run_at is not None and now - job.next_run_at > LATE and worker == "service":
            result.fail(f"there is no backup in {folder}")
        return
    result.figures["minutes old"] = int((now - newest).total_seconds() // 60)
    if now - newest > BACKUP_AGE[worker]:
        result.fail(f"the newest backup in {folder} is of {moment_to_store(newest)}")


def _room(store: Store, result: CheckResult) -> None:
    """As much as the next backup needs, and some more."""
    path = sqlite_path(store.url)
    if path is None:
        return
    path = path.absolute()
    size = path.stat().st_size
    needed = max(LEAST_FREE, 2 * size)
    for folder in (path.parent, folder_of(path, store.backup_folder)):
        there = next(one for one in (folder, *folder.parents) if one.is_dir())
        free = shutil.disk_usage(there).free
        result.figures[f"MB free for {_kind(folder, path)}"] = free // 1_000_000
        if free < needed:
            result.fail(
                f"{folder} has {free // 1_000_000:,} MB left, {needed // 1_000_000:,} are needed:"
                " room for the store and its next backup"
            )


def _kind(folder: Path, path: Path) -> str:
    return "the store" if folder == path.parent else "backups"
