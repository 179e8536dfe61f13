"""A terminal that is cut off or killed in the middle of typing: nothing half saved, all offered."""

import getpass
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from contextlib import contextmanager
from fcntl import ioctl
from pathlib import Path
from typing import Any

import pytest

from rcm_tui.billing.check import check_store
from rcm_tui.data.store import Store
from rcm_tui.data.tables.clients import Client
from rcm_tui.data.tables.personal import Preference
from tests.practice_builder import small_practice
from tests.sshd import until

SIZE = struct.pack("HHHH", 24, 80, 0, 0)


@pytest.fixture
def engine() -> str:
    """One store is enough: it is the terminal that goes."""
    return "sqlite"


class Opened:
    """A workstation in a terminal: what it drew, and keys for it."""

    def __init__(self, process: subprocess.Popen[bytes], handle: int) -> None:
        self.process = process
        self._handle = handle
        self._drawn = b""

    def wait_for(self, words: bytes) -> None:
        """Words that are drawn from now on, after what was waited for last."""
        while words not in self._drawn:
            assert select.select([self._handle], [], [], 12)[0], self._drawn[-2000:]
            self._drawn += os.read(self._handle, 65536)
        self._drawn = self._drawn[self._drawn.index(words) + len(words) :]

    def press(self, keys: bytes) -> None:
        os.write(self._handle, keys)


@contextmanager
def workstation(keys: Path) -> Iterator[Opened]:
    ours, theirs = pty.openpty()
    ioctl(theirs, termios.TIOCSWINSZ, SIZE)
    environ = {
        "PATH": os.environ["PATH"],
        "HOME": str(keys.parent),
        "LANG": "C.UTF-8",
        "TERM": "xterm-256color",
        "RCM_TUI_KEY_FOLDER": str(keys),
        "RCM_TUI_WORKER": "service",
    }
    command = [sys.executable, "-m", "rcm_tui", "--db", str(keys.parent / "practice.db")]
    process = subprocess.Popen(
        command, stdin=theirs, stdout=theirs, stderr=theirs, env=environ, start_new_session=True
    )
    os.close(theirs)
    try:
        yield Opened(process, ours)
    finally:
        process.kill()
        process.wait()
        os.close(ours)


def whole_row(client: Client) -> dict[str, Any]:
    return dict(Client.get_by_id(client.id).__data__)


def drafts(store: Store) -> list[str]:
    return [typed for (typed,) in store.database.execute_sql("SELECT typed FROM unsaved_draft")]


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGKILL], ids=lambda one: one.name)
def test_what_was_half_typed_is_offered_again_and_nothing_of_it_is_saved(
    store: Store, key_folder: Path, number: signal.Signals
) -> None:
    client = small_practice().add_client("OKONKWO")
    Preference.create(login=getpass.getuser(), name="tour", value="seen")
    before = whole_row(client)
    with workstation(key_folder) as opened:
        opened.wait_for(b"keys")
        opened.press(b"6")
        opened.wait_for(b"OKONKWO")
        opened.press(b"\r")
        opened.wait_for(b"First name")
        opened.press(b"Zzy~")
        opened.wait_for(b"~")
        if number == signal.SIGKILL:
            until(
                lambda: bool(drafts(store)), "the draft"
            )  # of what is killed, what rested for a moment stays
        opened.process.send_signal(number)
        opened.process.wait(60)
    assert whole_row(client) == before
    (typed,) = drafts(store)
    assert "zzy~" in typed.lower()
    assert all(not one.problems for one in check_store(store.database, store.audit_key))
    with workstation(key_folder) as again:
        again.wait_for(b"keys")
        again.press(b"6")
        again.wait_for(b"OKONKWO")
        again.press(b"\r")
        again.wait_for(b"You typed something here")
    assert whole_row(client) == before
