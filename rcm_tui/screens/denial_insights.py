"""Denial insights: rates by payer, code, CARC and month, and what became of what was denied."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import ClassVar

from textual.binding import BindingType
from textual.content import Content

from rcm_tui.billing.denials.history import last_followed
from rcm_tui.billing.denials.insights import (
    NO_PAYER,
    PREVENTABLE,
    Answers,
    Appealed,
    DenialInsights,
    Group,
    Recovered,
    appealed,
    denial_insights,
    narrowed,
    read_answers,
    recovered_by_owner,
)
from rcm_tui.screens.actions import bindings_of
from rcm_tui.screens.insights import BLANK, COUNTING, Behind, InsightsScreen, heading
from rcm_tui.screens.reports import value_text
from rcm_tui.screens.words import amount, moment_text
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.signs import ascii_wanted
from rcm_tui.widgets.spark import bar
from rcm_tui.widgets.written import written

NAME, COUNT, MONEY, BAR = 22, 9, 14, 10
TITLE, VALUE = 16, 9
SECONDS_BETWEEN = 60.0
"""What cases recovered is summed again this often at most (ours)."""
ANSWERED_LINES = "answered_lines"

Lines = Iterator[tuple[Content, Behind | None]]


class DenialInsightsScreen(InsightsScreen):
    """Enter opens the answers of a line; i looks into a payer, code, CARC or month."""

    area, section = "denial_insights", "reports"
    about = "Denials, 12 months"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("denial_insights")]

    def on_mount(self) -> None:
        self._answers: list[Answers] | None = None
        self._followed: object = None
        self._recovered: list[Recovered] = []
        self._appealed: Appealed | None = None
        self._summed_at = -SECONDS_BETWEEN

    def refresh_data(self) -> None:
        self.background("insights", self._read)

    async def _read(self) -> None:
        app = self.workstation
        followed = (await app.read(last_followed, app.store.database), app.today)
        if self._answers is None or followed != self._followed:
            self._say_when(reading=True)
            self._answers = await app.read(read_answers, app.store.database, app.today)
            self._followed = followed
            self.redraw()
        if time.monotonic() - self._summed_at >= SECONDS_BETWEEN:
            self._appealed = await app.read(appealed, app.store.database, app.today)
            self._recovered = await app.read(recovered_by_owner, app.store.database, app.viewer)
            self._summed_at = time.monotonic()
            self.redraw()

    def redraw(self) -> None:
        self.show_lines(self._lines(), keep=True)
        self._say_when()

    def _say_when(self, *, reading: bool = False) -> None:
        at = self._followed[0] if isinstance(self._followed, tuple) else None
        app = self.workstation
        when = f"answers up to {moment_text(at, app.zone)}" if at else "no answers yet"
        self.say_when(f"{COUNTING} reading, {when}" if reading else when)

    def _found(self) -> DenialInsights:
        answers: Sequence[Answers] = self._answers or ()
        group = None
        for behind in self.inside:
            field, group = behind.figure
            answers = narrowed(answers, field, group.name)
        return denial_insights(answers, self.workstation.today, None, group)

    def _lines(self) -> Lines:
        found = self._found()
        yield from self._rates(found)
        for title, field, groups in (
            ("By month", "month", _since_the_first(found.months)),
            ("By payer", "payer", found.payers),
            ("By procedure", "code", found.codes),
            ("By CARC", "reason", found.reasons),
        ):
            if not any(field == behind.figure[0] for behind in self.inside):
                yield BLANK
                yield from self._section(title, field, groups)
        if not self.inside:
            yield from self._people()

    def _rates(self, found: DenialInsights) -> Lines:
        whole, before = found.whole, found.preventable
        rows = [
            ("Denial rate", whole.denied, whole.answered, "lines denied ÷ answered", "denied", ""),
            (
                *("in dollars", whole.denied_amount, whole.billed),
                *("denied ÷ billed on answered lines", "denied", ""),
            ),
            (
                *("Overturned", whole.overturned, whole.ever),
                *("denied lines paid later ÷ all denied", "overturned", ""),
            ),
            (
                *("Preventable", before.denied_amount, whole.denied_amount),
                *("dollars of preventable reasons ÷ denied", "denied"),
                f"preventable:({'|'.join(PREVENTABLE)})",
            ),
        ]
        yield heading(f"{'Figure':<{TITLE}}{'now':>{VALUE}}  how it is counted")
        for title, part, of, words, view, filter in rows:
            value = value_text(Fraction(part, of) if of else None, True)
            line = written(
                cell(title, TITLE), (value.rjust(VALUE), "bold"), (f"  {words}", "$text-muted")
            )
            behind = Behind(ANSWERED_LINES, view, f"{found.filter} {filter}".strip())
            yield line, behind
        recovered = written(
            cell("Recovered", TITLE),
            amount(whole.recovered, VALUE),
            ("  paid on them later, dollars", "$text-muted"),
        )
        yield recovered, Behind(ANSWERED_LINES, "overturned", found.filter)
        if self._appealed is not None and not self.inside:
            yield _appeals(self._appealed)

    def _section(self, title: str, field: str, groups: Sequence[Group]) -> Lines:
        # Of a CARC there is no rate of its own: its share of all that was denied is shown.
        share = field == "reason"
        names = ("", "denied", "share") if share else ("answered", "denied", "rate")
        head = "".join(f"{name:>{COUNT}}" for name in names)
        yield heading(f"{title:<{NAME}}{head}{'dollars':>{MONEY}}")
        denied = sum(group.sums.denied for group in groups)
        most = max((group.sums.denied_amount for group in groups), default=0)
        for group in groups:
            sums = group.sums
            rate = Fraction(sums.denied, denied) if share and denied else sums.rate
            name = group.name or NO_PAYER
            name = f"{name}  {group.preventable}" if group.preventable else name
            line = written(
                cell(name, NAME),
                f"{'' if share else f'{sums.answered:,}':>{COUNT}}",
                (f"{sums.denied:>{COUNT},}", "bold"),
                f"{value_text(rate, True):>{COUNT}}",
                amount(sums.denied_amount, MONEY),
                " ",
                (bar(sums.denied_amount, most, BAR, ascii_wanted()), "$error"),
            )
            yield line, Behind(ANSWERED_LINES, "denied", group.filter, (field, group), name)

    def _people(self) -> Lines:
        yield BLANK
        yield heading(f"{'Recovered by cases of':<{NAME}}{'cases':>{COUNT}}{'paid since':>{MONEY}}")
        most = max((one.amount for one in self._recovered), default=0)
        for one in self._recovered:
            line = written(
                cell(one.owner or "nobody", NAME),
                f"{one.cases:>{COUNT},}",
                amount(one.amount, MONEY),
                " ",
                (bar(one.amount, most, BAR, ascii_wanted()), "$success"),
            )
            yield line, Behind("cases", "all", one.filter)


def _since_the_first(months: Sequence[Group]) -> Sequence[Group]:
    """Months from the first with an answer on; a young practice has fewer than twelve."""
    first = next((n for n, one in enumerate(months) if one.sums.answered or one.sums.ever), 0)
    return months[first:]


def _appeals(told: Appealed) -> tuple[Content, Behind]:
    won = told.overturned + told.partly
    value = value_text(Fraction(won, told.answered) if told.answered else None, True)
    line = written(
        cell("Appeals won", TITLE),
        (value.rjust(VALUE), "bold"),
        ("  overturned or partly ÷ answered by the payer", "$text-muted"),
    )
    return line, Behind("appeals", "all", told.filter)
