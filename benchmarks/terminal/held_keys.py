"""A key held down: how far the screen lags behind the last one when it is let go."""

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence

import pyte

from benchmarks.terminal.measuring import SIZE, NotMeasured, Program

KEYS = {
    "down": b"\x1b[B",
    "up": b"\x1b[A",
    "pgdn": b"\x1b[6~",
    "pgup": b"\x1b[5~",
    "end": b"\x1b[F",
}
POSITION = re.compile(r"([\d,]+) of [\d,]+\s")
# What pyte would print instead of obeying.
UNKNOWN = re.compile(rb"\x1b\[[<>=][0-9;]*[a-zA-Z]|\x1b\[\?[0-9;]+\$[a-z]")
QUIET = 0.3  # seconds of silence that end a repaint
PATIENCE = 30.0


class Held:
    """A program in a terminal whose keys are pressed at a rate, and whose screen is read."""

    def __init__(self, command: Sequence[str], environment: Mapping[str, str]) -> None:
        columns, rows = SIZE
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._arrived: list[tuple[float, bytes]] = []
        self._pid, self._terminal = pty.fork()
        size = struct.pack("HHHH", rows, columns, 0, 0)
        if self._pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, size)
            terminal = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
            os.execvpe(command[0], list(command), {**os.environ, **terminal, **environment})
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, size)

    def wait_for(self, text: re.Pattern[str]) -> None:
        """Waits until a text is on the screen and nothing more comes. Raises NotMeasured."""
        end = time.perf_counter() + PATIENCE
        while time.perf_counter() < end:
            self._read(QUIET)
            self._draw()
            if text.search(self._text()):
                return
        raise NotMeasured(f"{text.pattern!r} never came")

    def press(self, key: str, times: int, a_second: float | None) -> None:
        """Presses a key some times, at a rate or all at once, and waits for silence."""
        if a_second is None:
            os.write(self._terminal, KEYS[key] * times)
            self._pressed = time.perf_counter()
        else:
            began = time.perf_counter()
            for number in range(times):
                self._read_until(began + number / a_second)
                os.write(self._terminal, KEYS[key])
                self._pressed = time.perf_counter()
        # The answer may be late; what comes on is over with a silence.
        self._read(PATIENCE)
        while self._read(QUIET):
            pass

    def lag(self, row: int) -> float:
        """Milliseconds from the last key to the screen that shows a row. Raises NotMeasured."""
        came = None
        arrived, self._arrived = self._arrived, []
        for when, data in arrived:
            self._feed(data)
            if came is None and self.shown_row() == row:
                came = when
        if came is None or self.shown_row() != row:
            raise NotMeasured(f"the screen shows row {self.shown_row()}, not {row}")
        return max(0.0, came - self._pressed) * 1000

    def shown_row(self) -> int:
        """The position that stands on the screen; 0 for none."""
        self._draw()
        found = POSITION.search(self._text())
        return int(found[1].replace(",", "")) if found else 0

    def _text(self) -> str:
        return "\n".join(self._screen.display)

    def _draw(self) -> None:
        for _, data in self._arrived:
            self._feed(data)
        self._arrived.clear()

    def _feed(self, data: bytes) -> None:
        self._stream.feed(UNKNOWN.sub(b"", data))

    def _read_until(self, moment: float) -> None:
        while (left := moment - time.perf_counter()) > 0:
            self._read(left)

    def _read(self, seconds: float) -> bool:
        """Takes what the program writes next; whether anything came within the time."""
        if not select.select([self._terminal], [], [], seconds)[0]:
            return False
        try:
            data = os.read(self._terminal, 1 << 16)
        except OSError:
            raise NotMeasured("the program has ended") from None
        self._arrived.append((time.perf_counter(), data))
        return True

    def __enter__(self) -> "Held":
        return self

    def __exit__(self, *_: object) -> None:
        os.kill(self._pid, signal.SIGKILL)
        os.close(self._terminal)
        os.waitpid(self._pid, 0)


def lags(
    program: Program, key: str, times: int, a_second: float | None, bursts: int = 3
) -> list[float]:
    """Milliseconds from the last of a burst of keys to the row it leads to, for some bursts."""
    with Held(program.command, program.environment) as held:
        held.wait_for(POSITION)
        rows = []
        for _ in range(2):  # how far one key goes, once what the first one loads is there
            held.press(key, 1, None)
            rows.append(held.shown_row())
        step, row = rows[1] - rows[0], rows[1]
        found = []
        for _ in range(bursts):
            held.press(key, times, a_second)
            row += step * times
            found.append(held.lag(row))
    return found
