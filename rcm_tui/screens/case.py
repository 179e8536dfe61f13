"""One case: its timeline, and all that belongs to it on tabs; each tab is a file of its own."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.binding import BindingType
from textual.content import Content

from rcm_tui.data.records.case import CaseRecord, claims_of_case
from rcm_tui.data.records.timeline import Entry
from rcm_tui.screens import (
    case_appeals,
    case_children,
    case_files,
    case_folder,
    case_lines,
    case_steps,
    case_timeline,
    case_work,
)
from rcm_tui.screens.actions import Situation, bindings_of
from rcm_tui.screens.case_part import CasePart, ShownCase, read_parts
from rcm_tui.screens.history_lines import history, seen_by
from rcm_tui.screens.record_screen import RecordScreen, Walk
from rcm_tui.screens.words import money_text
from rcm_tui.widgets.row_list import RowList

SUMMARY = CasePart(
    "summary",
    "Summary",
    lambda shown: case_lines.summary(shown.record, shown.zone, shown.width),
)
CLAIMS = CasePart(
    "claims",
    "Claims",
    lambda shown: case_lines.claims(shown.record, shown.width),
    lambda shown: f"{shown.record.case.claims:,}" if shown.record.case.claims else "",
    open=lambda screen, key: screen.open_claim_of_it(key),
)
HISTORY = CasePart("history", "History", lambda shown: history(shown.record.history, shown.zone))


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a person was in a case: which one, the tab, the line under the cursor, the scroll."""

    key: int
    walk: Walk | None
    part: str
    kind: str
    words: str
    row: object
    top: int | None


