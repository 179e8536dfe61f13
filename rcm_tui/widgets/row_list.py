"""A short list of lines on the line API: a menu, a record's part, the rows of a result.

For lists that are held whole; what may be long is a queue and has the queue table.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click
from textual.geometry import Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip
from textual.visual import Visual

from rcm_tui.widgets.signs import ascii_wanted, sign
from rcm_tui.widgets.written import fitted, written


@dataclass(frozen=True, slots=True)
class Row:
    """A line. One with a `key` can be chosen; the cursor passes over the others."""

    content: Content
    key: object = None


class RowList(ScrollView, can_focus=True):
    """Lines with a cursor on those that can be chosen; without such lines the keys scroll."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"row-list--cursor"}
    DEFAULT_CSS = """
    RowList {
        height: 1fr; width: 1fr; scrollbar-size-vertical: 1; scrollbar-size-horizontal: 0;
        overflow-x: hidden;
    }
    RowList > .row-list--cursor { background: $panel; color: $foreground; text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "down", show=False),
        Binding("up,k", "move(-1)", "up", show=False),
        Binding("pagedown", "page(1)", "page down", show=False),
        Binding("pageup", "page(-1)", "page up", show=False),
        Binding("home,g", "end(-1)", "to the start", show=False),
        Binding("end,G", "end(1)", "to the end", show=False),
        Binding("enter", "choose", "open", show=False),
    ]

    class Chosen(Message):
        """Enter was pressed on a line that can be chosen, or it was clicked."""

        def __init__(self, row_list: RowList, key: object) -> None:
            super().__init__()
            self.row_list = row_list
            self.key = key

        @property
        def control(self) -> RowList:
            return self.row_list

    class Moved(Message):
        """The cursor is on another line."""

        def __init__(self, row_list: RowList, key: object) -> None:
            super().__init__()
            self.row_list = row_list
            self.key = key

        @property
        def control(self) -> RowList:
            return self.row_list

    def __init__(self, rows: Sequence[Row] = (), **options: Any) -> None:
        super().__init__(**options)
        self._rows: list[Row] = list(rows)
        self._cursor = self._first()
        self._pointer = sign("cursor", ascii_wanted())

    def on_mount(self) -> None:
        self._measure()

    @property
    def rows(self) -> Sequence[Row]:
        return self._rows

    @property
    def key(self) -> object:
        """The key under the cursor; None where nothing can be chosen."""
        return self._rows[self._cursor].key if 0 <= self._cursor < len(self._rows) else None

    def show(self, rows: Sequence[Row], *, keep: bool = True) -> None:
        """Shows these lines; the cursor stays on its key where that is still there."""
        key = self.key if keep else None
        changed = len(rows) != len(self._rows) or any(
            new.key != old.key or not new.content.is_same(old.content)
            for new, old in zip(rows, self._rows, strict=True)
        )
        if changed:
            self._put(rows, key)
        if not keep:
            self.scroll_to(y=0, animate=False, immediate=True)

    def _put(self, rows: Sequence[Row], key: object) -> None:
        """Takes other lines; the cursor is on the key, or on the first that can be chosen."""
        self._rows = list(rows)
        self._cursor = next(
            (n for n, row in enumerate(rows) if key is not None and row.key == key),
            self._first(),
        )
        self._measure()
        self.refresh()

    def go(self, key: object) -> None:
        """Puts the cursor on the line of this key."""
        for number, row in enumerate(self._rows):
            if row.key == key:
                self._to(number)

    def _first(self) -> int:
        return next((n for n, row in enumerate(self._rows) if row.key is not None), -1)

    def _measure(self) -> None:
        self.virtual_size = Size(self.size.width, len(self._rows))

    def render_line(self, y: int) -> Strip:
        number = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        if number >= len(self._rows):
            return Strip.blank(width, self.rich_style)
        row = self._rows[number]
        here = number == self._cursor
        style = self.get_visual_style("row-list--cursor") if here else self.visual_style
        pointer = self._pointer if here else " "
        content = fitted(written(pointer + " ", row.content), width)
        return Visual.to_strips(self, content, width, 1, style, pad=True)[0]

    def action_move(self, by: int) -> None:
        keyed = [n for n, row in enumerate(self._rows) if row.key is not None]
        following = [n for n in (keyed if by > 0 else keyed[::-1]) if (n - self._cursor) * by > 0]
        if following:
            self._to(following[0])
        else:
            self.scroll_relative(y=by, animate=False, immediate=True)

    def action_page(self, by: int) -> None:
        height = max(1, self.scrollable_content_region.height - 1)
        keyed = [n for n, row in enumerate(self._rows) if row.key is not None]
        if keyed:
            aim = self._cursor + by * height
            self._to(min(keyed, key=lambda n: abs(n - aim)))
        else:
            self.scroll_relative(y=by * height, animate=False, immediate=True)

    def action_end(self, way: int) -> None:
        keyed = [n for n, row in enumerate(self._rows) if row.key is not None]
        if keyed:
            self._to(keyed[-1] if way > 0 else keyed[0])
        last = len(self._rows) if way > 0 else 0
        self.scroll_to(y=last, animate=False, immediate=True)

    def action_choose(self) -> None:
        if self.key is None:
            raise SkipAction  # nothing to choose here: the dialog around it may take enter
        self.post_message(self.Chosen(self, self.key))

    def on_click(self, event: Click) -> None:
        number = event.y + self.scroll_offset.y
        if 0 <= number < len(self._rows) and self._rows[number].key is not None:
            self._to(number)
            self.action_choose()

    def _to(self, number: int) -> None:
        if number == self._cursor:
            return
        self.refresh_line(self._cursor - self.scroll_offset.y)
        self._cursor = number
        top, height = self.scroll_offset.y, self.scrollable_content_region.height
        if number < top:
            # Headings above the first line that can be chosen come along.
            self.scroll_to(
                y=0 if number == self._first() else number, animate=False, immediate=True
            )
        elif number >= top + height:
            self.scroll_to(y=number - height + 1, animate=False, immediate=True)
        self.refresh_line(number - self.scroll_offset.y)
        self.post_message(self.Moved(self, self.key))
