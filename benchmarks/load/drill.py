"""The restore drill: a backup taken under load, brought back where there is nothing else."""

import asyncio
import os
import shutil
import subprocess
import time
from pathlib import Path

from benchmarks.load.practice import Practice
from rcm_tui.data.store_keys import store_key_name


class Drill:
    """Takes a backup in the middle of a run; restores it afterwards into an empty folder."""

    def __init__(self, practice: Practice, folder: Path) -> None:
        self._practice = practice
        self._backup = folder / "backups" / "under-load.db"
        self._empty = folder / "empty"
        self.seconds = 0.0
        self._problem = "the run ended before its backup"

    async def take(self) -> None:
        """`rcm-tui db backup`, while everybody works."""
        began = time.perf_counter()
        process = await asyncio.create_subprocess_exec(
            *self._practice.command("db", "backup", str(self._backup)),
            env={**os.environ, **self._practice.environment},
            stdout=subprocess.DEVNULL,
            stderr=asyncio.subprocess.PIPE,
        )
        _, said = await process.communicate()
        self.seconds = time.perf_counter() - began
        self._problem = said.decode().strip()[-200:] if process.returncode else ""

    def restored(self) -> list[str]:
        """What is wrong with the backup: nothing when it comes back whole by its keys alone."""
        if self._problem:
            return [f"backup: {self._problem}"]
        there = Practice(self._empty, str(self._empty / "practice.db"))
        self._empty.mkdir()
        # The backup and the keys are all that is left of the practice.
        shutil.copytree(self._practice.folder / "keys", self._empty / "keys")
        there.environment.pop("RCM_TUI_FILES_FOLDER")
        problems = []
        flipped = self._flipped()
        said = there.run("db", "restore", str(flipped))
        if said.returncode == 0 or "damaged" not in said.stderr:
            problems.append("restore: a flipped byte was not noticed")
        said = there.run("db", "restore", str(self._backup))
        if said.returncode:
            problems.append(f"restore: {(said.stderr or said.stdout).strip()[-200:]}")
        elif not there.check()[0]:
            problems.append("restore: check does not hold")
        elif store_key_name(Path(there.url)) not in os.listdir(self._empty / "keys"):
            problems.append("restore: it is not encrypted")
        return problems

    def _flipped(self) -> Path:
        """A copy with one other bit in the middle, and without the checksum beside it."""
        path = self._backup.with_name("flipped.db")
        shutil.copy2(self._backup, path)
        with path.open("r+b") as file:
            file.seek(path.stat().st_size // 2)
            byte = file.read(1)[0]
            file.seek(-1, os.SEEK_CUR)
            file.write(bytes([byte ^ 1]))
        return path
