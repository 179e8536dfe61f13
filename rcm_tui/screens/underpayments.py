"""Claim lines that were paid under contract, and what they come to by payer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType

from rcm_tui.data.queues.underpayments import PAYER_UNDERPAYMENTS, UNDERPAYMENTS
from rcm_tui.screens.actions import bindings_of
from rcm_tui.screens.queue_screen import QueueScreen
from rcm_tui.screens.words import count_of, money_text


class UnderpaymentsScreen(QueueScreen):
    """Enter opens the claim at its lines; appeals, cases, snoozing are for the claims of lines."""

    area = "underpayments"
    section = "claims"
    queue = UNDERPAYMENTS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("underpayments")]

    def open_row(self, key: int) -> None:
        self.background("open", self._open_claim)

    async def _open_claim(self) -> None:
        claims, _ = await self._claims([int(self.table.cursor_key or 0)])
        for claim in claims:
            self.workstation.open_record("claim", claim, part="lines")

    async def do_accept(self) -> None:
        from rcm_tui.billing.underpayments import accept_underpayments
        from rcm_tui.screens.case_work import tell
        from rcm_tui.screens.charge_dialogs import ReasonDialog

        keys, totals = await self.chosen_keys(), await self.sum_marked()
        title = f"Accept {self._what(len(keys), totals['short'])} under contract"
        placeholder = "the fee schedule was wrong, too little to dispute …"
        reason = await self.workstation.ask(ReasonDialog(title, placeholder, "accept"))
        if not reason:
            return
        outcome = await self.workstation.change(accept_underpayments, keys, reason)
        await tell(self, f"{self._what(len(outcome.done), outcome.amount)} accepted.", outcome)
        self.done_with()

    async def do_dispute(self) -> None:
        from rcm_tui.billing.underpayments import dispute_underpayments
        from rcm_tui.screens.case_work import tell

        keys = await self.chosen_keys()
        outcome = await self.workstation.change(dispute_underpayments, keys)
        await tell(self, f"{self._what(len(outcome.done), outcome.amount)} taken up.", outcome)
        self.done_with()

    async def do_appeal(self) -> None:
        from rcm_tui.screens.appeal_work import appeal

        claims, _ = await self._claims(await self.chosen_keys())
        if await appeal(self, claims):
            self.done_with()

    async def do_new_case(self) -> None:
        from rcm_tui.screens.case_work import open_case_for

        claims, _ = await self._claims(await self.chosen_keys())
        if await open_case_for(self, claims):
            self.done_with()

    async def do_add_to_case(self) -> None:
        from rcm_tui.screens.case_work import add_to_case

        claims, _ = await self._claims(await self.chosen_keys())
        if await add_to_case(self, claims):
            self.done_with()

    async def do_snooze(self) -> None:
        from rcm_tui.screens.snoozing import snooze

        claims, billed = await self._claims(await self.chosen_keys())
        if await snooze(self, claims, {"count": len(claims), "billed": billed}):
            self.done_with()

    async def _claims(self, lines: Sequence[int]) -> tuple[list[int], int]:
        from rcm_tui.data.records.claim import claims_of_lines

        app = self.workstation
        return await app.read(claims_of_lines, app.store.database, lines)

    def _what(self, count: int, cents: int) -> str:
        return f"{count_of(count, self.queue.noun)}, {money_text(cents)}"


class PayerUnderpaymentsScreen(QueueScreen):
    """What payers allowed too little; enter shows the lines of one."""

    area = "ageing"
    section = "claims"
    queue = PAYER_UNDERPAYMENTS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("ageing")]

    def open_row(self, key: int) -> None:
        name = str(self.row()["payer"]).replace('"', "")
        self.workstation.go("underpayments", "underpaid", f'payer:"{name}"')
