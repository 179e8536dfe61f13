"""The worker's lease: at most one process acts at a time, and a late one finds out.

The lease runs out by the clock that is passed in, set right by the database server's where several
machines share one. Safety does not hang on clocks: every commit of the worker checks the fence, a
number that rises with every new holder.
"""

import datetime
from dataclasses import dataclass

from rcm_tui.data.actor import WORKER
from rcm_tui.data.store import Store
from rcm_tui.data.tables.jobs import Lease as LeaseRow
from rcm_tui.data.work import Work

NAME = "worker"
SECONDS = 60
FARTHEST = datetime.timedelta(seconds=10 * SECONDS)
"""A lease that runs out later than this was taken before the clock was set back (ours): nobody
waits for it, and the fence keeps whoever may still hold it from acting."""


class LeaseLost(Exception):
    """Another worker has taken over: nothing more may be done under this lease."""


@dataclass(frozen=True, slots=True)
class Lease:
    """The right to act as the worker, held until `expires_at` or until renewed."""

    fence: int
    holder: str
    expires_at: datetime.datetime

    def check(self, work: Work) -> None:
        """Raises LeaseLost, inside the unit of work that would act, when the fence has risen."""
        check_fence(work, self.fence)


def acquire(
    store: Store, holder: str, now: datetime.datetime, seconds: int = SECONDS
) -> Lease | None:
    """Takes the lease; None while another holder's has not run out.

    `holder` names one run of one process: host, process and something random.
    """
    now += store.clock_behind()
    if _held_by_another(LeaseRow.get_or_none(LeaseRow.name == NAME), holder, now):
        return None  # looked at before locking, so that waiting workers keep no writer waiting
    with store.work(WORKER, now) as work:
        row = LeaseRow.get_or_none(LeaseRow.name == NAME)
        if _held_by_another(row, holder, now):
            return None
        expires_at = now + datetime.timedelta(seconds=seconds)
        if row is None:
            LeaseRow.create(name=NAME, holder=holder, fence=1, expires_at=expires_at)
            fence = 1
        else:
            fence = row.fence if row.holder == holder else row.fence + 1
            LeaseRow.update(holder=holder, fence=fence, expires_at=expires_at).where(
                LeaseRow.id == row.id
            ).execute()
        work.record("lease taken", "lease", fence, holder=holder)
    return Lease(fence, holder, expires_at)


def renew(store: Store, lease: Lease, now: datetime.datetime, seconds: int = SECONDS) -> Lease:
    """Holds the lease for longer. Raises LeaseLost when another has taken it.

    One that has run out and that nobody took is renewed as well. Nothing is written while more
    than two thirds of the time are left, unless the clock was set back since.
    """
    now += store.clock_behind()
    expires_at = now + datetime.timedelta(seconds=seconds)
    if abs(expires_at - lease.expires_at) < datetime.timedelta(seconds=seconds / 3):
        _check(lease.fence)
        return lease
    with store.work(WORKER, now) as work:
        check_fence(work, lease.fence)
        LeaseRow.update(expires_at=expires_at).where(LeaseRow.name == NAME).execute()
    return Lease(lease.fence, lease.holder, expires_at)


def release(store: Store, lease: Lease, now: datetime.datetime) -> None:
    """Gives the lease back, so that the next worker need not wait; nothing when it was lost."""
    with store.work(WORKER, now):
        LeaseRow.update(holder="", expires_at=None).where(
            LeaseRow.name == NAME, LeaseRow.fence == lease.fence
        ).execute()


def check_fence(work: Work, fence: int) -> None:
    """Raises LeaseLost unless `fence` is the newest one. Part of the unit of work that acts."""
    del work  # the transaction it holds is what makes this look binding
    _check(fence)


def holder_now(store: Store, now: datetime.datetime) -> str:
    """Who holds the lease at this moment; empty when nobody does."""
    now += store.clock_behind()
    row = LeaseRow.get_or_none(LeaseRow.name == NAME)
    return str(row.holder) if row is not None and _held_by_another(row, "", now) else ""


def _check(fence: int) -> None:
    newest = LeaseRow.select(LeaseRow.fence).where(LeaseRow.name == NAME).scalar()
    if newest != fence:
        raise LeaseLost(f"another worker has taken over (fence {newest}, this one had {fence})")


def _held_by_another(row: LeaseRow | None, holder: str, now: datetime.datetime) -> bool:
    return (
        row is not None
        and bool(row.holder)
        and row.holder != holder
        and row.expires_at is not None
        and now < row.expires_at <= now + FARTHEST
    )
