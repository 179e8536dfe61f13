"""The short version: killed and paused at every named point, once; and the naive way, which fails.

Real processes, real SIGKILL and SIGSTOP, and a receiver that takes whole files away at once.
"""

from pathlib import Path

import pytest

from rcm_tui.data.store import Store
from rcm_tui.data.tables.exchange import ClaimsTransaction
from rcm_tui.data.tables.jobs import JobRun
from rcm_tui.exchange import fault
from tests.practice_builder import small_practice
from tests.torture.driver import Torture

OUTSIDE = [point for point in fault.POINTS if point not in fault.IN_TRANSACTION]


@pytest.fixture
def torture(store: Store, key_folder: Path, tmp_path: Path) -> Torture:
    return Torture.of(store, key_folder, small_practice(), tmp_path)


@pytest.fixture
def naive(store: Store, key_folder: Path, tmp_path: Path) -> Torture:
    return Torture.of(store, key_folder, small_practice(), tmp_path, is_naive=True)


def test_killed_at_every_point_no_claim_is_sent_twice_and_none_is_lost(torture: Torture) -> None:
    for point in fault.POINTS:
        torture.add_claims(2)
        assert torture.kill_at(point), point
        torture.finish()
    assert torture.killed_at == dict.fromkeys(fault.POINTS, 1)
    assert (torture.twice(), torture.lost()) == ([], [])
    assert len(torture.claims) == 2 * len(fault.POINTS) == torture.kills * 2
    states = {row.state for row in ClaimsTransaction.select()}
    assert states == {"sent", "unconfirmed"}
    outcomes = {run.outcome for run in JobRun.select()}
    assert outcomes == {"done", "abandoned"}


def test_killed_again_while_taking_up_from_there(torture: Torture) -> None:
    for point in (fault.UPLOADED, fault.STAGED, fault.RENAMED, fault.SENT_UNCOMMITTED):
        torture.add_claims(2)
        assert torture.kill_at(fault.UPLOADED)
        assert torture.kill_at(point), point
        torture.kill_at(point)
        torture.finish()
    assert torture.kills >= 8
    assert (torture.twice(), torture.lost()) == ([], [])


def test_paused_past_its_lease_a_worker_does_not_act(torture: Torture) -> None:
    for point in OUTSIDE:
        torture.add_claims(2)
        assert torture.pause_at(point), point
    torture.finish()
    assert torture.pauses == len(OUTSIDE)
    assert (torture.twice(), torture.lost()) == ([], [])
    assert torture.sending.temporary() == []


def test_a_full_disk_in_between_loses_nothing(torture: Torture) -> None:
    torture.add_claims(2)
    torture.fill_disk()
    (row,) = ClaimsTransaction.select()
    assert (row.state, torture.sending.received()) == ("built", [])
    assert "the disk is full" in row.message
    torture.add_claims(2)
    torture.fill_disk()
    assert ClaimsTransaction.select().count() == 1  # no second file behind one that cannot leave
    assert torture.kill_at(fault.RENAMED)
    torture.finish()
    assert (torture.twice(), torture.lost()) == ([], [])


def test_the_naive_way_sends_twice(naive: Torture) -> None:
    for point in (fault.BUILT, fault.UPLOADED, fault.RENAMED):
        naive.add_claims(2)
        assert naive.kill_at(point), point
        naive.finish()
    assert naive.lost() == []
    assert len(naive.twice()) == 2
