"""A file is sent exactly once, whatever dies between its building and its being sent."""

import datetime
import errno
import hashlib
import os
from pathlib import Path

import pytest

from rcm_tui.billing.outcome import Refused
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import READY, SUBMITTED, Claim
from rcm_tui.data.tables.exchange import ClaimsTransaction
from rcm_tui.exchange import fault
from rcm_tui.exchange.delivery import ASK_AFTER, settle_unconfirmed
from rcm_tui.exchange.transports.folder import FolderTransport
from rcm_tui.jobs.lease import Lease, LeaseLost, acquire
from tests.exchange.sending import Sending, claims_in, dying_at
from tests.practice_builder import BILLER, small_practice

BEFORE_COMMIT = (fault.BUILDING, fault.BUILT_UNCOMMITTED)
STILL_BUILT = (fault.BUILT, fault.UPLOADING, fault.UPLOADED, fault.STAGED_UNCOMMITTED)
STILL_THERE = (fault.STAGED, fault.RENAMING)
GONE = (fault.RENAMED, fault.SENT_UNCOMMITTED)


@pytest.fixture
def sending(store: Store, tmp_path: Path) -> Sending:
    return Sending.of(store, small_practice(), tmp_path)


def die_at(sending: Sending, point: str, lease: Lease) -> None:
    with dying_at(point):
        sending.delivered(sending.built(lease), lease)


def the_transaction() -> ClaimsTransaction:
    (row,) = ClaimsTransaction.select()
    return row


def test_the_points_are_all_of_the_protocol() -> None:
    assert (*BEFORE_COMMIT, *STILL_BUILT, *STILL_THERE, *GONE, fault.SENT) == fault.POINTS


def test_a_file_goes_out_whole_under_its_own_name(sending: Sending) -> None:
    claims = sending.ready(2)
    lease = sending.new_worker()
    delivery = sending.delivered(sending.built(lease), lease)
    row = the_transaction()
    assert delivery.path == str(sending.outgoing / row.file_name)
    content = Path(delivery.path).read_bytes()
    assert sorted(claims_in(content)) == claims
    assert (len(content), hashlib.sha256(content).hexdigest()) == (row.size, row.sha256)
    assert (delivery.state, delivery.claims, delivery.billed) == ("sent", 2, 64000)
    assert delivery.problem == ""
    assert (row.state, row.sent_at, row.fence) == ("sent", sending.clock(), lease.fence)
    assert sending.temporary() == []


def test_a_sent_file_is_left_alone(sending: Sending) -> None:
    claims = sending.ready(2)
    lease = sending.new_worker()
    transaction = sending.built(lease)
    for _ in range(2):
        assert sending.delivered(transaction, lease).state == "sent"
        assert sending.received() == claims
    assert sending.recovered(lease) == []


@pytest.mark.parametrize("point", BEFORE_COMMIT)
def test_death_before_the_first_commit_leaves_the_claims_ready(
    sending: Sending, point: str
) -> None:
    claims = sending.ready(2)
    die_at(sending, point, sending.new_worker())
    assert ClaimsTransaction.select().count() == 0
    assert {claim.status for claim in Claim.select()} == {READY}
    lease = sending.new_worker()
    assert sending.recovered(lease) == []
    sending.delivered(sending.built(lease), lease)
    assert sending.received() == claims


@pytest.mark.parametrize("point", STILL_BUILT)
def test_death_before_staging_uploads_anew_and_clears_up(sending: Sending, point: str) -> None:
    claims = sending.ready(2)
    die_at(sending, point, sending.new_worker())
    built = the_transaction()
    assert (built.state, built.temporary_name) == ("built", "")
    assert sending.received() == []
    (delivery,) = sending.recovered(sending.new_worker())
    assert delivery.state == "sent"
    assert sending.received() == claims
    assert sending.temporary() == []
    after = the_transaction()
    assert (after.sha256, bytes(after.content)) == (built.sha256, bytes(built.content))


@pytest.mark.parametrize("point", STILL_THERE)
def test_death_after_staging_renames_what_is_there(sending: Sending, point: str) -> None:
    claims = sending.ready(2)
    die_at(sending, point, sending.new_worker())
    staged = the_transaction()
    assert (staged.state, [staged.temporary_name]) == ("staged", sending.temporary())
    assert sending.received() == []
    (delivery,) = sending.recovered(sending.new_worker())
    assert delivery.state == "sent"
    assert sending.received() == claims


@pytest.mark.parametrize("point", GONE)
def test_death_after_the_rename_finds_the_final_file(sending: Sending, point: str) -> None:
    claims = sending.ready(2)
    die_at(sending, point, sending.new_worker())
    assert the_transaction().state == "staged"
    (delivery,) = sending.recovered(sending.new_worker())
    assert delivery.state == "sent"
    assert sending.received() == claims


