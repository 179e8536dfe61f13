"""What the Home and Jobs screens say: what waits, what was sent and came back, what went wrong."""

import datetime
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from peewee import Database

from rcm_tui.data.bulk import chunked
from rcm_tui.data.fields import moment_from_store
from rcm_tui.data.queues import QUEUES
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Order, Viewer
from rcm_tui.data.records import rows_of
from rcm_tui.data.snapshot import one_moment
from rcm_tui.data.tables.claims import READY, Claim
from rcm_tui.data.tables.exchange import ClaimsTransaction, IncomingFile
from rcm_tui.data.tables.jobs import Job, JobRun
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.practice import BusinessUnit

RECENT = 4


@dataclass(frozen=True, slots=True)
class Heap:
    """A view that somebody has to work: which of its totals is money, which column its age.

    Either may be empty. A date to come is the time that is left.
    """

    queue: str
    view: str
    money: str
    age: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many rows wait in a view, how many cents they are, and the date of the oldest."""

    heap: Heap
    count: int
    cents: int
    oldest: datetime.date | None


def read_waiting(database: Database, heaps: Sequence[Heap], viewer: Viewer) -> list[Waiting]:
    """Counts each heap through its queue's own declaration."""
    return [_waiting(database, heap, viewer) for heap in heaps]


def _waiting(database: Database, heap: Heap, viewer: Viewer) -> Waiting:
    queue = QUEUES[heap.queue]
    order = Order.by(heap.age) if heap.age else None
    pages = QueuePages(database, queue, viewer, view=heap.view, order=order)
    totals = pages.totals()
    oldest = None
    if totals["count"] and heap.age:
        names = [column.name for column in queue.columns]
        first = pages.page(limit=1).rows
        value = first[0][names.index(heap.age)] if first else None
        oldest = _day(value, viewer) if isinstance(value, str) else None
    return Waiting(heap, totals["count"], totals[heap.money] if heap.money else 0, oldest)


def _day(text: str, viewer: Viewer) -> datetime.date:
    """The viewer's date of a date or of a moment in UTC."""
    if len(text) == len("2026-03-02"):
        return datetime.date.fromisoformat(text)
    return moment_from_store(text).astimezone(viewer.zone).date()


@dataclass(frozen=True, slots=True)
class SentFile:
    """A claims transaction; `cents` is what it bills."""

    file_name: str
    interchange_control_number: int
    claims: int
    cents: int
    state: str
    acknowledgement: str
    built_at: datetime.datetime


@dataclass(frozen=True, slots=True)
class ReceivedFile:
    """A file that came in. `problem` is its first finding where it was not taken as it is."""

    name: str
    kind: str
    outcome: str
    claims: int
    cents: int
    received_at: datetime.datetime
    problem: str


@dataclass(frozen=True, slots=True)
class JobState:
    """A job, when it runs next, and how its last run ended."""

    name: str
    every_seconds: int
    at_minute: int | None
    enabled: bool
    requested: bool
    next_run_at: datetime.datetime | None
    last_started_at: datetime.datetime | None
    last_outcome: str
    last_items: int
    last_message: str


@dataclass(frozen=True, slots=True)
class Traffic:
    """What went out and came in lately, and what went wrong on the way."""

    sent: list[SentFile]
    received: list[ReceivedFile]
    refused: list[ReceivedFile]
    failed_runs: list[tuple[str, datetime.datetime, str]]
    jobs: list[JobState]
    ready_claims: int


def read_traffic(database: Database, since: datetime.datetime) -> Traffic:
    """The newest files either way; failed runs and files not taken are those since a moment."""
    with one_moment(database):
        incoming = IncomingFile.select(
            IncomingFile.name,
            IncomingFile.kind,
            IncomingFile.outcome,
            IncomingFile.claims,
            IncomingFile.paid,
            IncomingFile.received_at,
            IncomingFile.findings,
        ).order_by(IncomingFile.received_at.desc())
        troubled = incoming.where(
            IncomingFile.outcome.in_(("held", "refused")), IncomingFile.received_at >= since
        )
        failed = (
            JobRun.select(Job.name, JobRun.started_at, JobRun.message)
            .join(Job)
            .where(JobRun.outcome == "failed", JobRun.started_at >= since)
            .order_by(JobRun.id.desc())
            .limit(RECENT)
        )
        return Traffic(
            sent=[SentFile(*row) for row in rows_of(_sent().limit(RECENT))],
            received=[_received(row) for row in rows_of(incoming.limit(RECENT))],
            refused=[_received(row) for row in rows_of(troubled.limit(RECENT))],
            failed_runs=rows_of(failed),
            jobs=read_jobs(database),
            ready_claims=ready_claims(database),
        )


def read_jobs(database: Database) -> list[JobState]:
    """Every job with its last run."""
    states = []
    for job in Job.select().order_by(Job.id):
        run = JobRun.select().where(JobRun.job == job).order_by(JobRun.started_at.desc()).first()
        states.append(
            JobState(
                job.name,
                job.every_seconds,
                job.at_minute,
                job.enabled,
                job.requested,
                job.next_run_at,
                run.started_at if run else None,
                run.outcome if run else "",
                run.items if run else 0,
                run.message if run else "",
            )
        )
    return states


def known_values(database: Database) -> dict[str, list[str]]:
    """Values that complete a filter: names of payers and business units."""
    payers = Payer.select(Payer.short_name, Payer.name).order_by(Payer.name)
    units = BusinessUnit.select(BusinessUnit.name).order_by(BusinessUnit.name)
    return {
        "payer": [short or name for short, name in rows_of(payers)],
        "unit": [name for (name,) in rows_of(units)],
    }


def active_units(database: Database) -> list[tuple[int, str]]:
    """The business units that bill, by name."""
    rows = (
        BusinessUnit.select(BusinessUnit.id, BusinessUnit.name)
        .where(BusinessUnit.active == 1)
        .order_by(BusinessUnit.name)
    )
    return rows_of(rows)


def ready_claims(database: Database, among: Iterable[int] | None = None) -> int:
    """How many claims are Ready to Submit: of all, or of some keys."""
    ready = Claim.select().where(Claim.status == READY)
    if among is None:
        return ready.count()
    return sum(ready.where(Claim.id.in_(part)).count() for part in chunked(among))


def _sent() -> Any:
    return ClaimsTransaction.select(
        ClaimsTransaction.file_name,
        ClaimsTransaction.interchange_control_number,
        ClaimsTransaction.claims,
        ClaimsTransaction.billed,
        ClaimsTransaction.state,
        ClaimsTransaction.acknowledgement,
        ClaimsTransaction.built_at,
    ).order_by(ClaimsTransaction.id.desc())


def _received(row: Any) -> ReceivedFile:
    name, kind, outcome, claims, cents, received_at, findings = row
    reasons = [finding.get("reason", "") for finding in json.loads(findings)]
    problem = reasons[0] if reasons else ""
    return ReceivedFile(name, kind, outcome, claims, cents, received_at, problem)
