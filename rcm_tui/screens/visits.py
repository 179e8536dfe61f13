"""The visits screen: today's, what to check out, what to claim, what is queued for it."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from rcm_tui.data.queues.visits import VISITS
from rcm_tui.data.records.invoice import invoice_of_visit
from rcm_tui.screens import visit_work
from rcm_tui.screens.actions import bindings_of
from rcm_tui.screens.queue_screen import QueueScreen


class VisitsScreen(QueueScreen):
    area = "visits"
    section = "invoices"
    queue = VISITS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("visits")]

    def open_row(self, key: int) -> None:
        self.workstation.open_record("visit", key, walk=self)

    def do_new(self) -> None:
        self.workstation.open_form("visit", 0, given={"visit_on": self.workstation.today})

    def do_edit(self) -> None:
        key = self.table.cursor_key
        if key is not None:
            self.workstation.open_form("visit", int(key), walk=self)

    async def do_check_out(self) -> None:
        await visit_work.check_out_visits(self, await self.chosen_keys())
        self.done_with()

    async def do_salt(self) -> None:
        await visit_work.copy_last_time(self, await self.chosen_keys())
        self.done_with()

    async def do_one_click(self) -> None:
        keys = await self.chosen_keys()
        assert self.pages is not None
        rows = await self.workstation.read(self.pages.rows_by_keys, keys)
        place = [column.name for column in self.queue.columns].index("visit_number")
        named = {key: str(rows[key][place]) if key in rows else str(key) for key in keys}
        lacking = await visit_work.claim_at_once(self, named)
        self.done_with()
        if len(keys) == 1 and lacking:
            # What is missing, each with one key to its field, stands on the visit itself.
            self.workstation.open_record("visit", keys[0], walk=self, part="checkout")

    async def do_queue_claim(self) -> None:
        await visit_work.queue_visits(self, await self.chosen_keys())
        self.done_with()

    async def do_submit_visits(self) -> None:
        await visit_work.submit_visits(self, await self.chosen_keys())
        self.done_with()

    async def do_copay(self) -> None:
        key = self.table.cursor_key
        if key is None:
            return
        invoice = await self.workstation.read(invoice_of_visit, int(key))
        if invoice is not None and await visit_work.take_copay(self, invoice):
            self.done_with()

    async def do_check_in(self) -> None:
        await visit_work.attend(self, await self.chosen_keys(), again=False)
        self.done_with()

    async def do_book_again(self) -> None:
        await visit_work.attend(self, await self.chosen_keys(), again=True)
        self.done_with()

    async def do_cancel_visit(self) -> None:
        if await visit_work.end_visits(self, await self.chosen_keys(), "cancel"):
            self.done_with()

    async def do_no_show(self) -> None:
        if await visit_work.end_visits(self, await self.chosen_keys(), "no-show"):
            self.done_with()

    def do_to_invoices(self) -> None:
        self.workstation.go("invoices")
