"""What an action did: how many, how much, and each record that was left with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from rcm_tui.billing.outcome import Left
from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.line import Line
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.row_list import Row, RowList
from rcm_tui.widgets.written import folded, written

NUMBER = 14
SHOWN = 500
WIDTH = 70


class ResultSheet(Dialog[str]):
    """Shows lines about what was done and a list of what was left.

    Gives "onward" when the person takes the next step from here, "" otherwise.
    """

    DEFAULT_CSS = """
    ResultSheet RowList { height: auto; max-height: 14; margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("a", "onward", show=False)]

    def __init__(
        self,
        title: str,
        done: Sequence[str],
        left: Sequence[Left],
        *,
        left_title: str = "left as they were",
        onward: str = "",
    ) -> None:
        super().__init__(title)
        self._done = done
        self._left = left
        self._left_title = left_title
        self._onward = onward

    def parts(self) -> ComposeResult:
        for sentence in self._done:
            yield Line(written(sentence))
        if self._left:
            yield RowList(self._rows())

    def keys(self) -> list[tuple[str, str]]:
        onward = [("a", self._onward)] if self._onward else []
        return [*onward, ("enter", "close")]

    def on_mount(self) -> None:
        for rows in self.query(RowList):
            rows.focus()

    def on_row_list_chosen(self, _: RowList.Chosen) -> None:
        self.dismiss("")

    def action_onward(self) -> None:
        if self._onward:
            self.dismiss("onward")

    def action_accept(self) -> None:
        self.dismiss("")

    def action_leave(self) -> None:
        self.dismiss("")

    def _rows(self) -> list[Row]:
        count = len(self._left)
        rows = [Row(written((f"{count:,} {self._left_title}", "bold $warning")))]
        for reason, number in Counter(left.reason.split(":")[0] for left in self._left).items():
            rows.append(Row(written(f"{number:>6,}  ", reason)))
        rows.append(Row(written("")))
        for left in self._left[:SHOWN]:
            start = (cell(left.name, NUMBER), "$secondary")
            rows += [Row(line) for line in folded(start, left.reason, WIDTH)]
        if count > SHOWN:
            rows.append(Row(written(f"… and {count - SHOWN:,} more")))
        return rows
