"""A PostgreSQL server for the tests: one that is named, or a private one that the tests start.

A private server serves all processes of one run. Whoever needs it first starts a guardian, which
starts the server and ends it when no process of the run is left, however they ended: every user
holds a shared lock on a file, and the guardian waits for the exclusive one.
"""

import atexit
import contextlib
import ctypes
import fcntl
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO, Any
from urllib.parse import urlsplit

NAMED_SERVER = "RCM_TUI_TEST_POSTGRESQL"
INSTALLED_UNDER = Path("/usr/lib/postgresql")
ROLE = "rcm"
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "max_wal_size": "256MB",
}
IN_MEMORY = Path("/dev/shm")
ROOM = 4 * 1024**3
"""Bytes that have to be free there. A run makes and drops a thousand databases of a thousand files
each, and a file system such as ext4 searches long for inodes where so many were just let go."""


class NoServer(Exception):
    """There is no PostgreSQL to test on, with the reason as a sentence."""


def server_url(shared: Path) -> str:
    """The URL of a server's `postgres` database; `shared` is one folder for all of a run.

    A private server lives until the calling process and all others that asked have ended.
    Raises NoServer when no server is named and none can be started.
    """
    try:
        import psycopg  # noqa: F401
    except ImportError:
        raise NoServer("psycopg is not installed: pip install 'rcm-tui[postgresql]'") from None
    named = os.environ.get(NAMED_SERVER)
    if named:
        return named
    programs = _programs()
    with locked(shared / "postgresql.start"):
        _hold_until_exit(shared / "postgresql.users")
        place = shared / "postgresql.socket"
        if not place.exists():
            place.write_text(_start_guardian(shared, programs))
        return f"postgresql://{ROLE}@/postgres?host={place.read_text()}"


def database_url(server: str, name: str) -> str:
    """The URL of another database on the same server."""
    parts = urlsplit(server)
    # Not urlunsplit: it drops the // of a URL that names a socket's folder and no host.
    return f"postgresql://{parts.netloc}/{name}" + (f"?{parts.query}" if parts.query else "")


@contextlib.contextmanager
def administrator(server: str) -> Iterator[Callable[[str], object]]:
    """A function that runs one statement outside a transaction, for making databases."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as connection:
        yield lambda statement: connection.execute(statement.encode())


@contextlib.contextmanager
def locked(path: Path) -> Iterator[None]:
    """Lets one process of the run at a time into the block."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


_held: dict[Path, IO[str]] = {}


def _hold_until_exit(users: Path) -> None:
    # The kernel lets go of the lock when the process ends, killed or not.
    if users not in _held:
        file = users.open("w")
        fcntl.flock(file, fcntl.LOCK_SH)
        _held[users] = file
        atexit.register(file.close)


def _programs() -> Path:
    def version(folder: Path) -> float:
        with contextlib.suppress(ValueError):
            return float(folder.parent.name)
        return 0

    found = [path.parent for path in INSTALLED_UNDER.glob("*/bin/initdb")]
    if not found:
        on_path = shutil.which("initdb")
        if on_path is None:
            raise NoServer(
                f"no PostgreSQL server is installed under {INSTALLED_UNDER} or on the PATH,"
                f" and {NAMED_SERVER} names none"
            )
        return Path(on_path).resolve().parent
    return max(found, key=version)


def _start_guardian(shared: Path, programs: Path) -> str:
    log = shared / "postgresql.guardian.log"
    with log.open("w") as errors:
        guardian = subprocess.Popen(
            [sys.executable, __file__, str(shared), str(programs)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,  # ctrl+c in the terminal is for the tests alone
        )
    assert guardian.stdout is not None
    with guardian.stdout as says:
        socket = says.readline().strip()
    # It outlives this process on purpose, so nobody will wait for it.
    guardian.returncode = 0
    if not socket:
        raise RuntimeError(f"PostgreSQL from {programs} did not start:\n{log.read_text()}")
    return socket


def _guard(shared: Path, programs: Path) -> None:
    """Runs a server until no process of the run is left."""
    has_room = IN_MEMORY.is_dir() and shutil.disk_usage(IN_MEMORY).free >= ROOM
    base = IN_MEMORY if has_room else None
    folder = Path(tempfile.mkdtemp(prefix="rcm-tui-postgresql-", dir=base))
    server: subprocess.Popen[str] | None = None
    try:
        server = _start_server(folder, programs)
        print(folder, flush=True)
        sys.stdout.close()
        with (shared / "postgresql.users").open("w") as users:
            fcntl.flock(users, fcntl.LOCK_EX)
            # Nobody is left; one who comes now waits for the lock and starts another server.
            (shared / "postgresql.socket").unlink(missing_ok=True)
    finally:
        if server is not None:
            server.send_signal(signal.SIGQUIT)
            server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _start_server(folder: Path, programs: Path) -> "subprocess.Popen[str]":
    who = _unprivileged(folder)
    rights = ["-U", ROLE, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run(
        [programs / "initdb", "-D", folder / "data", *rights],
        stdout=subprocess.DEVNULL,
        cwd=folder,
        check=True,
        **who,
    )
    options = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    server = subprocess.Popen(
        [programs / "postgres", "-D", folder / "data", "-k", folder, *options],
        stderr=subprocess.PIPE,
        text=True,
        cwd=folder,
        preexec_fn=_end_with_parent,
        **who,
    )
    ready = threading.Event()
    reader = threading.Thread(target=_follow, args=(server, ready), daemon=True)
    reader.start()
    ready.wait()
    if server.poll() is not None:
        raise RuntimeError("the server ended at once: its reasons stand above")
    return server


def _follow(server: "subprocess.Popen[str]", ready: threading.Event) -> None:
    assert server.stderr is not None
    for line in server.stderr:
        sys.stderr.write(line)
        sys.stderr.flush()
        if "ready to accept connections" in line:
            ready.set()
    server.wait()
    ready.set()


def _unprivileged(folder: Path) -> dict[str, Any]:
    """As whom the server runs: it refuses root, so root lends it another account."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            account = pwd.getpwnam(name)
            os.chown(folder, account.pw_uid, account.pw_gid)
            return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    raise RuntimeError("PostgreSQL refuses to run as root: make an account named postgres")


def _end_with_parent() -> None:
    # Should the guardian itself be killed, Linux ends the server.
    with contextlib.suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)


if __name__ == "__main__":
    _guard(Path(sys.argv[1]), Path(sys.argv[2]))
