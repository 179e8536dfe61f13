"""The submission job: several files, several clearinghouses, folders that refuse, and `submit`."""

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from peewee import fn

from rcm_tui.billing.check import check_store
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import READY, SUBMITTED, Claim
from rcm_tui.data.tables.exchange import ClaimsTransaction
from rcm_tui.data.tables.jobs import JobRun
from rcm_tui.data.tables.payers import Clearinghouse
from rcm_tui.exchange import delivery, outgoing
from rcm_tui.exchange.transports import folder
from rcm_tui.jobs import submission
from rcm_tui.jobs.lease import acquire, release
from rcm_tui.jobs.schedule import SUBMIT
from rcm_tui.jobs.submission import submit_now
from rcm_tui.jobs.worker import Worker
from tests.exchange.sending import Sending
from tests.jobs.clock import Clock
from tests.practice_builder import small_practice


@pytest.fixture
def sending(store: Store, tmp_path: Path) -> Sending:
    return Sending.of(store, small_practice(), tmp_path)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def submitted(store: Store, clock: Clock) -> JobRun:
    Worker(store, "a", clock).run(once=True, job=SUBMIT)
    return JobRun.select().order_by(JobRun.id.desc()).get()


def statuses() -> list[str]:
    return [claim.status for claim in Claim.select().order_by(Claim.id)]


def test_many_claims_go_out_in_files_of_a_set_size(
    store: Store, sending: Sending, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery.build, "__defaults__", (2, None))
    claims = sending.ready(5)
    run = submitted(store, clock)
    assert (run.outcome, run.items, run.message) == ("done", 5, "3 files, 1,600.00 billed")
    assert [row.claims for row in ClaimsTransaction.select()] == [2, 2, 1]
    assert sending.received() == claims
    assert outgoing.CLAIMS_PER_FILE == 2000


def test_claims_that_fail_at_the_last_look_do_not_stop_the_rest(
    store: Store, sending: Sending, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delivery.build, "__defaults__", (1, None))
    claims = sending.ready(3)
    Claim.update(diagnoses="").where(Claim.patient_control_number == claims[0]).execute()
    run = submitted(store, clock)
    assert run.items == 2
    assert sending.received() == claims[1:]
    assert statuses() == ["Draft", SUBMITTED, SUBMITTED]
    number = Claim.get(Claim.patient_control_number == claims[0]).number
    assert (run.outcome, run.message) == (
        "done",
        f"2 files, 640.00 billed. 1 claim was sent back to Draft: {number}. Why stands in Claims,"
        " view Draft – failed validation.",
    )


def test_all_that_went_back_to_draft_are_counted_and_some_named(
    store: Store, sending: Sending, clock: Clock
) -> None:
    sending.ready(5)
    # No rule looks at this, and no 837P can carry it; the other is what validation finds.
    Claim.update(wire='{"claim":{"related_causes":["AA","EM","OA","AB"]}}').execute()
    Claim.update(diagnoses="").where(Claim.id == Claim.select(fn.MIN(Claim.id))).execute()
    run = submitted(store, clock)
    first, *rest = [claim.number for claim in Claim.select().order_by(Claim.id)]
    assert run.items == 0
    assert run.message == (
        f"5 claims were sent back to Draft: {first}, {rest[0]}, {rest[1]} and 2 more. Why stands in"
        " Claims, view Draft – failed validation."
    )
    sending.ready(1)
    Claim.update(diagnoses="").where(Claim.status == READY).execute()
    (back,) = submit_now(store, clock).sent_back
    assert back.reason.startswith("The claim has no diagnosis.")


def test_a_folder_that_is_gone_fails_the_run_and_the_claims_wait(
    store: Store, sending: Sending, clock: Clock
) -> None:
    claims = sending.ready(2)
    sending.outgoing.rmdir()
    run = submitted(store, clock)
    assert run.outcome == "failed"
    assert str(sending.outgoing) in run.message
    assert "create it, or mount the share" in run.message
    assert "What waits for Test clearinghouse goes out with the next run." in run.message
    assert statuses() == [READY, READY]
    sending.outgoing.mkdir()
    assert submitted(store, clock).outcome == "done"
    assert sending.received() == claims


