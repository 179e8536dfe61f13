"""The shipped sshd configuration, on a real sshd: who comes in, as whom, and what nobody gets."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from rcm_tui.billing.people.public_keys import read_public_key
from rcm_tui.billing.people.users import add_key, add_user, revoke_key
from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store, create
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.practice import User
from tests.sshd import PATIENCE, free_port, keygen, needs_sshd, public, running, until

DEPLOY = Path(__file__).parents[2] / "deploy"
SHIPPED = DEPLOY / "sshd_rcm-tui.conf"
SHIPPED_CONFIG = Path("/etc/rcm-tui/settings.toml")
ADMINISTRATOR = Actor("root", "Root", "administrator")
LONG = PATIENCE

pytestmark = [needs_sshd, pytest.mark.xdist_group("sshd")]


@dataclass
class Server:
    """An sshd on loopback with the shipped configuration; keys of people lie in `home`."""

    home: Path
    port: int
    store: Path
    keys: Path

    def command(self, person: str, *words: str, terminal: bool = False) -> list[str]:
        """The command line of ssh for a person."""
        options = {
            "UserKnownHostsFile": str(self.home / "known"),
            "StrictHostKeyChecking": "yes",
            "IdentitiesOnly": "yes",
            "IdentityAgent": "none",
            "BatchMode": "yes",
            "ConnectTimeout": "20",
            "LogLevel": "ERROR",
        }
        return [
            *("ssh", "-F", "none", "-p", str(self.port), "-i", str(self.home / person)),
            *(part for name, value in options.items() for part in ("-o", f"{name}={value}")),
            *(("-tt",) if terminal else ()),
            *("root@127.0.0.1", *words),
        ]

    def run(self, person: str, *words: str) -> subprocess.CompletedProcess[str]:
        """Asks for a command as a person and waits for the end."""
        return subprocess.run(
            self.command(person, *words),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=LONG,
        )


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    home = tmp_path_factory.mktemp("sshd")
    store, key_folder = home / "practice.db", home / "keys"
    with create(str(store), key_folder, "North") as practice:
        _let_in(practice, home)
    # sshd wants the command that it asks in a folder that only root can write, and so not in /tmp.
    asked = Path("/usr/local/libexec") / f"rcm-tui-test-{os.getpid()}"
    asked.parent.mkdir(parents=True, exist_ok=True)
    config = home / "settings.toml"
    config.write_text(f'db = "{store}"\nkey_folder = "{key_folder}"\nworker = "service"\n')
    asked.write_text(
        (DEPLOY / "rcm-tui-keys")
        .read_text()
        .replace(str(SHIPPED_CONFIG), str(config))
        .replace("/opt/rcm-tui/bin/python", sys.executable)
    )
    asked.chmod(0o755)
    port = free_port()
    (home / "known").write_text(f"[127.0.0.1]:{port} {public(home / 'host')}\n")
    lines = (
        "PermitRootLogin forced-commands-only\nSubsystem sftp internal-sftp\n"
        f"{_shipped(asked, config)}"
    )
    try:
        with running(home, port, home / "host", lines):
            yield Server(home, port, store, key_folder)
    finally:
        asked.unlink()


def _let_in(practice: Store, home: Path) -> None:
    for person in ("alice", "bob", "mallory", "host"):
        keygen(home / person)
    with practice.work(ADMINISTRATOR) as work:
        for person, role in (("alice", "biller"), ("bob", "auditor")):
            add_user(work, person, person.title(), role)
            add_key(work, person, read_public_key(public(home / person)))


def _shipped(asked: Path, config: Path) -> str:
    """The shipped lines, for the account that there is here, which is root."""
    lines = SHIPPED.read_text().replace("Match User rcm-tui", "Match User root")
    lines = lines.replace("/usr/local/libexec/rcm-tui-keys", str(asked))
    lines = lines.replace(str(SHIPPED_CONFIG), str(config))
    return lines.replace("AuthorizedKeysCommandUser rcm-tui", "AuthorizedKeysCommandUser root")


class Session:
    """A person's workstation over ssh, on a terminal of 100×30."""

    def __init__(self, server: Server, person: str) -> None:
        self.process_id, self.terminal = pty.fork()
        if self.process_id == 0:
            os.environ["TERM"] = "xterm-256color"
            command = server.command(person, terminal=True)
            os.execvp(command[0], command)
        self.shown = ""

    def until(self, words: str) -> None:
        """Reads what is drawn until some words are there."""
        limit = time.monotonic() + LONG
        while words not in self.shown:
            ready, _, _ = select.select([self.terminal], [], [], 0.5)
            assert time.monotonic() < limit, self.shown[-2000:]
            if ready:
                try:
                    drawn = os.read(self.terminal, 65536)
                except OSError:
                    raise AssertionError(f"the session ended: {self.shown[-2000:]}") from None
                self.shown += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", drawn.decode(errors="replace"))

    def kill(self) -> None:
        """The laptop is closed: nobody says goodbye."""
        os.kill(self.process_id, signal.SIGKILL)
        os.waitpid(self.process_id, 0)
        os.close(self.terminal)


