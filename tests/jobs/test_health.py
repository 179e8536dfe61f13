"""What a monitor asks: each thing that stands still or is wrong is told, and nothing else."""

import datetime
import json
from collections import namedtuple
from pathlib import Path

import pytest

from rcm_tui.cli import main
from rcm_tui.data.actor import WORKER
from rcm_tui.data.backups import backup_name, folder_of
from rcm_tui.data.store import Store
from rcm_tui.data.tables.exchange import ClaimsTransaction
from rcm_tui.data.tables.jobs import Job, JobRun, Lease
from rcm_tui.jobs import health as health_room
from rcm_tui.jobs.health import health
from rcm_tui.jobs.lease import acquire
from rcm_tui.jobs.schedule import PICK_UP, ensure_jobs
from tests.practice_builder import NOW, small_practice

HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def running(store: Store) -> Store:
    """A practice whose worker holds the lease and whose jobs are due in future."""
    small_practice()
    with store.work(WORKER, NOW) as work:
        ensure_jobs(work)
        for number in range(1500):
            work.record("looked", "practice", number)
    Job.update(next_run_at=NOW + HOUR).execute()
    assert acquire(store, "a", NOW) is not None
    return store


def wrong(store: Store, now: datetime.datetime = NOW, worker: str = "service") -> dict[str, str]:
    """What fails, and its first sentence."""
    return {one.name: one.problems[0] for one in health(store, now, worker) if not one.ok}


def transaction(**values: object) -> ClaimsTransaction:
    defaults = {
        "clearinghouse": 1,
        "interchange_control_number": 7,
        "group_control_number": 7,
        "file_name": "000000007.837",
        "content": b"",
        "size": 0,
        "sha256": "",
        "claims": 1,
        "billed": 0,
        "fence": 1,
        "built_at": NOW - 2 * HOUR,
        "acknowledgement": "pending",
    }
    return ClaimsTransaction.create(**defaults | values)


def test_a_practice_that_works_is_well(running: Store) -> None:
    results = health(running, NOW, "service")
    assert [one.problems for one in results if not one.ok] == []
    figures = {one.name: one.figures for one in results}
    assert figures["newest audit records"] == {"records": 1000}
    assert figures["worker"] == {"at work": 1}


def test_a_worker_that_is_gone_is_told_where_there_should_be_one(running: Store) -> None:
    Job.update(next_run_at=NOW).execute()
    assert wrong(running, NOW + HOUR, "in-app") == {}
    told = wrong(running, NOW + HOUR)
    assert "no worker is at work" in told["worker"]
    assert "was to run at" in told["jobs"]
    Lease.update(expires_at=NOW + HOUR + datetime.timedelta(minutes=1)).execute()
    assert "worker" not in wrong(running, NOW + HOUR)


def test_a_job_that_failed_is_told_until_it_has_run_well(running: Store) -> None:
    job = Job.get(Job.name == PICK_UP)
    for minutes, outcome in ((1, "done"), (2, "failed"), (3, "running")):
        at = NOW + datetime.timedelta(minutes=minutes)
        JobRun.create(job=job, worker="a", fence=1, started_at=at, outcome=outcome)
    assert "the job “pick up answers” failed at 2026" in wrong(running)["jobs"]
    JobRun.create(job=job, worker="a", fence=1, started_at=NOW + HOUR, outcome="done")
    assert wrong(running) == {}


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"state": "built"}, "could not be delivered for more than an hour"),
        ({"state": "staged"}, "could not be delivered for more than an hour"),
        ({"state": "staged", "built_at": NOW}, ""),
        ({"state": "unconfirmed"}, "may not have arrived"),
        ({"state": "sent", "sent_at": NOW - 25 * HOUR}, "no TA1 or 999 has come"),
        ({"state": "sent", "sent_at": NOW - 23 * HOUR}, ""),
        ({"state": "sent", "sent_at": NOW - 25 * HOUR, "confirmed_at": NOW}, ""),
    ],
)
def test_files_that_do_not_get_on_are_named(
    running: Store, values: dict[str, object], told: str
) -> None:
    transaction(**values)
    assert told in wrong(running).get("files on their way", "")
    assert ("files on their way" in wrong(running)) == bool(told)


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
def test_an_old_backup_and_a_full_disk_are_told(
    running: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = folder_of(tmp_path / "practice.db", None)
    folder.mkdir()
    (folder / backup_name(NOW - 2 * HOUR)).write_text("")
    assert wrong(running) == {}
    assert "the newest backup" in wrong(running, NOW + 2 * HOUR)["last backup"]
    assert "last backup" not in wrong(running, NOW + 2 * HOUR, "in-app")
    usage = namedtuple("usage", "free")
    monkeypatch.setattr(health_room.shutil, "disk_usage", lambda path: usage(499_000_000))
    assert "has 499 MB left, 500 are needed" in wrong(running)["room on disk"]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE audit_record SET actor = 'tom' WHERE subject_id = 1400",
        "DELETE FROM audit_record WHERE subject_id = 1499",
        "DELETE FROM audit_record WHERE subject_id = 900",
        "UPDATE audit_head SET count = 2",
    ],
)
def test_what_was_altered_of_late_is_noticed_at_once(running: Store, sql: str) -> None:
    if running.url.startswith("postgresql"):
        running.database.execute_sql("ALTER TABLE audit_record DISABLE TRIGGER ALL")
    else:
        running.database.execute_sql("DROP TRIGGER audit_record_no_update")
        running.database.execute_sql("DROP TRIGGER audit_record_no_delete")
    running.database.execute_sql(sql)
    assert "audit" in wrong(running)["newest audit records"]


def test_a_monitor_reads_it_by_command(
    store_url: str,
    key_folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("RCM_TUI_KEY_FOLDER", str(key_folder))
    assert main(["check", "--quick", "--json", "--db", store_url]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["ok"] is True
    assert {check["name"] for check in said["checks"]} >= {"worker", "last backup", "jobs"}
    assert main(["check", "--json", "--db", store_url]) == 0
    names = {check["name"] for check in json.loads(capsys.readouterr().out)["checks"]}
    assert names >= {"pages", "ledger as posted", "audit trail", "worker"}
    monkeypatch.setenv("RCM_TUI_WORKER", "service")
    assert main(["check", "--quick", "--json", "--db", store_url]) == 1
    capsys.readouterr()
    monkeypatch.setenv("RCM_TUI_KEY_FOLDER", str(key_folder / "gone"))
    assert main(["check", "--quick", "--json", "--db", store_url]) == 1
    captured = capsys.readouterr()
    said = json.loads(captured.out)
    assert said["ok"] is False
    assert "is missing" in said["error"]
    assert "is missing" in captured.err
