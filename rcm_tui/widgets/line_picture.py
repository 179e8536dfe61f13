"""A header and lines under it, of which only those are drawn that became different."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rich.segment import Segment
from rich.style import Style
from textual.filter import LineFilter
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

LINES_KEPT = 400  # four screens of a big terminal


@dataclass(frozen=True, slots=True)
class Line:
    """One line on screen: its text, as wide as the widget or empty, and the name of its style."""

    text: str
    style: str = ""


BLANK = Line("")


class LinePicture(Widget):
    """Keeps what is on screen, line by line, and makes a strip once for a text and its style.

    The name of a style is that of a component class; "" is the widget's own.
    """

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._header = BLANK
        self._lines: list[Line] = []
        self._strips: dict[Line, Strip] = {}
        self._picture: list[Strip] = []
        self._filters: Sequence[LineFilter] = ()
        self._styles_by_name: dict[str, Style] = {}

    def notify_style_update(self) -> None:
        super().notify_style_update()
        self.forget_strips()

    def _put_header(self, header: Line) -> None:
        """Asks for the header to be drawn where it became another one."""
        if header != self._header:
            self._header = header
            self._picture.clear()
            self.refresh(Region(0, 0, self.size.width, 1))

    def _put_lines(self, lines: Mapping[int, Line], height: int) -> None:
        """Puts lines into the picture and asks for those to be drawn that became different."""
        if len(self._lines) != height:
            self._lines = [BLANK] * height
            self._picture.clear()
        changed = [y for y, line in lines.items() if self._lines[y] != line]
        for y in changed:
            self._lines[y] = lines[y]
            if self._picture:
                self._picture[y + 1] = self.render_line(y + 1)
        if changed:
            self.refresh(*(Region(0, y + 1, self.size.width, 1) for y in changed))

    def _forget_lines(self) -> None:
        """Nothing that is on screen can stay, as in another size."""
        self._lines = []
        self.forget_strips()

    def forget_strips(self) -> None:
        self._strips.clear()
        self._picture.clear()
        self._styles_by_name.clear()

    def render_lines(self, crop: Region) -> list[Strip]:
        """The lines of a region, straight from the picture: there is no border to draw."""
        filters = self.get_line_filters()
        if filters != self._filters:
            self._filters = filters
            self.forget_strips()
        if not self._picture:
            self._picture = [self.render_line(y) for y in range(self.size.height)]
        strips = self._picture[crop.y : crop.bottom]
        if crop.column_span != (0, self.size.width):
            strips = [strip.crop(*crop.column_span) for strip in strips]
        return strips

    def render_line(self, y: int) -> Strip:
        """The header, or a line under it."""
        line = self._header
        if y:
            line = self._lines[y - 1] if y <= len(self._lines) else BLANK
        strip = self._strips.get(line)
        if strip is None:
            if len(self._strips) > LINES_KEPT:
                self._strips.clear()
            width = self.size.width
            text = line.text or " " * width
            strip = Strip([Segment(text, self._style(line.style))], width)
            for filter in self._filters:
                strip = strip.apply_filter(filter, self.background_colors[1])
            self._strips[line] = strip
        return strip

    def _style(self, name: str) -> Style:
        style = self._styles_by_name.get(name)
        if style is None:
            style = self.get_component_rich_style(name) if name else self.rich_style
            self._styles_by_name[name] = style
        return style
