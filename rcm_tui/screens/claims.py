"""The claims screen: mend drafts, save and submit, watch what comes back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content

from rcm_tui.data.queues.claims import CLAIMS
from rcm_tui.screens.actions import bindings_of
from rcm_tui.screens.queue_screen import QueueScreen


class ClaimsScreen(QueueScreen):
    area = section = "claims"
    queue = CLAIMS
    hiding = False
    """Whether claims that others work on are left out."""
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("claims")]

    def open_row(self, key: int) -> None:
        self.workstation.open_record("claim", key, walk=self)

    def do_edit(self) -> None:
        key = self.table.cursor_key
        if key is not None:
            self.workstation.open_form("claim", int(key), walk=self)

    async def do_edit_marked(self) -> None:
        from rcm_tui.screens.editing_many import edit_marked

        await edit_marked(self, "claim")

    async def do_work_on(self) -> None:
        from rcm_tui.screens.holding import work_on

        await work_on(self, await self.chosen_keys())

    def do_hide_held(self) -> None:
        self.hiding = not self.hiding
        self._show_rows(keep=True)
        told = "What others work on is hidden" if self.hiding else "All are shown"
        self.say(f"{told}; I changes it.")

    @property
    def seen_filter(self) -> str:
        if not self.hiding:
            return self.filter
        from rcm_tui.screens.holding import WITHOUT_OTHERS

        return f"({self.filter}) {WITHOUT_OTHERS}" if self.filter.strip() else WITHOUT_OTHERS

    async def do_save(self) -> None:
        from rcm_tui.screens.claim_work import save_claims

        if await save_claims(self, await self.chosen_keys()):
            self.done_with()

    async def do_mend(self) -> None:
        from rcm_tui.screens.claim_work import make_drafts

        if await make_drafts(self, await self.chosen_keys()):
            self.done_with()

    async def do_correct(self) -> None:
        from rcm_tui.screens.correcting import correct

        if await correct(self, await self.chosen_keys()):
            self.done_with()

    async def do_void(self) -> None:
        from rcm_tui.screens.correcting import void

        if await void(self, await self.chosen_keys()):
            self.done_with()

    async def do_secondary(self) -> None:
        from rcm_tui.screens.secondary import bill_next_payer

        if await bill_next_payer(self, await self.chosen_keys()):
            self.done_with()

    async def do_discard(self) -> None:
        from rcm_tui.screens.resending import discard

        if await discard(self, await self.chosen_keys()):
            self.done_with()

    async def do_duplicate(self) -> None:
        from rcm_tui.screens.resending import duplicate

        if await duplicate(self, await self.chosen_keys()):
            self.done_with()

    async def do_rebill(self) -> None:
        from rcm_tui.screens.resending import rebill

        if await rebill(self, await self.chosen_keys()):
            self.done_with()

    async def do_not_on_file(self) -> None:
        from rcm_tui.screens.responses import tell_not_on_file

        if await tell_not_on_file(self, await self.chosen_keys()):
            self.done_with()

    async def do_snooze(self) -> None:
        from rcm_tui.screens.snoozing import snooze

        if await snooze(self, await self.chosen_keys(), await self.sum_marked()):
            self.done_with()

    async def do_wake(self) -> None:
        from rcm_tui.screens.snoozing import wake

        await wake(self, await self.chosen_keys())
        self.done_with()

    async def do_write_off(self) -> None:
        from rcm_tui.screens.write_off_work import write_off_claims

        if await write_off_claims(self, await self.chosen_keys()):
            self.done_with()

    async def do_refund(self) -> None:
        from rcm_tui.screens.invoice_work import refund_claim

        key = self.table.cursor_key
        if key is not None and await refund_claim(self, int(key), self.row()):
            self.done_with()

    async def do_to_patient(self) -> None:
        from rcm_tui.screens.transfers import move_to_patient

        if await move_to_patient(self, await self.chosen_keys()):
            self.done_with()

    async def do_to_payer(self) -> None:
        from rcm_tui.screens.transfers import move_to_payer

        if await move_to_payer(self, await self.chosen_keys()):
            self.done_with()

    async def do_appeal(self) -> None:
        from rcm_tui.screens.appeal_work import appeal

        if await appeal(self, await self.chosen_keys()):
            self.done_with()

    async def do_new_case(self) -> None:
        from rcm_tui.screens.case_work import open_case_for

        if await open_case_for(self, await self.chosen_keys()):
            self.done_with()

    async def do_add_to_case(self) -> None:
        from rcm_tui.screens.case_work import add_to_case

        if await add_to_case(self, await self.chosen_keys()):
            self.done_with()

    async def do_submit(self) -> None:
        from rcm_tui.screens.submitting import submit_now

        await submit_now(self)

    async def preview_lines(self, key: int) -> Iterable[Content]:
        from rcm_tui.data.records.claim import read_claim
        from rcm_tui.screens.claim_lines import preview_of

        app = self.workstation
        record = await app.read(read_claim, app.store.database, key)
        return preview_of(record, app.zone) if record else []
