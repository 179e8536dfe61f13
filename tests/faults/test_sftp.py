"""A clearinghouse's SFTP server whose disk is full, and answers that are still being written there.

Against OpenSSH's own sshd. No disk is filled: its sessions may write no file beyond a size, and a
write that fails is answered by "Failure", as one to a full disk is.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import asyncssh
import pytest

from rcm_tui.billing.check import check_store
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import READY, SUBMITTED, Claim
from rcm_tui.data.tables.exchange import ClaimsTransaction, IncomingFile
from rcm_tui.data.tables.jobs import Job, JobRun
from rcm_tui.data.tables.payers import Clearinghouse
from rcm_tui.data.tables.remittances import Payment
from rcm_tui.exchange.transports.sftp import SftpTransport
from rcm_tui.jobs.schedule import PICK_UP, SUBMIT
from rcm_tui.jobs.worker import Worker
from tests.exchange.sending import Sending, claims_in
from tests.practice_builder import small_practice
from tests.sftp import Place, chrooted
from tests.x12.made import remittance_file

WHOLE = remittance_file()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    with chrooted(tmp_path_factory.mktemp("faults")) as place:
        yield place


@pytest.fixture
def sending(store: Store, server: Place, tmp_path: Path) -> Sending:
    server.empty()
    sending = Sending.of(store, small_practice(), tmp_path)
    Clearinghouse.update(server.columns(store.key_folder)).execute()
    return sending


def run_of(worker: Worker, job: str) -> Any:
    worker.run(once=True, job=job)
    return JobRun.select().join(Job).where(Job.name == job).order_by(JobRun.id.desc()).first()


def sent(server: Place) -> list[str]:
    return sorted(path.name for path in server.outgoing.iterdir())


def test_a_full_disk_there_keeps_the_file_here_until_there_is_room(
    store: Store, server: Place, sending: Sending
) -> None:
    claims = sending.ready(40)
    worker = Worker(store, "a", sending.clock)
    # Nothing at all fits, then a part, then all but the end.
    for room in (0, 4096, None):
        built = ClaimsTransaction.get_or_none()
        with server.with_room_for(built.size - 1 if room is None else room):
            run = run_of(worker, SUBMIT)
        assert (run.outcome, run.items) == ("failed", 0)
        place = f"sftp://127.0.0.1:{server.server.port}/claims"
        assert f"{place} took 837P_" in run.message
        assert "(Failure): the disk there is full, or no more may be kept there." in run.message
        assert "the next run delivers the same file" in run.message
        row = ClaimsTransaction.get()
        assert (row.state, row.message, sent(server)) == ("built", run.message, [])
        assert row.size > 4096
        sending.clock.move(3600)
    (late,) = sending.ready(1)
    with server.with_room_for(4096):
        run_of(worker, SUBMIT)
    assert Claim.get(Claim.patient_control_number == late).status == READY

    run = run_of(worker, SUBMIT)
    assert (run.outcome, run.items) == ("done", 41)
    first, second = sent(server)
    assert first == row.file_name
    arrived = [claims_in((server.outgoing / name).read_bytes()) for name in (first, second)]
    assert (sorted(arrived[0]), arrived[1]) == (sorted(claims), [late])
    assert {claim.status for claim in Claim.select()} == {SUBMITTED}
    assert ClaimsTransaction.get_by_id(row.id).sha256 == row.sha256
    assert all(not result.problems for result in check_store(store.database, store.audit_key))


def test_a_part_that_could_not_be_removed_goes_once_the_file_is_sent(
    store: Store, server: Place, sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on servers that remove nothing while it is open, or whose disk takes no change."""

    async def refused(client: object, path: str) -> None:
        raise asyncssh.SFTPFailure("in use")

    sending.ready(40)
    worker = Worker(store, "a", sending.clock)
    with monkeypatch.context() as patch, server.with_room_for(4096):
        patch.setattr(asyncssh.SFTPClient, "remove", refused)
        run = run_of(worker, SUBMIT)
    assert "took 837P_" in run.message
    (left,) = sent(server)
    assert left.endswith(".part")
    assert run_of(worker, SUBMIT).outcome == "done"
    assert sent(server) == [ClaimsTransaction.get().file_name]


def test_an_answer_that_grows_there_is_read_when_it_is_whole_and_once(
    store: Store, server: Place, sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, worker = sending.clock, Worker(store, "a", sending.clock)
    read: list[int] = []
    fetch = SftpTransport.fetch

    def watched(self: SftpTransport, entry: Any) -> bytes:
        read.append(entry.size)
        return fetch(self, entry)

    monkeypatch.setattr(SftpTransport, "fetch", watched)
    for size in range(100, len(WHOLE), 200):
        server.answer("era.835", WHOLE[:size], clock().timestamp())
        clock.move(2)
        assert run_of(worker, PICK_UP).items == 0
        clock.move(58)
    assert read == [], "what grows is not even read"

    # It stalls: it looks whole from outside, and is left for its end.
    half = len(WHOLE) // 2
    path = server.answer("era.835", WHOLE[:half], clock().timestamp())
    for _ in range(5):
        clock.move(60)
        run = run_of(worker, PICK_UP)
        assert (run.outcome, run.items, path.stat().st_size) == ("done", 0, half)
        assert "era.835 has not wholly arrived, its end is missing; it stays in /answers" in (
            run.message
        )
    assert read == [half], "nor read anew while it has not changed"
    assert IncomingFile.select().count() == 0

    server.answer("era.835", WHOLE, clock().timestamp())
    clock.move(61)
    assert "1 posted, 160.00 paid" in run_of(worker, PICK_UP).message
    assert os.listdir(server.incoming) == []
    assert [payment.amount for payment in Payment.select()] == [160_00]


def test_an_answer_that_grows_while_it_is_read_waits_for_the_next_look(
    store: Store, server: Place, sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock, worker = sending.clock, Worker(store, "a", sending.clock)
    server.answer("era.835", WHOLE[:-40], clock().timestamp() - 61)
    fetch = SftpTransport.fetch

    def grown(self: SftpTransport, entry: Any) -> bytes:
        server.answer("era.835", WHOLE, clock().timestamp())
        return fetch(self, entry)

    with monkeypatch.context() as patch:
        patch.setattr(SftpTransport, "fetch", grown)
        run = run_of(worker, PICK_UP)
    assert (run.outcome, IncomingFile.select().count()) == ("done", 0)
    clock.move(61)
    assert "1 posted" in run_of(worker, PICK_UP).message
    assert (IncomingFile.select().count(), IncomingFile.get().size) == (1, len(WHOLE))
