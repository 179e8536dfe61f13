"""A list of thousands of lines, each put together only when it is seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from textual.content import Content

from rcm_tui.widgets.row_list import Row, RowList


class LazyRow(Row):
    """A line that can be chosen; `make` puts it together."""

    __slots__ = ("_make",)
    _make: Callable[[], Content]

    def __init__(self, make: Callable[[], Content], key: object) -> None:
        object.__setattr__(self, "_make", make)
        object.__setattr__(self, "key", key)

    @property
    def content(self) -> Content:
        return self._make()


class LongRowList(RowList):
    """A `RowList` whose keys and whose change of lines cost the same however long it is."""

    def show(self, rows: Sequence[Row], *, keep: bool = True) -> None:
        """Shows these lines; the cursor stays on its key where that is still there."""
        self._put(rows, self.key if keep else None)
        if not keep:
            self.scroll_to(y=0, animate=False, immediate=True)
        self.post_message(self.Moved(self, self.key))

    def action_move(self, by: int) -> None:
        place = self._cursor + by
        while 0 <= place < len(self._rows):
            if self._rows[place].key is not None:
                self._to(place)
                return
            place += by
        self.scroll_relative(y=by, animate=False, immediate=True)
