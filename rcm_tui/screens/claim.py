"""One claim: summary, lines, validations, submissions, remittances, ledger, history."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo

from textual.binding import BindingType
from textual.content import Content

from rcm_tui.billing.claims.superseding import takes_place
from rcm_tui.billing.editing.comparing import Comparison, compare
from rcm_tui.data.queues.claims import ACKNOWLEDGEMENTS, ADJUDICATIONS, STATUSES
from rcm_tui.data.records.claim import ClaimRecord, read_claim
from rcm_tui.data.tables.claims import ADJUDICATED, DRAFT
from rcm_tui.screens import claim_lines, claim_money_lines
from rcm_tui.screens.actions import Keymap, action_named, bindings_of
from rcm_tui.screens.claim_work import make_drafts, mend_claims, place_to_mend, save_claims
from rcm_tui.screens.history_lines import history, seen_by
from rcm_tui.screens.record_screen import Part, RecordScreen
from rcm_tui.screens.submission_lines import submissions, version_note, whose
from rcm_tui.screens.submitting import submit_now
from rcm_tui.screens.transfers import leftover
from rcm_tui.screens.words import date_text, money_text, state
from rcm_tui.widgets.row_list import Row, RowList
from rcm_tui.widgets.written import written

if TYPE_CHECKING:
    from rcm_tui.billing.denials.explaining import Explained
    from rcm_tui.billing.patients.rules import Ruling
    from rcm_tui.data.records.appeal import AppealOfClaim

LEAVING = ("denied", "partially paid")
"""Adjudications that leave something open."""


@dataclass(frozen=True, slots=True)
class ShownClaim:
    """What is on screen: the claim, what is next for it, and how the screen shows it.

    `rulings` say what becomes of money left open, `what_next` what is done about a denial,
    `appeals` are those of the claim in any submission,
    `difference` what it says otherwise than the submission before it.
    """

    record: ClaimRecord
    rulings: list[Ruling]
    what_next: Explained | None
    appeals: list[AppealOfClaim]
    difference: Comparison | None
    only_this: bool
    width: int
    zone: ZoneInfo
    today: datetime.date
    keymap: Keymap
    masked: bool

    @property
    def seen(self) -> ClaimRecord:
        """The record with what this submission alone has, or all of its chain."""
        return self.record if self.only_this else self.record.of_all_submissions()

    @property
    def whose(self) -> list[Row]:
        """Says which of the two it is, where there are two."""
        return whose(self.record, self.only_this)


def _summary(shown: ShownClaim) -> list[Row]:
    rows = claim_lines.summary(shown.record, shown.zone, shown.masked)
    if shown.what_next is not None:
        from rcm_tui.screens.denial_lines import next_lines

        # Before all else: on a small screen the summary does not end.
        told = next_lines(shown.what_next, shown.today, shown.width, shown.keymap)
        rows = [*told, Row(written("")), *rows]
    if shown.appeals:
        from rcm_tui.screens.appeal_lines import on_claim

        rows += on_claim(shown.appeals, shown.today, shown.width)
    return rows + leftover(shown.rulings, shown.width, shown.keymap)


def _submissions(shown: ShownClaim) -> list[Row]:
    return submissions(shown.record, shown.zone, shown.width, shown.only_this, shown.difference)


def _remittances(shown: ShownClaim) -> list[Row]:
    return [*shown.whose, *claim_money_lines.remittances(shown.seen, shown.zone, shown.width)]


DENIED_BEFORE = "experience.denied_before"


class ClaimScreen(RecordScreen):
    area = "claim"
    section = "claims"
    only_this = False
    """Whether what this submission alone has is shown, not that of its whole chain."""
    _denied_at: tuple[str, int] | None = None
    """Where the last denial that was shown stands among all, also once it is settled."""
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("claim")]
    parts = (
        Part("summary", "Summary", _summary),
        Part(
            "lines",
            "Lines",
            lambda shown: claim_lines.service_lines(shown.record, shown.width),
            lambda shown: str(len(shown.record.lines)),
        ),
        Part(
            "validations",
            "Validations",
            lambda shown: claim_lines.validations(shown.record, shown.width),
            lambda shown: claim_lines.validation_note(shown.record),
        ),
        Part(
            "submissions",
            "Submissions",
            _submissions,
            lambda shown: version_note(shown.record),
        ),
        Part(
            "remittances",
            "Remittances",
            _remittances,
            lambda shown: str(len(shown.seen.remittances) or ""),
        ),
        Part(
            "ledger",
            "Ledger",
            lambda shown: [*shown.whose, *claim_money_lines.ledger(shown.seen)],
        ),
        Part(
            "cases",
            "Cases",
            lambda shown: claim_lines.cases(shown.record, shown.only_this),
            lambda shown: str(len(shown.record.cases) or ""),
        ),
        Part("history", "History", lambda shown: history(shown.record.history, shown.zone)),
    )

    async def read_record(self, key: int) -> ShownClaim | None:
        app = self.workstation
        record = seen_by(app.actor, await app.read(read_claim, app.store.database, key))
        if record is None:
            return None
        rulings: list[Ruling] = []
        appeals: list[AppealOfClaim] = []
        what_next = difference = None
        if record.claim.adjudication in ADJUDICATED:
            from rcm_tui.data.records.appeal import appeals_of_chain

            appeals = await app.read(
                appeals_of_chain, app.store.database, record.claim.chain or key
            )
        if record.claim.adjudication in LEAVING:
            from rcm_tui.billing.denials.explaining import explain_denial
            from rcm_tui.billing.patients.transfers import leftover_rulings

            rulings = await app.read(leftover_rulings, app.store.database, key)
            if record.claim.payer_balance > 0:
                what_next = await app.read(explain_denial, app.store.database, key, app.today)
                if what_next is not None:
                    self._denied_at = (what_next.score.due_as.isoformat(), key)
        if takes_place(record.claim.frequency, record.claim.supersedes):
            difference = await app.read(compare, app.store.database, key)
        return ShownClaim(
            record,
            rulings,
            what_next,
            appeals,
            difference,
            only_this=self.only_this,
            width=self.size.width,
            zone=app.zone,
            today=app.today,
            keymap=self.keymap,
            masked=app.actor.masked,
        )

    def heading(self, record: ShownClaim) -> tuple[Content, Content]:
        claim, payer = record.record.claim, record.record.payer
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

    def row(self) -> dict[str, Any]:
        claim = self.record.record.claim
        until = claim.snoozed_until
        return {
            "status": claim.status,
            "acknowledgement": claim.acknowledgement,
            "adjudication": claim.adjudication,
            "forwarded": bool(claim.elsewhere and claim.billed_after_id),
            "next_payer": self.record.record.next_payer,
            "payer_balance": claim.payer_balance,
            "underpaid": claim.underpaid,
            "patient_balance": claim.patient_balance,
            "snoozed": until is not None and until > self.workstation.today,
            "denied_before": bool(self._warned_lines()),
        }

    @property
    def shown_record(self) -> ClaimRecord | None:
        return self.record.record if self.record is not None else None

    async def do_reveal(self) -> None:
        from rcm_tui.screens.revealing import show_identifiers

        await show_identifiers(self, "claim", self.key)

    async def do_save(self) -> None:
        await save_claims(self, [self.key])
        await self._read()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        if self.part == "validations":
            self.perform(action_named("edit"))
        elif self.part == "cases":
            self.workstation.open_record("case", int(str(event.key).removeprefix("case ")))
        elif self.part == "submissions" and isinstance(event.key, tuple):
            self.workstation.open_record("claim", event.key[1], self._walk, "submissions")
        elif self.part == "remittances" and isinstance(event.key, tuple):
            self.workstation.open_record("payment", event.key[1])

    async def do_submissions(self) -> None:
        self.only_this = not self.only_this
        await self._read()

    async def do_write_off(self) -> None:
        from rcm_tui.screens.write_off_work import write_off_claims

        lines, claim = self.line_under_cursor(), self.record.record.claim
        place = next((one.position for one in self.record.record.lines if one.id in lines), 0)
        what = f"Write off line {place} of {claim.number}" if lines else ""
        if await write_off_claims(self, [self.key], lines, what):
            await self._read()

    async def do_refund(self) -> None:
        from rcm_tui.screens.invoice_work import refund_claim

        row = {**self.row(), "claim_number": self.record.record.claim.number}
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

    async def do_appeal(self) -> None:
        from rcm_tui.screens.appeal_work import appeal

        if await appeal(self, [self.key]):
            await self._read()

    async def do_new_case(self) -> None:
        from rcm_tui.screens.case_work import open_case_for

        if await open_case_for(self, [self.key]):
            await self._read()

    async def do_add_to_case(self) -> None:
        from rcm_tui.screens.case_work import add_to_case

        if await add_to_case(self, [self.key]):
            await self._read()

    async def do_add_to_timeline(self) -> None:
        from rcm_tui.data.tables.cases import ACTIVE_STAGES
        from rcm_tui.screens.timeline_work import add_to_timeline

        record = self.record.record
        active = next((case.id for case in record.cases if case.stage in ACTIVE_STAGES), None)
        if active is None:
            number = record.claim.number
            self.say(f"{number} stands in no active case: c opens one, K adds it.", "$warning")
        elif await add_to_timeline(self, [active]):
            await self._read()

    async def do_next_denial(self) -> None:
        from rcm_tui.screens.next_denial import open_next_denial

        here = self._denied_at if self._denied_at and self._denied_at[1] == self.key else None
        await open_next_denial(self, here, self._walk)

    async def do_hand_on(self) -> None:
        from rcm_tui.screens.handing_on import hand_on

        if await hand_on(self, [self.key]):
            await self._read()

    def _warned_lines(self) -> list[int]:
        """The lines whose like was denied before, while something can be done about it."""
        record = self.record.record
        if record.claim.status != DRAFT:
            return []
        return [one.line for one in record.validations if one.rule == DENIED_BEFORE]

    async def do_learn(self) -> None:
        from rcm_tui.screens.denied_before import learn_from_claim

        if await learn_from_claim(self, self.key, self._warned_lines()):
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

        record = self.record.record
        if await split(self, self.key, record.claim.number, record.lines):
            await self._read()

    async def do_not_on_file(self) -> None:
        from rcm_tui.screens.responses import tell_not_on_file

        if await tell_not_on_file(self, [self.key]):
            await self._read()

    async def do_snooze(self) -> None:
        from rcm_tui.screens.snoozing import snooze

        totals = {"count": 1, "billed": self.record.record.claim.billed}
        if await snooze(self, [self.key], totals):
            await self._read()

    async def do_wake(self) -> None:
        from rcm_tui.screens.snoozing import wake

        await wake(self, [self.key])
        await self._read()

    async def do_edit(self) -> None:
        """To the field that is wrong: the finding under the cursor, else what a rejection names."""
        claim = self.record.record.claim
        if claim.acknowledgement == "rejected" and claim.status == "Submitted":
            if not await mend_claims(self, [self.key]):
                return
            await self._read()
        app = self.workstation
        finding = self.query_one("#lines", RowList).key if self.part == "validations" else None
        place = await app.read(place_to_mend, app.store.database, self.record.record, finding)
        app.open_form(place.kind, place.id, field=place.field or place.among, returns=True)

    async def do_mend(self) -> None:
        if await make_drafts(self, [self.key]):
            await self._read()

    async def do_submit(self) -> None:
        await submit_now(self)
