"""Widgets that hardly ever change, so that a key costs nothing for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.filter import LineFilter
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget


class Still(Widget):
    """Hands out the lines made before until something of it is another.

    Textual asks all widgets between two changed lines for all of their lines, also those that
    others cover, and works out colors and filters each time.
    """

    DEFAULT_CSS = """
    Still { width: 1fr; height: 1fr; overflow: hidden hidden; }
    """

    def __init__(self, *children: Widget, **options: Any) -> None:
        super().__init__(*children, **options)
        self._drawn: list[Strip] = []
        self._drawn_for: tuple[Region, Sequence[LineFilter]] | None = None

    def _set_dirty(self, *regions: Region) -> None:
        self._drawn_for = None
        super()._set_dirty(*regions)

    def notify_style_update(self) -> None:
        self._drawn_for = None
        super().notify_style_update()

    def render_lines(self, crop: Region) -> list[Strip]:
        wanted = (crop, self.get_line_filters())
        if wanted != self._drawn_for:
            self._drawn = super().render_lines(crop)
            self._drawn_for = wanted
        return self._drawn
