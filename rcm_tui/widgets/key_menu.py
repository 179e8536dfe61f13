"""A small menu of which each line has a key of its own: one key opens it, the next one chooses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.content import Content

from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.row_list import Row, RowList
from rcm_tui.widgets.written import written


@dataclass(frozen=True, slots=True)
class Item:
    """A line of a menu: its key, what it does, and why it cannot be chosen now."""

    key: str
    title: str
    refusal: str = ""


class KeyMenu(Dialog["str | None"]):
    """Lines to choose from by their keys; arrows and enter choose too. Gives the key, or None."""

    DEFAULT_CSS = """
    KeyMenu > #box { width: 50; }
    KeyMenu RowList { height: auto; max-height: 12; }
    """

    def __init__(self, title: str, items: Sequence[Item]) -> None:
        super().__init__(title)
        self._items = {item.key: item for item in items}

    def parts(self) -> ComposeResult:
        for key in self._items:
            self._bindings.bind(key, f"pick('{key}')", show=False)
        yield RowList([Row(_drawn(item), item.key) for item in self._items.values()], id="items")

    def keys(self) -> list[tuple[str, str]]:
        return [("enter", "choose"), ("esc", "cancel")]

    def on_mount(self) -> None:
        self.query_one(RowList).focus()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.action_pick(str(event.key))

    def action_pick(self, key: str) -> None:
        item = self._items[key]
        if item.refusal:
            self.problem(item.refusal)
        else:
            self.dismiss(key)

    def action_accept(self) -> None:
        key = self.query_one(RowList).key
        if key is not None:
            self.action_pick(str(key))


def _drawn(item: Item) -> Content:
    style = "$text-disabled" if item.refusal else ""
    return written((f"{item.key}  ", "bold $secondary"), (item.title, style))
