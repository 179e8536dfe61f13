"""What was written off, by whom and why; and taking it back."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from rcm_tui.data.queues.patient_side import WRITE_OFFS
from rcm_tui.screens.actions import bindings_of
from rcm_tui.screens.queue_screen import QueueScreen


class WriteOffsScreen(QueueScreen):
    area = "write_offs"
    section = "claims"
    queue = WRITE_OFFS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("write_offs")]

    def open_row(self, key: int) -> None:
        self.background("open", self._open_claim)

    async def _open_claim(self) -> None:
        from rcm_tui.data.records.write_offs import claim_of_write_off

        app = self.workstation
        claim = await app.read(claim_of_write_off, app.store.database, self.table.cursor_key)
        if claim is not None:
            app.open_record("claim", claim)

    async def do_revoke(self) -> None:
        from rcm_tui.screens.write_off_work import revoke

        if await revoke(self, await self.chosen_keys(), await self.sum_marked()):
            self.done_with()
