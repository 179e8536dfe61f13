"""Answers are picked up once: read and stored first, and only then removed."""

import os
from pathlib import Path
from typing import Any

import pytest
from peewee import fn

from rcm_tui.billing.denials.history import is_behind, last_followed
from rcm_tui.data.actor import WORKER
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.denial_history import DenialHistory
from rcm_tui.data.tables.exchange import ClaimsTransaction, IncomingFile
from rcm_tui.data.tables.jobs import Job, JobRun
from rcm_tui.data.tables.payers import Clearinghouse
from rcm_tui.data.tables.practice import Practice
from rcm_tui.data.tables.remittances import RemittanceLine
from rcm_tui.exchange import fault
from rcm_tui.exchange.practice_clearinghouse import PracticeClearinghouse
from rcm_tui.exchange.transports.folder import FolderTransport
from rcm_tui.jobs import pick_up
from rcm_tui.jobs.schedule import PICK_UP, PRACTICE_CLEARINGHOUSE, SUBMIT
from rcm_tui.jobs.worker import Worker
from tests.exchange.sending import Killed, Sending, dying_at
from tests.jobs.clock import Clock
from tests.practice_builder import small_practice


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sending(store: Store, tmp_path: Path, clock: Clock) -> Sending:
    sending = Sending.of(store, small_practice(), tmp_path)
    sending.clock = clock
    return sending


def run(store: Store, clock: Clock, job: str) -> JobRun:
    Worker(store, "a", clock).run(once=True, job=job)
    return JobRun.select().order_by(JobRun.id.desc()).get()


def answered(sending: Sending, days: float = 0.0) -> None:
    """The simulated clearinghouse answers what lies in the outgoing folder."""
    now = sending.clock.move(days * 86400)
    PracticeClearinghouse(sending.outgoing, sending.folder / "incoming").work(now)
    for path in (sending.folder / "incoming").iterdir():
        os.utime(path, (now.timestamp() - 60, now.timestamp() - 60))


def incoming(sending: Sending) -> list[str]:
    return sorted(path.name for path in (sending.folder / "incoming").iterdir())


def test_answers_are_received_and_removed(store: Store, sending: Sending, clock: Clock) -> None:
    sending.ready(2)
    run(store, clock, SUBMIT)
    answered(sending)
    files = len(incoming(sending))
    assert files
    picked = run(store, clock, PICK_UP)
    assert (picked.outcome, picked.items) == ("done", files)
    assert f"{files} posted" in picked.message
    assert incoming(sending) == []
    assert ClaimsTransaction.get().confirmed_at == clock.now
    answered(sending, days=1)
    run(store, clock, PICK_UP)
    assert {claim.acknowledgement for claim in Claim.select()} <= {
        "accepted by clearinghouse",
        "accepted by payer",
        "rejected",
    }


def test_an_answer_confirms_a_file_of_which_nothing_else_is_known(
    store: Store, sending: Sending, clock: Clock
) -> None:
    sending.ready(1)
    lease = sending.new_worker()
    with dying_at(fault.RENAMED):
        sending.delivered(sending.built(lease), lease)
    answered(sending)
    for path in sending.outgoing.glob("*.837"):
        path.unlink()
    clock.move(61)
    run(store, clock, SUBMIT)
    assert ClaimsTransaction.get().state == "unconfirmed"
    run(store, clock, PICK_UP)
    assert ClaimsTransaction.get().state == "sent"


