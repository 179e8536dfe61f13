"""The practice that everybody works on: a demo's, encrypted, or copied to PostgreSQL."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from benchmarks.terminal.measuring import ROOT
from benchmarks.terminal.practice import WITHOUT_POSTGRESQL
from rcm_tui.data import keys
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.store import Store
from rcm_tui.data.store_database import sqlite_path
from rcm_tui.data.store_keys import store_key_name
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.practice import User

REVIEWED = 3  # payers whose payments wait for a person to look at them
NO_CHANGE = ("read", "signed in", "signed out", "exported", "revealed")


class Practice:
    """Where the store, its keys and its files are, and commands of the program on it."""

    def __init__(self, folder: Path, url: str) -> None:
        self.folder = folder
        self.url = url
        self.environment = {
            "HOME": str(folder),
            "RCM_TUI_DB": url,
            "RCM_TUI_KEY_FOLDER": str(folder / "keys"),
            "RCM_TUI_FILES_FOLDER": str(folder / "files"),
            # One worker for all, as on a shared server.
            "RCM_TUI_WORKER": "service",
            # An installed program is compiled; one in a work tree may not be.
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": str(folder / "bytecode"),
        }

    @property
    def is_file(self) -> bool:
        return sqlite_path(self.url) is not None

    def command(self, *words: str) -> list[str]:
        if self.is_file:
            return [sys.executable, "-c", WITHOUT_POSTGRESQL, *words]
        return [sys.executable, "-m", "rcm_tui", *words]

    def run(self, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """A command of the program, with what it said."""
        clean = {name: value for name, value in os.environ.items() if name[:8] != "RCM_TUI_"}
        return subprocess.run(
            self.command(*words),
            env={**clean, **self.environment, **variables},
            cwd=ROOT,
            capture_output=True,
            text=True,
        )

    @contextmanager
    def opened(self) -> Iterator[Store]:
        with Store.open(self.url, self.folder / "keys") as store:
            yield store

    # -- building ---------------------------------------------------------------------------

    def people(self, number: int) -> list[int]:
        """Lets so many billers in; their user numbers."""
        for one in range(1, number + 1):
            _whole(
                self.run("users", "add", _login(one), "--name", f"B {one}", "--role", _role(one))
            )
        logins = [_login(one) for one in range(1, number + 1)]
        with self.opened():
            some = Payer.select(Payer.id).order_by(Payer.id).limit(REVIEWED)
            Payer.update(auto_post="never").where(Payer.id.in_([p.id for p in some])).execute()
            return [int(User.get(User.login == login).id) for login in logins]

    def clients(self) -> list[str]:
        """The record numbers of all clients."""
        with self.opened() as store:
            return [mrn for (mrn,) in read_rows(store.database, "SELECT mrn FROM client")]

    # -- what has become of it --------------------------------------------------------------

    def newest_record(self) -> int:
        """The newest audit record."""
        with self.opened() as store:
            newest: int = read_rows(store.database, "SELECT MAX(id) FROM audit_record")[0][0]
        return newest

    def saves(self, after: int) -> dict[str, int]:
        """What the billers changed after an audit record: units of work by what they did."""
        marks = ", ".join(f"'{action}'" for action in NO_CHANGE)
        with self.opened() as store:
            rows = read_rows(
                store.database,
                "SELECT first.action, COUNT(*) FROM (SELECT MIN(id) AS id FROM audit_record"
                f" WHERE id > {int(after)} AND substr(actor, 1, 6) = 'biller'"  # % is psycopg's
                f" AND action NOT IN ({marks})"
                " GROUP BY actor, at) AS unit JOIN audit_record AS first ON first.id = unit.id"
                " GROUP BY first.action ORDER BY 2 DESC",
            )
        return {str(action): int(count) for action, count in rows}

    def runs(self) -> dict[str, int]:
        """How the worker's runs ended."""
        with self.opened() as store:
            rows = read_rows(store.database, "SELECT outcome, COUNT(*) FROM job_run GROUP BY 1")
        return {str(outcome): int(count) for outcome, count in rows}

    def failed_runs(self) -> list[str]:
        with self.opened() as store:
            rows = read_rows(
                store.database,
                "SELECT job.name, job_run.message FROM job_run JOIN job ON job.id = job_run.job_id"
                " WHERE job_run.outcome <> 'done'",
            )
        return [f"{name}: {message[:120]}" for name, message in rows]

    def check(self) -> tuple[bool, list[str]]:
        """Whether `rcm-tui check` holds, and what does not."""
        said = self.run("check", "--json")
        if said.returncode not in (0, 1) or not said.stdout:
            return False, [said.stderr.strip()[-200:]]
        found = json.loads(said.stdout)
        wrong = [
            f"{one['name']}: {one['problems'][:1]}" for one in found["checks"] if not one["ok"]
        ]
        return bool(found["ok"]) and said.returncode == 0, wrong


def build(folder: Path, claims: int) -> Path:
    """A demo's practice in a folder, unencrypted; made when it is not there."""
    store = folder / f"demo-{claims}.db"
    if not store.exists():
        folder.mkdir(parents=True, exist_ok=True)
        demo = Practice(folder, str(store))
        _whole(demo.run("demo", "--claims", str(claims), "--build-only", "--db", str(store)))
    return store


def sealed(demo: Path, folder: Path) -> Practice:
    """A copy of a demo's practice, encrypted as a real one is."""
    path = folder / "practice.db"
    shutil.copytree(demo.parent / "keys", folder / "keys")
    key = keys.create_key(folder / "keys", store_key_name(path))
    path.touch(mode=0o600)
    connection = sqlcipher.connect(demo, isolation_level=None)
    connection.execute(f"ATTACH ? AS sealed KEY \"x'{key.hex()}'\"", (str(path),))
    connection.execute("SELECT sqlcipher_export('sealed')")
    connection.close()
    return Practice(folder, str(path))


def on_postgresql(demo: Path, folder: Path, url: str) -> Practice:
    """A demo's practice copied to an empty database."""
    shutil.copytree(demo.parent / "keys", folder / "keys")
    (folder / "files").mkdir()
    target = Practice(folder, url)
    _whole(target.run("db", "copy", "--to", url, RCM_TUI_DB=str(demo)))
    return target


def _role(number: int) -> str:
    """Who may work on cases too, and every third a biller, who may not."""
    return "biller" if number % 3 == 0 else "billing manager"


def _login(number: int) -> str:
    return f"biller{number:02}"


def _whole(said: subprocess.CompletedProcess[str]) -> Sequence[str]:
    if said.returncode:
        sys.exit(f"{said.args[-6:]}: {said.stderr.strip()[-400:]}")
    return said.stdout.splitlines()
