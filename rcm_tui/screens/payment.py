"""One payment: the money as the payer says it, its remittances, what is posted and what held."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.binding import BindingType
from textual.content import Content

from rcm_tui.data.queues.remittances import PAYMENT_STATES
from rcm_tui.data.records.payment import PaidRemittance, read_payment
from rcm_tui.screens import payment_lines, payment_work
from rcm_tui.screens.actions import bindings_of
from rcm_tui.screens.history_lines import history, seen_by
from rcm_tui.screens.record_screen import Part, RecordScreen
from rcm_tui.screens.words import date_text, money_text, state
from rcm_tui.widgets.row_list import RowList
from rcm_tui.widgets.written import written


class PaymentScreen(RecordScreen):
    area = "payment"
    section = "remittances"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("payment")]
    parts = (
        Part("summary", "Summary", lambda shown: payment_lines.summary(*shown)),
        Part(
            "remittances",
            "Remittances",
            lambda shown: payment_lines.remittances(shown[0], shown[2]),
            lambda shown: f"{shown[0].remittance_count:,}",
        ),
        Part(
            "adjustments",
            "Provider adjustments",
            lambda shown: payment_lines.adjustments(shown[0]),
            lambda shown: str(len(shown[0].adjustments) or ""),
        ),
        Part("history", "History", lambda shown: history(shown[0].history, shown[1])),
    )

    async def read_record(self, key: int) -> Any:
        app = self.workstation
        record = seen_by(app.actor, await app.read(read_payment, app.store.database, key))
        return None if record is None else (record, app.zone, self.size.width)

    def heading(self, record: Any) -> tuple[Content, Content]:
        payment = record[0].payment
        payer = record[0].payer.name if record[0].payer else payment.payer_name
        left = written(
            (payment.trace_number or f"payment {payment.id}", "bold $secondary"),
            f"  {payer} · {date_text(payment.effective_date)} · {money_text(payment.amount)}",
        )
        return left, state(PAYMENT_STATES, payment.state)

    def row(self) -> dict[str, Any]:
        row = {"state": self.record[0].payment.state}
        if remittance := self.remittance_under_cursor:
            row["remittance"] = remittance.state
        return row

    @property
    def remittance_under_cursor(self) -> PaidRemittance | None:
        """The remittance that a key is about, on the tab that lists them."""
        key = self.query_one("#lines", RowList).key if self.part == "remittances" else None
        if self.record is None or not isinstance(key, tuple):
            return None
        return next((one for one in self.record[0].remittances if one.id == key[1]), None)

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        event.stop()
        self.refresh_footer()

    def do_preview_payment(self) -> None:
        self.workstation.open_record("remittance_preview", self.key)

    async def do_post_payments(self) -> None:
        if await payment_work.post_payments(self, [self.key]):
            await self._read()

    async def do_dismiss_payments(self) -> None:
        if await payment_work.dismiss(self, [self.key]):
            await self._read()

    async def do_take_back_payment(self) -> None:
        if await payment_work.take_back(self, self.key):
            await self._read()

    async def do_take_back_remittance(self) -> None:
        remittance = self.remittance_under_cursor
        if remittance and await payment_work.take_back_remittance(self, remittance):
            await self._read()

    async def do_post_left_out(self) -> None:
        remittance = self.remittance_under_cursor
        if remittance and await payment_work.post_as_it_is(self, remittance):
            await self._read()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        if not isinstance(event.key, tuple):
            return
        _, _, claim = event.key
        if claim is None:
            self.say("No claim of ours is known for this.", "$warning")
        else:
            self.workstation.open_record("claim", claim)

    def do_its_remittances(self) -> None:
        """The remittances of this payment alone, as a queue."""
        self.workstation.go("remittances", "all", f"payment:{self.key}")
