"""What a worker remembers of a clearinghouse from one pick-up to the next.

It is not stored: a worker that starts, and a person who asks, tries at once.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from rcm_tui.exchange.transports import IncomingEntry

FIRST_PAUSE = datetime.timedelta(minutes=1)
LONGEST_PAUSE = datetime.timedelta(minutes=15)
"""A clearinghouse that cannot be reached is tried again after a minute, then after twice as long
each time, up to this (ours)."""
LEFT_FOR = datetime.timedelta(hours=1)
"""How long an answer without its end is left for the rest to arrive (ours)."""


@dataclass(slots=True)
class Line:
    """`trouble` is what went wrong at the last try; empty when nothing did."""

    trouble: str = ""
    _failed_at: datetime.datetime | None = None
    _pause: datetime.timedelta = FIRST_PAUSE
    _cut: dict[str, tuple[IncomingEntry, datetime.datetime]] = field(default_factory=dict)

    def rests(self, now: datetime.datetime) -> bool:
        """Whether it is not tried yet. A clock that was set back makes it wait no longer."""
        return self._failed_at is not None and abs(now - self._failed_at) < self._pause

    def failed(self, trouble: str, now: datetime.datetime) -> None:
        """It could not be reached: the pause before the next try is twice the one before."""
        doubled = min(2 * self._pause, LONGEST_PAUSE)
        self._pause = FIRST_PAUSE if self._failed_at is None else doubled
        self.trouble, self._failed_at = trouble, now

    def answered(self) -> None:
        """It let itself be used."""
        self.trouble, self._failed_at = "", None

    def listed(self, entries: Iterable[IncomingEntry]) -> None:
        """Forgets the files that are not there any more."""
        names = {entry.name for entry in entries}
        self._cut = {name: cut for name, cut in self._cut.items() if name in names}

    def is_cut(self, entry: IncomingEntry) -> bool:
        """Whether the file lacked its end when it was read, and has not changed since."""
        known = self._cut.get(entry.name)
        return known is not None and known[0] == entry

    def leaves(self, entry: IncomingEntry, now: datetime.datetime) -> bool:
        """Whether a file without its end is left for the rest to arrive.

        An hour from when it was written last, or from when it was seen first: a server's clock
        may be ahead.
        """
        if not self.is_cut(entry):
            self._cut[entry.name] = (entry, now)
        since = self._cut[entry.name][1]
        return now - entry.modified < LEFT_FOR and abs(now - since) < LEFT_FOR
