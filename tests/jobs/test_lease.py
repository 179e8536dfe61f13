"""One worker acts at a time, and one that was late finds out before it writes."""

import datetime
from pathlib import Path
from threading import Barrier, Thread

import pytest

from rcm_tui.data.actor import WORKER
from rcm_tui.data.store import Store
from rcm_tui.data.tables.jobs import Lease as LeaseRow
from rcm_tui.jobs.lease import Lease, LeaseLost, acquire, check_fence, holder_now, release, renew
from tests.jobs.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


def taken(store: Store, holder: str, now: datetime.datetime) -> Lease:
    lease = acquire(store, holder, now, 60)
    assert lease is not None
    return lease


def may_act(store: Store, lease: Lease, clock: Clock) -> bool:
    try:
        with store.work(WORKER, clock()) as work:
            lease.check(work)
    except LeaseLost:
        return False
    return True


def test_a_lease_is_held_until_it_runs_out(store: Store, clock: Clock) -> None:
    first = taken(store, "a", clock())
    assert first.fence == 1
    assert holder_now(store, clock()) == "a"
    assert acquire(store, "b", clock.move(59), 60) is None
    assert may_act(store, first, clock)
    second = taken(store, "b", clock.move(1))
    assert second.fence == 2
    assert not may_act(store, first, clock)
    assert may_act(store, second, clock)


def test_one_that_ran_out_and_that_nobody_took_still_counts(store: Store, clock: Clock) -> None:
    lease = taken(store, "a", clock())
    clock.move(3600)
    assert holder_now(store, clock()) == ""
    assert may_act(store, lease, clock)
    renewed = renew(store, lease, clock(), 60)
    assert renewed.fence == lease.fence
    assert acquire(store, "b", clock.move(59), 60) is None


def test_a_renewed_lease_lasts_longer(store: Store, clock: Clock) -> None:
    lease = taken(store, "a", clock())
    lease = renew(store, lease, clock.move(30), 60)
    assert acquire(store, "b", clock.move(59), 60) is None
    assert taken(store, "b", clock.move(1)).fence == 2
    with pytest.raises(LeaseLost):
        renew(store, lease, clock(), 60)


def test_a_renewal_that_need_not_write_still_finds_out(store: Store, clock: Clock) -> None:
    lease = taken(store, "a", clock())
    assert renew(store, lease, clock.move(5), 60) is lease
    LeaseRow.update(fence=2, holder="b").execute()
    with pytest.raises(LeaseLost):
        renew(store, lease, clock(), 60)


def test_a_released_lease_is_free_at_once_under_a_new_fence(store: Store, clock: Clock) -> None:
    first = taken(store, "a", clock())
    release(store, first, clock())
    second = taken(store, "b", clock())
    assert second.fence == 2
    release(store, first, clock())
    assert holder_now(store, clock()) == "b"


def test_the_same_holder_keeps_its_fence(store: Store, clock: Clock) -> None:
    first = taken(store, "a", clock())
    assert taken(store, "a", clock.move(10)).fence == first.fence


def test_a_commit_behind_the_fence_leaves_no_trace(store: Store, clock: Clock) -> None:
    first = taken(store, "a", clock())
    taken(store, "b", clock.move(60))

    def act_late() -> None:
        with store.work(WORKER, clock()) as work:
            LeaseRow.update(holder="mallory").execute()
            check_fence(work, first.fence)

    with pytest.raises(LeaseLost):
        act_late()
    assert holder_now(store, clock()) == "b"


def test_of_many_at_once_one_gets_it(
    store: Store, store_url: str, key_folder: Path, clock: Clock
) -> None:
    taken(store, "dead", clock())
    clock.move(60)
    barrier, got = Barrier(8), []

    def try_it(name: str) -> None:
        barrier.wait()
        got.append(acquire(store, name, clock(), 60))
        store.database.close()

    threads = [Thread(target=try_it, args=(f"w{number}",)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    holders = [lease for lease in got if lease is not None]
    assert len(got) == 8
    assert [lease.fence for lease in holders] == [2]
    assert holder_now(store, clock()) == holders[0].holder
