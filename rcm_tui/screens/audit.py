"""The audit trail: searched, exported and proven. Reading it is on record too."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import BindingType

from rcm_tui.billing.audit_trail import read_trail, record_proof
from rcm_tui.billing.outcome import Cancelled, Refused
from rcm_tui.data.audit import Progress, Proof, prove
from rcm_tui.data.fields import moment_from_store
from rcm_tui.data.queues.audit import AUDIT
from rcm_tui.data.sentences import as_sentence
from rcm_tui.screens.actions import bindings_of
from rcm_tui.screens.queue_screen import QueueScreen
from rcm_tui.screens.result_sheet import ResultSheet
from rcm_tui.screens.words import count_of, moment_text

if TYPE_CHECKING:
    from rcm_tui.screens.app import Workstation

RECORD = ("record", "records")
HINT = "What is wrong stays for the proof: keep the store and its newest good backup as they are."


class AuditScreen(QueueScreen):
    area = "audit"
    section = "administration"
    queue = AUDIT
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("audit")]

    async def _read_rows(self, keep: bool) -> bool:
        """Reads what is wanted after that is on record: once an opening, view or filter."""
        if not keep:
            try:
                await self.workstation.write(read_trail, self.view.name, self.filter)
            except Refused as error:
                self.say(as_sentence(error), "$error")
                return False
        return await super()._read_rows(keep)

    def open_row(self, key: int) -> None:
        self.workstation.open_record("audit_record", key, walk=self)

    async def do_reveal(self) -> None:
        from rcm_tui.screens.revealing import show_identifiers

        if (key := self.table.cursor_key) is not None:
            await show_identifiers(self, "audit_record", int(key))

    async def do_verify_trail(self) -> None:
        app, proof = self.workstation, Proof()

        def proving(progress: Progress) -> None:
            try:
                prove(app.store.database, app.store.audit_key, proof, progress)
            except Cancelled:
                return  # what was proven until then is said as such

        await app.run_with_progress("Verify the audit trail", proving)
        await app.write(record_proof, proof)
        since = moment_from_store(proof.since) if proof.since else None
        sentences = said_of(proof, moment_text(since, app.zone))
        if proof.breaks:
            await app.ask(ResultSheet("The audit trail is broken", [*sentences, HINT], []))
        else:
            self.say(" ".join(sentences), "$success" if proof.whole else "$warning")


def said_of(proof: Proof, since: str) -> list[str]:
    """What a proof comes to, a sentence each."""
    read = count_of(proof.records, RECORD)
    if not proof.records:
        return ["Nothing is on record yet."]
    if proof.whole and not proof.breaks:
        return [f"{read}, unbroken since {since}."]
    looked = f"{read} read, from {since} on." if proof.whole else ""
    if not proof.whole:
        looked = (
            f"Stopped: only the first {proof.records:,} of {count_of(proof.total, RECORD)} were"
            f" looked at, from {since} on; the rest is not proven."
        )
        if not proof.breaks:
            return [looked, "These are unbroken."]
    return [looked, *map(as_sentence, proof.breaks)]


def show_trail_of(app: Workstation, table: str, key: int) -> None:
    """Shows all that is on record of a record, as a queue."""
    choice = next((one for one in AUDIT.filterable["kind"].choices if one.value == table), None)
    kind = choice.label if choice is not None else table
    app.go("audit", "all", f'kind:"{kind}" number:{key}')
