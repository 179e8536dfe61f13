"""New claims of what was sent: rejected ones again, denied lines alone; splitting, discarding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from rcm_tui.billing.claims.resending import (
    discard_drafts,
    duplicate_claims,
    preview_discarding,
    preview_duplicating,
    preview_rebilling,
    rebill_denied_lines,
    split_claim,
)
from rcm_tui.billing.outcome import Outcome
from rcm_tui.screens.confirm import Confirm
from rcm_tui.screens.correcting import CLAIM, leaving, money_of, refuse, titled
from rcm_tui.screens.result_sheet import ResultSheet, show_result, tell_outcome
from rcm_tui.screens.words import count_of, date_text, money_text, units_text
from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.line import Line
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.row_list import Row, RowList
from rcm_tui.widgets.signs import ascii_wanted, sign
from rcm_tui.widgets.written import folded, written

if TYPE_CHECKING:
    from rcm_tui.data.tables.claims import ClaimLine
    from rcm_tui.screens.frame import Frame

WIDTH = 74


async def duplicate(frame: Frame, keys: Sequence[int]) -> bool:
    """Asks, and makes new claims of rejected ones; one is shown. False when nothing was done."""
    app = frame.workstation
    preview = await app.read(preview_duplicating, app.store.database, keys)
    if not preview.count:
        refuse(frame, keys, preview, "Nothing to send as new")
        return False
    sentences = [
        f"{money_of(preview)}: a new claim is made of {'it' if preview.count == 1 else 'each'}, to"
        " be mended and sent (frequency 1).",
        "The earlier one becomes Historical when the new one is sent.",
        *leaving(preview),
    ]
    title = titled("Send as new", preview)
    if not await app.ask(Confirm(title, _folded(sentences), "make drafts")):
        return False
    outcome = await app.change(duplicate_claims, [claim.id for claim in preview.claims])
    elsewhere = {claim.id for claim in preview.claims if claim.wrong_payer}
    await _made(frame, outcome)
    if len(outcome.made) == 1 and elsewhere.intersection(outcome.done):
        # It goes to another payer: that is the first thing to say.
        app.open_form("claim", outcome.made[0], field="coverage", returns=True)
    return True


async def rebill(frame: Frame, keys: Sequence[int]) -> bool:
    """Asks, and bills denied lines alone where the payer wants it; false when nothing was done."""
    app = frame.workstation
    preview = await app.read(preview_rebilling, app.store.database, keys)
    if not preview.count:
        refuse(frame, keys, preview, "Nothing to bill again")
        return False
    sentences = [
        f"The denied lines of {money_of(preview)}: a new claim (frequency 1) of them alone.",
        "The other lines stay as they are. When the new claim is sent, the denied lines leave the"
        " earlier one.",
        *leaving(preview),
    ]
    title = titled("Bill the denied lines of", preview)
    if not await app.ask(Confirm(title, _folded(sentences), "make drafts")):
        return False
    await _made(frame, await app.change(rebill_denied_lines, [one.id for one in preview.claims]))
    return True


async def discard(frame: Frame, keys: Sequence[int]) -> bool:
    """Asks, and makes corrections Inactive that were not sent; false when nothing was done."""
    app = frame.workstation
    count, cents = await app.read(preview_discarding, app.store.database, keys)
    if not count:
        frame.say("Only corrections that were not sent are discarded.", "$warning")
        return False
    what = f"{count_of(count, ('correction', 'corrections'))}, billed {money_text(cents)}"
    sentences = [
        f"{what}, will be Inactive.",
        "What they were to replace stands, and has its charges back.",
    ]
    if not await app.ask(Confirm("Discard", sentences, "discard")):
        return False
    outcome = await app.change(discard_drafts, keys)
    sentence = f"{count_of(len(outcome.done), ('correction', 'corrections'))} discarded."
    await tell_outcome(frame, "Discarded", sentence, outcome, then="u undoes it.")
    return True


async def split(frame: Frame, key: int, number: str, lines: Sequence[ClaimLine]) -> bool:
    """Asks which lines of a Draft go to a claim of their own; false when none do."""
    app = frame.workstation
    if len(lines) < 2:
        frame.say(f"{number} has one line: there is nothing to split.", "$warning")
        return False
    goes = await app.ask(SplitDialog(number, lines))
    if not goes:
        return False
    made = await app.change(split_claim, key, goes)
    frame.say(f"{count_of(len(goes), ('line', 'lines'))} moved to a claim of its own.", "$success")
    return bool(made)


class SplitDialog(Dialog["list[int]"]):
    """The lines of a claim, marked with space: those that go to a claim of their own."""

    DEFAULT_CSS = """
    SplitDialog RowList { height: auto; max-height: 14; margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("space", "mark", show=False)]

    def __init__(self, number: str, lines: Sequence[ClaimLine]) -> None:
        super().__init__(f"Split {number}")
        self._lines, self._marked = lines, set[int]()

    def parts(self) -> ComposeResult:
        yield Line(id="whole")
        yield RowList(self._rows())

    def on_mount(self) -> None:
        self.query_one(RowList).focus()
        self._show()

    def keys(self) -> list[tuple[str, str]]:
        return [("space", "mark"), ("enter", "split"), ("esc", "cancel")]

    def action_mark(self) -> None:
        rows = self.query_one(RowList)
        if isinstance(rows.key, int):
            self._marked.symmetric_difference_update({rows.key})
            self._show()
            rows.action_move(1)

    def on_row_list_chosen(self, _: RowList.Chosen) -> None:
        self.action_accept()

    def action_accept(self) -> None:
        if not self._marked:
            self.problem("Nothing is marked: space marks a line that goes to the new claim.")
        elif len(self._marked) == len(self._lines):
            self.problem("All lines are marked: one at least has to stay.")
        else:
            self.dismiss(sorted(self._marked))

    def action_leave(self) -> None:
        self.dismiss([])

    def _show(self) -> None:
        self.problem("")
        goes = sum(line.billed for line in self._lines if line.id in self._marked)
        stays = sum(line.billed for line in self._lines) - goes
        text = f"{len(self._marked)} of {len(self._lines)} lines go, {money_text(goes)}"
        self.line("whole", written(f"{text}; {money_text(stays)} stays."))
        self.query_one(RowList).show(self._rows())

    def _rows(self) -> list[Row]:
        mark = sign("marked", ascii_wanted())
        return [
            Row(
                written(
                    f"{mark if line.id in self._marked else ' '} {line.position:>2} "
                    f"{date_text(line.first_service_date):<11}{cell(line.procedure_code, 6)}"
                    f"{cell(line.modifiers, 12)}{units_text(line.units):>7}"
                    f"{money_text(line.billed):>13}"
                ),
                line.id,
            )
            for line in self._lines
        ]


async def _made(frame: Frame, outcome: Outcome) -> None:
    sentence = (
        f"{count_of(len(outcome.made), CLAIM)} in Draft, billed {money_text(outcome.amount)}."
    )
    if outcome.left or len(outcome.made) != 1:
        await show_result(frame, ResultSheet("New claims", [sentence], outcome.left))
    if len(outcome.made) == 1:
        frame.workstation.open_record("claim", outcome.made[0])
        frame.workstation.say_here("Made as a Draft: e edits it, ctrl+s sends it.")


def _folded(sentences: Sequence[str]) -> list[str]:
    return [line.plain for text in sentences for line in folded("", text, WIDTH)]
