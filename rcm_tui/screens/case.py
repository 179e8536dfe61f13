"""One case: summary with what its claims come to, claims, history."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.content import Content

from rcm_tui.data.records.case import claims_of_case, read_case
from rcm_tui.screens import case_lines, case_work
from rcm_tui.screens.actions import Situation, bindings_of
from rcm_tui.screens.history_lines import history
from rcm_tui.screens.record_screen import Part, RecordScreen
from rcm_tui.screens.words import money_text
from rcm_tui.widgets.row_list import RowList


class CaseScreen(RecordScreen):
    area = "case"
    section = "cases"
    table = "case_file"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("case")]
    parts = (
        Part("summary", "Summary", lambda shown: case_lines.summary(*shown)),
        Part(
            "claims",
            "Claims",
            lambda shown: case_lines.claims(shown[0], shown[2]),
            lambda shown: f"{shown[0].case.claims:,}" if shown[0].case.claims else "",
        ),
        Part("history", "History", lambda shown: history(shown[0].history, shown[1])),
    )

    async def read_record(self, key: int) -> Any:
        app = self.workstation
        record = await app.read(read_case, app.store.database, key)
        return None if record is None else (record, app.zone, self.size.width)

    def heading(self, record: Any) -> tuple[Content, Content]:
        return case_lines.heading(record[0])

    def situation(self) -> Situation:
        row = {"stage": self.record[0].case.stage} if self.record is not None else {}
        role = self.workstation.actor.role
        return Situation(self.area, role, self.part, rows=self.record is not None, row=row)

    @property
    def totals(self) -> dict[str, int]:
        return {"count": 1, "outstanding": self.record[0].case.outstanding}

    # -- its claims -------------------------------------------------------------------------

    @property
    def claim_key(self) -> int | None:
        """The claim under the cursor of the tab Claims."""
        key = self.query_one("#lines", RowList).key if self.part == "claims" else None
        return key if isinstance(key, int) else None

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        if self.claim_key is not None:
            keys = [claim.id for claim in self.record[0].claims]
            self.workstation.open_claim(self.claim_key, ListWalk(keys, self.claim_key))

    async def do_add_claims(self) -> None:
        from rcm_tui.billing.cases.claims import add_claims
        from rcm_tui.data.records.case import claims_by_number
        from rcm_tui.screens.case_dialogs import ClaimNumbers

        app = self.workstation
        text = await app.ask(ClaimNumbers(f"Add claims to case {self.record[0].case.number}"))
        if not text:
            return
        numbers = text.replace(",", " ").split()
        found = await app.read(claims_by_number, app.store.database, numbers)
        unknown = [number for number in numbers if number.upper() not in found]
        if unknown:
            self.say(f"There is no claim {unknown[0]}; nothing was added.", "$warning")
            return
        outcome = await app.change(add_claims, self.key, found.values())
        await case_work.tell(self, f"Claims added: {len(outcome.done)}.", outcome)
        await self._read()

    async def do_remove_claim(self) -> None:
        claim = next((c for c in self.record[0].claims if c.id == self.claim_key), None)
        if claim is None:
            return
        words = f"Claim {claim.number}, {money_text(claim.payer_balance)} outstanding,"
        if await case_work.take_out(self, self.key, [claim.id], words):
            await self._read()

    async def do_claims_apart(self) -> None:
        from rcm_tui.screens.queue_screen import QueueScreen

        app = self.workstation
        number = self.record[0].case.number
        keys = await app.read(claims_of_case, app.store.database, self.key)
        app.go("claims", "all")
        queue = app.frame("claims")
        assert isinstance(queue, QueueScreen)
        queue.show_only(keys, f"of case {number}")

    # -- the case ---------------------------------------------------------------------------

    def do_edit(self) -> None:
        self.workstation.open_form("case_file", self.key, returns=True)

    async def do_advance(self) -> None:
        await case_work.advance_cases(self, [self.key])
        await self._read()

    async def do_reopen(self) -> None:
        await case_work.reopen_cases(self, [self.key])
        await self._read()

    async def do_resolve(self) -> None:
        if await case_work.resolve_cases(self, [self.key], self.totals):
            await self._read()

    async def do_cancel(self) -> None:
        if await case_work.cancel_cases(self, [self.key], self.totals):
            await self._read()

    async def do_stage(self) -> None:
        await case_work.set_stages(self, [self.key], self.totals)
        await self._read()

    async def do_follow_up(self) -> None:
        if await case_work.follow_up_on(self, [self.key], self.totals):
            await self._read()


class ListWalk:
    """The records of a list, walked as those of a queue are."""

    def __init__(self, keys: Sequence[int], key: int) -> None:
        self._keys, self._at = keys, keys.index(key)

    async def step(self, by: int) -> int | None:
        if not 0 <= self._at + by < len(self._keys):
            return None
        self._at += by
        return self._keys[self._at]

    @property
    def where(self) -> str:
        return f"{self._at + 1:,} of {len(self._keys):,}"
