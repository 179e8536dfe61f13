"""The appeals and one of them: its facts, its letter, what was done."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.binding import BindingType
from textual.content import Content

from rcm_tui.data.queues.appeals import APPEALS, STATES
from rcm_tui.data.records.appeal import AppealRecord, read_appeal
from rcm_tui.data.tables.appeals import CLOSED
from rcm_tui.screens import appeal_lines, appeal_work
from rcm_tui.screens.actions import action_named, bindings_of
from rcm_tui.screens.appeal_dialogs import letter_rows
from rcm_tui.screens.history_lines import history, seen_by
from rcm_tui.screens.queue_screen import QueueScreen
from rcm_tui.screens.record_screen import Part, RecordScreen
from rcm_tui.screens.words import money_text, state
from rcm_tui.widgets.row_list import RowList
from rcm_tui.widgets.written import written


class AppealsScreen(QueueScreen):
    area = "appeals"
    section = "cases"
    queue = APPEALS
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("appeals")]

    def open_row(self, key: int) -> None:
        self.workstation.open_record("appeal", key, walk=self)

    async def do_send_appeal(self) -> None:
        if await appeal_work.send(self, await self.chosen_keys()):
            self.done_with()

    async def do_answer_appeal(self) -> None:
        if await appeal_work.answer(self, await self.chosen_keys()):
            self.done_with()

    async def do_withdraw_appeal(self) -> None:
        totals = await self.sum_marked()
        if await appeal_work.withdraw(self, await self.chosen_keys(), totals["amount"]):
            self.done_with()

    async def do_rewrite_letter(self) -> None:
        key = self.table.cursor_key
        if key is not None and await appeal_work.rewrite_letter(self, int(key)):
            self.done_with()

    async def do_print_letters(self) -> None:
        self.say(f"{await appeal_work.files_of(self, await self.chosen_keys())}.", "$success")


class AppealScreen(RecordScreen):
    area = "appeal"
    section = "cases"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("appeal")]
    parts = (
        Part("facts", "Appeal", lambda shown: shown[1]),
        Part("letter", "Letter", lambda shown: letter_rows(shown[0].appeal.letter)),
        Part("history", "History", lambda shown: history(shown[0].history, shown[2])),
    )

    async def read_record(self, key: int) -> tuple[AppealRecord, list[Any], Any] | None:
        app = self.workstation
        record = seen_by(app.actor, await app.read(read_appeal, app.store.database, key))
        if record is None:
            return None
        return record, appeal_lines.facts(record, app.today, self.size.width), app.zone

    def heading(self, record: Any) -> tuple[Content, Content]:
        one, claim = record[0].appeal, record[0].claim
        left = written(
            (one.number, "bold $secondary"),
            f"  {claim.number} · {claim.patient_name} · {one.reason} · {money_text(one.amount)}",
        )
        return left, state(STATES, one.outcome if one.state == CLOSED else one.state)

    def row(self) -> dict[str, Any]:
        return {"state": self.record[0].appeal.state}

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        kind, key = event.key if isinstance(event.key, tuple) else ("", 0)
        if kind in ("claim", "case"):
            self.workstation.open_record(kind, key)
        elif kind == "proof":
            action = action_named("link_document")
            if reason := action.why_not(self.situation()):
                self.say(reason, "$warning")
            else:
                self.perform(action)

    async def do_link_document(self) -> None:
        """Of the document under the cursor, else of the first that has no file."""
        from rcm_tui.screens.appeal_documents import link

        proofs = self.record[0].proofs
        under = self.query_one("#lines", RowList).key
        if isinstance(under, tuple) and under[0] == "proof":
            kind = under[1]
        else:
            kind = next((proof.kind for proof in proofs if not proof.file_name), "")
        if await link(self, self.record[0], kind):
            await self._read()

    async def do_send_appeal(self) -> None:
        if await appeal_work.send(self, [self.key]):
            await self._read()

    async def do_answer_appeal(self) -> None:
        if await appeal_work.answer(self, [self.key]):
            await self._read()

    async def do_withdraw_appeal(self) -> None:
        if await appeal_work.withdraw(self, [self.key], self.record[0].appeal.amount):
            await self._read()

    async def do_rewrite_letter(self) -> None:
        if await appeal_work.rewrite_letter(self, self.key):
            await self._read()

    async def do_print_letters(self) -> None:
        self.say(f"{await appeal_work.files_of(self, [self.key])}.", "$success")
