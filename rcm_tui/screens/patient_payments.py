"""What patients paid and what was given back, as queues; giving back, and taking that back."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from rcm_tui.data.queues.patient_payments import PATIENT_PAYMENTS, REFUNDS
from rcm_tui.data.records.invoice import of_patient_payment, of_refund
from rcm_tui.screens import invoice_work
from rcm_tui.screens.actions import bindings_of
from rcm_tui.screens.queue_screen import QueueScreen


class PatientPaymentsScreen(QueueScreen):
    area = "patient_payments"
    section = "invoices"
    queue = PATIENT_PAYMENTS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("patient_payments")]

    def open_row(self, key: int) -> None:
        self.background("open", self._open)

    async def _open(self) -> None:
        app = self.workstation
        paid = await app.read(of_patient_payment, app.store.database, self.table.cursor_key)
        if paid is not None and paid.invoice is not None:
            app.open_record("invoice", paid.invoice)
        elif paid is not None:
            app.open_form("client", paid.client)

    async def do_refund(self) -> None:
        app = self.workstation
        paid = await app.read(of_patient_payment, app.store.database, self.table.cursor_key)
        if paid is not None and await invoice_work.refund_one(self, paid):
            self.refresh_data()

    async def do_take_back(self) -> None:
        app = self.workstation
        paid = await app.read(of_patient_payment, app.store.database, self.table.cursor_key)
        if paid is not None and await invoice_work.take_back_one(self, paid):
            self.refresh_data()


class RefundsScreen(QueueScreen):
    area = "refunds"
    section = "invoices"
    queue = REFUNDS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("refunds")]

    def open_row(self, key: int) -> None:
        self.background("open", self._open)

    async def _open(self) -> None:
        app = self.workstation
        claim, invoice = await app.read(of_refund, app.store.database, self.table.cursor_key)
        if claim is not None:
            app.open_record("claim", claim)
        elif invoice is not None:
            app.open_record("invoice", invoice)

    async def do_take_back_refund(self) -> None:
        key, row = self.table.cursor_key, self.row()
        if key is not None and await invoice_work.take_refund_back(self, int(key), row):
            self.refresh_data()
