"""Real processes: the worker beside a workstation lives and dies with it, and stops when told."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from rcm_tui.data.store import Store
from rcm_tui.jobs.beside import WorkerBeside
from rcm_tui.jobs.lease import holder_now
from rcm_tui.jobs.worker import utc_now

SECONDS = 60
"""How long a test waits for a process before it fails."""


@contextmanager
def started(store: Store, key_folder: Path, *options: str) -> Iterator["subprocess.Popen[str]"]:
    """`rcm-tui worker`, from when it has said that it has started."""
    with subprocess.Popen(
        [sys.executable, "-m", "rcm_tui", "worker", *options],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "RCM_TUI_DB": store.url, "RCM_TUI_KEY_FOLDER": str(key_folder)},
    ) as process:
        assert process.stderr is not None
        assert process.stderr.readline() == "rcm-tui: the worker has started\n"
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_stops_it_and_the_lease_is_free(
    store: Store, key_folder: Path, number: signal.Signals
) -> None:
    with started(store, key_folder) as process:
        process.send_signal(number)
        assert process.wait(SECONDS) == 0
    assert holder_now(store, utc_now()) == ""


def test_beside_a_workstation_it_ends_with_its_input(store: Store, key_folder: Path) -> None:
    with started(store, key_folder, "--beside") as process:
        assert process.stdin is not None
        process.stdin.close()
        assert process.wait(SECONDS) == 0
    assert holder_now(store, utc_now()) == ""


def test_a_service_does_not_care_for_its_input(store: Store, key_folder: Path) -> None:
    with started(store, key_folder) as process:
        assert process.stdin is not None
        process.stdin.close()
        process.send_signal(signal.SIGTERM)
        assert process.wait(SECONDS) == 0


def test_once_ends_by_itself(store: Store, key_folder: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-m", "rcm_tui", "worker", "--once"],
        env={**os.environ, "RCM_TUI_DB": store.url, "RCM_TUI_KEY_FOLDER": str(key_folder)},
        capture_output=True,
        text=True,
        timeout=SECONDS,
    )
    assert (run.returncode, run.stderr) == (0, "")


def test_the_child_is_started_once_and_stopped(store: Store, key_folder: Path) -> None:
    beside = WorkerBeside(store.url, key_folder)
    assert (beside.is_running, beside.pid, beside.stop()) == (False, None, None)
    beside.start()
    first = beside.pid
    beside.start()
    assert first is not None
    assert beside.pid == first
    # It may be told before it listens.
    assert beside.stop() in (0, -signal.SIGTERM)
    assert (beside.is_running, beside.pid) == (False, None)


def test_a_child_that_died_is_replaced(store: Store, key_folder: Path) -> None:
    beside = WorkerBeside(store.url, key_folder)
    beside.start()
    first = beside.pid
    assert first is not None
    ended = os.pidfd_open(first)
    os.kill(first, signal.SIGKILL)
    assert select.select([ended], [], [], SECONDS)[0]
    os.close(ended)
    assert not beside.is_running
    beside.start()
    assert beside.pid not in (None, first)
    beside.stop()


WORKSTATION = """
import sys
from pathlib import Path
from rcm_tui.jobs.beside import WorkerBeside
beside = WorkerBeside(sys.argv[1], Path(sys.argv[2]))
beside.start()
print(beside.pid, flush=True)
sys.stdin.read()
"""


def test_the_child_dies_with_a_workstation_that_is_killed(store: Store, key_folder: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", WORKSTATION, store.url, str(key_folder)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as workstation:
        assert workstation.stdout is not None
        ended = os.pidfd_open(int(workstation.stdout.readline()))
        workstation.kill()
        assert select.select([ended], [], [], SECONDS)[0]
        os.close(ended)
