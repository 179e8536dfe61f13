"""Clients to whom a statement is due, and the statements that were made, as queues."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from rcm_tui.data.queues.statements import STATEMENTS, STATEMENTS_DUE
from rcm_tui.screens import statement_work
from rcm_tui.screens.actions import bindings_of
from rcm_tui.screens.queue_screen import QueueScreen


class StatementsDueScreen(QueueScreen):
    area = "statements_due"
    section = "invoices"
    queue = STATEMENTS_DUE
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("statements_due")]

    def open_row(self, key: int) -> None:
        self.workstation.go("claims", "open_patient", f"mrn:{self.row()['mrn']}")

    async def do_make_statements(self) -> None:
        keys, totals = await self.chosen_keys(), await self.sum_marked()
        if await statement_work.make_and_write(self, keys, totals["balance"]):
            self.done_with()

    async def do_take_on_account(self) -> None:
        key = self.table.cursor_key
        if key is not None and await statement_work.take_on_account(self, int(key), self.row()):
            self.refresh_data()


class StatementsScreen(QueueScreen):
    area = "statements"
    section = "invoices"
    queue = STATEMENTS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("statements")]

    def open_row(self, key: int) -> None:
        self.background("print", self.do_print_again)

    async def do_print_again(self) -> None:
        keys, totals = await self.chosen_keys(), await self.sum_marked()
        await statement_work.write_again(self, keys, totals["due"])
