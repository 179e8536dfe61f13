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


PAINT_AND_TELL = """
import asyncio, json, sys
from pathlib import Path
told, url, key_folder, with_psycopg, begin = sys.argv[1:]
if not with_psycopg:
    sys.modules["psycopg"] = None
from rcm_tui.data.store import Store
from rcm_tui.data.actor import Actor
from rcm_tui.screens.app import Workstation

async def paint(store):
    app = Workstation(store, Actor("pat"), begin=begin)
    async with app.run_test(size=(160, 50)) as pilot:
        await pilot.pause()
        names = [name for name, module in sys.modules.items() if module]
        Path(told).write_text(json.dumps({"shown": app.screen.name, "loaded": names}))

with Store.open(url, Path(key_folder)) as store:
    asyncio.run(paint(store))
"""
NOT_SHOWN_FIRST = (
    "lark",
    "openpyxl",
    "rcm_tui.billing.claims",
    "rcm_tui.billing.editing",
    "rcm_tui.demo",
    "rcm_tui.exchange",
    "rcm_tui.jobs",
    "rcm_tui.x12",
    "rcm_tui.data.queues.export",
    "rcm_tui.data.tables.every",
    "rcm_tui.data.tables.remittances",
    "rcm_tui.screens.charge_dialogs",
    "rcm_tui.screens.claim_work",
    "rcm_tui.screens.filter_bar",
    "rcm_tui.screens.finder",
    "rcm_tui.screens.form_screen",
)


@pytest.mark.parametrize("begin", ["home", "claims"])
def test_the_first_screen_loads_nothing_of_the_others(
    tmp_path: Path, store_url: str, key_folder: Path, engine: str, begin: str
) -> None:
    told = tmp_path / "loaded.json"
    with_psycopg = "yes" if engine == "postgresql" else ""
    arguments = [str(told), store_url, str(key_folder), with_psycopg, begin]
    run = subprocess.run(
        [sys.executable, "-c", PAINT_AND_TELL, *arguments], capture_output=True, text=True
    )
    assert told.exists(), run.stderr
    answer = json.loads(told.read_text())
    assert answer["shown"] == begin
    assert f"rcm_tui.screens.{begin}" in answer["loaded"]
    unwanted = [n for n in answer["loaded"] if n.startswith(NOT_SHOWN_FIRST)]
    assert not unwanted
