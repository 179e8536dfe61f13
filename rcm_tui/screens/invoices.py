"""The invoices screen, and one invoice: its lines, what the patient paid, its claims."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.binding import BindingType
from textual.content import Content

from rcm_tui.data.queues.invoices import INVOICES, STANDINGS
from rcm_tui.data.records.invoice import read_invoice
from rcm_tui.screens import visit_lines, visit_work
from rcm_tui.screens.actions import Situation, bindings_of
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
        self.workstation.open_invoice(key, walk=self)

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
        self.table.marks.clear()
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
            lambda shown: visit_lines.payments(shown[0].payments),
            lambda shown: str(len(shown[0].payments) or ""),
        ),
        Part("history", "History", lambda shown: visit_lines.history(shown[0], shown[1])),
    )

    async def read_record(self, key: int) -> Any:
        app = self.workstation
        record = await app.read(read_invoice, app.store.database, key)
        return None if record is None else (record, app.zone, self.size.width)

    def heading(self, record: Any) -> tuple[Content, Content]:
        invoice, client = record[0].invoice, record[0].client
        left = written(
            (invoice.number, "bold $secondary"),
            f"  {name_of(client.last_name, client.first_name)} ·"
            f" {date_text(invoice.invoiced_on)} · {money_text(invoice.billed)}",
        )
        return left, state(STANDINGS, visit_lines.standing(invoice))

    def situation(self) -> Situation:
        row: dict[str, Any] = {}
        if self.record is not None:
            record = self.record[0]
            standing = [one for one in record.payments if one.state == "posted"]
            row = {
                "invoice_number": record.invoice.number,
                "paid": record.invoice.paid,
                "unapplied": sum(one.amount - one.applied for one in standing),
            }
        return Situation(
            self.area, self.workstation.actor.role, rows=self.record is not None, row=row
        )

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        assert isinstance(event.key, tuple)
        kind, key = event.key
        if kind == "claim":
            self.workstation.open_claim(key)
        elif kind == "visit":
            self.workstation.open_visit(key)

    async def do_copay(self) -> None:
        if await visit_work.take_copay(self, self.key):
            await self._read()

    async def do_take_back(self) -> None:
        if await visit_work.take_back(self, self.record[0].payments):
            await self._read()

    async def do_apply(self) -> None:
        await visit_work.apply_unapplied(self, [self.key])
        await self._read()
