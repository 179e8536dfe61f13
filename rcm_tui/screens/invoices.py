"""The invoices screen, and one invoice: its lines, what the patient paid, its claims."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.binding import BindingType
from textual.content import Content

from rcm_tui.data.queues.invoices import INVOICES, STANDINGS
from rcm_tui.data.records.invoice import read_invoice
from rcm_tui.screens import invoice_work, visit_lines, visit_work
from rcm_tui.screens.actions import bindings_of
from rcm_tui.screens.history_lines import seen_by
from rcm_tui.screens.queue_screen import QueueScreen
from rcm_tui.screens.record_screen import Part, RecordScreen
from rcm_tui.screens.words import date_text, money_text, name_of, state
from rcm_tui.widgets.row_list import RowList
from rcm_tui.widgets.written import written


class InvoicesScreen(QueueScreen):
    area = section = "invoices"
    queue = INVOICES
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("invoices")]

    def open_row(self, key: int) -> None:
        self.workstation.open_record("invoice", key, walk=self)

    async def do_copay(self) -> None:
        key = self.table.cursor_key
        if key is not None and await visit_work.take_copay(self, int(key)):
            self.refresh_data()

    async def do_take_back(self) -> None:
        key, app = self.table.cursor_key, self.workstation
        record = await app.read(read_invoice, app.store.database, key)
        if record is not None and await visit_work.take_back(self, record.payments):
            self.refresh_data()

    async def do_apply(self) -> None:
        await visit_work.apply_unapplied(self, await self.chosen_keys())
        self.done_with()

    async def do_put_insurance(self) -> None:
        totals = await self.sum_marked()
        keys = await self.chosen_keys()
        if await invoice_work.put_insurance_on(self, keys, totals["insurance_waiting"]):
            self.done_with()

    async def do_settle(self) -> None:
        if await invoice_work.settle(self, await self.chosen_keys()):
            self.done_with()

    async def do_revert(self) -> None:
        if await invoice_work.revert(self, await self.chosen_keys()):
            self.done_with()

    async def do_write_off(self) -> None:
        from rcm_tui.data.records.invoice import claim_lines_of
        from rcm_tui.screens.write_off_work import write_off_claims

        app, keys = self.workstation, await self.chosen_keys()
        claims, lines = await app.read(claim_lines_of, app.store.database, keys)
        if await write_off_claims(self, claims, lines):
            self.done_with()

    async def do_refund(self) -> None:
        key, app = self.table.cursor_key, self.workstation
        record = await app.read(read_invoice, app.store.database, key)
        if record is not None and await invoice_work.refund_of(self, record.payments):
            self.refresh_data()

    def do_to_visits(self) -> None:
        self.workstation.go("visits")


class InvoiceScreen(RecordScreen):
    area = "invoice"
    section = "invoices"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("invoice")]
    parts = (
        Part(
            "lines",
            "Lines",
            lambda shown: visit_lines.invoice_lines(shown[0], shown[2]),
            lambda shown: str(len(shown[0].lines)),
        ),
        Part(
            "payments",
            "Payments",
            lambda shown: visit_lines.money_of(shown[0]),
            lambda shown: str(len(shown[0].payments) + len(shown[0].insurance) or ""),
        ),
        Part("history", "History", lambda shown: visit_lines.history(shown[0], shown[1])),
    )

    async def read_record(self, key: int) -> Any:
        app = self.workstation
        record = seen_by(app.actor, await app.read(read_invoice, app.store.database, key))
        return None if record is None else (record, app.zone, self.size.width)

    def heading(self, record: Any) -> tuple[Content, Content]:
        invoice, client = record[0].invoice, record[0].client
        left = written(
            (invoice.number, "bold $secondary"),
            f"  {name_of(client.last_name, client.first_name)} ·"
            f" {date_text(invoice.invoiced_on)} · {money_text(invoice.billed)}",
        )
        return left, state(STANDINGS, visit_lines.standing(invoice))

    def row(self) -> dict[str, Any]:
        record = self.record[0]
        standing = [one for one in record.payments if one.state == "posted"]
        return {
            "invoice_number": record.invoice.number,
            "paid": record.invoice.paid,
            "unapplied": sum(one.amount - one.applied - one.refunded for one in standing),
            "insurance_waiting": record.invoice.payer_paid - record.invoice.insurance_paid,
            "standing": record.invoice.state,
        }

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        assert isinstance(event.key, tuple)
        kind, key = event.key
        if kind in ("claim", "visit"):
            self.workstation.open_record(kind, key)

    async def do_copay(self) -> None:
        if await visit_work.take_copay(self, self.key):
            await self._read()

    async def do_take_back(self) -> None:
        if await visit_work.take_back(self, self.record[0].payments):
            await self._read()

    async def do_apply(self) -> None:
        await visit_work.apply_unapplied(self, [self.key])
        await self._read()

    async def do_put_insurance(self) -> None:
        invoice = self.record[0].invoice
        waiting = invoice.payer_paid - invoice.insurance_paid
        if await invoice_work.put_insurance_on(self, [self.key], waiting):
            await self._read()

    async def do_settle(self) -> None:
        if await invoice_work.settle(self, [self.key]):
            await self._read()

    async def do_revert(self) -> None:
        if await invoice_work.revert(self, [self.key]):
            await self._read()

    async def do_write_off(self) -> None:
        from rcm_tui.data.records.invoice import claim_lines_of
        from rcm_tui.screens.write_off_work import write_off_claims

        app, number = self.workstation, self.record[0].invoice.number
        claims, lines = await app.read(claim_lines_of, app.store.database, [self.key])
        if await write_off_claims(self, claims, lines, f"Write off on {number}"):
            await self._read()

    async def do_refund(self) -> None:
        if await invoice_work.refund_of(self, self.record[0].payments):
            await self._read()
