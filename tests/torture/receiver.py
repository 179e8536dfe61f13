"""A clearinghouse that takes every whole file away at once: a process of its own."""

import ctypes
import os
import shutil
import time
from collections.abc import Sequence
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

from tests.exchange.sending import claims_in

IN_CREATE, IN_MOVED_TO = 0x100, 0x80
PATIENCE = 30.0


class Receiver:
    """Takes what has its final name out of some folders; they may be behind a server."""

    def __init__(self, folders: Sequence[Path], taken: Path, processes: BaseContext) -> None:
        self._folders = folders
        self._taken = [taken / str(number) for number in range(len(folders))]
        for folder in self._taken:
            folder.mkdir(parents=True)
        ready, theirs = processes.Pipe()
        self._process: Any = processes.Process(  # type: ignore[attr-defined]
            target=take, args=(list(folders), self._taken, theirs), daemon=True
        )
        self._process.start()
        theirs.close()
        assert ready.recv() == "watching"

    def settle(self) -> None:
        """Waits until nothing whole lies in the folders."""
        limit = time.monotonic() + PATIENCE
        while any(_whole(folder) for folder in self._folders):
            assert self._process.is_alive()
            assert time.monotonic() < limit, "nothing is taken"
            time.sleep(0.001)

    def received(self) -> list[list[str]]:
        """The patient control numbers of all claims by folder, twice where one came twice."""
        self.settle()
        return [
            [number for path in sorted(folder.iterdir()) for number in claims_in(path.read_bytes())]
            for folder in self._taken
        ]

    def close(self) -> None:
        """Ends the process."""
        self._process.kill()
        self._process.join()


def take(folders: list[Path], taken: list[Path], ready: Any) -> None:
    """Waits for names to appear, and moves what is whole away."""
    library = ctypes.CDLL(None, use_errno=True)
    watch = library.inotify_init()
    for folder in folders:
        assert library.inotify_add_watch(watch, os.fsencode(folder), IN_CREATE | IN_MOVED_TO) >= 0
    ready.send("watching")
    number = 0
    while True:
        for folder, target in zip(folders, taken, strict=True):
            for name in _whole(folder):
                number += 1
                shutil.move(folder / name, target / f"{number:06d} {name}")
        os.read(watch, 4096)


def _whole(folder: Path) -> list[str]:
    return [name for name in os.listdir(folder) if not name.endswith(".part")]
