"""A box over the screen that asks or tells something."""

from __future__ import annotations

from typing import ClassVar, TypeVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen

from rcm_tui.widgets.key_line import KeyLine
from rcm_tui.widgets.line import EMPTY, Line
from rcm_tui.widgets.written import written

T = TypeVar("T")


class Dialog(ModalScreen[T]):
    """Enter accepts, esc leaves; tab and the arrows go between the fields.

    `accept` returns nothing and dismisses by itself; `parts` yields what is between the title
    and the keys.
    """

    DEFAULT_CSS = """
    Dialog { align: center middle; background: $background 60%; }
    Dialog > #box {
        width: 78; max-width: 100%; height: auto; max-height: 100%;
        border: solid $secondary; background: $background; padding: 0 1;
    }
    Dialog #title { padding: 0; text-style: bold; color: $secondary; }
    Dialog #problem { padding: 0; color: $error; }
    Dialog #keys { padding: 0; margin-top: 1; }
    Dialog .row { height: 1; width: 1fr; }
    Dialog .label { width: auto; height: 1; padding: 0 1 0 0; color: $text-muted; }
    Dialog Line { padding: 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,backspace", "leave", "cancel", show=False),
        Binding("enter,ctrl+s", "accept", "accept", show=False),
        Binding("down", "app.focus_next", show=False),
        Binding("up", "app.focus_previous", show=False),
    ]

    def __init__(self, title: str) -> None:
        super().__init__()
        self._heading = title

    def compose(self) -> ComposeResult:
        with Vertical(id="box"):
            yield Line(written(self._heading), id="title")
            yield from self.parts()
            yield Line(id="problem")
            yield KeyLine(self.keys(), id="keys")

    def parts(self) -> ComposeResult:
        """The fields and lines of the box."""
        yield from ()

    def keys(self) -> list[tuple[str, str]]:
        """What enter and esc do here."""
        return [("enter", "accept"), ("esc", "cancel")]

    def refresh_keys(self) -> None:
        self.query_one("#keys", KeyLine).show(self.keys())

    def problem(self, sentence: str) -> None:
        """Says what is wrong, in the box; an empty sentence takes it away."""
        self.query_one("#problem", Line).show(written(sentence) if sentence else EMPTY)

    def line(self, name: str, content: Content, right: Content = EMPTY) -> None:
        """Shows a line of the box by its id."""
        self.query_one(f"#{name}", Line).show(content, right)

    def action_accept(self) -> None:
        self.dismiss(None)

    def action_leave(self) -> None:
        self.dismiss(None)
