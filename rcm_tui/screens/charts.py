"""Twelve months as charts: what payers paid, and what part of the claims they denied."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content

from rcm_tui.data.records.months import Months, read_decided, read_months
from rcm_tui.screens.actions import bindings_of
from rcm_tui.screens.frame import Frame
from rcm_tui.screens.reports import value_text
from rcm_tui.screens.words import NONE, date_text
from rcm_tui.widgets.columns_chart import WIDTH, columns_chart
from rcm_tui.widgets.line import Line
from rcm_tui.widgets.row_list import Row, RowList
from rcm_tui.widgets.signs import ascii_wanted
from rcm_tui.widgets.written import written

HEIGHT = 5
STEPS = ((1_000_000_00, "M"), (1_000_00, "k"))


class ChartsScreen(Frame):
    """Both charts under each other; the figures stand below their columns."""

    area, section = "charts", "reports"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("charts")]

    def body(self) -> ComposeResult:
        yield Line(id="as-of")
        yield RowList(id="charts")

    def on_mount(self) -> None:
        self.query_one("#charts", RowList).focus()
        self.refresh_data()

    def refresh_data(self) -> None:
        today = written((f"as of {date_text(self.workstation.today)}", "$text-muted"))
        self.query_one("#as-of", Line).show(written(("Twelve months", "bold")), today)
        self.background("charts", self._read)

    async def do_export_figures(self) -> None:
        from rcm_tui.screens.reports import export_figures

        await export_figures(self)

    async def _read(self) -> None:
        app = self.workstation
        months = await app.read(read_months, app.store.database, app.today)
        decided = await app.read(read_decided, app.store.database, app.today)
        self.query_one("#charts", RowList).show(chart_rows(months, decided, ascii_wanted()))


def chart_rows(months: Months, decided: tuple[int, ...], ascii_only: bool) -> list[Row]:
    """The lines of both charts."""
    rates = [
        Fraction(denied, of) if of else None
        for denied, of in zip(months.denied, decided, strict=True)
    ]
    names = [f"{name[5:]}/{name[2:4]}" for name in months.names]
    money = _chart(months.paid, [short_money(cents) for cents in months.paid], names, ascii_only)
    shares = [0 if rate is None else int(rate * 1_000_000) for rate in rates]
    words = [NONE if rate is None else value_text(rate, True).replace(" %", "") for rate in rates]
    denied = _chart(shares, words, names, ascii_only)
    return [
        Row(written(("Received from payers", "bold"))),
        *(Row(written((line, "$success"))) for line in money[:-2]),
        *(Row(written(line)) for line in money[-2:]),
        Row(Content("")),
        Row(written(("Denied of the claims that were decided, %", "bold"))),
        *(Row(written((line, "$error"))) for line in denied[:-2]),
        *(Row(written(line)) for line in denied[-2:]),
    ]


def short_money(cents: int) -> str:
    """`12.3k` for 12,345.00: four or five characters."""
    for step, sign in STEPS:
        if abs(cents) >= step:
            tenths = abs(cents) * 10 // step
            text = f"{tenths // 10}.{tenths % 10}" if tenths < 1000 else str(tenths // 10)
            return f"{'-' if cents < 0 else ''}{text}{sign}"
    return str(cents // 100) if cents >= 0 else f"-{-cents // 100}"


def _chart(
    figures: Sequence[int], words: Sequence[str], names: Sequence[str], ascii_only: bool
) -> list[str]:
    return [
        *columns_chart(figures, HEIGHT, ascii_only),
        "".join(f"{word:<{WIDTH}}" for word in words).rstrip(),
        "".join(f"{name:<{WIDTH}}" for name in names).rstrip(),
    ]
