"""A remittance line without a claim line beside the lines of its claim: a key takes one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from peewee import Database
from textual.binding import BindingType
from textual.content import Content

from rcm_tui.billing.remittances.line_orphans import LineCandidate, line_candidates
from rcm_tui.data.records.remittance import AnsweredLine, RemittanceRecord, remittance_of_line
from rcm_tui.screens import orphan_lines
from rcm_tui.screens.actions import action_named, bindings_of
from rcm_tui.screens.record_screen import Part
from rcm_tui.screens.weighed import WeighedScreen
from rcm_tui.screens.words import date_text, money_text, signed
from rcm_tui.widgets.row_list import Row, RowList
from rcm_tui.widgets.written import written


@dataclass(frozen=True, slots=True)
class LineOrphan:
    """What is on screen: the line, its remittance, the claim's lines, how wide the screen is."""

    line: AnsweredLine
    record: RemittanceRecord
    found: list[LineCandidate]
    width: int


class LineOrphanScreen(WeighedScreen):
    area = "orphan_line"
    section = "remittances"
    table = "remittance_line"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("orphan_line")]
    parts = (
        Part(
            "candidates",
            "Claim lines",
            lambda shown: orphan_lines.claim_lines(shown.line, shown.record, shown.found),
            lambda shown: str(len(shown.found) or ""),
        ),
        Part(
            "remittance",
            "Remittance",
            lambda shown: orphan_lines.facts(shown.record, shown.width),
        ),
    )

    async def read_record(self, key: int) -> LineOrphan | None:
        app = self.workstation
        found: LineOrphan | None = await app.read(_read, app.store.database, key, self.size.width)
        if found is not None and app.actor.masked:
            orphan_lines.mask(found.record)
        return found

    def heading(self, record: LineOrphan) -> tuple[Content, Content]:
        line, claim = record.line, record.record.claim
        code = f"{line.procedure_code} {line.modifiers}".strip()
        left = written(
            (claim.number if claim else "no claim", "bold $secondary"),
            f"  {code} · {date_text(line.first_service_date)} · paid {money_text(line.paid)}",
        )
        if line.claim_line is not None:
            return left, signed("done", f"line {line.claim_position}")
        return left, signed("open", "on the claim as a whole")

    def row(self) -> dict[str, Any]:
        known, claim = self.record.line.claim_line, self.record.record.claim
        return {
            "state": "orphan" if known is None and claim is not None else "",
            "claim_number": f"{claim.number}, line" if claim and known else "",
            "candidate": self._candidate() is not None,
        }

    def why_rows(self) -> list[Row]:
        one = self._candidate()
        if one is None:
            return []
        return orphan_lines.score_rows(one.score, one.reasons, self.size.width - 4)

    def _candidate(self) -> LineCandidate | None:
        if self.record is None or self.part != "candidates":
            return None
        key = self.query_one("#lines", RowList).key
        return next((one for one in self.record.found if one.line == key), None)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.action_act(self.keymap.keys_of(action_named("take_candidate"))[0])

    # -- actions ----------------------------------------------------------------------------

    async def do_take_candidate(self) -> None:
        """Puts the line onto the claim line under the cursor, and shows the next one."""
        from rcm_tui.billing.remittances.line_orphans import match_lines_by_hand

        candidate, paid = self._candidate(), self.record.line.paid
        assert candidate is not None
        outcome = await self.workstation.change(match_lines_by_hand, {self.key: candidate.line})
        if outcome.left:
            self.say(f"Not matched: {outcome.left[0].reason}.", "$error")
            return
        said = f"{money_text(paid)} is on line {candidate.position} now; u takes it back."
        if await self.read_next():
            said += " The next one is here."
        self.say(said, "$success")

    def do_look_at_claim(self) -> None:
        """Opens the claim."""
        claim = self.record.record.claim
        assert claim is not None
        self.workstation.open_record("claim", claim.id)


def _read(database: Database, key: int, width: int) -> LineOrphan | None:
    record = remittance_of_line(database, key)
    if record is None:
        return None
    line = next(one for one in record.lines if one.id == key)
    return LineOrphan(line, record, line_candidates(database, key), width)
