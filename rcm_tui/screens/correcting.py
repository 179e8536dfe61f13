"""Correcting what a payer adjudicated: modify and resubmit, and void; the dialogs of both."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from rcm_tui.billing.claims.correcting import (
    LONGEST_NOTE,
    CorrectionPreview,
    modify_claims,
    preview_modifying,
    preview_voiding,
    void_claims,
)
from rcm_tui.data.records.desk import ready_claims
from rcm_tui.screens.result_sheet import ResultSheet, show_result, stopped, tell_outcome
from rcm_tui.screens.words import count_of, money_text
from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.entry import Entry
from rcm_tui.widgets.line import Line
from rcm_tui.widgets.written import folded

if TYPE_CHECKING:
    from rcm_tui.screens.frame import Frame

CLAIM = ("claim", "claims")
WIDTH = 74
CORRECTED, BILLED_IN_ERROR = "CORRECTED CLAIM", "CLAIM BILLED IN ERROR"
"""What the payer is told unless something else is typed (ours)."""
LONGEST_NUMBER = 50


class CorrectionDialog(Dialog["tuple[str, str] | None"]):
    """What will be made, the note to the payer, and for one claim the payer's number.

    Gives the note and the number ("" where each claim's own is meant).
    """

    DEFAULT_CSS = """
    CorrectionDialog .label { width: 15; }
    CorrectionDialog #told { height: auto; margin-bottom: 1; }
    """

    def __init__(
        self, title: str, sentences: Sequence[str], note: str, number: str | None, verb: str
    ) -> None:
        super().__init__(title)
        self._sentences, self._note, self._number, self._verb = sentences, note, number, verb

    def parts(self) -> ComposeResult:
        for sentence in self._sentences:
            for line in folded("", sentence, WIDTH):
                yield Line(line)
        with Horizontal(classes="row"):
            yield Static("Note to payer", classes="label", markup=False)
            yield Entry(self._note, id="note", max_length=LONGEST_NOTE)
        if self._number is not None:
            with Horizontal(classes="row"):
                yield Static("Payer's number", classes="label", markup=False)
                yield Entry(
                    self._number,
                    id="number",
                    placeholder="its claim control number: CLP07 of the remittance",
                    max_length=LONGEST_NUMBER,
                )

    def keys(self) -> list[tuple[str, str]]:
        return [("enter", self._verb), ("tab", "next field"), ("esc", "cancel")]

    def action_accept(self) -> None:
        note = self.query_one("#note", Entry).value.strip()
        number = ""
        if not note:
            self.problem("A note is needed: it tells the payer why the claim comes again.")
            return
        if self._number is not None:
            number = self.query_one("#number", Entry).value.strip()
            if not number:
                self.problem("The payer's claim control number is needed: the correction names it.")
                return
        self.dismiss((note, number))


async def correct(frame: Frame, keys: Sequence[int]) -> list[int]:
    """Asks, and makes corrections of claims; gives the Drafts. One is shown, at what was denied."""
    app = frame.workstation
    preview = await app.read(preview_modifying, app.store.database, keys)
    if not preview.count:
        refuse(frame, keys, preview, "Nothing to correct")
        return []
    sentences = [
        f"{money_of(preview)}.",
        f"A Draft is made of {'it' if preview.count == 1 else 'each'}, with all its lines, that"
        " replaces it when it is sent; until then the earlier submission stands.",
        *leaving(preview),
    ]
    title = titled("Correct and resend", preview)
    answer = await app.ask(
        CorrectionDialog(title, sentences, CORRECTED, _number(preview), "make drafts")
    )
    if answer is None:
        return []
    note, number = answer
    chosen = [claim.id for claim in preview.claims]
    outcome = await app.change_in_steps("Correcting claims", modify_claims, chosen, note, number)
    made: list[int] = outcome.made
    sentence = f"{count_of(len(made), CLAIM)} in Draft, billed {money_text(outcome.amount)}."
    if outcome.left or len(made) != 1:
        sheet = ResultSheet("Corrected", [sentence, *stopped(outcome, CLAIM)], outcome.left)
        await show_result(frame, sheet)
    if len(made) == 1:
        await show_correction(frame, made[0])
    return made


async def show_correction(frame: Frame, key: int) -> None:
    """Shows the Draft of a correction, and over it the field that the denial speaks of."""
    from rcm_tui.billing.editing.denials import place_of_denial

    app = frame.workstation
    place = await app.read(place_of_denial, app.store.database, key)
    app.open_record("claim", key)
    if place is None:
        app.say_here("Made as a Draft: e edits it, ctrl+s shows what differs and sends it.")
        return
    app.open_form(place.kind, place.id, field=place.field or place.among, returns=True)


async def void(frame: Frame, keys: Sequence[int]) -> bool:
    """Asks with count and money, and makes voids of claims; false when nothing was done."""
    app = frame.workstation
    preview = await app.read(preview_voiding, app.store.database, keys)
    if not preview.count:
        refuse(frame, keys, preview, "Nothing to void")
        return False
    sentences = [
        f"{money_of(preview)}, will be voided (frequency 8), with the same lines.",
        "Ready to Submit at once. When it is sent the claim leaves the ledger and its charges go"
        " on hold; what was paid is taken back when the payer's reversal comes.",
        *leaving(preview),
    ]
    title = titled("Void", preview)
    answer = await app.ask(
        CorrectionDialog(title, sentences, BILLED_IN_ERROR, _number(preview), "void")
    )
    if answer is None:
        return False
    note, number = answer
    chosen = [claim.id for claim in preview.claims]
    outcome = await app.change_in_steps("Voiding claims", void_claims, chosen, note, number)
    ready = await app.read(ready_claims, app.store.database, outcome.made)
    sentence = (
        f"{count_of(ready, ('void', 'voids'))} Ready to Submit, {money_text(outcome.amount)}."
    )
    if ready < len(outcome.made):
        sentence += f" {len(outcome.made) - ready:,} Draft: they fail validation."
    then = "The next submission takes it; u undoes it until then."
    await tell_outcome(frame, "Voided", sentence, outcome, noun=CLAIM, then=then)
    return True


def refuse(frame: Frame, keys: Sequence[int], preview: CorrectionPreview, word: str) -> None:
    """Says why nothing can be done to some claims."""
    reason = next(iter(preview.left), "it is not there any more")
    others = len(preview.left) - 1
    more = f" And {others} more reasons." if others > 0 else ""
    one = "" if len(keys) == 1 else f"{len(keys):,} claims stay: "
    frame.say(f"{word}: {one}{reason}.{more}", "$warning")


def titled(verb: str, preview: CorrectionPreview) -> str:
    """A verb with the number of the one claim, or how many they are."""
    if preview.count == 1:
        return f"{verb} {preview.claims[0].number}"
    return f"{verb} {count_of(preview.count, CLAIM)}"


def money_of(preview: CorrectionPreview) -> str:
    """How many claims, what they billed and what was paid of them."""
    paid = f", paid {money_text(preview.paid)}" if preview.paid else ""
    return f"{count_of(preview.count, CLAIM)}, billed {money_text(preview.billed)}{paid}"


def _number(preview: CorrectionPreview) -> str | None:
    return preview.claims[0].payer_claim_control_number if preview.count == 1 else None


def leaving(preview: CorrectionPreview) -> list[str]:
    """Why some of the marked claims would stay as they are, a sentence a reason."""
    left = [f"{count:,} stay: {reason}." for reason, count in preview.left.most_common(4)]
    if preview.count > 1 and preview.without_number:
        left.append(
            f"{preview.without_number:,} stay: the payer's claim control number is missing."
        )
    return left
