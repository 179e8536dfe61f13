"""A PostgreSQL server of the benchmark's own, as safe against power cuts as a real one."""

import os
import pwd
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

INSTALLED_UNDER = Path("/usr/lib/postgresql")
ROLE = "rcm"
PATIENCE = 60.0


@contextmanager
def postgresql(folder: Path) -> Iterator[str]:
    """The URL of an empty database on a server that runs inside the block."""
    programs = max(
        (path.parent for path in INSTALLED_UNDER.glob("*/bin/initdb")),
        key=lambda path: float(path.parent.name),
        default=None,
    )
    if programs is None:
        sys.exit(f"no PostgreSQL server is installed under {INSTALLED_UNDER}; --db names one")
    # Its own account, which may not look into ours.
    place = Path(f"{folder}-postgresql")
    place.mkdir(mode=0o700)
    who = _account(place)
    rights = ["-U", ROLE, "-A", "trust", "-E", "UTF8", "--locale=C"]
    subprocess.run(
        [programs / "initdb", "-D", place / "data", *rights],
        **(who | {"stdout": subprocess.DEVNULL}),
        cwd=place,
        check=True,
    )
    settings = ("listen_addresses=", "max_connections=300", "shared_buffers=256MB")
    options = [word for setting in settings for word in ("-c", setting)]
    server = subprocess.Popen(
        [programs / "postgres", "-D", place / "data", "-k", place, *options],
        stderr=subprocess.DEVNULL,
        cwd=place,
        **who,
    )
    try:
        url = f"postgresql://{ROLE}@/postgres?host={place}"
        _make_database(url)
        yield f"postgresql://{ROLE}@/practice?host={place}"
    finally:
        server.terminate()
        try:
            server.wait(10)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        shutil.rmtree(place, ignore_errors=True)


def _make_database(url: str) -> None:
    import psycopg

    end = time.monotonic() + PATIENCE
    while True:
        try:
            with psycopg.connect(url, autocommit=True) as connection:
                connection.execute("CREATE DATABASE practice")
            return
        except psycopg.OperationalError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def _account(folder: Path) -> dict[str, Any]:
    if os.geteuid() != 0:
        return {}
    account = pwd.getpwnam("postgres")  # a server refuses to run as root
    os.chown(folder, account.pw_uid, account.pw_gid)
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
