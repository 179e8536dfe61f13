"""What the command line loads: never the screen, and nothing heavy before it is needed."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

# peewee loads psycopg wherever it is installed. So that these tests see what we load, and that
# everything but PostgreSQL works without the extra, psycopg is taken away unless it is needed.
RUN_AND_TELL = """
import json, sys
from pathlib import Path
told, with_psycopg, *arguments = sys.argv[1:]
if not with_psycopg:
    sys.modules["psycopg"] = None
sys.argv = ["rcm-tui", *arguments]
from rcm_tui.cli import main
try:
    status = main()
except SystemExit as end:
    status = end.code
loaded = sorted({name.partition(".")[0] for name, module in sys.modules.items() if module})
Path(told).write_text(json.dumps({"status": status or 0, "loaded": loaded}))
"""
SCREEN = {"textual", "rich"}
HEAVY = {"openpyxl", "psycopg"}


def loaded_by(tmp_path: Path, *arguments: str, **variables: str) -> set[str]:
    """The packages in a process that has run a command."""
    told = tmp_path / "loaded.json"
    with_psycopg = "yes" if variables.get("RCM_TUI_DB", "").startswith("postgresql:") else ""
    run = subprocess.run(
        [sys.executable, "-c", RUN_AND_TELL, str(told), with_psycopg, *arguments],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
    )
    assert told.exists(), run.stderr
    answer = json.loads(told.read_text())
    assert answer["status"] == 0, run.stderr
    return set(answer["loaded"])


@pytest.mark.parametrize("arguments", [["--help"], ["worker", "--help"], ["list", "--help"]])
def test_help_loads_neither_the_screen_nor_anything_heavy(
    tmp_path: Path, arguments: list[str]
) -> None:
    loaded = loaded_by(tmp_path, *arguments)
    assert "rcm_tui" in loaded
    assert not loaded & (SCREEN | HEAVY)


@pytest.mark.parametrize(
    "arguments",
    [["list", "claims"], ["list", "charges", "--format", "json"], ["worker", "--once"], ["check"]],
    ids=" ".join,
)
def test_commands_load_no_screen(
    tmp_path: Path, store_url: str, key_folder: Path, engine: str, arguments: list[str]
) -> None:
    loaded = loaded_by(
        tmp_path, *arguments, RCM_TUI_DB=store_url, RCM_TUI_KEY_FOLDER=str(key_folder)
    )
    assert "sqlcipher3" in loaded
    assert not loaded & SCREEN
    assert loaded & HEAVY == ({"psycopg"} if engine == "postgresql" else set())
