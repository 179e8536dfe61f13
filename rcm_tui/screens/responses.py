"""What came back of what was sent: the answers, and the files of claims that they speak of."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content

from rcm_tui.data.queues.responses import RESPONSES, TRANSACTIONS
from rcm_tui.data.records.answers import claims_of_responses, claims_of_set, read_response
from rcm_tui.screens.actions import bindings_of
from rcm_tui.screens.frame import Frame
from rcm_tui.screens.queue_screen import QueueScreen
from rcm_tui.screens.words import count_of, money_text

CLAIM = ("claim", "claims")


class ResponsesScreen(QueueScreen):
    area = "responses"
    section = "remittances"
    queue = RESPONSES
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("responses")]

    def open_row(self, key: int) -> None:
        self.background("open", self._open)

    async def _open(self) -> None:
        key, app = self.table.cursor_key, self.workstation
        said = await app.read(read_response, app.store.database, key) if key is not None else None
        if said is None:
            return
        if said.claim is not None:
            app.open_record("claim", said.claim, walk=ClaimsOfResponses(self), part="submissions")
            return
        if said.transaction is None:
            named = said.named[:1].upper() + said.named[1:] or "What it names"
            self.say(f"{named} is not ours: {said.note}.", "$warning")
            return
        keys = await app.read(claims_of_responses, app.store.database, [said.id])
        if not keys:
            sent, number = said.transaction, said.set_control_number
            keys = await app.read(claims_of_set, app.store.database, sent, number)
        part = f" set {said.set_control_number}" if said.set_control_number else ""
        self._show_claims(keys, f"of {said.sent_file}{part}")

    def _show_claims(self, keys: Sequence[int], title: str) -> None:
        app = self.workstation
        app.go("claims")
        claims = app.frame("claims")
        assert isinstance(claims, QueueScreen)
        claims.show_only(keys, title)

    async def _claims(self) -> list[int]:
        """The claims of the marked answers, or of the one under the cursor."""
        app = self.workstation
        keys = await self.chosen_keys()
        return await app.read(claims_of_responses, app.store.database, keys)

    async def do_edit(self) -> None:
        """Back to Draft and at the field that the rejection speaks of; an answer's claim alone."""
        from rcm_tui.data.records.claim import read_claim
        from rcm_tui.screens.claim_work import mend_claims, place_to_mend

        keys, app = await self._claims(), self.workstation
        if len(keys) != 1:
            many = f"It is about {count_of(len(keys), CLAIM)}: enter lists them."
            self.say(many if keys else "No claim of ours is named.", "$warning")
            return
        record = await app.read(read_claim, app.store.database, keys[0])
        if record is None:
            return
        claim = record.claim
        if (claim.status, claim.acknowledgement) == ("Submitted", "rejected"):
            if not await mend_claims(self, keys):
                return
            self.refresh_data()
        place = await app.read(place_to_mend, app.store.database, record)
        app.open_record("claim", keys[0], walk=ClaimsOfResponses(self))
        app.open_form(place.kind, place.id, field=place.field or place.among, returns=True)

    async def do_mend(self) -> None:
        from rcm_tui.screens.claim_work import mend_claims

        keys = await self._claims()
        if await mend_claims(self, keys):
            self.done_with()
            self._show_claims(keys, "back from a rejection")

    async def do_send_again(self) -> None:
        if await send_again(self, await self._claims()):
            self.done_with()

    async def do_snooze(self) -> None:
        from rcm_tui.billing.claims.previews import preview_mending
        from rcm_tui.screens.snoozing import snooze

        keys, app = await self._claims(), self.workstation
        preview = await app.read(preview_mending, app.store.database, keys)
        if await snooze(self, keys, {"count": len(keys), "billed": preview.amount}):
            self.done_with()

    async def do_new_case(self) -> None:
        from rcm_tui.screens.case_work import open_case_for

        if await open_case_for(self, await self._claims()):
            self.done_with()

    async def preview_lines(self, key: int) -> Iterable[Content]:
        from rcm_tui.screens.response_lines import preview_of

        app = self.workstation
        said = await app.read(read_response, app.store.database, key)
        return preview_of(said, app.zone, self.size.width) if said else []


class ClaimsOfResponses:
    """The walk from claim to claim over the answers about single claims."""

    def __init__(self, screen: ResponsesScreen) -> None:
        self._screen = screen

    @property
    def where(self) -> str:
        return self._screen.where

    async def step(self, by: int) -> int | None:
        app = self._screen.workstation
        while (key := await self._screen.step(by)) is not None:
            claims = await app.read(claims_of_responses, app.store.database, [key])
            if len(claims) == 1:
                return claims[0]
        return None


