"""Widgets that hardly ever change, so that a key costs nothing for them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rich.segment import Segment
from rich.style import Style
from textual.filter import LineFilter
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from rcm_tui.widgets.plain_text import cell


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
            self._drawn = self.draw(crop)
            self._drawn_for = wanted
        return self._drawn

    def draw(self, crop: Region) -> list[Strip]:
        """The lines of a region, made anew."""
        return super().render_lines(crop)


class Aside(Still):
    """A few plain words at the right end of a line, which change with every key.

    They are drawn without the way through contents and styles, which costs half a millisecond.
    """

    DEFAULT_CSS = """
    Aside { height: 1; width: 1fr; }
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._text = ""
        self._style: Style | None = None

    def show(self, text: str) -> None:
        """Shows other words; costs nothing when they are the same."""
        if text != self._text:
            self._text = text
            self.refresh()

    @property
    def text(self) -> str:
        """What it says, for tests and for reading aloud."""
        return self._text

    def notify_style_update(self) -> None:
        self._style = None
        super().notify_style_update()

    def draw(self, crop: Region) -> list[Strip]:
        if self._style is None:
            self._style = self.rich_style
        width = self.size.width
        text = cell(f"{self._text} ", width, "right")
        strip = Strip([Segment(text, self._style)], width)
        for filter in self.get_line_filters():
            strip = strip.apply_filter(filter, self.background_colors[1])
        return [strip.crop(*crop.column_span)] * crop.height
