"""One program in a terminal of 160x50, timed by `ptybench.py`."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
SIZE = (160, 50)
SETTLED = 300  # ms of silence that end a start
RAN_LATE = 1.0  # seconds after which a key's answer is no answer to it


class NotMeasured(Exception):
    """Why a figure could not be had, as a sentence."""


@dataclass(frozen=True)
class Program:
    """A command in the terminal, and what it shows once its rows are there.

    `ready` are unmeasured keys before the first measured one: `enter@975900 rows` waits for text.
    """

    name: str
    command: Sequence[str]
    until: str
    ready: Sequence[str] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    patience: int = 120


def ptybench() -> Path:
    """The script that measures. Raises NotMeasured where it is not there."""
    script = Path(os.environ.get("RCM_TUI_PTYBENCH", ROOT / "../shared/tools/ptybench.py"))
    if not script.is_file():
        raise NotMeasured(f"there is no {script.name}; RCM_TUI_PTYBENCH may name it")
    return script


def measure(
    program: Program,
    steps: Sequence[str] = (),
    *,
    bursts: Sequence[str] = (),
    idle: float = 0,
) -> dict[str, Any]:
    """Starts a program, presses keys, ends it. Raises NotMeasured when it does not come up."""
    with tempfile.TemporaryDirectory() as folder:
        figures = Path(folder) / "figures.json"
        command = [
            *(sys.executable, str(ptybench()), "--json", str(figures)),
            *("--size", f"{SIZE[0]}x{SIZE[1]}", "--settle", str(SETTLED)),
            *("--timeout", str(program.patience), "--until", program.until),
            *(word for keys in program.ready for word in ("--pre", keys)),
            *(word for step in steps for word in ("--step", step)),
            *(word for burst in bursts for word in ("--burst", burst)),
            *("--idle", str(idle), "--", *program.command),
        ]
        try:
            ran = subprocess.run(
                command,
                env={**os.environ, **program.environment},
                capture_output=True,
                text=True,
                timeout=program.patience * (1 + len(program.ready)) + 120,
            )
        except subprocess.TimeoutExpired:
            raise NotMeasured(f"{program.name} did not come to rest") from None
        if not figures.exists():
            said = (ran.stdout + ran.stderr).strip().splitlines()
            raise NotMeasured(f"{program.name} did not show {program.until!r}: {said[:1]}")
        result: dict[str, Any] = json.loads(figures.read_text())
    unseen = [keys for keys, seconds in result.get("pre", {}).items() if seconds is None]
    if unseen:
        raise NotMeasured(f"{program.name} did not answer {unseen[0]!r}")
    return result
