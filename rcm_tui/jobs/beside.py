"""The worker beside an open workstation: a child process, since a busy thread makes keys wait."""

import os
import subprocess
import sys
from pathlib import Path

PATIENCE = 10.0


class WorkerBeside:
    """Starts `rcm-tui worker` as a child and stops it.

    The child's standard input is a pipe that nothing is ever written to: when the workstation is
    gone, however it ended, the pipe ends and the child stops between two items.
    """

    def __init__(self, url: str, key_folder: Path) -> None:
        self._url = url
        self._key_folder = key_folder
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int | None:
        """The child's process id while it runs."""
        return self._child.pid if self._child is not None and self.is_running else None

    @property
    def is_running(self) -> bool:
        """Whether the child is there."""
        return self._child is not None and self._child.poll() is None

    def start(self) -> None:
        """Starts the child; nothing when it runs. Call it again to replace one that died."""
        if self.is_running:
            return
        self.stop()
        # The URL may hold a password: other accounts can read arguments, but not variables.
        environment = {
            **os.environ,
            "RCM_TUI_DB": self._url,
            "RCM_TUI_KEY_FOLDER": str(self._key_folder),
        }
        self._child = subprocess.Popen(
            [sys.executable, "-m", "rcm_tui", "worker", "--beside"],
            stdin=subprocess.PIPE,
            # The terminal belongs to the workstation: whatever is printed would spoil the screen.
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env=environment,
            start_new_session=True,
        )

    def stop(self, patience: float = PATIENCE) -> int | None:
        """Asks the child to end after the item it is at, and waits; returns its exit status.

        One that does not end in time is killed, which loses nothing: the next worker takes up
        from there.
        """
        child, self._child = self._child, None
        if child is None:
            return None
        assert child.stdin is not None
        child.stdin.close()
        if child.poll() is None:
            child.terminate()
        try:
            return child.wait(patience)
        except subprocess.TimeoutExpired:
            child.kill()
            return child.wait()
