"""The hourly backup: written beside the store, proven, old ones let go, failures told."""

import datetime
from pathlib import Path

import pytest

from rcm_tui.data.actor import WORKER
from rcm_tui.data.backups import taken
from rcm_tui.data.store import Store, create
from rcm_tui.data.tables.jobs import Job, JobRun
from rcm_tui.jobs.schedule import BACK_UP, SUBMIT, ensure_jobs
from rcm_tui.jobs.worker import Worker
from tests.jobs.clock import Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


def practice(tmp_path: Path) -> Store:
    return create(str(tmp_path / "practice.db"), tmp_path / "keys", "North")


def test_backups_of_a_real_practice_are_on_and_those_of_a_demo_off(
    tmp_path: Path, clock: Clock
) -> None:
    with practice(tmp_path) as store:
        with store.work(WORKER, clock()) as work:
            ensure_jobs(work)
        job = Job.get(Job.name == BACK_UP)
        assert (job.enabled, job.at_minute, job.next_run_at.minute) == (True, 30, 30)
    with create(str(tmp_path / "demo.db"), tmp_path / "keys", "Demo", is_demo=True) as store:
        with store.work(WORKER, clock()) as work:
            ensure_jobs(work)
        assert not Job.get(Job.name == BACK_UP).enabled
        assert Job.get(Job.name == SUBMIT).enabled


def test_the_job_writes_a_backup_and_lets_old_ones_go(tmp_path: Path, clock: Clock) -> None:
    folder = tmp_path / "practice.db.backups"
    with practice(tmp_path) as store:
        for _ in range(2):
            assert Worker(store, "a", clock).run(once=True, job=BACK_UP) == 0
            clock.move(datetime.timedelta(days=1000).total_seconds())
        run = JobRun.select().order_by(JobRun.id.desc()).get()
        assert (run.outcome, run.items) == ("done", 1)
        assert " MB, proven; 1 are kept." in run.message
        assert run.message.endswith("Let go: 1.")
    assert len(taken(folder)) == 1
    assert len(list(folder.iterdir())) == 2  # the backup and its checksum


def test_a_folder_that_cannot_be_used_is_told_and_the_work_goes_on(
    tmp_path: Path, clock: Clock
) -> None:
    with practice(tmp_path) as store:
        (tmp_path / "file").write_text("")
        store.backup_folder = tmp_path / "file" / "backups"
        assert Worker(store, "a", clock).run(once=True, job=BACK_UP) == 1
        run = JobRun.get()
        assert run.outcome == "failed"
        assert "cannot be written" in run.message