@pytest.mark.parametrize("point", GONE)
def test_a_file_that_was_taken_away_is_unconfirmed_and_never_sent_again(
    sending: Sending, point: str
) -> None:
    claims = sending.ready(2)
    die_at(sending, point, sending.new_worker())
    assert sending.received() == claims
    for _ in range(3):
        (delivery,) = sending.recovered(sending.new_worker())
        assert (delivery.state, delivery.problem) == ("unconfirmed", "")
        assert sending.received() == claims
    row = the_transaction()
    assert f"{row.interchange_control_number:09d}" in row.message
    assert "TA1 or 999" in row.message


def test_a_file_that_an_answer_has_named_is_sent(sending: Sending) -> None:
    sending.ready(2)
    die_at(sending, fault.RENAMED, sending.new_worker())
    sending.receive()
    ClaimsTransaction.update(confirmed_at=sending.clock()).execute()
    (delivery,) = sending.recovered(sending.new_worker())
    assert delivery.state == "sent"


def test_after_hours_without_an_answer_a_person_is_asked(sending: Sending) -> None:
    sending.ready(2)
    die_at(sending, fault.RENAMED, sending.new_worker())
    sending.receive()
    staged_at = the_transaction().staged_at
    (early,) = sending.recovered(sending.new_worker())
    sending.clock.now = staged_at + ASK_AFTER
    (late,) = sending.recovered(sending.new_worker())
    assert early.problem == ""
    assert "ask the clearinghouse whether it has it" in late.problem
    assert the_transaction().message == late.problem


@pytest.mark.parametrize("received", [True, False])
def test_a_person_says_what_became_of_it(sending: Sending, received: bool) -> None:
    claims = sending.ready(2)
    die_at(sending, fault.RENAMED, sending.new_worker())
    sending.receive()
    sending.recovered(sending.new_worker())
    if not received:
        sending.taken.clear()  # it was lost on the clearinghouse's side
    key = the_transaction().id
    with sending.store.work(BILLER, sending.clock()) as work:
        settle_unconfirmed(work, key, received)
    sending.recovered(sending.new_worker())
    assert the_transaction().state == "sent"
    assert sending.received() == claims
    with (
        pytest.raises(Refused, match="not unconfirmed"),
        sending.store.work(BILLER, sending.clock()) as work,
    ):
        settle_unconfirmed(work, key, False)


def test_an_unconfirmed_file_that_is_seen_again_is_renamed(sending: Sending) -> None:
    claims = sending.ready(2)
    die_at(sending, fault.STAGED, sending.new_worker())
    away = sending.folder / "away"
    sending.outgoing.rename(away)
    sending.outgoing.mkdir()  # what is left where a share was mounted
    (delivery,) = sending.recovered(sending.new_worker())
    assert delivery.state == "unconfirmed"
    sending.outgoing.rmdir()
    away.rename(sending.outgoing)
    (delivery,) = sending.recovered(sending.new_worker())
    assert delivery.state == "sent"
    assert sending.received() == claims


def test_a_missing_folder_is_no_sign_of_delivery(sending: Sending) -> None:
    claims = sending.ready(2)
    die_at(sending, fault.STAGED, sending.new_worker())
    away = sending.outgoing.rename(sending.folder / "away")
    (delivery,) = sending.recovered(sending.new_worker())
    assert delivery.state == "staged"
    assert f"The folder {sending.outgoing}" in delivery.problem
    away.rename(sending.outgoing)
    sending.recovered(sending.new_worker())
    assert sending.received() == claims


def test_a_temporary_file_that_lost_bytes_is_uploaded_anew(sending: Sending) -> None:
    claims = sending.ready(2)
    die_at(sending, fault.STAGED, sending.new_worker())
    (name,) = sending.temporary()
    os.truncate(sending.outgoing / name, 100)
    (delivery,) = sending.recovered(sending.new_worker())
    assert delivery.state == "sent"
    assert sending.received() == claims
    assert sending.temporary() == []


def test_stored_bytes_that_were_altered_are_not_sent(sending: Sending) -> None:
    sending.ready(2)
    lease = sending.new_worker()
    transaction = sending.built(lease)
    ClaimsTransaction.update(sha256="0" * 64).execute()
    delivery = sending.delivered(transaction, lease)
    assert (delivery.state, sending.received()) == ("built", [])
    assert "changed behind the program's back" in delivery.problem


