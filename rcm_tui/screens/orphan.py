"""A remittance without a claim beside the claims that it may be for: a key takes one."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from peewee import Database
from textual.binding import BindingType
from textual.content import Content

from rcm_tui.billing.remittances.candidates import Candidate, candidate_of, find_candidates
from rcm_tui.data.queues.remittances import REMITTANCE_STATES
from rcm_tui.data.records.remittance import RemittanceRecord, read_remittance
from rcm_tui.screens import orphan_lines
from rcm_tui.screens.actions import action_named, bindings_of
from rcm_tui.screens.record_screen import Part, Walk
from rcm_tui.screens.weighed import WeighedScreen
from rcm_tui.screens.words import money_text, state
from rcm_tui.widgets.row_list import Row, RowList
from rcm_tui.widgets.written import written


@dataclass(frozen=True, slots=True)
class Orphan:
    """What is on screen: the remittance, its candidates, and how wide the screen is."""

    record: RemittanceRecord
    found: list[Candidate]
    width: int
    zone: ZoneInfo


class OrphanScreen(WeighedScreen):
    area = "orphan"
    section = "remittances"
    table = "remittance"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("orphan")]
    parts = (
        Part(
            "candidates",
            "Candidates",
            lambda shown: orphan_lines.candidates(shown.record, shown.found, shown.width),
            lambda shown: str(len(shown.found) or ""),
        ),
        Part(
            "remittance",
            "Remittance",
            lambda shown: orphan_lines.facts(shown.record, shown.width),
        ),
    )

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._added: dict[int, list[int]] = defaultdict(list)
        """Remittance → claims that the person found for it."""

    def want(self, key: int, walk: Walk | None = None) -> None:
        self._added.clear()
        super().want(key, walk)

    async def read_record(self, key: int) -> Orphan | None:
        app = self.workstation
        found: Orphan | None = await app.read(
            _read, app.store.database, key, list(self._added[key]), self.size.width, app.zone
        )
        if found is not None and app.actor.masked:
            orphan_lines.mask(found.record)
        return found

    def heading(self, record: Orphan) -> tuple[Content, Content]:
        one = record.record.remittance
        left = written(
            (one.patient_control_number or f"remittance {one.id}", "bold $secondary"),
            f"  {one.patient_name} · {record.record.payer} · paid {money_text(one.paid)}",
        )
        return left, state(REMITTANCE_STATES, one.state)

    def row(self) -> dict[str, Any]:
        one, candidate = self.record.record, self._candidate()
        return {
            "state": one.remittance.state,
            "claim_number": one.claim.number if one.claim else "",
            "refusal": candidate.refusal if candidate else "",
            "candidate": candidate is not None,
        }

    def why_rows(self) -> list[Row]:
        return orphan_lines.why(self._candidate(), self.size.width - 4)

    def _candidate(self) -> Candidate | None:
        if self.record is None or self.part != "candidates":
            return None
        key = self.query_one("#lines", RowList).key
        return next((one for one in self.record.found if one.claim == key), None)

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.action_act(self.keymap.keys_of(action_named("take_candidate"))[0])

    # -- actions ----------------------------------------------------------------------------

    async def do_reveal(self) -> None:
        from rcm_tui.screens.revealing import show_identifiers

        await show_identifiers(self, "remittance", self.key)

    async def do_take_candidate(self) -> None:
        """Puts the remittance onto the claim under the cursor, and shows the next one."""
        from rcm_tui.billing.remittances.orphans import match_remittances

        candidate, paid = self._candidate(), self.record.record.remittance.paid
        assert candidate is not None
        outcome = await self.workstation.change(match_remittances, {self.key: candidate.claim})
        if outcome.left:
            self.say(f"Not matched: {outcome.left[0].reason}.", "$error")
            return
        said = f"{money_text(paid)} is on claim {candidate.number} now; u takes it back."
        if await self.read_next():
            said += " The next one is here."
        self.say(said, "$success")

    def do_look_at_claim(self) -> None:
        """Opens the claim under the cursor."""
        candidate = self._candidate()
        assert candidate is not None
        self.workstation.open_record("claim", candidate.claim)

    async def do_other_claim(self) -> None:
        """Finds a claim that is no candidate, by a few letters, and puts it among them."""
        from rcm_tui.screens.claim_finder import find_claim

        claim = await find_claim(self, "Which claim is it for?")
        if claim is not None:
            self._added[self.key].append(claim)
            await self._read()
            self.show_part("candidates")
            self.query_one("#lines", RowList).go(claim)
            self._explain()


def _read(
    database: Database, key: int, added: list[int], width: int, zone: ZoneInfo
) -> Orphan | None:
    record = read_remittance(database, key)
    if record is None:
        return None
    found = find_candidates(database, key) if record.remittance.state == "orphan" else []
    known = {one.claim for one in found}
    more = [candidate_of(database, key, claim) for claim in added if claim not in known]
    return Orphan(record, [*(one for one in more if one), *found], width, zone)
