"""A clearinghouse that is away for a day: tried in reason, told once, and nothing goes twice."""

import os
from pathlib import Path
from typing import Any

import pytest

from rcm_tui.billing.check import check_store
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import READY, SUBMITTED, Claim
from rcm_tui.data.tables.exchange import ClaimsTransaction, IncomingFile
from rcm_tui.data.tables.jobs import Job, JobRun
from rcm_tui.data.tables.payers import Clearinghouse
from rcm_tui.exchange import fault
from rcm_tui.exchange.transports import sftp
from rcm_tui.exchange.transports.folder import FolderTransport
from rcm_tui.jobs.schedule import PICK_UP, SUBMIT, request_job
from rcm_tui.jobs.worker import Worker
from tests.exchange.sending import Sending, claims_in, dying_at
from tests.practice_builder import BILLER, small_practice
from tests.sshd import free_port
from tests.x12.made import remittance_file

MINUTE, HOUR = 60, 3600


@pytest.fixture
def sending(store: Store, tmp_path: Path) -> Sending:
    (tmp_path / "share").mkdir()
    return Sending.of(store, small_practice(), tmp_path / "share")


def another_clearinghouse(sending: Sending, folder: Path) -> Clearinghouse:
    for name in ("outgoing", "incoming"):
        (folder / name).mkdir(parents=True)
    columns = {
        **Clearinghouse.get().__data__,
        "name": "Second",
        "outgoing": str(folder / "outgoing"),
        "incoming": str(folder / "incoming"),
    }
    del columns["id"]
    second: Clearinghouse = Clearinghouse.create(**columns)
    return second


def arrives(folder: Path, name: str, sending: Sending) -> None:
    (folder / name).write_bytes(remittance_file().replace(b"TRACE1", name[:4].encode()))
    os.utime(folder / name, (sending.clock().timestamp() - 60,) * 2)


def runs(job: str) -> list[Any]:
    rows: Any = JobRun.select().join(Job).where(Job.name == job).order_by(JobRun.id)
    return list(rows)


