"""Moving balances between payer and patient: asked with the money, kept by the practice's rules."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from rcm_tui.screens.case_work import tell
from rcm_tui.screens.words import count_of, money_text
from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.entry import Entry
from rcm_tui.widgets.line import Line
from rcm_tui.widgets.row_list import Row
from rcm_tui.widgets.written import folded, written

if TYPE_CHECKING:
    from rcm_tui.billing.patients.rules import Ruling
    from rcm_tui.screens.actions import Keymap
    from rcm_tui.screens.frame import Frame

CLAIM = ("claim", "claims")
WIDTH = 74


class TransferDialog(Dialog["str | None"]):
    """Says what is moved and what stays, and asks for a note. Gives the note, or None."""

    def __init__(self, title: str, sentences: Sequence[str], stays: Sequence[str]) -> None:
        super().__init__(title)
        self._sentences, self._stays = sentences, stays

    def parts(self) -> ComposeResult:
        for sentence in self._sentences:
            for line in folded("", sentence, WIDTH):
                yield Line(line)
        for sentence in self._stays:
            for line in folded("", sentence, WIDTH, "$warning"):
                yield Line(line)
        with Horizontal(classes="row"):
            yield Static("Note", classes="label", markup=False)
            yield Entry(id="note", placeholder="may be left out", max_length=200)

    def keys(self) -> list[tuple[str, str]]:
        return [("enter", "move it"), ("esc", "cancel")]

    def action_accept(self) -> None:
        self.dismiss(self.query_one("#note", Entry).value.strip())


async def move_to_patient(frame: Frame, claims: Sequence[int], lines: Sequence[int] = ()) -> bool:
    """Asks, and moves what payers leave to patients; false when nothing was moved."""
    from rcm_tui.billing.patients.transfers import preview_to_patient, transfer_to_patient

    app = frame.workstation
    preview = await app.read(preview_to_patient, app.store.database, claims, lines)
    stays = [f"{count:,} stay: {reason}" for reason, count in preview.left.most_common(4)]
    if not preview.claims:
        reason = next(iter(preview.left), "nothing is open at the payer")
        frame.say(f"It {reason}" if reason.startswith("must") else f"{reason}.", "$warning")
        return False
    what = f"{count_of(preview.claims, CLAIM)}, {money_text(preview.amount)} open at the payer,"
    answer = await app.ask(
        TransferDialog("Bill the patient", [f"{what} will be owed by the patient."], stays)
    )
    if answer is None:
        return False
    outcome = await app.change(transfer_to_patient, claims, answer, lines)
    done = (
        f"{money_text(outcome.amount)} of {count_of(len(outcome.done), CLAIM)} moved to patients."
    )
    await tell(frame, done, outcome)
    return True


async def move_to_payer(frame: Frame, claims: Sequence[int], lines: Sequence[int] = ()) -> bool:
    """Asks, and moves back to payers what was moved to patients; false when nothing was asked."""
    from rcm_tui.billing.patients.transfers import transfer_to_payer

    app = frame.workstation
    words = "What was moved to the patient and is still open there will be owed by the payer again."
    answer = await app.ask(TransferDialog("Back to the payer", [words], ()))
    if answer is None:
        return False
    outcome = await app.change(transfer_to_payer, claims, answer, lines)
    done = f"{money_text(outcome.amount)} of {count_of(len(outcome.done), CLAIM)} moved to payers."
    await tell(frame, done, outcome)
    return True


def leftover(rulings: Sequence[Ruling], width: int, keymap: Keymap) -> list[Row]:
    """What the rules say of what is open at the payer, for the summary of a claim."""
    rows = []
    for ruling in dict.fromkeys(rulings):
        if ruling.may:
            words = keymap.words_with_key("may be billed to the patient", "to_patient")
        else:
            words = keymap.words_with_key("must be written off", "write_off")
        text = f"{words}. {ruling.note}" if ruling.note else f"{words}."
        start = written((f"{'If left open':<14}", "$text-muted"))
        rows += [Row(line) for line in folded(start, text, width - 4)]
    return rows
