"""One claim: summary, lines, validations, submissions, remittances, ledger, history."""

from __future__ import annotations

from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from textual.binding import BindingType
from textual.content import Content

from rcm_tui.billing.claims.superseding import takes_place
from rcm_tui.billing.editing.comparing import Comparison, compare
from rcm_tui.data.queues.claims import ACKNOWLEDGEMENTS, ADJUDICATIONS, STATUSES
from rcm_tui.data.records.claim import ClaimRecord, read_claim
from rcm_tui.screens import claim_lines
from rcm_tui.screens.actions import Situation, action_named, bindings_of
from rcm_tui.screens.claim_work import mend_claims, place_to_mend, save_claims
from rcm_tui.screens.history_lines import history
from rcm_tui.screens.record_screen import Part, RecordScreen
from rcm_tui.screens.submission_lines import submissions, version_note, whose
from rcm_tui.screens.submitting import submit_now
from rcm_tui.screens.transfers import leftover
from rcm_tui.screens.words import date_text, money_text, state
from rcm_tui.widgets.row_list import Row, RowList
from rcm_tui.widgets.written import written

LEAVING = ("denied", "partially paid")
"""Adjudications that leave something open."""


def _seen(shown: Any) -> ClaimRecord:
    """The record with what this submission alone has, or all of its chain."""
    record: ClaimRecord = shown[0]
    return record if shown[3] else record.of_all_submissions()


def _submissions(
    record: ClaimRecord,
    zone: ZoneInfo,
    width: int,
    only_this: bool,
    _: object,
    found: Comparison | None,
    *_more: object,
) -> list[Row]:
    return submissions(record, zone, width, only_this, found)