def test_a_file_in_the_way_is_never_replaced(sending: Sending) -> None:
    claims = sending.ready(2)
    lease = sending.new_worker()
    transaction = sending.built(lease)
    final = sending.outgoing / sending.row(transaction).file_name
    final.write_bytes(b"somebody else's")
    delivery = sending.delivered(transaction, lease)
    assert delivery.state == "staged"
    assert "was not replaced" in delivery.problem
    assert final.read_bytes() == b"somebody else's"
    final.unlink()
    sending.recovered(sending.new_worker())
    assert sending.received() == claims


def full(descriptor: int, content: object) -> int:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_says_where_and_loses_nothing(
    sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = sending.ready(2)
    lease = sending.new_worker()
    transaction = sending.built(lease)
    with monkeypatch.context() as patch:
        patch.setattr(os, "write", full)
        delivery = sending.delivered(transaction, lease)
    row = sending.row(transaction)
    assert (delivery.state, row.state, row.message) == ("built", "built", delivery.problem)
    assert f"The folder {sending.outgoing} cannot be written to: the disk is full" in row.message
    assert "2 claims stay Submitted, and the next run delivers the same file" in row.message
    assert {claim.status for claim in Claim.select()} == {SUBMITTED}
    assert (sending.temporary(), sending.received()) == ([], [])
    (again,) = sending.recovered(sending.new_worker())
    assert (again.state, sending.row(transaction).message) == ("sent", "")
    assert sending.received() == claims
    assert hashlib.sha256(sending.taken[0]).hexdigest() == row.sha256


OUTSIDE = [point for point in fault.POINTS if point not in fault.IN_TRANSACTION]


@pytest.mark.parametrize("point", OUTSIDE)
@pytest.mark.parametrize("taken_at_once", [True, False])
def test_one_that_wakes_after_another_took_over_does_not_act(
    sending: Sending, monkeypatch: pytest.MonkeyPatch, point: str, taken_at_once: bool
) -> None:
    claims = sending.ready(2)
    late = sending.new_worker()
    slept: list[str] = []

    def sleep_through(reached: str) -> None:
        if reached == point and not slept:
            slept.append(point)
            sending.recovered(sending.new_worker())
            if taken_at_once:
                sending.receive()

    monkeypatch.setattr(fault, "on_reached", sleep_through)
    transaction = sending.built(late)
    if point in (fault.BUILT, fault.SENT):
        # Nothing is left to do, and that is what it sees.
        assert sending.delivered(transaction, late).state == "sent"
    else:
        with pytest.raises(LeaseLost):
            sending.delivered(transaction, late)
    assert slept == [point]
    sending.recovered(sending.new_worker())
    assert sending.received() == claims
    assert sending.temporary() == []


def test_temporary_files_of_others_are_left(sending: Sending) -> None:
    sending.ready(2)
    first = sending.new_worker()
    with dying_at(fault.UPLOADED):
        sending.delivered(sending.built(first), first)
    (own,) = sending.temporary()
    others = ["837P_000000007_20260316T150000000000Z.837.1.ab12.part", "report.part"]
    newer = own.replace(f".{first.fence}.", ".99.")
    for name in (*others, newer):
        (sending.outgoing / name).write_bytes(b"ISA")
    sending.recovered(sending.new_worker())
    assert sending.temporary() == sorted([*others, newer])


def test_a_person_and_the_worker_do_not_cross(
    sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The share comes back while a person says that the file never arrived."""
    claims = sending.ready(2)
    die_at(sending, fault.STAGED, sending.new_worker())
    (name,) = sending.temporary()
    hidden = sending.folder / name
    (sending.outgoing / name).rename(hidden)
    sending.recovered(sending.new_worker())
    hidden.rename(sending.outgoing / name)
    key = the_transaction().id
    size = FolderTransport.size

    def settled_meanwhile(transport: FolderTransport, asked: str) -> int | None:
        found = size(transport, asked)
        monkeypatch.setattr(FolderTransport, "size", size)
        with sending.store.work(BILLER, sending.clock()) as work:
            settle_unconfirmed(work, key, received=False)
        return found

    monkeypatch.setattr(FolderTransport, "size", settled_meanwhile)
    (delivery,) = sending.recovered(sending.new_worker())
    assert delivery.state == "built"
    sending.recovered(sending.new_worker())
    assert sending.received() == claims
    assert sending.temporary() == []


def test_a_worker_whose_lease_another_took_builds_nothing(sending: Sending) -> None:
    sending.ready(2)
    late = sending.new_worker()
    assert acquire(sending.store, "another", sending.clock.move(61), 60) is not None
    with pytest.raises(LeaseLost):
        sending.built(late)
    assert ClaimsTransaction.select().count() == 0
    assert sending.clock() - late.expires_at < datetime.timedelta(minutes=1)
