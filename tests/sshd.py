"""A real sshd on loopback, for tests of logging in and of SFTP."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

SSHD = shutil.which("sshd", path=os.environ.get("PATH", "") + ":/usr/sbin")
PATIENCE = 40.0


def why_not() -> str:
    """Why no sshd can be run here; empty where one can."""
    if SSHD is None:
        return "sshd is not installed"
    if os.getuid() != 0:
        return "sshd needs root to let people in"
    return ""


needs_sshd = pytest.mark.skipif(bool(why_not()) and "CI" not in os.environ, reason=why_not())
"""Skips with the reason where there is no sshd; in CI there is one."""


def keygen(file: Path) -> Path:
    """Makes a key; its path. The public half lies beside it."""
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", file.name, "-f", str(file)],
        check=True,
    )
    return file


def public(file: Path) -> str:
    """Type and base64 of a key."""
    return " ".join(file.with_name(f"{file.name}.pub").read_text().split()[:2])


def free_port() -> int:
    """A port of loopback that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def until(holds: Callable[[], bool], what: str) -> None:
    """Waits for something to become true."""
    limit = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < limit, f"waited {PATIENCE} s for {what}"
        time.sleep(0.05)


@contextmanager
def running(home: Path, port: int, host_key: Path, lines: str) -> Iterator[int]:
    """An sshd with these lines of configuration while the block runs; yields its process.

    Its log is `home`/log.
    """
    assert SSHD is not None, "CI installs sshd"
    configuration = home / "sshd_config"
    text = (
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {host_key}\nUsePAM no\nPidFile none\n"
        f"{lines}\n"
    )
    Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    # Newer ones keep an address out for a while whose connections end early, as ours do.
    configuration.write_text(f"PerSourcePenalties no\n{text}")
    check = [SSHD, "-t", "-f", str(configuration)]
    if subprocess.run(check, stderr=subprocess.DEVNULL, check=False).returncode:
        configuration.write_text(text)
        subprocess.run(check, check=True)
    process = subprocess.Popen(
        [SSHD, "-D", "-E", str(home / "log"), "-f", str(configuration)],
        stdin=subprocess.DEVNULL,
        restore_signals=False,  # SIGXFSZ stays ignored: a write beyond a limit fails and no more
    )
    try:
        until(lambda: _listens(port), "sshd to listen")
        yield process.pid
    finally:
        process.terminate()
        process.wait(10)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0
