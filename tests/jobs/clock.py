"""A clock that stands still until a test moves it."""

import datetime

from tests.practice_builder import NOW


class Clock:
    """Call it for the time; `move` it forward by seconds."""

    def __init__(self, now: datetime.datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime.datetime:
        return self.now

    def move(self, seconds: float) -> datetime.datetime:
        self.now += datetime.timedelta(seconds=seconds)
        return self.now