def test_death_before_the_removal_receives_nothing_twice(
    store: Store, sending: Sending, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending.ready(1)
    run(store, clock, SUBMIT)
    answered(sending)
    names = incoming(sending)

    def die(self: FolderTransport, entry: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(FolderTransport, "remove", die)
        with pytest.raises(Killed):
            run(store, clock, PICK_UP)
    assert incoming(sending) == names
    assert IncomingFile.select().count() == 1
    clock.move(61)
    run(store, clock, PICK_UP)
    assert incoming(sending) == []
    assert IncomingFile.select().count() == len(names)
    assert {file.outcome for file in IncomingFile.select()} == {"posted"}


def test_a_half_written_file_waits(store: Store, sending: Sending, clock: Clock) -> None:
    path = sending.folder / "incoming" / "half.835"
    path.write_bytes(b"ISA*00*")
    os.utime(path, (clock.now.timestamp(), clock.now.timestamp()))
    assert run(store, clock, PICK_UP).items == 0
    assert incoming(sending) == ["half.835"]


def test_a_useless_file_is_kept_in_the_store_and_does_not_stop_the_others(
    store: Store, sending: Sending, clock: Clock
) -> None:
    sending.ready(1)
    run(store, clock, SUBMIT)
    junk = sending.folder / "incoming" / "aaa.bin"
    junk.write_bytes(bytes(range(256)))
    answered(sending)
    picked = run(store, clock, PICK_UP)
    assert picked.outcome == "done"
    assert "1 refused" in picked.message
    assert incoming(sending) == []
    assert sorted({file.outcome for file in IncomingFile.select()}) == ["posted", "refused"]


def test_a_file_that_cannot_be_received_stays_and_is_named(
    store: Store, sending: Sending, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending.ready(1)
    run(store, clock, SUBMIT)
    answered(sending)
    (sending.folder / "incoming" / "bad.835").write_bytes(b"BAD")
    os.utime(sending.folder / "incoming" / "bad.835", (0, 0))
    receive = pick_up.receive_file

    def stumble(*arguments: Any, **options: Any) -> Any:
        if arguments[4] == b"BAD":
            raise RuntimeError("OKAFOR")
        return receive(*arguments, **options)

    monkeypatch.setattr(pick_up, "receive_file", stumble)
    picked = run(store, clock, PICK_UP)
    assert picked.outcome == "failed"
    assert "bad.835 stays in" in picked.message
    assert "OKAFOR" not in picked.message
    assert incoming(sending) == ["bad.835"]


def test_a_missing_folder_is_named(store: Store, sending: Sending, clock: Clock) -> None:
    (sending.folder / "incoming").rmdir()
    picked = run(store, clock, PICK_UP)
    assert picked.outcome == "failed"
    assert str(sending.folder / "incoming") in picked.message


def test_in_the_demo_the_whole_loop_runs_by_itself(
    store: Store, sending: Sending, clock: Clock
) -> None:
    Practice.update(is_demo=True).execute()
    Clearinghouse.update(kind="practice").execute()
    for name in (SUBMIT, PRACTICE_CLEARINGHOUSE, PICK_UP):
        Job.create(name=name, every_seconds=5)
    sending.ready(4)
    for _ in range(15):
        Worker(store, "a", clock).run(once=True)
        clock.move(5)
    assert {claim.status for claim in Claim.select()} == {"Submitted"}
    decided = [one for one in Claim.select() if one.adjudication not in ("none", "pending")]
    rejected = [claim for claim in Claim.select() if claim.acknowledgement == "rejected"]
    assert len(decided) + len(rejected) == 4
    assert {run.outcome for run in JobRun.select()} == {"done"}


def test_the_practice_clearinghouse_does_nothing_in_a_real_practice(
    store: Store, sending: Sending, clock: Clock
) -> None:
    Clearinghouse.update(kind="practice").execute()
    sending.ready(1)
    run(store, clock, SUBMIT)
    done = run(store, clock, PRACTICE_CLEARINGHOUSE)
    assert (done.outcome, done.items) == ("done", 0)
    assert incoming(sending) == []


def test_the_denial_history_follows_what_was_posted_but_not_every_minute(
    store: Store, sending: Sending, clock: Clock
) -> None:
    sending.ready(2)
    run(store, clock, SUBMIT)
    answered(sending)
    run(store, clock, PICK_UP)
    answered(sending, days=40)
    run(store, clock, PICK_UP)
    first = last_followed(store.database)
    assert first == clock.now
    assert not is_behind(store.database)
    answers = RemittanceLine.select().where(RemittanceLine.claim_line.is_null(False)).count()
    assert DenialHistory.select(fn.SUM(DenialHistory.answered)).scalar() == answers > 0
    with store.work(WORKER, clock.now) as work:
        work.record("looked at", "claim", 1)
    clock.move(60)
    run(store, clock, PICK_UP)
    assert (is_behind(store.database), last_followed(store.database)) == (True, first)
    clock.move(300)
    run(store, clock, PICK_UP)
    assert not is_behind(store.database)
