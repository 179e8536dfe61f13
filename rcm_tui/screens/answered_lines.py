"""What payers answered to claim lines: the rows behind the figures of denials."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from rcm_tui.data.queues.answered_lines import ANSWERED_LINES
from rcm_tui.screens.actions import bindings_of
from rcm_tui.screens.queue_screen import QueueScreen


class AnsweredLinesScreen(QueueScreen):
    """Enter opens the claim at its remittances."""

    area = "answered_lines"
    section = "reports"
    queue = ANSWERED_LINES
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("answered_lines")]

    def open_row(self, key: int) -> None:
        self.background("open", self._open_claim)

    async def _open_claim(self) -> None:
        from rcm_tui.data.records.remittance import claim_of_line

        app = self.workstation
        key = int(self.table.cursor_key or 0)
        claim = await app.read(claim_of_line, app.store.database, key)
        if claim is not None:
            app.open_record("claim", claim, part="remittances")
