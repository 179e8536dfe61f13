"""One line of a screen: what is on its left and what is on its right."""

from __future__ import annotations

from typing import Any

from textual.content import Content

from rcm_tui.widgets.still import Still
from rcm_tui.widgets.written import spread

EMPTY = Content("")


class Line(Still):
    """A line that is drawn again only when what it shows is another."""

    DEFAULT_CSS = """
    Line { height: 1; width: 1fr; padding: 0 1; }
    """

    def __init__(self, left: Content = EMPTY, right: Content = EMPTY, **options: Any) -> None:
        super().__init__(**options)
        self._left = left
        self._right = right

    def show(self, left: Content, right: Content = EMPTY) -> None:
        """Shows these instead; costs nothing when they are the same."""
        if not (left.is_same(self._left) and right.is_same(self._right)):
            self._left, self._right = left, right
            self.refresh()

    @property
    def text(self) -> str:
        """What the line says, for tests and for reading aloud."""
        return f"{self._left.plain}  {self._right.plain}".strip()

    def render(self) -> Content:
        return spread(self._left, self._right, self.content_size.width)
