"""What payers sent: the remittances of all payments, and the payments themselves."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from rcm_tui.data.queues.remittance_lines import REMITTANCE_LINES
from rcm_tui.data.queues.remittances import PAYMENTS, REMITTANCES
from rcm_tui.screens import payment_work, remittance_work
from rcm_tui.screens.actions import bindings_of
from rcm_tui.screens.queue_screen import QueueScreen


class RemittancesScreen(QueueScreen):
    area = section = "remittances"
    queue = REMITTANCES
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("remittances")]

    def open_row(self, key: int) -> None:
        if self.row().get("state") == "orphan":
            self.workstation.open_record("orphan", key, walk=self)
        else:
            self.background("open", self._open_claim)

    async def _open_claim(self) -> None:
        from rcm_tui.data.records.claim import claim_of_remittance

        key, app = self.table.cursor_key, self.workstation
        claim = await app.read(claim_of_remittance, app.store.database, key)
        if claim is None:
            self.say("No claim of ours is known for this remittance.", "$warning")
        else:
            app.open_record("claim", claim)

    async def do_type_remittance(self) -> None:
        await type_remittance(self)

    async def do_match_orphan(self) -> None:
        await remittance_work.match_next(self)

    async def do_match_sure(self) -> None:
        await remittance_work.match_sure_ones(self)

    async def do_take_off(self) -> None:
        await remittance_work.take_off(self)

    def do_payments(self) -> None:
        self.workstation.go("payments")


class RemittanceLinesScreen(QueueScreen):
    area = "remittance_lines"
    section = "remittances"
    queue = REMITTANCE_LINES
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("remittance_lines")]

    def open_row(self, key: int) -> None:
        self.workstation.open_record("orphan_line", key, walk=self)

    def do_match_line(self) -> None:
        key = self.table.cursor_key
        if key is not None:
            self.open_row(int(key))


class PaymentsScreen(QueueScreen):
    area = "payments"
    section = "remittances"
    queue = PAYMENTS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("payments")]

    def open_row(self, key: int) -> None:
        if self.row().get("state") in ("posted", "dismissed"):
            self.workstation.open_record("payment", key, walk=self)
        else:
            self.workstation.open_record("remittance_preview", key, walk=self)

    def do_preview_payment(self) -> None:
        self.workstation.open_record(
            "remittance_preview", int(self.table.cursor_key or 0), walk=self
        )

    async def do_post_payments(self) -> None:
        await payment_work.post_payments(self, await self.chosen_keys())

    async def do_dismiss_payments(self) -> None:
        await payment_work.dismiss(self, await self.chosen_keys())

    async def do_take_back_payment(self) -> None:
        await payment_work.take_back(self, int(self.table.cursor_key or 0))

    async def do_type_remittance(self) -> None:
        await type_remittance(self)

    def do_remittances(self) -> None:
        self.workstation.go("remittances")


async def type_remittance(frame: QueueScreen) -> None:
    """Types a remittance from a paper EOB."""
    from rcm_tui.screens.paper import type_from_paper

    await type_from_paper(frame)
