"""How long nobody has pressed a key, and what that means: covered first, signed out later."""

from __future__ import annotations

import datetime
from collections.abc import Callable

Clock = Callable[[], datetime.datetime]


class Idle:
    """Counts the time since the last key by a clock that is asked, and never by a timer of its own.

    After `cover_minutes` the screen is to be covered, after `sign_out_minutes` (None: never) the
    person signed out. Long work puts the second off: whoever waits for it need press no key.
    """

    def __init__(self, clock: Clock, cover_minutes: int, sign_out_minutes: int | None) -> None:
        self.cover_minutes = cover_minutes
        self.sign_out_minutes = sign_out_minutes
        self._clock = clock
        self._last_key = self._last_work = clock()

    def key(self) -> None:
        """Somebody is here."""
        self._last_key = self._clock()

    def working(self) -> None:
        """Long work goes on, which must not be cut."""
        self._last_work = self._clock()

    @property
    def cover_due(self) -> bool:
        return self._since_key() >= datetime.timedelta(minutes=self.cover_minutes)

    @property
    def sign_out_due(self) -> bool:
        if self.sign_out_minutes is None:
            return False
        idle = min(self._since_key(), self._clock() - self._last_work)
        return idle >= datetime.timedelta(minutes=self.sign_out_minutes)

    def _since_key(self) -> datetime.timedelta:
        now = self._clock()
        # A clock that is set back must not keep the screen open for longer.
        self._last_key, self._last_work = min(self._last_key, now), min(self._last_work, now)
        return now - self._last_key