class CaseScreen(RecordScreen):
    area = "case"
    section = "cases"
    table = "case_file"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("case")]
    parts: ClassVar[tuple[CasePart, ...]] = (
        case_timeline.PART,
        CLAIMS,
        SUMMARY,
        case_steps.PART,
        case_files.PART,
        case_folder.PART,
        case_children.PART,
        case_appeals.PART,
        HISTORY,
    )

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.kind = self.words = ""
        """What the timeline is narrowed to."""
        self._below: list[Spot] = []
        self._aim: Spot | None = None

    async def read_record(self, key: int) -> ShownCase | None:
        app = self.workstation
        found = await app.read(read_parts, app.store.database, key, self.parts)
        if found is None:
            return None
        record, read = found
        return self._shown(seen_by(app.actor, record), read)

    def _shown(self, record: CaseRecord, read: Mapping[str, Any]) -> ShownCase:
        app = self.workstation
        width = self.size.width
        return ShownCase(
            record, read, app.zone, app.today, width, self.keymap, self.kind, self.words
        )

    def heading(self, record: ShownCase) -> tuple[Content, Content]:
        return case_lines.heading(record.record, self.workstation.today)

    def situation(self) -> Situation:
        row = {"narrowed": bool(self.kind or self.words), **self._under_cursor()}
        if self.record is not None:
            row["stage"] = self.record.record.case.stage
        role = self.workstation.actor.role
        return Situation(self.area, role, self.part, rows=self.record is not None, row=row)

    @property
    def totals(self) -> dict[str, int]:
        return {"count": 1, "outstanding": self.record.record.case.outstanding}

    # -- where one was ----------------------------------------------------------------------

    def want(self, key: int, walk: Walk | None = None) -> None:
        """Shows another case; one that is opened from this one comes back to the same spot."""
        if self in self.app.screen_stack and self.key and key != self.key:
            self._below.append(self._spot())
        elif self not in self.app.screen_stack:
            self._below.clear()
        self.kind = self.words = ""
        self._aim = None
        super().want(key, walk)

    def do_back(self) -> None:
        if self.kind or self.words:
            self.narrow("", "")
        elif self._below:
            spot = self._below.pop()
            super().want(spot.key, spot.walk)
            self.part, self.kind, self.words, self._aim = spot.part, spot.kind, spot.words, spot
        else:
            super().do_back()

    def aim_at(self, entry: int) -> None:
        """Puts the cursor on an entry of the timeline, once the case is read."""
        self._aim = Spot(self.key, self._walk, "timeline", "", "", entry, None)

    def _spot(self) -> Spot:
        rows = self.query_one("#lines", RowList)
        top = rows.scroll_offset.y
        return Spot(self.key, self._walk, self.part, self.kind, self.words, rows.key, top)

    def _draw(self, keep: bool = False) -> None:
        super()._draw(keep)
        shown = self.record.record.case.id if self.record is not None else 0
        if self._aim is not None and self._aim.key == self.key == shown:
            spot, self._aim = self._aim, None
            rows = self.query_one("#lines", RowList)
            rows.go(spot.row)
            if spot.top is not None:
                # The list has its new height only then.
                self.call_after_refresh(rows.scroll_to, y=spot.top, animate=False, immediate=True)
            self.refresh_footer()

    # -- what its tabs do -------------------------------------------------------------------

    @property
    def cursor(self) -> Any:
        """The key under the cursor of the tab shown."""
        return self.query_one("#lines", RowList).key if self.is_mounted else None

    def _under_cursor(self) -> dict[str, Any]:
        """What the actions need to know of the entry under the cursor."""
        entry = self.entry
        return {} if entry is None else {"entry": entry.kind, "open": entry.is_open}

    @property
    def entry(self) -> Entry | None:
        """The entry of the timeline under the cursor, on the tabs that show entries."""
        if self.record is None:
            return None
        key = self.cursor
        if isinstance(key, tuple):
            key = key[1] if key[0] == "entry" else None
        elif self.part not in ("timeline", "files"):
            return None
        entries = self.record.read["timeline"].entries
        return next((one for one in entries if one.id == key), None)

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        event.stop()
        self.refresh_footer()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        part = next(part for part in self.parts if part.name == self.part)
        done = part.open(self, event.key)
        if inspect.iscoroutine(done):
            self.act(done)

    def narrow(self, kind: str, words: str) -> None:
        """Shows only entries of a kind, and only those that hold some words."""
        self.kind, self.words = kind, words
        if self.record is not None:
            self.record = self._shown(self.record.record, self.record.read)
        self.part = "timeline"
        self._draw()

    async def do_kinds(self) -> None:
        from rcm_tui.screens.timeline_work import choose_kind

        kind = await choose_kind(self)
        if kind is not None:
            self.narrow(kind, self.words)

    async def do_search_timeline(self) -> None:
        from rcm_tui.screens.timeline_work import ask_words

        words = await ask_words(self)
        if words is not None:
            self.narrow(self.kind, words)

    async def do_add_to_timeline(self) -> None:
        from rcm_tui.screens.timeline_work import add_to_timeline

        try:
            await add_to_timeline(self, [self.key])
        finally:
            await self._read()  # of an email that could not go out the draft is there

    async def do_export_file(self) -> None:
        from rcm_tui.screens.attaching import take_file_out

        assert self.entry is not None
        await take_file_out(self, self.entry)

    async def do_tick(self) -> None:
        from rcm_tui.screens.timeline_work import tick

        assert self.entry is not None
        await tick(self, self.entry)
        await self._read()

    # -- its steps, and the cases below it ----------------------------------------------------

    async def do_tick_step(self) -> None:
        await case_steps.tick(self)

    def do_new_child(self) -> None:
        case_children.new_child(self)

    async def do_put_under(self) -> None:
        if await case_children.put_under(self, [self.key]):
            await self._read()

    # -- its claims -------------------------------------------------------------------------

    @property
    def claim_key(self) -> int | None:
        """The claim under the cursor of the tab Claims."""
        key = self.query_one("#lines", RowList).key if self.part == "claims" else None
        return key if isinstance(key, int) else None

    def open_claim_of_it(self, key: int) -> None:
        """Opens a claim over the case; alt+arrows go through the others."""
        keys = [claim.id for claim in self.record.record.claims]
        self.workstation.open_record("claim", key, ListWalk(keys, key))

    async def do_add_claims(self) -> None:
        from rcm_tui.billing.cases.claims import add_claims
        from rcm_tui.data.records.case import claims_by_number
        from rcm_tui.screens.case_dialogs import ClaimNumbers

        app = self.workstation
        text = await app.ask(ClaimNumbers(f"Add claims to case {self.record.record.case.number}"))
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
        claim = next((c for c in self.record.record.claims if c.id == self.claim_key), None)
        if claim is None:
            return
        words = f"Claim {claim.number}, {money_text(claim.payer_balance)} outstanding,"
        if await case_work.take_out(self, self.key, [claim.id], words):
            await self._read()

    async def do_claims_apart(self) -> None:
        from rcm_tui.screens.queue_screen import QueueScreen

        app = self.workstation
        number = self.record.record.case.number
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
