"""Answers of which half has arrived: left for the rest, read whole, and posted once."""

import datetime
import os
from pathlib import Path
from typing import Any

import pytest

from rcm_tui.data.store import Store
from rcm_tui.data.tables.exchange import IncomingFile
from rcm_tui.data.tables.jobs import Job, JobRun
from rcm_tui.data.tables.remittances import Payment, Remittance
from rcm_tui.exchange.transports import IncomingEntry
from rcm_tui.exchange.transports.folder import FolderTransport
from rcm_tui.jobs.line import Line
from rcm_tui.jobs.schedule import PICK_UP, SUBMIT
from rcm_tui.jobs.worker import Worker
from tests.exchange.sending import Sending
from tests.jobs.clock import Clock
from tests.practice_builder import small_practice
from tests.x12.made import remittance_file

WHOLE = remittance_file()


@pytest.fixture
def sending(store: Store, tmp_path: Path) -> Sending:
    return Sending.of(store, small_practice(), tmp_path)


class Arriving:
    """A clearinghouse's file that grows, and the one worker that picks up every minute."""

    def __init__(self, sending: Sending) -> None:
        self.sending = sending
        self.path = sending.folder / "incoming" / "era.835"
        self.worker = Worker(sending.store, "a", sending.clock)
        self.worker.run(once=True, job=SUBMIT)

    def grows(self, size: int) -> None:
        """So many of its bytes are there; the last were written now."""
        self.path.write_bytes(WHOLE[:size])
        os.utime(self.path, (self.sending.clock().timestamp(),) * 2)

    def after(self, seconds: float) -> Any:
        """The newest pick-up, so long after the one before."""
        self.sending.clock.move(seconds)
        self.worker.run(once=True)
        runs: Any = JobRun.select().join(Job).where(Job.name == PICK_UP, JobRun.message != "")
        return runs.order_by(JobRun.id.desc()).first()


def payments() -> list[tuple[str, int]]:
    rows: Any = Payment.select(Payment.state, Payment.amount).order_by(Payment.id).tuples()
    return list(rows)


def test_a_file_that_grows_is_left_alone_until_it_rests(
    store: Store, sending: Sending, monkeypatch: pytest.MonkeyPatch
) -> None:
    arriving = Arriving(sending)
    read: list[str] = []
    fetch = FolderTransport.fetch

    def watched(self: FolderTransport, entry: object) -> bytes:
        read.append(str(entry))
        return fetch(self, entry)  # type: ignore[arg-type]

    monkeypatch.setattr(FolderTransport, "fetch", watched)
    for size in range(100, len(WHOLE), 150):
        sending.clock.move(58)
        arriving.grows(size)
        arriving.after(2)
    arriving.grows(len(WHOLE))
    assert (read, IncomingFile.select().count()) == ([], 0)
    arriving.after(60)
    assert (len(read), payments(), arriving.path.exists()) == (1, [("posted", 160_00)], False)


def test_an_upload_that_stalled_is_left_for_an_hour_and_read_whole_when_the_rest_comes(
    store: Store, sending: Sending
) -> None:
    arriving = Arriving(sending)
    arriving.grows(len(WHOLE) // 2)
    for minute in range(58):
        run = arriving.after(60)
        assert arriving.path.exists(), minute
    assert (run.outcome, run.items) == ("done", 0)
    assert "era.835 has not wholly arrived, its end is missing; it stays in " in run.message
    assert "for an hour from 2" in run.message
    assert IncomingFile.select().count() == 0
    # Said in the same words all the time: the first and the newest are kept.
    assert JobRun.select().where(JobRun.message.contains("has not wholly")).count() == 2
    arriving.grows(len(WHOLE))
    assert "1 posted, 160.00 paid" in arriving.after(60).message
    assert (payments(), arriving.path.exists()) == ([("posted", 160_00)], False)


def test_after_an_hour_half_a_file_is_kept_for_a_person_and_the_whole_posts_once(
    store: Store, sending: Sending
) -> None:
    arriving = Arriving(sending)
    arriving.grows(len(WHOLE) // 2)
    for _ in range(59):
        arriving.after(60)
    assert IncomingFile.select().count() == 0
    for _ in range(3):
        run = arriving.after(60)
    assert run.outcome == "failed"
    assert "era.835 of Test clearinghouse was taken in without its end" in run.message
    assert not arriving.path.exists()
    half = IncomingFile.get()
    assert (half.outcome, half.size) == ("held", len(WHOLE) // 2)
    assert "The end of this interchange (IEA) is missing." in str(half.findings)
    assert payments() == [("held", 160_00)]
    for _ in range(2):  # sent anew, and once more
        arriving.grows(len(WHOLE))
        arriving.after(60)
        assert payments() == [("posted", 160_00)]
    assert Remittance.select().count() == 2
    assert IncomingFile.select().count() == 2


def test_an_empty_file_is_one_that_has_only_begun(store: Store, sending: Sending) -> None:
    """Removed, what its sender still writes into it would be lost."""
    arriving = Arriving(sending)
    with arriving.path.open("wb") as upload:
        os.utime(arriving.path, (sending.clock().timestamp() - 60,) * 2)
        arriving.after(60)
        upload.write(WHOLE)
    os.utime(arriving.path, (sending.clock().timestamp() - 60,) * 2)
    arriving.after(60)
    assert payments() == [("posted", 160_00)]


def test_a_file_that_lacks_its_end_keeps_no_other_waiting(store: Store, sending: Sending) -> None:
    arriving = Arriving(sending)
    arriving.grows(200)
    other = arriving.path.with_name("z.835")
    other.write_bytes(WHOLE)
    os.utime(other, (sending.clock().timestamp(),) * 2)
    assert "1 posted" in (message := arriving.after(60).message)
    assert "era.835 has not wholly arrived" in message
    assert (arriving.path.exists(), other.exists()) == (True, False)


@pytest.mark.parametrize("ahead", [0, 86_400, -3_500, -86_400])
def test_the_hour_ends_whatever_the_clock_that_stamps_the_file_says(ahead: int) -> None:
    line, clock = Line(), Clock()
    modified = clock() + datetime.timedelta(seconds=ahead)
    entry = IncomingEntry("era.835", 100, modified, 1)
    left = 0
    while line.leaves(entry, clock()):
        assert line.is_cut(entry)
        clock.move(60)
        left += 1
    assert left == {0: 60, 86_400: 60, -3_500: 2, -86_400: 0}[ahead]
    grown = IncomingEntry("era.835", 200, clock(), 2)
    assert (line.is_cut(grown), line.leaves(grown, clock())) == (False, True)
    line.listed([])
    assert not line.is_cut(grown)