def _workstations(server: Server) -> list[int]:
    """Processes of workstations on the server's store."""
    found = []
    for folder in Path("/proc").iterdir():
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
            variables = (folder / "environ").read_bytes()
        except (OSError, NotADirectoryError):
            continue
        if b"rcm_tui" in words and str(server.home).encode() in variables:
            found.append(int(folder.name))
    return found


def signed_in(server: Server) -> list[tuple[str, str]]:
    with Store.open(str(server.store), server.keys):
        return [
            (row.actor, row.action)
            for row in AuditRecord.select()
            .where(AuditRecord.action.in_(["signed in", "signed out"]))
            .order_by(AuditRecord.id)
        ]


def test_alice_and_bob_are_who_they_are_and_leave_nothing_behind(server: Server) -> None:
    alice, bob = Session(server, "alice"), Session(server, "bob")
    alice.until("North")
    bob.until("North")
    assert {actor for actor, _ in signed_in(server)} == {"alice", "bob"}
    assert len(_workstations(server)) >= 2
    alice.kill()
    bob.kill()
    until(lambda: not _workstations(server), "the workstations to end")
    assert sorted(signed_in(server)) == sorted(
        (who, what) for who in ("alice", "bob") for what in ("signed in", "signed out")
    )


def test_mallory_gets_nothing(server: Server) -> None:
    answer = server.run("mallory")
    assert answer.returncode == 255
    assert "Permission denied (publickey)" in answer.stderr


@pytest.mark.parametrize("words", [("id",), ("sh", "-c", "id"), ("cat", "/etc/passwd")])
def test_nobody_gets_a_shell(server: Server, words: tuple[str, ...]) -> None:
    answer = server.run("alice", *words)
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert "commands and file transfer are not taken here" in answer.stderr


def test_nobody_gets_files(server: Server, tmp_path: Path) -> None:
    options = server.command("alice")[1:-1]
    for program in ("sftp", "scp"):
        words = [word if word != "-p" else "-P" for word in options]
        target = ["root@127.0.0.1:/etc/passwd", str(tmp_path / "stolen")]
        answer = subprocess.run(
            [program, *words, *target], capture_output=True, text=True, timeout=LONG
        )
        assert answer.returncode != 0
        assert not (tmp_path / "stolen").exists()


def test_nobody_forwards_a_port(server: Server) -> None:
    """A forwarded connection is refused by the server when it is used."""
    answer = subprocess.run(
        [*server.command("alice")[:-1], "-W", f"127.0.0.1:{server.port}", "root@127.0.0.1"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=LONG,
    )
    assert answer.returncode != 0
    assert "forwarding failed" in answer.stderr
    assert "SSH-2.0" not in answer.stdout


def test_a_variable_of_python_changes_nothing(server: Server, tmp_path: Path) -> None:
    """Neither a variable that is sent along nor one that sshd would take reaches the program."""
    ran = tmp_path / "ran"
    (tmp_path / "sitecustomize.py").write_text(f"open({str(ran)!r}, 'w')")
    subprocess.run(
        [*server.command("alice")[:-1], "-o", f"SetEnv=PYTHONPATH={tmp_path}", "root@127.0.0.1"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=LONG,
    )
    assert not ran.exists()


def test_a_key_that_is_taken_back_lets_nobody_in(server: Server) -> None:
    key = read_public_key(public(keygen(server.home / "carol")))
    with Store.open(str(server.store), server.keys) as store:
        with store.work(ADMINISTRATOR) as work:
            add_user(work, "carol", "Carol", "biller")
            add_key(work, "carol", key)
        # Without a terminal there is no workstation, but there is a person.
        assert "needs a terminal" in server.run("carol").stderr
        with store.work(ADMINISTRATOR) as work:
            revoke_key(work, key.fingerprint)
        assert "Permission denied" in server.run("carol").stderr
        assert User.get(User.login == "carol").active
