"""The footer: the keys that do something now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from textual.content import Content

from rcm_tui.widgets.still import Still
from rcm_tui.widgets.written import written

# What terminals and people call keys that Textual names otherwise.
KEY_NAMES = {
    "slash": "/",
    "question_mark": "?",
    "left_square_bracket": "[",
    "right_square_bracket": "]",
    "escape": "esc",
    "alt+down": "alt+↓",
    "alt+up": "alt+↑",
    "asterisk": "*",
    "dollar_sign": "$",
    "equals_sign": "=",
    "minus": "-",
    "up": "↑",
    "down": "↓",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "home": "Home",
    "end": "End",
}


def key_name(key: str) -> str:
    """A key as it is written for people: `/` for `slash`."""
    return KEY_NAMES.get(key, key)


class KeyLine(Still):
    """Keys with what they do, as many as fit; `last` always stays."""

    DEFAULT_CSS = """
    KeyLine { height: 1; width: 1fr; padding: 0 1; }
    """

    def __init__(self, keys: Sequence[tuple[str, str]] = (), **options: Any) -> None:
        super().__init__(**options)
        self._keys = tuple(keys)

    def show(self, keys: Sequence[tuple[str, str]]) -> None:
        """Shows (key, words) pairs, the most important first; the last one always stays."""
        if tuple(keys) != self._keys:
            self._keys = tuple(keys)
            self.refresh()

    @property
    def keys(self) -> tuple[tuple[str, str], ...]:
        return self._keys

    def render(self) -> Content:
        drawn = [
            written((key_name(key), "bold $secondary"), " " + words) for key, words in self._keys
        ]
        if not drawn:
            return Content("")
        room = self.content_size.width - drawn[-1].cell_length
        kept: list[Content] = []
        for content in drawn[:-1]:
            if content.cell_length + 3 > room:
                break
            room -= content.cell_length + 3
            kept.append(content)
        return Content("   ").join([*kept, drawn[-1]])
