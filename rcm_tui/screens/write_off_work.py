"""Writing off, and revoking: asked with the count and the money, shared by queues and records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from rcm_tui.data.records.write_offs import Reason, reasons
from rcm_tui.screens.case_work import tell
from rcm_tui.screens.visit_dialogs import OneOf, ReasonDialog
from rcm_tui.screens.words import count_of, money_text
from rcm_tui.widgets.chooser import Chooser, Option
from rcm_tui.widgets.entry import Entry
from rcm_tui.widgets.line import Line
from rcm_tui.widgets.row_list import RowList
from rcm_tui.widgets.written import written

if TYPE_CHECKING:
    from rcm_tui.billing.write_offs.writing_off import WriteOffPreview
    from rcm_tui.screens.frame import Frame

CLAIM, WRITE_OFF = ("claim", "claims"), ("write-off", "write-offs")
EITHER, BOTH = "either", "both"


class WriteOffDialog(Chooser):
    """Which side, for which reason, with a note. Gives (side, reason, note), or None."""

    DEFAULT_CSS = """
    WriteOffDialog RowList { max-height: 9; }
    WriteOffDialog .label { width: 9; }
    WriteOffDialog #side-row { margin-top: 1; }
    """

    def __init__(self, title: str, preview: WriteOffPreview, found: Sequence[Reason]) -> None:
        self._preview, self._reasons = preview, found
        sides = [side for side in ("payer", "patient") if preview.claims[side]]
        self._sides = (*sides, BOTH) if len(sides) > 1 else tuple(sides)
        self._side = self._sides[0]
        super().__init__(title, self._offered())

    def _offered(self) -> list[Option]:
        fits = (EITHER, self._side) if self._side != BOTH else (EITHER,)
        return [Option(one.id, one.name, "") for one in self._reasons if one.side in fits]

    def parts(self) -> ComposeResult:
        yield Line(written((self._figures(), "bold")), id="figures")
        for reason, count in self._preview.left.most_common():
            yield Line(written((f"{count:,} stay: {reason}.", "$warning")))
        yield from super().parts()
        with Horizontal(classes="row", id="side-row"):
            yield Static("Whose", classes="label", markup=False)
            yield OneOf(self._sides, self._side, id="side")
        with Horizontal(classes="row"):
            yield Static("Note", classes="label", markup=False)
            yield Entry(id="note", placeholder="may be left out", max_length=200)

    def keys(self) -> list[tuple[str, str]]:
        return [
            ("enter", "write off"),
            ("up", "↓ reason"),
            ("tab", "next field"),
            ("esc", "cancel"),
        ]

    def on_mount(self) -> None:
        self.query_one("#letters", Entry).focus()

    def _figures(self) -> str:
        side = self._side
        whose = {"payer": "at the payer", "patient": "at the patient"}.get(side, "on both sides")
        count, cents = self._preview.claims[side], self._preview.amounts[side]
        return f"{count_of(count, CLAIM)}, {money_text(cents)} open {whose}, will be given up."

    def on_one_of_changed(self, event: OneOf.Changed) -> None:
        event.stop()
        self._side = self.query_one("#side", OneOf).value
        self._options = self._offered()
        self.line("figures", written((self._figures(), "bold")))
        self._show()

    def on_input_changed(self, event: Entry.Changed) -> None:
        if event.input.id != "letters":
            event.prevent_default()

    def action_accept(self) -> None:
        key = self.query_one(RowList).key
        if not any(option.key == key for option in self._options):
            self.problem("No reason has such a name; Administration has the list of them.")
        else:
            self.dismiss((self._side, key, self.query_one("#note", Entry).value.strip()))

    def _show(self) -> None:
        self.query_one(RowList).show(self._rows(self.query_one("#letters", Entry).value))


async def write_off_claims(
    frame: Frame, claims: Sequence[int], lines: Sequence[int] = (), what: str = ""
) -> bool:
    """Asks for side and reason, and writes off; false when nothing was."""
    from rcm_tui.billing.write_offs.writing_off import preview_write_off, write_off

    app = frame.workstation
    preview = await app.read(preview_write_off, app.store.database, claims, lines)
    if not preview.claims:
        why = preview.left.most_common(1)
        frame.say(f"Nothing to write off: {why[0][0] if why else 'nothing is open'}.", "$warning")
        return False
    found = await app.read(reasons, app.store.database)
    title = what or f"Write off {count_of(len(claims), CLAIM)}"
    answer = await app.ask(WriteOffDialog(title, preview, found))
    if answer is None:
        return False
    side, reason, note = answer
    outcome = await app.change_in_steps("Write off", write_off, claims, side, reason, note, lines)
    sentence = f"{money_text(outcome.amount)} of {count_of(len(outcome.done), CLAIM)} written off."
    await tell(frame, sentence, outcome)
    return True


async def revoke(frame: Frame, keys: Sequence[int], totals: Mapping[str, Any]) -> bool:
    """Asks why, and takes write-offs back; false when nothing was."""
    from rcm_tui.billing.write_offs.revoking import revoke_write_offs

    app = frame.workstation
    what = f"{count_of(len(keys), WRITE_OFF)}, {money_text(totals['amount'])}"
    words = f"{what}: reversed, so that it is open again."
    reason = await app.ask(ReasonDialog("Revoke write-offs", "revoke", words))
    if reason is None:
        return False
    outcome = await app.change(revoke_write_offs, keys, reason)
    sentence = (
        f"{count_of(len(outcome.done), WRITE_OFF)} revoked, {money_text(outcome.amount)} is open"
        " again."
    )
    await tell(frame, sentence, outcome)
    return True
