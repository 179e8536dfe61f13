"""The practice of a million claims, what the peers read of it, and a copy to post to."""

import csv
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlcipher3 import dbapi2 as sqlcipher

from benchmarks.terminal.measuring import ROOT, NotMeasured, Program
from rcm_tui.data.store import create

# As it is installed for a store in a file; psycopg, where it is there, costs a start 130 ms.
WITHOUT_POSTGRESQL = (
    "import sys; sys.modules['psycopg'] = None; from rcm_tui.__main__ import main; sys.exit(main())"
)
COLUMNS = (
    *("number", "patient_name", "first_service_date", "last_service_date", "billed", "paid"),
    *("payer_balance", "patient_balance", "status", "acknowledgement", "adjudication"),
    *("frequency", "patient_control_number"),
)
SCHEMA = "SELECT type, name, sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY 1, 2"


class Practice:
    """A demo practice in `.bench/`, made anew when the program's tables are others by now."""

    def __init__(self, claims: int) -> None:
        self.claims = claims
        self.folder = ROOT / ".bench" / str(claims)
        self.store = self.folder / "practice.db"
        self.plain = self.folder / "claims.db"
        self.csv = self.folder / "claims.csv"
        self.environment = {
            "RCM_TUI_KEY_FOLDER": str(self.folder / "keys"),
            # A worker of its own would be timed along.
            "RCM_TUI_WORKER": "service",
            # An installed program is compiled; one in a work tree may not be.
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": str(self.folder / "bytecode"),
        }

    def build(self) -> None:
        """Builds what is missing or out of date: some minutes and 4 GB, once."""
        if self.store.exists() and not self._is_current():
            print("The tables are others than when the practice was built: building it anew.")
            shutil.rmtree(self.folder)
        if not self.store.exists():
            print(f"Building {self.claims:,} claims in {self.folder} ...", flush=True)
            self.run("demo", "--claims", str(self.claims), "--build-only")
        if not (self.plain.exists() and self.csv.exists()):
            self._export()

    def run(self, *words: str) -> None:
        """A command of the program on the practice."""
        subprocess.run(
            [*self.command(self.store), *words],
            env={**os.environ, **self.environment},
            check=True,
            stdout=subprocess.DEVNULL,
        )

    def command(self, store: Path) -> list[str]:
        return [sys.executable, "-c", WITHOUT_POSTGRESQL, "--db", str(store)]

    def workstation(self, store: Path | None = None) -> Program:
        """The program on its claims queue."""
        command = [*self.command(store or self.store), "--open", "claims"]
        return Program("rcm-tui", command, "C-[0-9]", environment=self.environment)

    @property
    def rows(self) -> int:
        """How many claims there really are."""
        with sqlcipher.connect(self.plain) as connection:
            count: int = connection.execute("SELECT COUNT(*) FROM claim").fetchone()[0]
        return count

    @contextmanager
    def copy(self) -> Iterator[Path]:
        """The store once more, to be written to; it is gone afterwards. Raises NotMeasured."""
        files = [path for path in self.folder.glob("practice.db*") if path.suffix != ".db-shm"]
        needed = int(1.3 * sum(path.stat().st_size for path in files))
        if shutil.disk_usage(self.folder).free < needed:
            raise NotMeasured(f"a copy needs {needed / 1e9:.1f} GB on the disk")
        with tempfile.TemporaryDirectory(dir=self.folder) as folder:
            for path in files:
                subprocess.run(["cp", "--reflink=auto", path, folder], check=True)
            yield Path(folder) / self.store.name

    def _is_current(self) -> bool:
        with tempfile.TemporaryDirectory() as folder:
            fresh = Path(folder) / "fresh.db"
            create(str(fresh), Path(folder) / "keys", "Fresh", encrypted=False).close()
            return _schema(fresh) == _schema(self.store)

    def _export(self) -> None:
        """The claims in a plain SQLite file and as csv: what the peers open."""
        print("Writing the claims for the peers ...", flush=True)
        for path in (self.plain, self.csv):
            path.unlink(missing_ok=True)
        with sqlcipher.connect(self.plain) as connection:
            connection.execute("ATTACH ? AS practice", (str(self.store),))
            names = ", ".join(COLUMNS)
            connection.execute(f"CREATE TABLE claim AS SELECT {names} FROM practice.claim")
            with self.csv.open("w", newline="", encoding="utf-8") as file:
                writer = csv.writer(file)
                writer.writerow(COLUMNS)
                writer.writerows(connection.execute("SELECT * FROM claim"))


def _schema(store: Path) -> list[tuple[str, str, str]]:
    with sqlcipher.connect(store) as connection:
        rows: list[tuple[str, str, str]] = connection.execute(SCHEMA).fetchall()
    return rows