class TransactionsScreen(QueueScreen):
    """What was sent, file by file."""

    area = "transactions"
    section = "remittances"
    queue = TRANSACTIONS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("transactions")]

    def open_row(self, key: int) -> None:
        self.workstation.go("claims", "all", f"transaction:{key}")

    def do_its_responses(self) -> None:
        key = self.table.cursor_key
        if key is not None:
            self.workstation.go("responses", "all", f"transaction:{key}")

    async def do_arrived(self) -> None:
        await self._settle(received=True)

    async def do_never_arrived(self) -> None:
        await self._settle(received=False)

    async def _settle(self, received: bool) -> None:
        """What a person was told of an unconfirmed file; sending it again is asked about."""
        from rcm_tui.exchange.delivery import settle_unconfirmed
        from rcm_tui.screens.confirm import Confirm

        key, row, app = self.table.cursor_key, self.row(), self.workstation
        if key is None:
            return
        count = count_of(int(row["claims"]), CLAIM)
        if not received:
            sentences = [
                f"{row['file']}: {count}, billed {money_text(int(row['billed']))}.",
                "The same bytes are delivered at the next submission. Say so only when the",
                "clearinghouse has looked for the file: else its claims come twice.",
            ]
            if not await app.ask(Confirm("The file never arrived", sentences, "deliver again")):
                return
        await app.change(settle_unconfirmed, int(key), received)
        self.refresh_data()
        self.say("Kept as sent." if received else "It goes with the next submission.", "$success")


async def tell_not_on_file(frame: Frame, keys: Sequence[int]) -> bool:
    """Asks what the payer said, and counts claims as rejected; false when nothing was asked for."""
    from rcm_tui.billing.claims.by_phone import not_on_file, preview_not_on_file
    from rcm_tui.screens.result_sheet import tell_outcome
    from rcm_tui.screens.visit_dialogs import ReasonDialog

    app = frame.workstation
    preview = await app.read(preview_not_on_file, app.store.database, keys)
    sentence = (
        f"{count_of(preview.count, CLAIM)}, billed {money_text(preview.amount)}: rejected,"
        " to be sent again as originals."
    )
    said = await app.ask(ReasonDialog("The payer has no such claim", "keep it", sentence))
    if said is None:
        return False
    outcome = await app.change(not_on_file, keys, said)
    told = f"{count_of(len(outcome.done), CLAIM)} rejected, {money_text(outcome.amount)}."
    then = "d makes Drafts of them; u takes it back."
    await tell_outcome(frame, "Not on file", told, outcome, then=then)
    return True


async def send_again(frame: QueueScreen, keys: Sequence[int]) -> bool:
    """Sends rejected claims again as they are; false when nothing was asked for.

    They go back to Draft and through Save & Submit: what fails stays Draft and says why.
    """
    from rcm_tui.billing.claims.answers import resubmit_rejected
    from rcm_tui.billing.claims.previews import preview_mending
    from rcm_tui.billing.claims.submission import save_and_submit
    from rcm_tui.screens.confirm import Confirm
    from rcm_tui.screens.result_sheet import ResultSheet, show_result, stopped
    from rcm_tui.screens.submitting import submit_now

    app = frame.workstation
    preview = await app.read(preview_mending, app.store.database, keys)
    sentences = [
        f"{count_of(preview.count, CLAIM)}, billed {money_text(preview.amount)}, will be validated"
        " and sent again",
        "as originals (frequency 1), as they are now. What fails stays Draft and says why.",
        *(f"{count:,} stay: {reason}." for reason, count in preview.left.most_common()),
    ]
    if not await app.ask(Confirm("Send again", sentences, "send again")):
        return False
    back = await app.change(resubmit_rejected, keys)
    outcome = await app.change_in_steps("Save & Submit", save_and_submit, back.done)
    ready = count_of(len(outcome.done), CLAIM)
    sheet = ResultSheet(
        "Send again",
        [f"{ready} Ready to Submit, {money_text(outcome.amount)}.", *stopped(outcome, CLAIM)],
        [*back.left, *outcome.left],
        onward="submit now" if outcome.done else "",
    )
    if await show_result(frame, sheet) == "onward":
        await submit_now(frame)
    return True
