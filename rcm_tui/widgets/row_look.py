"""The first look at a list, or a fresh one after it changed: one trip to a thread."""

from __future__ import annotations

from dataclasses import dataclass

from rcm_tui.data.queues.keyset import Place
from rcm_tui.data.queues.pages import Page, Reading
from rcm_tui.data.queues.queue import Key
from rcm_tui.widgets.row_cache import RowSource

CAP = 1001  # counted at once; the rest is counted on its own


@dataclass(frozen=True, slots=True)
class Look:
    """The pages around the cursor, where it is, and how many rows there are at least."""

    cursor: int
    pages: dict[int, Page]
    known: int
    exact: bool


def look(
    source: RowSource,
    keep: Key | None,
    place: Place | None,
    line: int,
    height: int,
    size: int,
    reading: Reading,
) -> Look:
    """Reads the pages that a window of `height` rows needs, with `keep` on its `line`.

    Without that record, the one that now stands where it stood (`place`) takes its place; without
    either, the first one.
    """
    counted = source.count_capped(CAP, reading=reading)
    if keep is not None:
        place = source.place_of(keep, reading=reading) or place
    if keep is None or place is None:
        page = source.page(limit=size, reading=reading)
        return Look(0, {0: page}, max(counted, len(page)), counted < CAP)
    cursor = source.rank(place, reading=reading)
    first = max(0, cursor - line) // size * size
    stop = (max(0, cursor - line) + height - 1) // size * size + size
    above = source.page(before=place, limit=cursor - first, reading=reading)
    below = source.page(after=place, own=True, limit=stop - cursor, reading=reading)
    # Rows may have come or gone between these statements: what was read is what counts.
    cursor = first + len(above)
    rows = _joined(above, below)
    pages = {(first + at) // size: _part(rows, at, at + size) for at in range(0, len(rows), size)}
    ended = len(below) < stop - cursor
    known = cursor + len(below) if ended else max(counted, cursor + len(below))
    return Look(min(cursor, max(0, known - 1)), pages, known, ended or counted < CAP)


def _joined(above: Page, below: Page) -> Page:
    return Page(above.keys + below.keys, above.places + below.places, above.rows + below.rows)


def _part(page: Page, start: int, stop: int) -> Page:
    return Page(page.keys[start:stop], page.places[start:stop], page.rows[start:stop])