def full(descriptor: int, rest: memoryview) -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_fails_the_run_and_the_next_one_sends_the_same_file(
    store: Store, sending: Sending, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = sending.ready(2)
    with monkeypatch.context() as patch:
        patch.setattr(folder, "_write", full)
        run = submitted(store, clock)
        assert run.outcome == "failed"
        assert f"{sending.outgoing} cannot be written to: the disk is full" in run.message
        assert statuses() == [SUBMITTED, SUBMITTED]
        built = ClaimsTransaction.get()
        assert (built.state, built.message) == ("built", run.message)

        sending.ready(1)
        assert submitted(store, clock).outcome == "failed"
        assert statuses() == [SUBMITTED, SUBMITTED, READY]  # no file behind one that cannot leave

    last = submitted(store, clock)
    assert (last.outcome, last.items) == ("done", 3)
    assert len(sending.received()) == 3
    assert set(claims) < set(sending.received())
    assert ClaimsTransaction.get_by_id(built.id).sha256 == built.sha256


def test_one_clearinghouse_that_cannot_does_not_keep_the_other_waiting(
    store: Store, sending: Sending, clock: Clock, tmp_path: Path
) -> None:
    sending.ready(1)
    good = tmp_path / "good"
    (good / "outgoing").mkdir(parents=True)
    columns = {
        **Clearinghouse.get().__data__,
        "name": "Second",
        "outgoing": str(good / "outgoing"),
    }
    del columns["id"]
    second = Clearinghouse.create(**columns)
    payer = sending.practice.add_payer("Second Health", clearinghouse=second)
    patient = sending.practice.add_client("OSEI", payer)
    sending.practice.add_claim(client=patient, status=READY)
    sending.outgoing.rmdir()
    run = submitted(store, clock)
    assert (run.outcome, run.items) == ("failed", 1)
    assert len(list((good / "outgoing").iterdir())) == 1


def test_a_clearinghouse_that_is_turned_off_sends_nothing(
    store: Store, sending: Sending, clock: Clock
) -> None:
    sending.ready(1)
    Clearinghouse.update(active=False).execute()
    assert submitted(store, clock).items == 0
    assert statuses() == [READY]


def test_submit_now_names_the_files_it_wrote(store: Store, sending: Sending, clock: Clock) -> None:
    claims = sending.ready(2)
    done = submit_now(store, clock)
    (file,) = done.files
    assert done.problems == []
    assert (file.interchange_control_number, file.claims, file.billed) == (1, 2, 64000)
    assert Path(file.path).parent == sending.outgoing
    assert Path(file.path).is_file()
    assert sending.received() == claims
    run = JobRun.get()
    assert (run.outcome, run.items) == ("done", 2)
    assert submit_now(store, clock).files == []


def test_submit_now_says_what_went_wrong(store: Store, sending: Sending, clock: Clock) -> None:
    sending.ready(1)
    sending.outgoing.rmdir()
    done = submit_now(store, clock)
    assert done.files == []
    (problem,) = done.problems
    assert str(sending.outgoing) in problem
    assert JobRun.get().outcome == "failed"
    assert statuses() == [READY]


def test_submit_now_lets_the_worker_do_it_that_holds_the_lease(
    store: Store, sending: Sending, clock: Clock
) -> None:
    claims = sending.ready(2)
    lease = acquire(store, "a", clock(), 60)
    assert lease is not None
    waited: list[float] = []

    def the_worker_acts(seconds: float) -> None:
        waited.append(seconds)
        clock.move(seconds)
        if len(waited) == 3:
            Worker(store, "a", clock).run(once=True)

    done = submit_now(store, clock, the_worker_acts)
    assert len(waited) == 3
    assert [(file.claims, file.state) for file in done.files] == [(2, "sent")]
    assert done.problems == []
    assert sending.received() == claims


def test_submit_now_does_not_wait_for_ever(store: Store, sending: Sending, clock: Clock) -> None:
    sending.ready(1)
    lease = acquire(store, "a", clock(), 600)
    assert lease is not None
    done = submit_now(store, clock, lambda seconds: clock.move(seconds) and None)
    assert done.files == []
    assert "Another worker is busy" in done.problems[0]
    assert statuses() == [READY]
    release(store, lease, clock())
    Worker(store, "b", clock).run(once=True)
    assert statuses() == [SUBMITTED]  # the wish was not forgotten


def test_submit_now_that_is_overtaken_says_so(
    store: Store, sending: Sending, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = sending.ready(1)
    waiting = submission.claims_waiting

    def overtaken(*arguments: Any) -> int:
        monkeypatch.setattr(submission, "claims_waiting", waiting)
        assert acquire(store, "another", clock.move(61), 60) is not None
        return waiting(*arguments)

    monkeypatch.setattr(submission, "claims_waiting", overtaken)
    done = submit_now(store, clock)
    assert done.problems == ["Another worker took over; it finishes what was begun."]
    assert statuses() == [READY]
    clock.move(61)
    Worker(store, "heir", clock).run(once=True, job=SUBMIT)
    assert sending.received() == claims


def test_the_books_are_right_after_sending(store: Store, sending: Sending, clock: Clock) -> None:
    sending.ready(3)
    submit_now(store, clock)
    problems = [
        problem
        for result in check_store(store.database, store.audit_key)
        for problem in result.problems
    ]
    assert problems == []
