"""A few things, a line each, of which any may be ticked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widget import Widget

from rcm_tui.widgets.written import written


class Ticks(Widget, can_focus=True):
    """Space ticks the one under the cursor, `*` all. At its ends ↑ ↓ leave it."""

    DEFAULT_CSS = """
    Ticks { height: auto; width: 1fr; padding: 0 1; background: $surface; }
    Ticks:focus { background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", show=False),
        Binding("asterisk", "tick_all", show=False),
        Binding("down", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
    ]

    class Changed(Message):
        """Something was ticked, or no longer is."""

    def __init__(
        self,
        names: Sequence[str],
        ticked: Iterable[str] = (),
        *,
        notes: Mapping[str, str] | None = None,
        hint: str = "",
        id: str,
    ) -> None:
        """`notes` stand behind the names that have one, `hint` behind the one under the cursor."""
        super().__init__(id=id)
        self._names = tuple(names)
        self._notes = dict(notes or {})
        self._hint = hint
        self._ticked = set(ticked) & set(names)
        self._cursor = next((n for n, one in enumerate(names) if one not in self._ticked), 0)

    @property
    def ticked(self) -> set[str]:
        """The names that are ticked."""
        return set(self._ticked)

    @property
    def current(self) -> str:
        """The name under the cursor; empty where there is none."""
        return self._names[self._cursor] if self._names else ""

    @property
    def all_ticked(self) -> bool:
        return len(self._ticked) == len(self._names)

    def render(self) -> Content:
        lines = [
            written(
                ("[x] " if name in self._ticked else "[ ] ", "bold $secondary"),
                (name, "bold" if place == self._cursor and self.has_focus else ""),
                (f" · {behind}" if (behind := self._behind(place, name)) else "", "$text-muted"),
            )
            for place, name in enumerate(self._names)
        ]
        return Content("\n").join(lines)

    def _behind(self, place: int, name: str) -> str:
        under = place == self._cursor and self.has_focus
        return self._notes.get(name) or (self._hint if under else "")

    def action_tick(self) -> None:
        if not self._names:
            return
        self._ticked ^= {self._names[self._cursor]}
        self._cursor = min(self._cursor + 1, len(self._names) - 1)
        self._changed()

    def action_tick_all(self) -> None:
        self._ticked = set() if self.all_ticked else set(self._names)
        self._changed()

    def action_move(self, by: int) -> None:
        if not 0 <= self._cursor + by < len(self._names):
            raise SkipAction
        self._cursor += by
        self.refresh()

    def _changed(self) -> None:
        self.refresh()
        self.post_message(self.Changed())
