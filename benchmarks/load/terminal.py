"""One workstation on a pty of its own: keys go in, and what it answers is timed and read."""

import asyncio
import fcntl
import os
import pty
import re
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence

from benchmarks.load.picture import Picture

SIZE = (160, 50)
KEYS = {
    "down": "\x1b[B",
    "up": "\x1b[A",
    "pgdn": "\x1b[6~",
    "pgup": "\x1b[5~",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "alt+down": "\x1b[1;3B",
    "tab": "\t",
    "enter": "\r",
    "esc": "\x1b",
    "space": " ",
    "bksp": "\x7f",
    **{f"ctrl+{letter}": chr(ord(letter) - 96) for letter in "abcdefghijklmnopqrstuvwxyz"},
}
QUIET = 0.03  # seconds of silence that end the answer to a key, as in ptybench.py
SILENT = 3.0  # seconds after which a key counts as one that paints nothing
TERMINAL = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}


class Ended(Exception):
    """The workstation is gone."""


class Terminal:
    """A command in a terminal of 160x50, driven from one event loop that drives all of them."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str], cwd: str) -> None:
        self.started = time.perf_counter()
        self.status: int | None = None
        self._picture = Picture(*SIZE)
        self._unread: list[bytes] = []
        self._first = self._last = 0.0
        self._news = asyncio.Event()
        columns, rows = SIZE
        size = struct.pack("HHHH", rows, columns, 0, 0)
        self.pid, self._terminal = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, size)
            os.chdir(cwd)
            os.execvpe(command[0], list(command), {**os.environ, **TERMINAL, **environment})
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, size)
        os.set_blocking(self._terminal, False)
        asyncio.get_running_loop().add_reader(self._terminal, self._read)

    @property
    def text(self) -> str:
        """What is on the screen now."""
        for data in self._unread:
            self._picture.feed(data)
        self._unread.clear()
        return self._picture.text

    async def press(self, key: str) -> tuple[float, float] | None:
        """Presses a key; seconds to the first and the last byte of its answer, None without one.

        Raises Ended when the program has gone.
        """
        began = time.perf_counter()
        self._first = self._last = 0.0
        self._write(KEYS.get(key, key).encode())
        while True:
            now = time.perf_counter()
            wait = began + SILENT - now if not self._last else self._last + QUIET - now
            if wait <= 0:
                break
            await self._hear(wait)
        if not self._last:
            return None
        return self._first - began, self._last - began

    async def until(self, words: str, patience: float) -> float | None:
        """When a text came onto the screen, by the clock of `time.perf_counter`; None if never.

        Raises Ended when the program has gone.
        """
        wanted, end = re.compile(words), time.perf_counter() + patience
        while not wanted.search(self.text):
            wait = end - time.perf_counter()
            if wait <= 0:
                return None
            await self._hear(wait)
        return self._last or time.perf_counter()

    async def quiet(self, seconds: float, patience: float) -> None:
        """Waits until nothing has come for so long, `patience` at most."""
        end = time.perf_counter() + patience
        while (now := time.perf_counter()) < end:
            wait = max(self._last, self.started) + seconds - now
            if wait <= 0:
                return
            await self._hear(min(wait, end - now))

    async def end(self, patience: float = 30.0) -> int:
        """Waits until the program has ended by itself, kills it after that; its exit status."""
        end = time.perf_counter() + patience
        while self.status is None and time.perf_counter() < end:
            try:
                await self._hear(0.1)
            except Ended:
                break
        if self.status is None:
            os.kill(self.pid, signal.SIGKILL)
            self._reap(os.waitpid(self.pid, 0)[1])
        assert self.status is not None
        return self.status

    def _write(self, data: bytes) -> None:
        try:
            os.write(self._terminal, data)
        except OSError:
            self._gone()
            raise Ended from None

    async def _hear(self, seconds: float) -> None:
        if self.status is not None:
            raise Ended
        self._news.clear()
        try:
            await asyncio.wait_for(self._news.wait(), seconds)
        except TimeoutError:
            return
        if self.status is not None:
            raise Ended

    def _read(self) -> None:
        try:
            data = os.read(self._terminal, 1 << 16)
        except BlockingIOError:
            return
        except OSError:  # on Linux, the end of a pty
            data = b""
        if not data:
            self._gone()
            return
        self._last = time.perf_counter()
        self._first = self._first or self._last
        self._unread.append(data)
        if b"\x1b[?2026$p" in data:
            os.write(self._terminal, b"\x1b[?2026;2$y")  # a terminal with synchronised output
        self._news.set()

    def _gone(self) -> None:
        if self.status is None:
            asyncio.get_running_loop().remove_reader(self._terminal)
            os.close(self._terminal)
            self._reap(os.waitpid(self.pid, 0)[1])

    def _reap(self, status: int) -> None:
        self.status = os.waitstatus_to_exitcode(status)
        self._news.set()
