"""What an action did: how many, how much, and each record that was left with its reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from rcm_tui.billing.outcome import Left, Outcome
from rcm_tui.screens.words import count_of
from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.line import Line
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.row_list import Row, RowList
from rcm_tui.widgets.written import folded, written

if TYPE_CHECKING:
    from rcm_tui.screens.frame import Frame

NUMBER = 14
SHOWN = 500
WIDTH = 70


def stopped(outcome: Outcome, noun: tuple[str, str]) -> list[str]:
    """What is said of work that was stopped in the middle; nothing of work that was not."""
    if not outcome.not_reached:
        return []
    left = count_of(outcome.not_reached, noun)
    return [f"Stopped: {left} not reached. u undoes what was done."]


async def show_result(frame: Frame, sheet: ResultSheet) -> str:
    """Shows a result and what it gave; the rows that were left become a queue when wanted."""
    from rcm_tui.screens.queue_screen import QueueScreen

    answer = await frame.workstation.ask(sheet)
    if answer == "apart" and isinstance(frame, QueueScreen):
        frame.table.marks.clear()
        frame.show_only([left.key for left in sheet.left], sheet.left_title)
    return answer


async def tell_outcome(
    frame: Frame,
    title: str,
    sentence: str,
    outcome: Outcome,
    *,
    noun: tuple[str, str] = ("record", "records"),
    apart: bool = False,
    then: str = "",
) -> None:
    """Says what was done, and `then` what can be done next; a sheet shows what was left, and why.

    `noun` is what work that was stopped in the middle has not reached.
    """
    if outcome.left:
        lines = [sentence, *stopped(outcome, noun)]
        await show_result(frame, ResultSheet(title, lines, outcome.left, apart=apart))
    else:
        frame.say(f"{sentence} {then}".strip(), "$success")


class ResultSheet(Dialog[str]):
    """Shows lines about what was done and a list of what was left.

    Gives "onward" when the person takes the next step from here, "apart" when they want the
    rows that were left as a queue (offered with `apart`), "" otherwise.
    """

    DEFAULT_CSS = """
    ResultSheet RowList { height: auto; max-height: 14; margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "onward", show=False),
        Binding("o", "apart", show=False),
    ]

    def __init__(
        self,
        title: str,
        done: Sequence[str],
        left: Sequence[Left],
        *,
        left_title: str = "left as they were",
        onward: str = "",
        apart: bool = False,
    ) -> None:
        super().__init__(title)
        self._apart = apart and bool(left)
        self._done = done
        self.left = left
        self.left_title = left_title
        self._onward = onward

    def parts(self) -> ComposeResult:
        for sentence in self._done:
            yield Line(written(sentence))
        if self.left:
            yield RowList(self._rows())

    def keys(self) -> list[tuple[str, str]]:
        onward = [("a", self._onward)] if self._onward else []
        apart = [("o", "open these as a queue")] if self._apart else []
        return [*onward, *apart, ("enter", "close")]

    def on_mount(self) -> None:
        for rows in self.query(RowList):
            rows.focus()

    def on_row_list_chosen(self, _: RowList.Chosen) -> None:
        self.dismiss("")

    def action_onward(self) -> None:
        if self._onward:
            self.dismiss("onward")

    def action_apart(self) -> None:
        if self._apart:
            self.dismiss("apart")

    def action_accept(self) -> None:
        self.dismiss("")

    def action_leave(self) -> None:
        self.dismiss("")

    def _rows(self) -> list[Row]:
        count = len(self.left)
        rows = [Row(written((f"{count:,} {self.left_title}", "bold $warning")))]
        for reason, number in Counter(left.reason.split(":")[0] for left in self.left).items():
            rows.append(Row(written(f"{number:>6,}  ", reason)))
        rows.append(Row(written("")))
        for left in self.left[:SHOWN]:
            start = (cell(left.name, NUMBER), "$secondary")
            rows += [Row(line) for line in folded(start, left.reason, WIDTH)]
        if count > SHOWN:
            rows.append(Row(written(f"… and {count - SHOWN:,} more")))
        return rows