def test_a_clearinghouse_gone_for_a_day_and_back(
    store: Store, sending: Sending, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, share, away = sending.clock, tmp_path / "share", tmp_path / "away"
    second = another_clearinghouse(sending, tmp_path / "second")
    other_payer = sending.practice.add_payer("Second Health", clearinghouse=second)
    other_client = sending.practice.add_client("OSEI", other_payer)
    claims = sending.ready(2)
    with dying_at(fault.UPLOADED):  # a file is on its way when the share goes
        lease = sending.new_worker()
        sending.delivered(sending.built(lease), lease)
    claims += sending.ready(3)
    arrives(share / "incoming", "AAAA.835", sending)
    share.rename(away)
    clock.move(61)

    tried: list[float] = []
    waiting = FolderTransport.waiting

    def counted(self: FolderTransport, now: Any) -> Any:
        if self.incoming == share / "incoming":
            tried.append(clock().timestamp())
        return waiting(self, now)

    monkeypatch.setattr(FolderTransport, "waiting", counted)
    worker = Worker(store, "a", clock)
    worker.run(once=True, job=SUBMIT)
    began = clock().timestamp()
    for minute in range(120):
        if minute == 90:
            arrives(tmp_path / "second" / "incoming", "BBBB.835", sending)
        worker.run(once=True)
        clock.move(MINUTE)
    minutes = [round(moment - began) // MINUTE for moment in tried]
    assert minutes == [0, 1, 3, 7, 15, 30, 45, 60, 75, 90, 105]
    assert [file.name for file in IncomingFile.select()] == ["BBBB.835"]  # the other's came in

    failed = runs(PICK_UP)
    assert {run.outcome for run in failed} == {"failed"}
    assert len(failed) <= 5
    assert str(share / "incoming") in failed[-1].message
    assert "mount the share" in failed[-1].message
    assert "tried again after a minute, then less often" in failed[-1].message

    other = sending.practice.add_claim(client=other_client, status=READY)
    for _ in range(22):
        clock.move(HOUR)
        worker.run(once=True)
    (sent,) = (tmp_path / "second" / "outgoing").iterdir()
    assert claims_in(sent.read_bytes()) == [other.patient_control_number]
    told = runs(SUBMIT)
    assert {run.outcome for run in told} == {"failed"}
    assert len(told) <= 5
    assert told[0].message == told[-1].message
    assert str(share / "outgoing") in told[-1].message
    assert [row.state for row in ClaimsTransaction.select().order_by(ClaimsTransaction.id)] == [
        "built",
        "sent",
    ]
    assert [claim.status for claim in Claim.select().order_by(Claim.id)] == [
        *[SUBMITTED] * 2,
        *[READY] * 3,
        SUBMITTED,
    ]

    away.rename(share)
    clock.move(HOUR)
    for _ in range(3):
        worker.run(once=True)
        clock.move(HOUR)
    assert sending.received() == sorted(claims)
    assert sending.temporary() == []
    assert sorted(file.name for file in IncomingFile.select()) == ["AAAA.835", "BBBB.835"]
    assert list((share / "incoming").iterdir()) == []
    assert (runs(SUBMIT)[-1].outcome, runs(PICK_UP)[-1].outcome) == ("done", "done")
    assert all(not result.problems for result in check_store(store.database, store.audit_key))


def test_a_person_who_asks_need_not_wait_and_what_failed_once_begins_anew(
    store: Store, sending: Sending, tmp_path: Path
) -> None:
    """The pause is for the clock alone; changed settings are tried at once as well."""
    clock, share = sending.clock, tmp_path / "share"
    worker = Worker(store, "a", clock)
    share.rename(tmp_path / "away")
    for _ in range(33):
        worker.run(once=True)
        clock.move(MINUTE)
    (tmp_path / "away").rename(share)
    arrives(share / "incoming", "AAAA.835", sending)
    worker.run(once=True)
    assert IncomingFile.select().count() == 0  # it rests, and still says why
    assert (runs(PICK_UP)[-1].outcome, runs(PICK_UP)[-1].finished_at) == ("failed", clock())
    with store.work(BILLER, clock()) as work:
        request_job(work, PICK_UP)
    worker.run(once=True)
    assert (runs(PICK_UP)[-1].outcome, IncomingFile.select().count()) == ("done", 1)

    share.rename(tmp_path / "away")
    for _ in range(2):
        clock.move(MINUTE)
        worker.run(once=True)
    (tmp_path / "away").rename(tmp_path / "moved")
    arrives(tmp_path / "moved" / "incoming", "BBBB.835", sending)
    Clearinghouse.update(
        outgoing=str(tmp_path / "moved" / "outgoing"),
        incoming=str(tmp_path / "moved" / "incoming"),
    ).execute()
    clock.move(MINUTE)
    worker.run(once=True)
    assert (runs(PICK_UP)[-1].outcome, IncomingFile.select().count()) == ("done", 2)


def test_a_server_that_is_down_is_named_and_not_called_every_minute(
    store: Store, sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sftp, "TRIES", 1)
    port = free_port()
    Clearinghouse.update(
        kind="sftp", host="127.0.0.1", port=port, login="clinic", host_key="ssh-ed25519 AAAA"
    ).execute()
    called: list[int] = []
    connected = sftp._connected

    async def counted(server: sftp.SftpServer) -> Any:
        called.append(server.port)
        return await connected(server)

    monkeypatch.setattr(sftp, "_connected", counted)
    monkeypatch.setattr(sftp, "_pinned", lambda server: None)
    claims = sending.ready(1)
    worker = Worker(store, "a", sending.clock)
    for _ in range(30):
        worker.run(once=True)
        sending.clock.move(MINUTE)
    picked = runs(PICK_UP)
    assert len(called) <= 6 + 2  # by pick-up at 0, 1, 3, 7, 15 minutes; a submission may fall in
    assert {run.outcome for run in picked} == {"failed"}
    assert f"127.0.0.1:{port} cannot be reached: " in picked[-1].message
    assert len(picked) == 2
    worker.run(once=True, job=SUBMIT)
    assert f"127.0.0.1:{port} cannot be reached: " in runs(SUBMIT)[-1].message
    assert Claim.get(Claim.patient_control_number == claims[0]).status == READY
