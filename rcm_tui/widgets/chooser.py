"""Choosing one of some things by a few letters of its name: views, orders, commands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content

from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.entry import Entry
from rcm_tui.widgets.row_list import Row, RowList
from rcm_tui.widgets.written import fitted, written

WIDTH = 72


@dataclass(frozen=True, slots=True)
class Option:
    """Something to choose: its name, what stands right of it, and why it cannot be chosen now."""

    key: Any
    title: str
    right: str = ""
    refusal: str = ""


class Chooser(Dialog[Any]):
    """A list that gets shorter as one types; enter chooses. Gives the key, or None."""

    DEFAULT_CSS = """
    Chooser RowList { height: auto; max-height: 16; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "cursor('move', 1)", show=False),
        Binding("up", "cursor('move', -1)", show=False),
        Binding("pagedown", "cursor('page', 1)", show=False),
        Binding("pageup", "cursor('page', -1)", show=False),
    ]

    def __init__(self, title: str, options: Sequence[Option], chosen: Any = None) -> None:
        super().__init__(title)
        self._options = list(options)
        self._chosen = chosen

    def parts(self) -> ComposeResult:
        yield Entry(placeholder="type a few letters", id="letters")
        yield RowList(self._rows(""), id="options")

    def keys(self) -> list[tuple[str, str]]:
        return [("enter", "choose"), ("up", "↓ move"), ("esc", "cancel")]

    def on_mount(self) -> None:
        rows = self.query_one(RowList)
        rows.can_focus = False
        if self._chosen is not None:
            self.call_after_refresh(rows.go, self._chosen)

    def later(self, rights: dict[Any, str]) -> None:
        """Fills in what stands right of the options, once it is known."""
        self._options = [
            Option(o.key, o.title, rights.get(o.key, o.right), o.refusal) for o in self._options
        ]
        self._show()

    @property
    def chosen_key(self) -> Any:
        """The key of the option under the cursor; None where there is none."""
        return self.query_one(RowList).key

    def on_input_changed(self, _: Entry.Changed) -> None:
        self.problem("")
        self._show()

    def on_row_list_chosen(self, _: RowList.Chosen) -> None:
        self.action_accept()

    def action_cursor(self, way: str, by: int) -> None:
        rows = self.query_one(RowList)
        move: Callable[[int], None] = rows.action_move if way == "move" else rows.action_page
        move(by)

    def action_accept(self) -> None:
        key = self.query_one(RowList).key
        option = next((o for o in self._options if o.key == key), None)
        if option is None:
            self.problem("Nothing has such a name.")
        elif option.refusal:
            self.problem(option.refusal)
        else:
            self.dismiss(key)

    def _show(self) -> None:
        self.query_one(RowList).show(self._rows(self.query_one(Entry).value))

    def _rows(self, letters: str) -> list[Row]:
        return [
            Row(_drawn(option), option.key)
            for option in self._options
            if all(part in option.title.lower() for part in letters.lower().split())
        ]


def _drawn(option: Option) -> Content:
    right = written((option.right, "$text-muted"))
    room = WIDTH - 2 - right.cell_length
    style = "$text-disabled" if option.refusal else ""
    title = fitted(written((option.title, style)), room - 1)
    return written(title, " " * (room - title.cell_length), right)
