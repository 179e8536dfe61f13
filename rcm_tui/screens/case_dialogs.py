"""The dialogs of cases: opening one for claims, and the day of the next follow-up."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, cast

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from rcm_tui.billing.cases.opening import CaseProposal
from rcm_tui.screens.form_reading import offers
from rcm_tui.screens.forms.case import CASE_FORM
from rcm_tui.screens.words import count_of, money_text
from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.entry import DateEntry, Entry
from rcm_tui.widgets.form.field import FormField, FormTab, Offer
from rcm_tui.widgets.form.form import Form
from rcm_tui.widgets.form.form_state import FormState
from rcm_tui.widgets.line import Line
from rcm_tui.widgets.written import Piece, written

if TYPE_CHECKING:
    from rcm_tui.screens.app import Workstation

CLAIM, CASE = ("claim", "claims"), ("case", "cases")
ASKED = ("subject", "priority", "owner", "follow_up", "carc", "tags", "description", "kind")
"""The fields of a new case; payer and patient are those of its claims."""
REASONS = 2


class NewCase(Dialog["Mapping[str, Any] | None"]):
    """Says which claims a case takes and leaves, and asks for its fields. Gives their values."""

    DEFAULT_CSS = """
    NewCase Form { height: 8; margin-top: 1; }
    """

    def __init__(
        self,
        proposal: CaseProposal,
        values: Mapping[str, Any],
        labels: Mapping[str, str],
        today: datetime.date,
    ) -> None:
        super().__init__("New case")
        self._proposal = proposal
        (tab,) = CASE_FORM.form_tabs(True, (), {})
        fields = {field.name: field for field in tab.fields}
        asked = [fields[name] for name in ASKED]
        self._whose = " · ".join(filter(None, (labels.get("payer"), labels.get("client"))))
        self._state = FormState([FormTab("case", "Case", asked)], values, labels, today)

    def parts(self) -> ComposeResult:
        found = self._proposal
        whose = self._whose or "several payers"
        pieces: list[Piece] = [(count_of(len(found.claims), CLAIM), "bold")]
        pieces.append(f", outstanding {money_text(found.outstanding)}, billed")
        pieces.append(f" {money_text(found.billed)} · {whose}")
        yield Line(written(*pieces), id="claims")
        for line in self._left():
            yield Line(line)
        yield Form(self._find, id="form")

    def keys(self) -> list[tuple[str, str]]:
        return [("ctrl+s", "open the case"), ("enter", "next field"), ("esc", "cancel")]

    def on_mount(self) -> None:
        form = self.query_one(Form)
        form.show(self._state)
        form.focus()

    def on_form_moved(self, event: Form.Moved) -> None:
        event.stop()
        if not self.query_one(Form).typing:  # esc in a field
            self.dismiss(None)

    def on_form_changed(self, event: Form.Changed) -> None:
        event.stop()

    def action_accept(self) -> None:
        self.run_worker(self._accept(), group="accept", exit_on_error=False)

    async def _accept(self) -> None:
        form = self.query_one(Form)
        await form.finish()
        if self._state.check():
            self.dismiss({name: self._state.values[name] for name in ASKED})
            return
        form.step_wrong(1)
        form.redraw()
        self.problem(" ".join(sentence for _, sentence in self._state.sentences()[:1]))

    async def _find(self, field: FormField, text: str, state: FormState) -> Sequence[Offer]:
        app = cast("Workstation", self.app)
        return await app.read(
            offers, app.store.database, "case_file", field.name, text, dict(state.values)
        )

    def _left(self) -> list[Any]:
        """Which claims stay out and why, one reason a line."""
        reasons: dict[str, list[str]] = {}
        for left in self._proposal.left:
            why, _, what = left.reason.partition(": ")
            reasons.setdefault(why, []).append(what.partition(";")[0])
        lines = []
        for why, named in list(reasons.items())[:REASONS]:
            names = " ".join(dict.fromkeys(named[:6]))
            lines.append(written((f"{len(named):,}", "$warning"), f" stay out: {why}, {names}"))
        if len(reasons) > REASONS:
            more = sum(len(named) for named in list(reasons.values())[REASONS:])
            lines.append(written((f"{more:,}", "$warning"), " stay out for other reasons"))
        return lines


class FollowUp(Dialog["datetime.date | None"]):
    """The day on which to follow up on cases; a week from now unless told otherwise."""

    def __init__(self, count: int, cents: int, today: datetime.date) -> None:
        super().__init__(f"Follow up on {count_of(count, CASE)}, outstanding {money_text(cents)}")
        self._today = today

    def parts(self) -> ComposeResult:
        with Horizontal(classes="row"):
            yield Static("On", classes="label", markup=False)
            yield DateEntry("+7d", id="day", placeholder="t, +7d, 3/14")

    def keys(self) -> list[tuple[str, str]]:
        return [("enter", "follow up then"), ("esc", "cancel")]

    def action_accept(self) -> None:
        try:
            day = self.query_one(DateEntry).days(self._today)
        except ValueError as error:
            self.problem(str(error))
            return
        if day is None:
            self.problem("A day is needed: write t, +7d or 3/14.")
            return
        self.dismiss(day.first)


class ClaimNumbers(Dialog[str]):
    """Claims by their numbers, to be added to a case."""

    def parts(self) -> ComposeResult:
        with Horizontal(classes="row"):
            yield Static("Claims", classes="label", markup=False)
            yield Entry(id="numbers", placeholder="C-104233 C-104198", max_length=2000)
        yield Line(
            written(("Many are added faster from their queue: mark them, then K.", "$text-muted"))
        )

    def keys(self) -> list[tuple[str, str]]:
        return [("enter", "add"), ("esc", "cancel")]

    def action_accept(self) -> None:
        self.dismiss(self.query_one(Entry).value.strip())

    def action_leave(self) -> None:
        self.dismiss("")
