"""The line of tabs: the sections of the program, or the parts of a record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.content import Content
from textual.events import Click
from textual.message import Message
from textual.widget import Widget

from rcm_tui.widgets.written import fitted, written


class TabLine(Widget):
    """Titles beside each other, the chosen one in brackets, so that it shows without colour.

    Where the line is too short it scrolls as far as the chosen one needs.
    """

    DEFAULT_CSS = """
    TabLine { height: 1; width: 1fr; }
    """

    class Chosen(Message):
        """A title was clicked."""

        def __init__(self, tab_line: TabLine, name: str) -> None:
            super().__init__()
            self.tab_line = tab_line
            self.name = name

        @property
        def control(self) -> TabLine:
            return self.tab_line

    def __init__(self, tabs: Sequence[tuple[str, str]] = (), chosen: str = "", **options: Any):
        super().__init__(**options)
        self._tabs = list(tabs)
        self._chosen = chosen
        self._ends: list[tuple[int, str]] = []

    def show(self, tabs: Sequence[tuple[str, str]], chosen: str) -> None:
        """Shows (name, title) pairs, one of them chosen."""
        if list(tabs) != self._tabs or chosen != self._chosen:
            self._tabs, self._chosen = list(tabs), chosen
            self.refresh()

    def render(self) -> Content:
        titles = [
            written((f"[{title}]", "bold $secondary"))
            if name == self._chosen
            else written((f" {title} ", "$text-muted"))
            for name, title in self._tabs
        ]
        shown = self._from(titles)
        end = 0
        self._ends = []
        for (name, _), title in zip(self._tabs[shown:], titles[shown:], strict=True):
            end += title.cell_length
            self._ends.append((end, name))
        return fitted(written(*titles[shown:]), self.size.width)

    def _from(self, titles: list[Content]) -> int:
        names = [name for name, _ in self._tabs]
        chosen = names.index(self._chosen) if self._chosen in names else 0
        first = 0
        while first < chosen and (
            sum(title.cell_length for title in titles[first : chosen + 1]) > self.size.width - 1
        ):
            first += 1
        return first

    def on_click(self, event: Click) -> None:
        for end, name in self._ends:
            if event.x < end:
                self.post_message(self.Chosen(self, name))
                return
