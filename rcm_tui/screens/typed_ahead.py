"""Keys typed ahead: each is done before the next is given out, and none while a screen comes up.

Over a slow line several keys arrive at once. Textual would give all of them to whatever had the
focus when they came; a person means the dialog that the first of them opens.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, deque
from collections.abc import Awaitable, Callable

from textual.events import Key
from textual.message import Message

ACTION, ROWS, RECORD = "action", "rows", "record"
"""What keys wait for: the dialog of an action, the rows of a queue, a record."""

LONGEST_KEY = 3.0
"""Seconds after which a key counts as done even if nothing said so."""
LONGEST_HOLD = 3.0
"""Seconds for which keys wait for a screen; what was typed for later than that is forgotten."""
BREATH = 0.5
"""Seconds without a key that end what is typed in one go: of that, all is used or nothing."""


class KeyPassed(Message):
    """Goes up behind all that a key had its field or list tell: a row opened, a line entered."""

    def __init__(self, key: Key) -> None:
        super().__init__()
        self.key = key


class TypedAhead:
    """The keys that wait. `give` hands one to the program.

    `move` does a moving key as often as it was pressed, at once, and says whether it could: a key
    that is held down costs one picture then, and not one for each time. `forgotten` is told when
    keys were left out: half of an amount must not go into a field unseen.
    """

    def __init__(
        self,
        give: Callable[[Key], Awaitable[None]],
        move: Callable[[str, int], bool],
        forgotten: Callable[[], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.longest_key = LONGEST_KEY
        self.longest_hold = LONGEST_HOLD
        self._give = give
        self._move = move
        self._forgotten = forgotten
        self._clock = clock
        self._came = 0.0  # the last key
        self._forgetting = False
        self._waiting: deque[Key] = deque()
        self._current: Key | None = None
        self._holds: Counter[str] = Counter()
        self._timer: asyncio.TimerHandle | None = None
        self._feeding: asyncio.Task[None] | None = None

    def take(self, key: Key) -> bool:
        """Whether a key may go on now; otherwise it is done, or waits and is given later.

        Escape never waits: it stops what runs, and what was typed before it is forgotten.
        """
        came, self._came = self._came, self._clock()
        if key.key == "escape" and (self.held or self._forgetting):
            self._waiting.clear()
            self._forgetting = False
            return True
        self._forgetting = self._forgetting and self._came - came < BREATH
        if self._forgetting:
            return False
        if self.held or self._current is not None or self._waiting:
            self._waiting.append(key)
            return False
        if self._move(key.key, 1):
            return False
        self._begin(key)
        return True

    def done(self, key: Key | None = None) -> None:
        """The current key has had its effect."""
        if self._current is not None and key in (None, self._current):
            self._current = None
            self._next()

    @property
    def held(self) -> bool:
        """Whether keys wait for something to come up."""
        return any(self._holds.values())

    def hold(self, reason: str, once: bool = False) -> None:
        """Keys wait until `release` of the same reason, as often as it was held; but not long.

        With `once` one release ends it, however often it was held.
        """
        self._holds[reason] = 1 if once else self._holds[reason] + 1
        self._end_timer()
        self._timer = asyncio.get_running_loop().call_later(self.longest_hold, self._too_long)

    def release(self, reason: str) -> None:
        """What was waited for is there."""
        self._holds[reason] = max(0, self._holds[reason] - 1)
        if not self.held:
            self._end_timer()
            self._next()

    def close(self) -> None:
        """Forgets everything; the program ends."""
        self._waiting.clear()
        self._end_timer()

    def _end_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _too_long(self) -> None:
        # Whoever waited so long has stopped typing blindly: old keys must not surprise them.
        self._holds.clear()
        if self._waiting:
            self._waiting.clear()
            self._forgetting = True
            self._forgotten()

    def _begin(self, key: Key) -> None:
        self._current = key
        asyncio.get_running_loop().call_later(self.longest_key, self.done, key)

    def _next(self) -> None:
        if self._waiting and not self.held and self._current is None:
            key = self._waiting.popleft()
            self._begin(key)
            # A moment later: what the key before has done may move the focus.
            self._feeding = asyncio.ensure_future(self._feed(key))

    async def _feed(self, key: Key) -> None:
        times = 0
        while times < len(self._waiting) and self._waiting[times].key == key.key:
            times += 1
        if self._move(key.key, 1 + times):
            for _ in range(times):
                self._waiting.popleft()
            self.done(key)
        else:
            await self._give(key)
