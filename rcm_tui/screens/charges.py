"""The charges screen: approve, hold, generate claims."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.content import Content

from rcm_tui.data.queues.charges import CHARGES, STATUSES
from rcm_tui.data.queues.value_text import units_text
from rcm_tui.data.records.desk import active_units, ready_claims
from rcm_tui.screens.actions import bindings_of
from rcm_tui.screens.charge_dialogs import (
    CHARGE,
    CLAIM,
    ApproveDialog,
    GenerateDialog,
    HoldDialog,
)
from rcm_tui.screens.queue_screen import QueueScreen
from rcm_tui.screens.result_sheet import ResultSheet, show_result, stopped
from rcm_tui.screens.submitting import submit_now
from rcm_tui.screens.words import count_of, field_line, money_text, state
from rcm_tui.widgets.written import written


class ChargesScreen(QueueScreen):
    area = section = "charges"
    queue = CHARGES
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("charges")]

    async def do_approve(self) -> None:
        from rcm_tui.billing.charges.approval import approve_charges

        app = self.workstation
        keys = await self.chosen_keys() if self.table.marks else None
        units = await app.read(active_units, app.store.database)
        choice = await app.ask(ApproveDialog(units, app.today, keys))
        if choice is None:
            return
        outcome = await app.change_in_steps("Approving charges", approve_charges, choice)
        self._done()
        done = [
            f"{count_of(len(outcome.done), CHARGE)} approved, {money_text(outcome.amount)}:"
            " Ready to Bill.",
            *stopped(outcome, CHARGE),
        ]
        if outcome.warnings:
            done.append(f"{len(outcome.warnings):,} of them overlap another session; look at them.")
        sheet = ResultSheet(
            "Approved" if outcome.done else "Nothing was approved",
            done,
            [*outcome.left, *outcome.warnings],
            left_title="to look at",
            onward="generate claims" if outcome.done else "",
            apart=True,
        )
        if await show_result(self, sheet) == "onward":
            self.want("ready")
            await self.do_generate()

    async def do_generate(self) -> None:
        from rcm_tui.billing.claims.generation import generate_claims

        app = self.workstation
        keys = await self.chosen_keys() if self.table.marks else None
        units = await app.read(active_units, app.store.database)
        choice = await app.ask(GenerateDialog(units, keys))
        if choice is None:
            return
        outcome = await app.change_in_steps("Generating claims", generate_claims, choice)
        self._done()
        ready = await app.read(ready_claims, app.store.database, outcome.made)
        done = [
            f"{count_of(len(outcome.made), CLAIM)} made of"
            f" {count_of(len(outcome.done), CHARGE)}, {money_text(outcome.amount)}.",
            f"{ready:,} Ready to Submit, {len(outcome.made) - ready:,} Draft.",
            *stopped(outcome, CHARGE),
        ]
        sheet = ResultSheet(
            "Generated" if outcome.made else "No claims were made",
            done,
            outcome.left,
            onward="submit now" if ready else "",
            apart=True,
        )
        if await show_result(self, sheet) == "onward":
            await submit_now(self)

    async def do_hold(self) -> None:
        from rcm_tui.billing.charges.holds import hold_charges

        app = self.workstation
        keys = await self.chosen_keys()
        totals = await self.sum_marked()
        answer = await app.ask(HoldDialog(totals["count"], totals["billed"], app.today))
        if answer is None:
            return
        reason, until = answer
        outcome = await app.change(hold_charges, keys, reason, until)
        await self._told("put on hold", outcome)

    async def do_release(self) -> None:
        from rcm_tui.billing.charges.holds import release_charges

        outcome = await self.workstation.change(release_charges, await self.chosen_keys())
        await self._told("released, New again", outcome)

    async def _told(self, what: str, outcome: Any) -> None:
        self._done()
        sentence = f"{count_of(len(outcome.done), CHARGE)} {what}, {money_text(outcome.amount)}."
        if outcome.left:
            await show_result(self, ResultSheet("Done", [sentence], outcome.left, apart=True))
        else:
            self.say(sentence, "$success")

    def _done(self) -> None:
        self.table.marks.clear()
        self.refresh_data()

    async def preview_lines(self, key: int) -> Iterable[Content]:
        row = self.row()
        if not row:
            return []
        lines = [
            written(
                (row["charge_number"], "bold"),
                f"  {row['patient']} · {row['payer']} · {row['practitioner']} · {row['unit']}",
            ),
            field_line(
                "Service",
                f"{row['date_of_service']}  {row['procedure_code']} "
                f"{row['modifiers']} · {units_text(row['units'])} units · "
                f"{money_text(row['billed'])}",
            ),
            field_line("Status", state(STATUSES, row["status"])),
        ]
        if row["why"]:
            lines.append(field_line("Held because", row["why"]))
        if row["duplicate_of"]:
            lines.append(field_line("Twin", row["duplicate_of"]))
        if row["claim_number"]:
            lines.append(field_line("Claim", row["claim_number"]))
        return lines
