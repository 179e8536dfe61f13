"""Where a person is in a long list, without a screen: the cursor, the first line shown, the end."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass
class RowPosition:
    """The cursor and the window over `known` rows; more may follow until `exact` is true."""

    cursor: int = 0
    top: int = 0
    height: int = 1
    known: int = 0
    exact: bool = False

    @property
    def window(self) -> range:
        """The rows on screen."""
        return range(self.top, min(self.top + self.height, self.known))

    @property
    def last(self) -> int:
        return max(0, self.known - 1)

    def move(self, rows: int) -> None:
        """The cursor some rows on; the window follows only when it must."""
        self._to(self.cursor + rows)

    def page(self, pages: int) -> None:
        """Cursor and window a window's height on, so that the cursor keeps its line."""
        step = pages * self.height
        self.top = self._top(self.top + step)
        self._to(self.cursor + step)

    def go(self, row: int) -> None:
        """The cursor to a row; negative rows count from the end."""
        self._to(row if row >= 0 else self.known + row)

    def scroll(self, rows: int) -> None:
        """The window some rows on; the cursor is taken along only when it would be left behind."""
        self.top = self._top(self.top + rows)
        self.cursor = min(max(self.cursor, self.top), max(self.top, self.window.stop - 1))

    def resize(self, height: int) -> None:
        """Another number of lines on screen: the cursor stays on it."""
        self.height = max(1, height)
        self.top = self._top(self.top)
        self._to(self.cursor)

    def count(self, known: int, exact: bool) -> None:
        """Another number of rows: the cursor stays inside it."""
        self.known, self.exact = known, exact
        self.top = self._top(self.top)
        self._to(self.cursor)

    def _to(self, row: int) -> None:
        self.cursor = min(max(0, row), self.last)
        if self.cursor < self.top:
            self.top = self.cursor
        elif self.cursor >= self.top + self.height:
            self.top = self.cursor - self.height + 1

    def _top(self, top: int) -> int:
        return max(0, min(top, self.known - self.height))
