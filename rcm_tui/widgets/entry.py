"""What a form is made of: a flat line to type in, and a yes or no."""

from __future__ import annotations

import datetime
from typing import Any, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from rcm_tui.data.queues import values
from rcm_tui.widgets.plain_text import plain
from rcm_tui.widgets.signs import ascii_wanted, sign
from rcm_tui.widgets.written import written


class Entry(Input, inherit_bindings=False):
    """A flat line to type in: no border and no blinking, which would repaint an idle line.

    Enter is left to the form around it.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        binding
        for binding in Input.BINDINGS
        if not (isinstance(binding, Binding) and binding.key == "enter")
    ]

    DEFAULT_CSS = """
    Entry { height: 1; width: 1fr; border: none; padding: 0 1; background: $surface; }
    Entry:focus { border: none; background: $panel; }
    """

    def __init__(self, value: str = "", *, placeholder: str = "", **options: Any) -> None:
        super().__init__(plain(value), plain(placeholder), **options)
        self.cursor_blink = False

    def replace(self, text: str, start: int, end: int) -> None:
        """Puts text in, made plain: what is pasted may hold escape codes."""
        super().replace(plain(text), start, end)


class DateEntry(Entry):
    """A date: `t`, `+7d`, `3/14`, `2026-03-14`; `lastweek` and `2026-03` mean several days."""

    def days(self, today: datetime.date) -> values.Days | None:
        """The days meant; None for nothing. Raises ValueError with a sentence."""
        text = self.value.strip()
        if not text:
            return None
        meant = values.days("today" if text.lower() == "t" else text, today)
        if meant is None:
            raise ValueError(
                f"'{plain(text)}' is not a date; write t, -7d, lastweek, 3/14 or 2026-03-14."
            )
        return meant


class Toggle(Widget, can_focus=True):
    """A yes or no: `■` or `□` before its words; space changes it."""

    DEFAULT_CSS = """
    Toggle { height: 1; width: auto; padding: 0 1; }
    Toggle:focus { background: $panel; text-style: bold; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "change", "change", show=False)]

    class Changed(Message):
        """It was changed."""

        def __init__(self, toggle: Toggle) -> None:
            super().__init__()
            self.toggle = toggle

        @property
        def control(self) -> Toggle:
            return self.toggle

    def __init__(self, words: str, value: bool = False, **options: Any) -> None:
        super().__init__(**options)
        self._words = words
        self.value = value

    def get_content_width(self, *_: object) -> int:
        return written(self._words).cell_length + 2

    def render(self) -> Content:
        box = sign("marked", ascii_wanted()) if self.value else ("□" if not ascii_wanted() else "-")
        return written(f"{box} ", self._words)

    def action_change(self) -> None:
        self.value = not self.value
        self.refresh()
        self.post_message(self.Changed(self))

    def on_click(self) -> None:
        self.action_change()
