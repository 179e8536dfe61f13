"""Which columns of a queue fit a width, how wide each is, and a row as one line of text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rcm_tui.data.queues.queue import Column, Order, Queue, Value, Viewer
from rcm_tui.data.queues.value_text import value_text
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.signs import sign

WIDE = 100  # from here on two blanks stand between columns, below it one
WIDEST = 3  # a flexible column grows up to this many times its width


@dataclass(frozen=True, slots=True)
class Shown:
    """A column that is on screen: where its value is in a row, and how many cells it has."""

    column: Column
    index: int
    width: int
    short: bool = False


@dataclass(frozen=True)
class ColumnLayout:
    """The columns on screen. Cells are figures under figures: every row has the same edges."""

    shown: tuple[Shown, ...]
    gap: int
    spare: int  # blanks after the last column; below 0, the cells that the screen is too narrow
    ascii_only: bool

    @classmethod
    def fit(
        cls,
        queue: Queue,
        width: int,
        ascii_only: bool = False,
        chosen: Sequence[Column] = (),
    ) -> ColumnLayout:
        """As many columns as the width holds.

        The least important leaves first; a column with a short form becomes short instead, and
        leaves only when that was not enough. Columns of priority 0 stay. `chosen` are shown in
        the place of the queue's own, in their order.
        """
        columns = tuple(chosen) or queue.columns
        places = {column.name: place for place, column in enumerate(queue.columns)}
        gap = 2 if width >= WIDE else 1
        shown = [Shown(c, places[c.name], c.width) for c in columns]
        for shortening in (True, False):
            for column in sorted(columns, key=lambda c: -c.priority):
                if _width(shown, gap) <= width:
                    break
                place = next((n for n, s in enumerate(shown) if s.column is column), None)
                if place is None or not column.priority:
                    continue
                if shortening and column.short:
                    index = queue.shorts[column.name]
                    shown[place] = Shown(column, index, column.short_width, short=True)
                else:
                    del shown[place]
        shown = _stretched(shown, width - _width(shown, gap))
        return cls(tuple(shown), gap, width - _width(shown, gap), ascii_only)

    def header(self, order: Order) -> str:
        """The titles, with an arrow at the column that the rows are sorted by."""
        first = order.terms[0] if order.terms else ("", False)
        titles = []
        for shown in self.shown:
            column = shown.column
            arrow = ""
            if column.name == first[0]:
                arrow = sign("descending" if first[1] else "ascending", self.ascii_only)
            title = cell(column.title, shown.width - len(arrow)).rstrip()
            text = arrow + title if column.align == "right" else title + arrow
            titles.append(cell(text, shown.width, column.align))
        return self._filled((" " * self.gap).join(titles))

    def line(self, row: Sequence[Value], viewer: Viewer) -> str:
        """A row as text, exactly as wide as the layout."""
        cells = [
            cell(self._text(shown, row[shown.index], viewer), shown.width, shown.column.align)
            for shown in self.shown
        ]
        return self._filled((" " * self.gap).join(cells))

    def column_at(self, x: int) -> Column | None:
        """The column that a cell of the line belongs to."""
        left = 0
        for shown in self.shown:
            if left <= x < left + shown.width:
                return shown.column
            left += shown.width + self.gap
        return None

    def _filled(self, line: str) -> str:
        if self.spare >= 0:
            return line + " " * self.spare
        return cell(line, _width(self.shown, self.gap) + self.spare)

    def _text(self, shown: Shown, value: Value, viewer: Viewer) -> str:
        column = shown.column
        if shown.short:
            return "" if value is None else str(value)
        text = value_text(column, value, viewer)
        if column.kind == "state" and (choice := column.choice(value)) and choice.sign:
            return f"{sign(choice.sign, self.ascii_only)} {text}"
        return text


def _width(shown: Sequence[Shown], gap: int) -> int:
    return sum(s.width for s in shown) + gap * (len(shown) - 1)


def _stretched(shown: list[Shown], spare: int) -> list[Shown]:
    """The flexible columns share what is left over."""
    flexible = [n for n, s in enumerate(shown) if s.column.flexible and not s.short]
    for left, number in zip(range(len(flexible), 0, -1), flexible, strict=True):
        one = shown[number]
        more = max(0, min(spare // left, one.width * (WIDEST - 1)))
        shown[number] = replace(one, width=one.width + more)
        spare -= more
    return shown
