"""Pages of a long list that were read, and from where the next one is read most cheaply."""

from __future__ import annotations

from bisect import bisect_left
from collections import OrderedDict
from dataclasses import dataclass
from typing import Any, Protocol

from rcm_tui.data.queues.keyset import Place
from rcm_tui.data.queues.pages import Page, Reading, Row
from rcm_tui.data.queues.queue import Key

PAGES_KEPT = 20
LANDMARKS_KEPT = 2000


class RowSource(Protocol):
    """Where a queue table reads its rows; every function blocks and is called on a thread.

    `QueuePages` is one.
    """

    def page(
        self,
        *,
        after: Place | None = None,
        before: Place | None = None,
        last: bool = False,
        own: bool = False,
        skip: int = 0,
        limit: int = 100,
        reading: Reading | None = None,
    ) -> Page: ...

    def count_capped(self, cap: int = 1001, reading: Reading | None = None) -> int: ...

    def count(self, reading: Reading | None = None) -> int: ...

    def place_of(self, key: Key, reading: Reading | None = None) -> Place | None: ...

    def rank(self, place: Place, reading: Reading | None = None) -> int: ...


@dataclass(frozen=True, slots=True)
class Request:
    """What to ask a source for, so that it is page `number`."""

    number: int
    where: dict[str, Any]


class RowCache:
    """The rows read so far by position, in pages of which the least used are forgotten.

    The ends of every page are remembered longer, as landmarks from which a page far away can be
    reached without counting from the start.
    """

    def __init__(self, size: int) -> None:
        self.size = size
        self._pages: OrderedDict[int, Page] = OrderedDict()
        self._places: dict[int, Place] = {}
        self._landmarks: list[int] = []

    def clear(self) -> None:
        self._pages.clear()
        self._places.clear()
        self._landmarks.clear()

    def has(self, number: int) -> bool:
        """Whether a page is there; it then counts as used."""
        if number in self._pages:
            self._pages.move_to_end(number)
            return True
        return False

    def pages_of(self, rows: range) -> range:
        """The numbers of the pages that hold these rows."""
        if not rows:
            return range(0)
        return range(rows.start // self.size, (rows.stop - 1) // self.size + 1)

    def row(self, position: int) -> tuple[Key, Row] | None:
        """The row at a position; None when it has not been read, or is not there any more."""
        number, at = divmod(position, self.size)
        page = self._pages.get(number)
        return (page.keys[at], page.rows[at]) if page and at < len(page) else None

    def place(self, position: int) -> Place | None:
        number, at = divmod(position, self.size)
        page = self._pages.get(number)
        return page.places[at] if page and at < len(page) else None

    def add(self, number: int, page: Page) -> None:
        """A page that was read."""
        self._pages[number] = page
        self._pages.move_to_end(number)
        while len(self._pages) > PAGES_KEPT:
            self._pages.popitem(last=False)
        if page:
            self._remember(number * self.size, page.places[0])
            self._remember(number * self.size + len(page) - 1, page.places[-1])

    def request(self, number: int, total: int | None) -> Request:
        """The cheapest way to read a page: from the nearest place known, either way."""
        start = number * self.size
        stop = start + self.size if total is None else min(start + self.size, total)
        # From the start of the list: skip all rows before.
        ways: list[tuple[int, dict[str, Any]]] = [(start, {})]
        if total is not None:
            ways.append((total - stop, {"last": True}))
        index = bisect_left(self._landmarks, start)
        if index < len(self._landmarks):
            position = self._landmarks[index]
            if position == start:
                ways.append((0, {"after": self._places[position], "own": True}))
            following = bisect_left(self._landmarks, stop)
            if following < len(self._landmarks):
                position = self._landmarks[following]
                ways.append((position - stop, {"before": self._places[position]}))
        if index:
            position = self._landmarks[index - 1]
            ways.append((start - position - 1, {"after": self._places[position]}))
        skip, where = min(ways, key=lambda way: way[0])
        return Request(number, {**where, "skip": skip, "limit": stop - start})

    def _remember(self, position: int, place: Place) -> None:
        if position in self._places:
            self._places[position] = place
            return
        if len(self._landmarks) >= LANDMARKS_KEPT:
            self._landmarks.clear()
            self._places.clear()
        self._places[position] = place
        self._landmarks.insert(bisect_left(self._landmarks, position), position)
