"""The denials screen: what payers did not pay, the most urgent first, a key for each way on."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.content import Content

from rcm_tui.data.queues.open_denials import OPEN_DENIALS
from rcm_tui.data.tables.claims import SUBMITTED
from rcm_tui.screens.actions import bindings_of
from rcm_tui.screens.claims import ClaimsScreen


class DenialsScreen(ClaimsScreen):
    """Its rows are claims, and what is done to them is what is done to claims."""

    area = "denials"
    section = "cases"
    queue = OPEN_DENIALS
    opens_first = False
    """Whether the first row is opened as soon as it is read."""
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("denials")]

    async def _read_rows(self, keep: bool) -> bool:
        shown = await super()._read_rows(keep)
        if shown and self.opens_first:
            self.opens_first = False
            self.table.action_open()  # which waits for the row
        return shown

    def row(self) -> dict[str, Any]:
        row = super().row()
        if row:
            row |= {"status": SUBMITTED, "adjudication": "denied", "payer_balance": row["amount"]}
            row["snoozed"] = self.view.name == "snoozed"
        return row

    def do_next_denial(self) -> None:
        """The most urgent of the view is opened, wherever the cursor is."""
        self.opens_first = True
        self._show_rows()

    async def do_add_to_timeline(self) -> None:
        """On the timelines of the cases in which the claims stand, each once."""
        from rcm_tui.data.records.case import active_cases_of_claims
        from rcm_tui.screens.timeline_work import add_to_timeline

        app, keys = self.workstation, await self.chosen_keys()
        cases = await app.read(active_cases_of_claims, app.store.database, keys)
        if not cases:
            self.say("It stands in no active case: c opens one, K adds it to one.", "$warning")
        elif await add_to_timeline(self, cases):
            self.done_with()

    async def do_hand_on(self) -> None:
        from rcm_tui.screens.handing_on import hand_on

        if await hand_on(self, await self.chosen_keys()):
            self.done_with()

    async def preview_lines(self, key: int) -> Iterable[Content]:
        from rcm_tui.billing.denials.explaining import explain_denial
        from rcm_tui.screens.denial_lines import explained_lines

        app = self.workstation
        found = await app.read(explain_denial, app.store.database, key, app.today)
        rows = explained_lines(found, app.today, self.size.width, self.keymap)
        return [row.content for row in rows]
