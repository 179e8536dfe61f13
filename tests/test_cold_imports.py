"""What the command line loads: never Textual, and nothing heavy before it is needed."""

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.conftest import IN_CI

pytestmark = pytest.mark.skipif(
    not IN_CI and find_spec("rcm_tui.cli") is None, reason="there is no rcm_tui.cli yet"
)

RUN_AND_TELL = """
import json, sys
from pathlib import Path
told, *arguments = sys.argv[1:]
sys.argv = ["rcm-tui", *arguments]
from rcm_tui.cli import main
try:
    status = main()
except SystemExit as end:
    status = end.code
loaded = sorted({name.partition(".")[0] for name in sys.modules})
Path(told).write_text(json.dumps({"status": status or 0, "loaded": loaded}))
"""


def loaded_by(tmp_path: Path, *arguments: str, **variables: str) -> set[str]:
    """The packages in a process that has run a command."""
    told = tmp_path / "loaded.json"
    run = subprocess.run(
        [sys.executable, "-c", RUN_AND_TELL, str(told), *arguments],
        env={**os.environ, **variables},
        capture_output=True,
        text=True,
    )
    assert told.exists(), run.stderr
    answer = json.loads(told.read_text())
    assert answer["status"] == 0, run.stderr
    return set(answer["loaded"])


@pytest.mark.parametrize("arguments", [["--help"], ["worker", "--help"], ["list", "--help"]])
def test_help_loads_neither_the_screen_nor_a_database(tmp_path: Path, arguments: list[str]) -> None:
    loaded = loaded_by(tmp_path, *arguments)
    assert "rcm_tui" in loaded
    assert not loaded & {"textual", "rich", "openpyxl", "peewee", "psycopg", "sqlcipher3"}


@pytest.mark.parametrize("queue", ["claims", "charges"])
def test_a_list_loads_no_screen(
    tmp_path: Path, store_url: str, key_folder: Path, queue: str
) -> None:
    loaded = loaded_by(
        tmp_path, "list", queue, RCM_TUI_DB=store_url, RCM_TUI_KEY_FOLDER=str(key_folder)
    )
    assert "peewee" in loaded
    assert not loaded & {"textual", "rich", "openpyxl"}


def test_one_turn_of_the_worker_loads_no_screen(
    tmp_path: Path, store_url: str, key_folder: Path
) -> None:
    loaded = loaded_by(
        tmp_path, "worker", "--once", RCM_TUI_DB=store_url, RCM_TUI_KEY_FOLDER=str(key_folder)
    )
    assert "peewee" in loaded
    assert not loaded & {"textual", "rich", "openpyxl"}
