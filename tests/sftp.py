"""A clearinghouse as tests have it: OpenSSH's own sshd, which locks who comes into one folder."""

import os
import resource
import secrets
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rcm_tui.exchange.transports.sftp import SftpServer
from tests.practice_builder import NOW
from tests.sshd import free_port, keygen, public, running

LONG_AGO = NOW.timestamp() - 3600
KEY = "clearinghouse.key"


@dataclass
class Place:
    """A clearinghouse: its server for us, its folders for the test."""

    server: SftpServer
    folder: Path
    sshd: int

    @property
    def outgoing(self) -> Path:
        return self.folder / "claims"

    @property
    def incoming(self) -> Path:
        return self.folder / "answers"

    def empty(self) -> None:
        """Makes both folders anew."""
        for folder in (self.outgoing, self.incoming):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()

    def answer(self, name: str, content: bytes = b"ISA", when: float = LONG_AGO) -> Path:
        """Puts a file where answers lie, written at `when` by the server's clock."""
        path = self.incoming / name
        path.write_bytes(content)
        os.utime(path, (when, when))
        return path

    def columns(self, key_folder: Path, key: str = KEY) -> dict[str, Any]:
        """What a row of the clearinghouse says of it; our key is put into the folder of keys."""
        assert self.server.key_file is not None
        key_folder.mkdir(exist_ok=True)
        shutil.copy2(self.server.key_file, key_folder / key)
        return {
            "kind": "sftp",
            "outgoing": self.server.outgoing,
            "incoming": self.server.incoming,
            "host": self.server.host,
            "port": self.server.port,
            "login": self.server.user,
            "host_key": self.server.host_key,
            "key_file": key,
        }

    @contextmanager
    def with_room_for(self, largest: int) -> Iterator[None]:
        """No file grows beyond so many bytes in sessions that begin meanwhile."""
        before = resource.prlimit(self.sshd, resource.RLIMIT_FSIZE)
        resource.prlimit(self.sshd, resource.RLIMIT_FSIZE, (largest, before[1]))
        try:
            yield
        finally:
            resource.prlimit(self.sshd, resource.RLIMIT_FSIZE, before)

    def cut(self) -> int:
        """Kills the processes of all sessions, as a server does that falls over; how many."""
        killed = 0
        for process in _below(self.sshd):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
                killed += 1
        return killed


@contextmanager
def chrooted(home: Path) -> Iterator[Place]:
    """An sshd on loopback that gives internal-sftp and nothing else; its log is in `home`."""
    host, ours = keygen(home / "host"), keygen(home / "ours")
    (home / "authorized").write_text(public(ours) + "\n")
    # sshd refuses to lock people into a folder that others than root can write above.
    locked = Path("/srv") / f"rcm-tui-test-{os.getpid()}-{secrets.token_hex(3)}"
    locked.mkdir(parents=True)
    port = free_port()
    lines = (
        "PermitRootLogin prohibit-password\nStrictModes no\nMaxStartups 100\n"
        f"AuthorizedKeysFile {home / 'authorized'}\nChrootDirectory {locked}\n"
        "ForceCommand internal-sftp\nSubsystem sftp internal-sftp\n"
    )
    server = SftpServer(
        "127.0.0.1", port, "root", public(host), "/claims", "/answers", key_file=ours
    )
    try:
        with running(home, port, host, lines) as sshd:
            place = Place(server, locked, sshd)
            place.empty()
            yield place
    finally:
        shutil.rmtree(locked)


def _below(process: int) -> list[int]:
    """The processes that descend from one."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(FileNotFoundError, ProcessLookupError):
            number, rest = int(path.parent.name), path.read_text().rpartition(")")[2].split()
            parents[number] = int(rest[1])
    found = [process]
    for known in found:
        found += [child for child, parent in parents.items() if parent == known]
    return found[1:]
