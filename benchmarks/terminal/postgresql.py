"""A practice that is on PostgreSQL already, such as one that `db copy` moved there."""

import sys
import tempfile
from pathlib import Path

from benchmarks.terminal.measuring import Program
from benchmarks.terminal.practice import Practice
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim


class PostgresqlPractice(Practice):
    """It is measured where it is; of its rows none is changed."""

    def __init__(self, url: str, key_folder: Path) -> None:
        super().__init__(0)
        self.folder = Path(tempfile.mkdtemp(prefix="rcm-tui-bench-"))
        # The URL may hold a password, and other accounts can read arguments.
        self.environment |= {
            "RCM_TUI_DB": url,
            "RCM_TUI_KEY_FOLDER": str(key_folder),
            "PYTHONPYCACHEPREFIX": str(self.folder / "bytecode"),
        }
        with Store.open(url, key_folder):
            self._rows = Claim.select().count()

    def workstation(self, store: Path | None = None) -> Program:
        """The program on its claims queue; `store` is for practices in files."""
        command = [sys.executable, "-m", "rcm_tui", "--open", "claims"]
        return Program("rcm-tui", command, "C-[0-9]", environment=self.environment)

    @property
    def rows(self) -> int:
        return self._rows
