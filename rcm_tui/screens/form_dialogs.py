"""What a form asks: whether to leave, what to do with a draft, whose change of a field stays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.line import EMPTY, Line
from rcm_tui.widgets.plain_text import cell, plain
from rcm_tui.widgets.row_list import Row, RowList
from rcm_tui.widgets.signs import ascii_wanted, sign
from rcm_tui.widgets.written import folded, written

SAVE, DISCARD, KEEP = "save", "discard", "keep"
WIDTH = 72
ROOM = 15
"""Cells of a value in the list of clashes."""


class Leaving(Dialog[str]):
    """Asked only when something would be lost. Gives what to do, "" to stay."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("d", "choose('discard')", show=False),
        Binding("k", "choose('keep')", show=False),
    ]

    def __init__(self, labels: Sequence[str]) -> None:
        super().__init__("Not saved yet")
        self._labels = labels

    def parts(self) -> ComposeResult:
        yield Line(written("Changed: ", ", ".join(self._labels)))

    def keys(self) -> list[tuple[str, str]]:
        return [
            ("enter", "save"),
            ("k", "keep as a draft"),
            ("d", "discard"),
            ("esc", "stay"),
        ]

    def action_choose(self, answer: str) -> None:
        self.dismiss(answer)

    def action_accept(self) -> None:
        self.dismiss(SAVE)

    def action_leave(self) -> None:
        self.dismiss("")


class DraftFound(Dialog[bool]):
    """Offers again what was typed and not saved."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("d", "discard", show=False)]

    def __init__(self, when: str, labels: Sequence[str], newer: bool) -> None:
        super().__init__("You typed something here that was not saved")
        self._when, self._labels, self._newer = when, labels, newer

    def parts(self) -> ComposeResult:
        yield Line(written(f"{self._when}: ", ", ".join(self._labels)))
        if self._newer:
            yield Line(written(("The record has been saved by somebody since.", "$warning")))

    def keys(self) -> list[tuple[str, str]]:
        return [("enter", "take it up again"), ("d", "discard it"), ("esc", "leave it for now")]

    def action_accept(self) -> None:
        self.dismiss(True)

    def action_discard(self) -> None:
        self.dismiss(False)

    def action_leave(self) -> None:
        self.dismiss(None)


@dataclass(frozen=True, slots=True)
class Clash:
    """A field that two people have changed: what it was, and what each wants, as text."""

    name: str
    label: str
    base: str
    mine: str
    theirs: str


class Conflict(Dialog[Mapping[str, str]]):
    """Shows both, field by field. Gives "mine" or "theirs" by field; None to go on typing."""

    DEFAULT_CSS = """
    Conflict RowList { height: auto; max-height: 14; margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("m", "keep('mine')", show=False),
        Binding("t", "keep('theirs')", show=False),
        Binding("space", "keep('')", show=False),
        Binding("down", "move(1)", show=False),
        Binding("up", "move(-1)", show=False),
    ]

    def __init__(self, what: str, who: str, clashes: Sequence[Clash]) -> None:
        super().__init__("Somebody has saved this record since you opened it")
        self._what, self._who, self._clashes = what, who, clashes
        self._kept = dict.fromkeys((clash.name for clash in clashes), "mine")

    def parts(self) -> ComposeResult:
        who = self._who or "Somebody"
        question = f"{who} changed these fields of {self._what} as well. Which stays?"
        yield from (Line(line) for line in folded("", question, WIDTH))
        rows = RowList(self._rows(), id="clashes")
        rows.can_focus = False  # enter saves; it is not for the row
        yield rows
        yield Line(id="mine")
        yield Line(id="theirs")

    def on_mount(self) -> None:
        self._tell_whole()

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        event.stop()
        self._tell_whole()

    def _tell_whole(self) -> None:
        """What of the field under the cursor has no room in its row."""
        key = self.query_one(RowList).key
        here = next((one for one in self._clashes if one.name == key), None)
        values = (("mine", here.mine), ("theirs", here.theirs)) if here else ()
        cut = any(cell_len(plain(value)) > ROOM for _, value in values)
        for name, value in values:
            said = written((f"{name:8}", "$text-muted"), value or "–") if cut else EMPTY
            self.line(name, said)

    def keys(self) -> list[tuple[str, str]]:
        return [
            ("enter", "save so"),
            ("m", "keep mine"),
            ("t", "keep theirs"),
            ("space", "the other"),
            ("esc", "go on typing"),
        ]

    def action_move(self, by: int) -> None:
        self.query_one(RowList).action_move(by)

    def action_keep(self, whose: str) -> None:
        name = str(self.query_one(RowList).key)
        other = "theirs" if self._kept[name] == "mine" else "mine"
        self._kept[name] = whose or other
        self.query_one(RowList).show(self._rows())

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.action_keep("")

    def action_accept(self) -> None:
        self.dismiss(dict(self._kept))

    def action_leave(self) -> None:
        self.dismiss(None)

    def _rows(self) -> list[Row]:
        head = f"{cell('', 20)}  {cell('was', 15)}  {cell('mine', 16)}  theirs"
        rows = [Row(written((head, "$text-muted")))]
        chosen = sign("marked", ascii_wanted())
        for clash in self._clashes:
            mine = self._kept[clash.name] == "mine"
            rows.append(
                Row(
                    written(
                        (cell(clash.label, 20), "bold"),
                        (f"  {cell(clash.base or '–', 14)} ", "$text-muted"),
                        (f"{chosen if mine else ' '} ", "$accent"),
                        (cell(clash.mine or "–", ROOM), "" if mine else "$text-muted"),
                        (f" {' ' if mine else chosen} ", "$accent"),
                        (cell(clash.theirs or "–", ROOM), "$text-muted" if mine else ""),
                    ),
                    clash.name,
                )
            )
        return rows
