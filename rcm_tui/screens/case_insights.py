"""Case Insights: open cases by payer and subject, owner and CARC, and what is owed on them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content

from rcm_tui.data.queues.cases import STAGES
from rcm_tui.data.records.case_insights import (
    CaseInsights,
    Counted,
    claims_of_cases,
    read_case_insights,
)
from rcm_tui.screens.actions import bindings_of
from rcm_tui.screens.insights import BLANK, COUNTING, Behind, InsightsScreen, heading
from rcm_tui.screens.words import amount, moment_text, state
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.signs import ascii_wanted
from rcm_tui.widgets.spark import bar
from rcm_tui.widgets.written import Piece, written

WORDS, PAYER, COUNT, MONEY, STAGE, BAR = 34, 14, 7, 14, 5, 10
WIDE = 100
"""From here on the three stages of open cases stand beside each other."""

Lines = Iterator[tuple[Content, Behind | None]]


class CaseInsightsScreen(InsightsScreen):
    """Enter opens the cases of a line, L their claims; i looks into it by owner and CARC."""

    area, section = "case_insights", "reports"
    about = "Case insights"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("case_insights")]

    def refresh_data(self) -> None:
        self.background("insights", self._read)

    def redraw(self) -> None:
        self.refresh_data()

    async def _read(self) -> None:
        app = self.workstation
        self.say_when(f"{COUNTING} counting")
        found = await app.read(read_case_insights, app.store.database, app.viewer, self.within)
        self.show_lines(self._lines(found), keep=True)
        self.say_when(f"as of {moment_text(app.clock(), app.zone)}")

    def _lines(self, found: CaseInsights) -> Lines:
        wide = self.size.width >= WIDE
        stages = f"{'new':>{STAGE}}{'in p.':>{STAGE + 1}}{'await':>{STAGE + 1}}" if wide else ""
        head = f"{'cases':>{COUNT}}{'claims':>{COUNT}}{'outstanding':>{MONEY}}{stages}"
        yield heading(f"{'All cases by stage':<{WORDS}}{head}")
        for counted, choice in zip(found.stages, STAGES, strict=True):
            sign = state((choice,), choice.value)
            yield self._line(counted, found.stages, (sign,), wide)
        for title, group in (
            ("Open cases by payer and subject", found.payers),
            ("Open cases by owner", found.owners),
            ("Open cases by CARC", found.reasons),
        ):
            yield BLANK
            yield heading(f"{title:<{WORDS}}{head}")
            for counted in group:
                yield self._line(counted, group, counted.words, wide)

    def _line(
        self, counted: Counted, among: Sequence[Counted], words: Sequence[Piece], wide: bool
    ) -> tuple[Content, Behind]:
        most = max(one.outstanding for one in among)
        name: list[Piece] = [*words]
        if len(counted.words) > 1:
            payer, subject = counted.words
            name = [cell(payer, PAYER), " ", cell(subject, WORDS - PAYER - 1)]
        elif isinstance(words[0], str):
            name = [cell(words[0], WORDS)]
        else:
            name = [words[0], " " * (WORDS - words[0].cell_length)]  # type: ignore[union-attr]
        counts = "".join(f"{count:>{STAGE},} " for count in counted.stages) if wide else ""
        content = written(
            *name,
            (f"{counted.cases:>{COUNT},}", "bold"),
            f"{counted.claims:>{COUNT},}",
            amount(counted.outstanding, MONEY),
            f" {counts} " if wide else " ",
            (bar(counted.outstanding, most, BAR, ascii_wanted()), "$accent"),
        )
        inside = " · ".join(counted.words)
        return content, Behind("cases", counted.view, counted.filter, counted, inside)

    def do_claims_behind(self) -> None:
        self.background("claims", self._open_claims)

    async def _open_claims(self) -> None:
        from rcm_tui.screens.queue_screen import QueueScreen

        app, behind = self.workstation, self.chosen()
        if behind is None:
            return
        keys = await app.read(claims_of_cases, app.store.database, app.viewer, behind.figure)
        app.go("claims")
        claims = app.screen
        assert isinstance(claims, QueueScreen)
        claims.show_only(keys, f"in cases: {behind.inside}")
