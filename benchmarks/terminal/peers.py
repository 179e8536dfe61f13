"""What else shows a million rows, or a form, in a terminal: the peers, on the same data."""

import shutil
import sys
from pathlib import Path

from benchmarks.terminal.measuring import NotMeasured, Program
from benchmarks.terminal.practice import Practice

STOCK_ROWS = 100_000  # a stock DataTable takes minutes to load a million
HERE = Path(__file__).parent


def visidata(practice: Practice, peers: Path) -> Program:
    """VisiData, once all rows are loaded; it opens on a list of tables."""
    return Program(
        "VisiData",
        [_installed(peers, "vd"), "-f", "sqlite", str(practice.plain)],
        "claim",
        [f"enter@{practice.rows} rows"],
        patience=300,
    )


def harlequin(practice: Practice, peers: Path) -> Program:
    """harlequin with all rows in its results; f5 goes there.

    It is killed in the end, and would begin with the query of the run before: its own folders
    are new each time.
    """
    own = practice.folder / "harlequin"
    shutil.rmtree(own, ignore_errors=True)
    options = ["-a", "sqlite", "--viewer-max-rows", "-1", "--no-download-tzdata"]
    return Program(
        "harlequin",
        [_installed(peers, "harlequin"), *options, str(practice.plain)],
        "main db",
        ["select * from claim,ctrl-j@C-1", "f5"],
        {f"XDG_{kind}_HOME": str(own) for kind in ("CACHE", "CONFIG", "DATA", "STATE")},
        patience=300,
    )


def stock_table(practice: Practice, rows: int = STOCK_ROWS) -> Program:
    """Textual's own DataTable, with its first rows only."""
    command = [sys.executable, str(HERE / "stock_table.py"), str(practice.csv), str(rows)]
    return Program(f"DataTable ({rows:,} rows)", command, "C-1", patience=300)


def smallest_app(practice: Practice) -> Program:
    """The smallest app that Textual can run."""
    command = [sys.executable, str(HERE / "smallest_app.py")]
    return Program("smallest app", command, "C-1", environment=practice.environment)


def stock_form() -> Program:
    """A form of Textual's own fields."""
    return Program("stock form", [sys.executable, str(HERE / "stock_form.py")], "Last name")


def less(practice: Practice) -> Program:
    """`less` on the csv file."""
    path = shutil.which("less")
    if path is None:
        raise NotMeasured("less is not installed")
    return Program("less", [path, "-S", str(practice.csv)], "C-1")


def _installed(peers: Path, name: str) -> str:
    path = peers / name
    if not path.exists():
        raise NotMeasured(f"{name} is not in {peers}: make bench-terminal installs it")
    return str(path)
