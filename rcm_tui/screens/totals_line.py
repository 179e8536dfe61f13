"""What the last line of a queue says: how many rows and how much, of the view and of the marks."""

from __future__ import annotations

from collections.abc import Mapping

from textual.content import Content

from rcm_tui.data.queues.queue import Queue
from rcm_tui.screens.frame import NARROW
from rcm_tui.screens.words import count_of, money_text
from rcm_tui.widgets.line import EMPTY
from rcm_tui.widgets.signs import ascii_wanted, sign
from rcm_tui.widgets.written import written

WIDE = 150
"""From here on the totals of the view and of the marked rows fit beside each other."""

Sums = Mapping[str, int]
"""A queue's totals by their names, and `count`; money in cents."""


def of_view(queue: Queue, sums: Sums | None, width: int, beside_marks: bool) -> Content:
    """The totals of the view, as many as fit; nothing until they are known."""
    if sums is None:
        return EMPTY
    if beside_marks and width < WIDE:
        return written(count_of(sums["count"], queue.noun))
    return _figures(queue, sums)


def of_marks(queue: Queue, sums: Sums | None, width: int) -> Content:
    """The totals of the marked rows, `…` until they are known."""
    marked = f"{sign('marked', ascii_wanted())} marked"
    if sums is None:
        return written((f"{marked} …", "$accent"))
    return written((f"{marked}  ", "$accent"), _figures(queue, sums, 2 if width < NARROW else None))


def _figures(queue: Queue, sums: Sums, most: int | None = None) -> Content:
    pieces = [count_of(sums["count"], queue.noun)]
    for total in queue.totals[:most]:
        if total.kind == "money" and total.shown:
            pieces.append(f"{total.title} {money_text(sums[total.name])}")
    return written(" · ".join(pieces))
