"""What payers keep back or give beside claims, and the claims that it is linked to."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import BindingType

from rcm_tui.data.queues.provider_adjustments import PROVIDER_ADJUSTMENTS
from rcm_tui.screens.actions import bindings_of
from rcm_tui.screens.confirm import Confirm
from rcm_tui.screens.queue_screen import QueueScreen
from rcm_tui.screens.result_sheet import tell_outcome
from rcm_tui.screens.words import count_of, money_text

ADJUSTMENT = ("adjustment", "adjustments")


class ProviderAdjustmentsScreen(QueueScreen):
    area = "provider_adjustments"
    section = "remittances"
    queue = PROVIDER_ADJUSTMENTS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("provider_adjustments")]

    def open_row(self, key: int) -> None:
        self.background("open", self._open_claim)

    async def _open_claim(self) -> None:
        from rcm_tui.data.records.payment import places_of_adjustment

        key, app = self.table.cursor_key, self.workstation
        if key is None:
            return
        claim, payment = await app.read(places_of_adjustment, app.store.database, int(key))
        if claim is not None:
            app.open_record("claim", claim, part="remittances")
        elif payment is not None:
            app.open_record("payment", payment)

    async def do_link_adjustment(self) -> None:
        """Finds the claim that the adjustment under the cursor takes back."""
        from rcm_tui.billing.remittances.provider_adjustments import link_by_hand
        from rcm_tui.screens.claim_finder import find_claim

        key, row = self.table.cursor_key, self.row()
        if key is None:
            return
        what = f"{row['reason']} {money_text(int(row['amount']))}, names {row['identifier'] or '–'}"
        claim = await find_claim(self, f"Which claim is it for? {what}")
        if claim is None:
            return
        await self.workstation.change(link_by_hand, int(key), claim)
        self.refresh_data()
        self.say(f"Linked: {what}. It is on the claim's remittances; u takes it back.", "$success")

    async def do_link_again(self) -> None:
        """Looks for the claims of marked adjustments once more."""
        from rcm_tui.billing.remittances.provider_adjustments import link_again

        keys = await self.chosen_keys()
        outcome = await self.workstation.change(link_again, keys)
        self.done_with()
        said = f"{count_of(len(outcome.done), ADJUSTMENT)} linked, {money_text(outcome.amount)}."
        await tell_outcome(self, "Look again", said, outcome, apart=True)

    async def do_unlink_adjustment(self) -> None:
        """Takes links away, after a question."""
        from rcm_tui.billing.remittances.provider_adjustments import unlink

        keys = await self.chosen_keys()
        totals = await self.sum_marked()
        sentences = [
            f"{count_of(len(keys), ADJUSTMENT)}, {money_text(totals['amount'])} kept back:",
            "their links to claims are taken away. u brings them back.",
        ]
        if not await self.workstation.ask(Confirm("Unlink", sentences, "unlink")):
            return
        outcome = await self.workstation.change(unlink, keys)
        self.done_with()
        self.say(f"{count_of(len(outcome.done), ADJUSTMENT)} unlinked.", "$success")
