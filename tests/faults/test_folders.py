"""Folders that cannot be written to: what was received is kept once, and the rest goes on."""

import errno
import os
from pathlib import Path

import pytest

from rcm_tui.data.store import Store
from rcm_tui.data.tables.exchange import IncomingFile
from rcm_tui.data.tables.jobs import JobRun
from rcm_tui.jobs.schedule import PICK_UP
from rcm_tui.jobs.worker import Worker
from tests.exchange.sending import Sending
from tests.practice_builder import small_practice

LONG_BEFORE = 3600


def read_only(path: Path, missing_ok: bool = False) -> None:
    raise OSError(errno.EROFS, os.strerror(errno.EROFS), str(path))


def test_answers_that_cannot_be_removed_do_not_keep_the_others_waiting(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sending = Sending.of(store, small_practice(), tmp_path)
    clock, incoming = sending.clock, tmp_path / "incoming"
    for name in ("a.835", "b.835", "c.835"):
        (incoming / name).write_text(f"not X12: {name}")
        os.utime(incoming / name, (clock().timestamp() - LONG_BEFORE,) * 2)
    with monkeypatch.context() as patch:
        patch.setattr(Path, "unlink", read_only)
        for _ in range(4):
            clock.move(60)
            Worker(store, "a", clock).run(once=True, job=PICK_UP)
    assert sorted(file.name for file in IncomingFile.select()) == ["a.835", "b.835", "c.835"]
    failed = list(JobRun.select().order_by(JobRun.id))
    # The first, which received them, and of those in the same words the first and the newest.
    assert [(run.outcome, run.items) for run in failed] == [("failed", 3), *[("failed", 0)] * 2]
    for run in failed:
        assert "c.835 was received and is not read twice, but stays: " in run.message
        assert "mounted read-only: mount it so that it can be written" in run.message
    Worker(store, "a", clock).run(once=True, job=PICK_UP)
    assert list(incoming.iterdir()) == []
    assert IncomingFile.select().count() == 3
