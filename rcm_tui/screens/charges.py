"""The charges screen: approve, hold, generate claims."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.content import Content

from rcm_tui.data.queues.charges import CHARGES, STATUSES
from rcm_tui.data.queues.value_text import units_text
from rcm_tui.data.tables.charges import AWAITING_RESUBMISSION
from rcm_tui.screens import charge_work
from rcm_tui.screens.actions import bindings_of
from rcm_tui.screens.charge_dialogs import CHARGE, HoldDialog
from rcm_tui.screens.queue_screen import QueueScreen
from rcm_tui.screens.result_sheet import tell_outcome
from rcm_tui.screens.words import count_of, date_text, field_line, money_text, state
from rcm_tui.widgets.written import written


class ChargesScreen(QueueScreen):
    area = section = "charges"
    queue = CHARGES
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("charges")]

    def open_row(self, key: int) -> None:
        self.workstation.open_record("charge", key, walk=self)

    def do_edit(self) -> None:
        key = self.table.cursor_key
        if key is not None:
            self.workstation.open_form("charge_item", int(key), walk=self)

    async def do_edit_marked(self) -> None:
        from rcm_tui.screens.editing_many import edit_marked

        await edit_marked(self, "charge_item")

    async def do_approve(self) -> None:
        keys = await self.chosen_keys() if self.table.marks else None
        if await charge_work.approve(self, keys):
            self.want("ready")
            await self.do_generate()

    async def do_generate(self) -> None:
        keys = await self.chosen_keys() if self.table.marks else None
        await charge_work.generate(self, keys)

    async def do_review(self) -> None:
        from rcm_tui.screens.charge_review import review

        await review(self, await self.chosen_keys())

    async def do_twin(self) -> None:
        """Shows a charge and its twin beside each other, the cursor on the twin."""
        from rcm_tui.data.records.charge_periods import charge_numbered

        key, number = self.table.cursor_key, self.row()["duplicate_of"]
        app = self.workstation
        twin = await app.read(charge_numbered, app.store.database, number)
        if key is not None and twin is not None:
            self.show_only([twin, int(key)], f"{self.row()['charge_number']} and its twin", twin)

    async def do_reopen(self) -> None:
        from rcm_tui.billing.charges.reopening import reopen_sessions
        from rcm_tui.data.records.charge_periods import sessions_of
        from rcm_tui.screens.charge_dialogs import ReasonDialog

        app, keys = self.workstation, await self.chosen_keys()
        reason = await app.ask(
            ReasonDialog(
                f"Reopen the {'session' if len(keys) == 1 else 'sessions'} of"
                f" {count_of(len(keys), CHARGE)}",
                "why, for the practitioner",
                "reopen",
            )
        )
        if reason:
            sessions = await app.read(sessions_of, app.store.database, keys)
            outcome = await app.change(reopen_sessions, sessions, reason)
            await self._told("opened again for the practitioner", outcome)

    async def do_billing_export(self) -> None:
        from rcm_tui.screens.charge_files import Range, export_for_billing

        await export_for_billing(self, Range())

    async def do_duplicates_report(self) -> None:
        from rcm_tui.screens.charge_files import Range, report_duplicates

        await report_duplicates(self, Range())

    def do_periods(self) -> None:
        self.workstation.go("charge_periods")

    async def do_hold_again(self) -> None:
        await self.do_hold()

    async def do_hold(self) -> None:
        from rcm_tui.billing.charges.holds import hold_charges

        app = self.workstation
        keys = await self.chosen_keys()
        totals = await self.sum_marked()
        reason = "" if self.table.marks else str(self.row().get("why", ""))
        answer = await app.ask(HoldDialog(totals["count"], totals["billed"], app.today, reason))
        if answer is None:
            return
        reason, until = answer
        outcome = await app.change(hold_charges, keys, reason, until)
        await self._told("put on hold", outcome)

    def do_new_session(self) -> None:
        self.workstation.open_form("session", 0, returns=True)

    async def do_import_file(self) -> None:
        from rcm_tui.screens.importing import import_a_file

        await import_a_file(self)

    async def do_release(self) -> None:
        from rcm_tui.billing.charges.holds import release_charges

        outcome = await self.workstation.change(release_charges, await self.chosen_keys())
        await self._told("released, New again", outcome)

    async def _told(self, what: str, outcome: Any) -> None:
        self.done_with()
        money = f", {money_text(outcome.amount)}" if outcome.amount else ""
        sentence = f"{count_of(len(outcome.done), CHARGE)} {what}{money}."
        await tell_outcome(self, "Done", sentence, outcome, apart=True)

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
            until = ""
            if row["hold_until"]:
                until = f", look again {date_text(date.fromisoformat(row['hold_until']))}"
            lines.append(field_line("Held because", f"{row['why']}{until}"))
        if row["duplicate_of"]:
            lines.append(field_line("Twin", row["duplicate_of"]))
        if row["claim_number"]:
            lines.append(field_line("Claim", row["claim_number"]))
        if row["status"] == AWAITING_RESUBMISSION:
            lines.append(field_line("Changed", await self._changed(key)))
        return lines

    async def _changed(self, key: int) -> str:
        from rcm_tui.billing.charges.as_billed import differences

        app = self.workstation
        found = await app.read(differences, app.store.database, [key])
        return ", ".join(map(str, found.get(key, ()))) or "nothing of what was billed"
