"""The short version: killed, paused and cut off at named points; and the naive way, which fails.

Real processes, real SIGKILL and SIGSTOP, two clearinghouses at once, and a receiver that takes
whole files away at once. Folders on either database, real sshd on SQLite.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from rcm_tui.data.store import Store
from rcm_tui.data.tables.exchange import ClaimsTransaction
from rcm_tui.data.tables.jobs import JobRun
from rcm_tui.exchange import fault
from tests.sshd import needs_sshd
from tests.torture.driver import Torture, tortured

OUTSIDE = [point for point in fault.POINTS if point not in fault.IN_TRANSACTION]
CUTS = (
    (fault.UPLOADING, False),
    (fault.UPLOADING, True),
    (fault.STAGED, False),
    (fault.RENAMING, False),
    (fault.RENAMING, True),
)
"""Where the server falls over, or (True) its next answer is lost."""
NOTHING = ([], [])

on_sqlite = pytest.mark.parametrize("engine", ["sqlite"], indirect=True)


@pytest.fixture
def torture(store: Store, key_folder: Path, tmp_path: Path) -> Iterator[Torture]:
    with tortured(store, key_folder, tmp_path, "folder") as made:
        yield made


@pytest.fixture
def naive(store: Store, key_folder: Path, tmp_path: Path) -> Iterator[Torture]:
    with tortured(store, key_folder, tmp_path, "folder", is_naive=True) as made:
        yield made


@pytest.fixture
def over_sftp(store: Store, key_folder: Path, tmp_path: Path) -> Iterator[Torture]:
    with tortured(store, key_folder, tmp_path, "sftp") as made:
        yield made


@pytest.fixture
def naive_over_sftp(store: Store, key_folder: Path, tmp_path: Path) -> Iterator[Torture]:
    with tortured(store, key_folder, tmp_path, "sftp", is_naive=True) as made:
        yield made


def paused_at(torture: Torture, points: Sequence[str]) -> None:
    for point in points:
        torture.add_claims(2)
        assert torture.pause_at(point), point
    torture.finish()
    assert torture.pauses == len(points)
    assert (torture.twice(), torture.lost()) == NOTHING
    assert torture.temporary() == []


def test_killed_at_every_point_no_claim_is_sent_twice_and_none_is_lost(torture: Torture) -> None:
    for point in fault.POINTS:
        torture.add_claims(2)
        assert torture.kill_at(point), point
        torture.finish()
    assert torture.killed_at == dict.fromkeys(fault.POINTS, 1)
    assert (torture.twice(), torture.lost()) == NOTHING
    assert [len(claims) for claims in torture.claims] == [2 * len(fault.POINTS)] * 2
    assert {row.state for row in ClaimsTransaction.select()} == {"sent", "unconfirmed"}
    assert {run.outcome for run in JobRun.select()} == {"done", "abandoned"}


def test_killed_again_while_taking_up_from_there(torture: Torture) -> None:
    for point in (fault.UPLOADED, fault.STAGED, fault.RENAMED, fault.SENT_UNCOMMITTED):
        torture.add_claims(2)
        assert torture.kill_at(fault.UPLOADED)
        assert torture.kill_at(point), point
        torture.kill_at(point)
        torture.finish()
    assert torture.kills >= 8
    assert (torture.twice(), torture.lost()) == NOTHING


def test_paused_past_its_lease_a_worker_does_not_act(torture: Torture) -> None:
    paused_at(torture, OUTSIDE)


def test_a_full_disk_in_between_loses_nothing(torture: Torture) -> None:
    torture.add_claims(2)
    torture.fill_disk()
    rows = list(ClaimsTransaction.select())
    assert [row.state for row in rows] == ["built", "built"]
    assert torture.receiver.received() == [[], []]
    assert all("the disk is full" in row.message for row in rows)
    torture.add_claims(2)
    torture.fill_disk()
    assert ClaimsTransaction.select().count() == 2  # no second file behind one that cannot leave
    assert torture.kill_at(fault.RENAMED)
    torture.finish()
    assert (torture.twice(), torture.lost()) == NOTHING


def test_the_naive_way_sends_twice(naive: Torture) -> None:
    for point in (fault.BUILT, fault.UPLOADED, fault.RENAMED):
        naive.add_claims(2)
        assert naive.kill_at(point), point
        naive.finish()
    assert naive.lost() == []
    assert len(naive.twice()) == 2


@on_sqlite
@needs_sshd
def test_over_sftp_each_worker_is_killed_a_point_further(over_sftp: Torture) -> None:
    for point in fault.POINTS:
        over_sftp.add_claims(2)
        assert over_sftp.kill_at(point), point
    over_sftp.finish()
    assert over_sftp.killed_at == dict.fromkeys(fault.POINTS, 1)
    assert (over_sftp.twice(), over_sftp.lost()) == NOTHING
    assert over_sftp.temporary() == []
    assert {row.state for row in ClaimsTransaction.select()} == {"sent", "unconfirmed"}


@on_sqlite
@needs_sshd
def test_over_sftp_paused_past_its_lease_a_worker_does_not_act(over_sftp: Torture) -> None:
    paused_at(over_sftp, (fault.UPLOADING, fault.STAGED, fault.RENAMING, fault.RENAMED))


@on_sqlite
@needs_sshd
def test_over_sftp_a_line_that_is_cut_sends_nothing_twice(over_sftp: Torture) -> None:
    for point, unheard in CUTS:
        over_sftp.add_claims(2)
        assert over_sftp.cut_at(point, losing_an_answer=unheard), point
    over_sftp.finish()
    assert over_sftp.cuts == len(CUTS)
    assert (over_sftp.twice(), over_sftp.lost()) == NOTHING
    assert over_sftp.temporary() == []
    # What was renamed and not heard of was taken at once: nobody can know, and nobody guesses.
    assert "unconfirmed" in {row.state for row in ClaimsTransaction.select()}
    failed = [run.message for run in JobRun.select() if run.outcome == "failed"]
    assert len(failed) == len(CUTS)
    assert all("cannot be reached" in message for message in failed)


@on_sqlite
@needs_sshd
def test_over_sftp_the_naive_way_sends_twice(naive_over_sftp: Torture) -> None:
    naive_over_sftp.add_claims(2)
    assert naive_over_sftp.kill_at(fault.RENAMED)
    naive_over_sftp.finish()
    assert naive_over_sftp.lost() == []
    assert len(naive_over_sftp.twice()) == 2
