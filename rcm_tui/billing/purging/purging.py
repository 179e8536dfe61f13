"""Running the policies: first what would go, then letting it go step by step, each on record."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from peewee import Database

from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.purging.contents import CONTENTS, scrub
from rcm_tui.billing.rights import KEEP_STORE, needs
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.fields import moment_to_store
from rcm_tui.data.kept_files import KeptFiles
from rcm_tui.data.tables.purging import PurgePolicy, PurgeRun
from rcm_tui.data.work import Work

STEP = 200
"""So many contents go in one unit of work, so that nobody waits long (ours)."""


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a policy would let go now: how many, bytes, the oldest and newest (UTC), and what a
    hold keeps of it."""

    kept: str
    months: int
    active: bool
    things: int
    bytes: int
    oldest: str
    newest: str
    held: int


def foresee(database: Database, now: datetime.datetime, today: datetime.date) -> list[Foreseen]:
    """What every policy would let go, whether it is switched on or not. Nothing is changed."""
    found = []
    for policy in PurgePolicy.select().order_by(PurgePolicy.id):
        content, before = CONTENTS[policy.kept], cutoff(now, policy.months)
        ((things, size, oldest, newest),) = read_rows(
            database,
            f"SELECT COUNT(*), COALESCE(SUM({content.bytes}), 0), MIN({content.moment}),"
            f" MAX({content.moment}) FROM {content.condition(today.isoformat(), False)}",
            *[before] * content.old.count("?"),
        )
        ((held,),) = read_rows(
            database,
            f"SELECT COUNT(*) FROM {content.condition(today.isoformat(), True)}",
            *[before] * content.old.count("?"),
        )
        found.append(
            Foreseen(
                policy.kept,
                policy.months,
                bool(policy.active),
                int(things),
                int(size),
                oldest or "",
                newest or "",
                int(held),
            )
        )
    return found


def active_policies(database: Database) -> list[int]:
    """The keys of the policies that are switched on."""
    rows = read_rows(database, "SELECT id FROM purge_policy WHERE active = 1 ORDER BY id")
    return [int(row[0]) for row in rows]


@needs(KEEP_STORE)
def begin_run(work: Work, policy_id: int) -> int:
    """Begins a run of a policy; returns the run. Raises Refused for one that is switched off."""
    policy = PurgePolicy.get_or_none(PurgePolicy.id == policy_id)
    if policy is None or not policy.active:
        raise Refused("this policy is switched off: nothing goes by it")
    run = PurgeRun.create(policy=policy, at=work.now, login=work.actor.login, months=policy.months)
    work.record("purge begun", run, policy=policy.kept, months=policy.months)
    return int(run.id)


@needs(KEEP_STORE)
def purge_step(work: Work, run_id: int) -> int:
    """Lets the next contents of a run go; returns how many went, 0 when none is left.

    Each step is on record with the keys of what went, so that a run that was killed is accounted
    for as far as it came. What the policy says may not have changed since the run began.
    """
    run = PurgeRun.get_by_id(run_id)
    policy = run.policy
    if not policy.active or policy.months != run.months:
        raise Refused(f"the policy of {policy.kept} was changed meanwhile: the run has ended")
    content, before = CONTENTS[policy.kept], cutoff(run.at, policy.months)
    rows = read_rows(
        work.database,
        f"SELECT f.id, {content.bytes} FROM {content.condition(work.today.isoformat(), False)}"
        f" ORDER BY f.id LIMIT {STEP}",
        *[before] * content.old.count("?"),
    )
    if not rows:
        return 0
    keys = [int(row[0]) for row in rows]
    size = sum(int(row[1] or 0) for row in rows)
    scrub(work.database)
    content.let_go(work.database, keys, run_id)
    PurgeRun.update(things=PurgeRun.things + len(keys), bytes=PurgeRun.bytes + size).where(
        PurgeRun.id == run_id
    ).execute()
    work.record("purged", run, policy=policy.kept, count=len(keys), bytes=size, keys=keys)
    return len(keys)


@needs(KEEP_STORE)
def end_run(work: Work, run_id: int) -> PurgeRun:
    """Ends a run: how many a hold has kept is written down."""
    run = PurgeRun.get_by_id(run_id)
    content = CONTENTS[run.policy.kept]
    ((run.held,),) = read_rows(
        work.database,
        f"SELECT COUNT(*) FROM {content.condition(work.today.isoformat(), True)}",
        *[cutoff(run.at, run.months)] * content.old.count("?"),
    )
    run.save()
    work.record(
        "purge ended",
        run,
        policy=run.policy.kept,
        things=run.things,
        bytes=run.bytes,
        held=run.held,
    )
    return run


def remove_purged(database: Database, files: KeptFiles, run_ids: Sequence[int] = ()) -> int:
    """Removes from the folder what was let go: of some runs, or all; returns how many were there.

    Called after the commit: a run that is killed before leaves files that the next one removes.
    """
    only = f" AND purged_id IN ({', '.join('?' * len(run_ids))})" if run_ids else ""
    removed = 0
    for (digest,) in read_rows(
        database, f"SELECT sha256 FROM stored_file WHERE purged_id IS NOT NULL{only}", *run_ids
    ):
        path = files.path(digest)
        if path.exists():
            path.unlink()
            removed += 1
    return removed


def cutoff(now: datetime.datetime, months: int) -> str:
    """The moment (as stored) so many months before another; of a shorter month its last day."""
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    last = (datetime.date(year + month // 11, (month + 1) % 12 + 1, 1)) - datetime.timedelta(days=1)
    return moment_to_store(now.replace(year=year, month=month + 1, day=min(now.day, last.day)))
