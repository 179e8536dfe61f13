"""One person at a workstation: presses keys at a human pace, reads the screen, and is timed."""

import asyncio
import re
import time
from collections.abc import Sequence
from contextlib import suppress
from random import Random

from benchmarks.load.measures import Measures, memory
from benchmarks.load.terminal import Ended, Terminal

WRONG = re.compile(
    r"(Traceback|That did not work: \w+[^│]{0,90}|This could not be read: \w+[^│]{0,90}"
    r"|database is locked|\w+Error: [^│]{0,90})"
)
DIALOG = re.compile(r"[└+]─{20,}|esc cancel|enter close")
CONFLICT = "Somebody has saved this record since"
MOVES = frozenset(("down", "up", "home", "end", "alt+down"))
SOON = 4.0
PATIENCE = 60.0  # seconds after which a save counts as never answered


class Biller:
    """`own` are record numbers of clients that are theirs, `shared` those that all work on."""

    def __init__(
        self,
        terminal: Terminal,
        measures: Measures,
        random: Random,
        think: tuple[float, float],
        own: Sequence[str],
        shared: Sequence[str],
    ) -> None:
        self.terminal = terminal
        self.measures = measures
        self.random = random
        self.own, self.shared = own, shared
        self._think = think
        self._told = ""

    @property
    def text(self) -> str:
        return self.terminal.text

    async def press(self, key: str, kind: str = "") -> None:
        """Thinks, presses a key and times its answer."""
        await asyncio.sleep(self.random.uniform(*self._think))
        await self._press(key, kind or _kind(key))

    async def type(self, words: str) -> None:
        """Types letters, faster than one thinks."""
        least, most = self._think
        for letter in words:
            await asyncio.sleep(self.random.uniform(least / 3, most / 8))
            await self._press(letter, "letter")

    async def go(self, section: str) -> bool:
        """Leaves whatever is open and goes to a section; False when it could not be left."""
        for _ in range(8):
            if not DIALOG.search(self.text) and "esc keys" not in self.text:
                break
            await self.press("esc", "open")
        else:
            self.fail("a dialog or form could not be left by esc")
            return False
        # Once more would ask for the other lists of the section.
        if not (f"[{section} " in self.text and "v view" in self.text):
            await self.press(section, "open")
        return True

    async def view(self, letters: str) -> None:
        """Chooses a view by some letters of its name."""
        await self.press("v", "dialog")
        await self.type(letters)
        await self.press("enter", "open")

    async def filter(self, words: str) -> None:
        await self.press("/", "dialog")
        await self._press("ctrl+u", "letter")  # what was looked for before
        await self.type(words)
        await self.press("enter", "open")

    async def sees(self, words: str) -> bool:
        """Whether a text comes onto the screen soon."""
        return await self.terminal.until(re.escape(words), SOON) is not None

    async def down(self, most: int) -> None:
        for _ in range(self.random.randint(0, most)):
            await self.press("down")

    async def save(self, key: str, name: str, done: str, refused: str = r"(?!)") -> bool:
        """Presses the key that saves and waits for the sentence about it; whether it was done.

        A conflict with somebody else's save is answered: mine stays.
        """
        await asyncio.sleep(self.random.uniform(*self._think))
        began = time.perf_counter()
        await self._press(key, "save")
        either = f"{done}|{refused}|{CONFLICT}|{WRONG.pattern}"
        seen = await self.terminal.until(either, PATIENCE)
        if seen is not None and CONFLICT in self.text:
            self.measures.conflicts += 1
            await asyncio.sleep(self.random.uniform(*self._think))
            began = time.perf_counter()
            await self._press("enter", "save")
            seen = await self.terminal.until(f"{done}|{refused}|{WRONG.pattern}", PATIENCE)
        await self.terminal.quiet(0.1, 2.0)  # until the sentence's dialog is whole
        if seen is None:
            self.fail(f"{name}: no answer in {PATIENCE:.0f} s")
            return False
        if re.search(done, self.text):
            self.measures.waits[name].append(seen - began)
            return True
        self.measures.refused[name] += 1
        return False

    def fail(self, what: str) -> None:
        self.measures.errors.append(what)

    async def _press(self, key: str, kind: str) -> None:
        answer = await self.terminal.press(key)
        if answer is None:
            self.measures.silent[kind] += 1
        else:
            self.measures.keys[kind].append(answer[1])
        wrong = WRONG.search(self.text)
        said = wrong[0].strip() if wrong else ""
        if said and said != self._told:
            self.fail(said)
        self._told = said

    async def leave(self) -> None:
        """Quits; anything but a clean end is an error."""
        self.measures.memory.append(memory(self.terminal.pid))
        for _ in range(5):
            if not DIALOG.search(self.text):
                break
            await self._press("esc", "open")
        with suppress(Ended):
            await self._press("ctrl+q", "quit")
        status = await self.terminal.end()
        if status:
            self.fail(f"a workstation ended with status {status}")


def _kind(key: str) -> str:
    if key in MOVES:
        return "cursor"
    return "page" if key in ("pgdn", "pgup") else "open"