class ClaimScreen(RecordScreen):
    area = "claim"
    section = "claims"
    only_this = False
    """Whether what this submission alone has is shown, not that of its whole chain."""
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("claim")]
    parts = (
        Part(
            "summary",
            "Summary",
            lambda shown: [
                *claim_lines.summary(shown[0], shown[1]),
                *shown[6],
                *leftover(shown[4], shown[2], shown[7]),
            ],
        ),
        Part(
            "lines",
            "Lines",
            lambda shown: claim_lines.service_lines(shown[0], shown[2]),
            lambda shown: str(len(shown[0].lines)),
        ),
        Part(
            "validations",
            "Validations",
            lambda shown: claim_lines.validations(shown[0], shown[2]),
            lambda shown: claim_lines.validation_note(shown[0]),
        ),
        Part(
            "submissions",
            "Submissions",
            lambda shown: _submissions(*shown),
            lambda shown: version_note(shown[0]),
        ),
        Part(
            "remittances",
            "Remittances",
            lambda shown: [
                *whose(shown[0], shown[3]),
                *claim_lines.remittances(_seen(shown), *shown[1:3]),
            ],
            lambda shown: str(len(_seen(shown).remittances) or ""),
        ),
        Part(
            "ledger",
            "Ledger",
            lambda shown: [*whose(shown[0], shown[3]), *claim_lines.ledger(_seen(shown))],
        ),
        Part(
            "cases",
            "Cases",
            lambda shown: claim_lines.cases(shown[0], shown[3]),
            lambda shown: str(len(shown[0].cases) or ""),
        ),
        Part("history", "History", lambda shown: history(shown[0].history, shown[1])),
    )

    async def read_record(self, key: int) -> Any:
        app = self.workstation
        record = await app.read(read_claim, app.store.database, key)
        if record is None:
            return None
        rulings, what_next = [], []
        if record.claim.adjudication in LEAVING:
            from rcm_tui.billing.denials.next_steps import next_steps
            from rcm_tui.billing.patients.transfers import leftover_rulings
            from rcm_tui.screens.denial_lines import next_lines

            rulings = await app.read(leftover_rulings, app.store.database, key)
            if record.claim.payer_balance > 0:
                steps = await app.read(next_steps, app.store.database, [key])
                what_next = next_lines(steps.get(key), app.today, self.size.width, self.keymap)
        found = None
        if takes_place(record.claim.frequency, record.claim.supersedes):
            found = await app.read(compare, app.store.database, key)
        width = self.size.width
        return (
            *(record, app.zone, width, self.only_this),
            *(rulings, found, what_next, self.keymap),
        )

    def heading(self, record: Any) -> tuple[Content, Content]:
        claim = record[0].claim
        payer = record[0].payer
        dates = date_text(claim.first_service_date)
        if claim.last_service_date != claim.first_service_date:
            dates += f"–{date_text(claim.last_service_date)[:5]}"
        left = written(
            (claim.number, "bold $secondary"),
            f"  {claim.patient_name} · {payer.name if payer else 'no payer'} · {dates}"
            f" · {money_text(claim.billed)}",
        )
        right = state(STATUSES, claim.status)
        if claim.adjudication not in ("none", "pending"):
            right = state(ADJUDICATIONS, claim.adjudication)
        elif claim.acknowledgement == "rejected":
            right = state(ACKNOWLEDGEMENTS, claim.acknowledgement)
        return left, right

    def situation(self) -> Situation:
        row: dict[str, Any] = {}
        if self.record is not None:
            claim = self.record[0].claim
            until = claim.snoozed_until
            row = {
                "status": claim.status,
                "acknowledgement": claim.acknowledgement,
                "adjudication": claim.adjudication,
                "forwarded": bool(claim.elsewhere and claim.billed_after_id),
                "next_payer": self.record[0].next_payer,
                "payer_balance": claim.payer_balance,
                "patient_balance": claim.patient_balance,
                "snoozed": until is not None and until > self.workstation.today,
            }
        role = self.workstation.actor.role
        return Situation(self.area, role, self.part, rows=self.record is not None, row=row)

    @property
    def shown_record(self) -> ClaimRecord | None:
        return self.record[0] if self.record is not None else None

    async def do_save(self) -> None:
        await save_claims(self, [self.key])
        await self._read()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        if self.part == "validations":
            self.perform(action_named("edit"))
        elif self.part == "cases":
            self.workstation.open_case(int(str(event.key).removeprefix("case ")))
        elif self.part == "submissions" and isinstance(event.key, tuple):
            self.workstation.open_claim(event.key[1], self._walk, "submissions")
        elif self.part == "remittances" and isinstance(event.key, tuple):
            self.workstation.open_payment(event.key[1])

    async def do_submissions(self) -> None:
        self.only_this = not self.only_this
        await self._read()

    async def do_write_off(self) -> None:
        from rcm_tui.screens.write_off_work import write_off_claims

        lines, claim = self.line_under_cursor(), self.record[0].claim
        place = next((one.position for one in self.record[0].lines if one.id in lines), 0)
        what = f"Write off line {place} of {claim.number}" if lines else ""
        if await write_off_claims(self, [self.key], lines, what):
            await self._read()

    async def do_refund(self) -> None:
        from rcm_tui.screens.invoice_work import refund_claim

        row = {**self.situation().row, "claim_number": self.record[0].claim.number}
        if await refund_claim(self, self.key, row):
            await self._read()

    async def do_to_patient(self) -> None:
        from rcm_tui.screens.transfers import move_to_patient

        if await move_to_patient(self, [self.key], self.line_under_cursor()):
            await self._read()

    async def do_to_payer(self) -> None:
        from rcm_tui.screens.transfers import move_to_payer

        if await move_to_payer(self, [self.key], self.line_under_cursor()):
            await self._read()

    def line_under_cursor(self) -> list[int]:
        """The claim line under the cursor on the tab Lines; elsewhere the whole claim is meant."""
        key = self.query_one("#lines", RowList).key if self.part == "lines" else None
        return [key[1]] if isinstance(key, tuple) and key[0] == "line" else []

    async def do_new_case(self) -> None:
        from rcm_tui.screens.case_work import open_case_for

        if await open_case_for(self, [self.key]):
            await self._read()

    async def do_add_to_case(self) -> None:
        from rcm_tui.screens.case_work import add_to_case

        if await add_to_case(self, [self.key]):
            await self._read()

    async def do_correct(self) -> None:
        from rcm_tui.screens.correcting import correct

        await correct(self, [self.key])

    async def do_void(self) -> None:
        from rcm_tui.screens.correcting import void

        if await void(self, [self.key]):
            await self._read()

    async def do_secondary(self) -> None:
        from rcm_tui.screens.secondary import bill_next_payer

        if await bill_next_payer(self, [self.key]):
            await self._read()

    async def do_discard(self) -> None:
        from rcm_tui.screens.resending import discard

        if await discard(self, [self.key]):
            await self._read()

    async def do_duplicate(self) -> None:
        from rcm_tui.screens.resending import duplicate

        await duplicate(self, [self.key])

    async def do_rebill(self) -> None:
        from rcm_tui.screens.resending import rebill

        await rebill(self, [self.key])

    async def do_split(self) -> None:
        from rcm_tui.screens.resending import split

        record = self.record[0]
        if await split(self, self.key, record.claim.number, record.lines):
            await self._read()

    async def do_not_on_file(self) -> None:
        from rcm_tui.screens.responses import tell_not_on_file

        if await tell_not_on_file(self, [self.key]):
            await self._read()

    async def do_snooze(self) -> None:
        from rcm_tui.screens.snoozing import snooze

        totals = {"count": 1, "billed": self.record[0].claim.billed}
        if await snooze(self, [self.key], totals):
            await self._read()

    async def do_wake(self) -> None:
        from rcm_tui.screens.snoozing import wake

        await wake(self, [self.key])
        await self._read()

    async def do_edit(self) -> None:
        """To the field that is wrong: the finding under the cursor, else what a rejection names."""
        claim = self.record[0].claim
        if claim.acknowledgement == "rejected" and claim.status == "Submitted":
            if not await mend_claims(self, [self.key]):
                return
            await self._read()
        app = self.workstation
        finding = self.query_one("#lines", RowList).key if self.part == "validations" else None
        place = await app.read(place_to_mend, app.store.database, self.record[0], finding)
        app.open_form(place.kind, place.id, field=place.field or place.among, returns=True)

    async def do_mend(self) -> None:
        if await mend_claims(self, [self.key]):
            await self._read()

    async def do_submit(self) -> None:
        await submit_now(self)
