"""A few lines to type in: a note, the body of an email."""

from __future__ import annotations

from typing import Any

from textual.document._document import EditResult, Location
from textual.widgets import TextArea

from rcm_tui.widgets.plain_text import plain


class TextBox(TextArea):
    """Flat, with soft wrapping; enter begins a new line, tab leaves it. What comes in is plain."""

    DEFAULT_CSS = """
    TextBox, TextBox:focus { border: none; padding: 0 1; height: 7; background: $surface; }
    TextBox:focus { background: $panel; }
    """

    def __init__(self, text: str = "", **options: Any) -> None:
        super().__init__(_lines(text), compact=True, highlight_cursor_line=False, **options)
        self.cursor_blink = False

    def on_mount(self) -> None:
        self.move_cursor(self.document.end)

    def _replace_via_keyboard(
        self, insert: str, start: Location, end: Location
    ) -> EditResult | None:
        # All that is typed or pasted comes through here; what is pasted may hold escape codes.
        return super()._replace_via_keyboard(_lines(insert), start, end)


def _lines(text: str) -> str:
    return "\n".join(plain(line) for line in text.replace("\r\n", "\n").split("\n"))
