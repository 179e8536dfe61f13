"""What an import shows before anything is written: what each row would do, what columns mean."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Static

from rcm_tui.exchange.tables import kinds
from rcm_tui.exchange.tables.importing import TableReport
from rcm_tui.exchange.tables.kinds import TableKind, table_kinds
from rcm_tui.exchange.tables.mapping import OUR_HEADINGS, Understood
from rcm_tui.exchange.tables.outcomes import OUTCOMES, RowOutcome
from rcm_tui.screens.typed_ahead import ACTION
from rcm_tui.screens.words import count_of
from rcm_tui.widgets.chooser import Chooser, Option
from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.entry import Entry
from rcm_tui.widgets.line import Line
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.row_list import Row, RowList
from rcm_tui.widgets.signs import ascii_wanted, sign
from rcm_tui.widgets.tab_line import TabLine
from rcm_tui.widgets.written import folded, written

IMPORT, COLUMNS = "import", "columns"
WORDS = {"new": "New", "update": "Updates", "same": "The same", "refused": "Refused"}
SIGNS = {"new": "open", "update": "partly", "same": "done", "refused": "failed"}
STYLES = {"new": "$success", "update": "$accent", "same": "$text-muted", "refused": "$error"}
SHOWN = 1000
"""Rows of an outcome that are drawn; a person looks through no more (ours)."""
HEADING = 26


class TrialSheet(Dialog[str]):
    """What each row of a table would do, or did, by outcome, with how many each.

    Gives "import" or "columns" when the person wants that, else "".
    """

    DEFAULT_CSS = """
    TrialSheet > #box { width: 100%; height: 100%; }
    TrialSheet RowList { height: 1fr; }
    TrialSheet #outcomes { margin: 1 0; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("a", "import_rows", show=False),
        Binding("m", "columns", show=False),
        Binding("right_square_bracket", "turn(1)", show=False),
        Binding("left_square_bracket", "turn(-1)", show=False),
    ]

    def __init__(self, report: TableReport) -> None:
        self._tried = report.outcome == "tried"
        noun = table_kinds()[report.kind].noun
        self._noun = noun
        what = "What importing would do" if self._tried else "What importing did"
        super().__init__(f"{what}: {count_of(report.counts.total(), noun)} of {report.file}")
        self._report = report
        self._outcome = next((one for one in reversed(OUTCOMES) if report.counts[one]), "new")

    def parts(self) -> ComposeResult:
        report = self._report
        source = f" · source {report.source}" if not report.source.startswith("headings ") else ""
        known = " · columns as remembered" if report.remembered else ""
        yield Line(written((f"{report.described}{source}{known}", "$text-muted")))
        for note in report.notes:
            yield Line(written((note, "$warning")))
        if report.refused_file is not None:
            yield Line(written("To be corrected and imported again: ", str(report.refused_file)))
        yield TabLine(self._tabs(), self._outcome, id="outcomes")
        yield RowList(id="rows")

    def keys(self) -> list[tuple[str, str]]:
        keys = []
        if self._tried and self._report.good:
            keys.append(("a", f"import {self._report.good:,} good rows"))
        if self._tried:
            keys.append(("m", "columns"))
        leave = ("esc", "cancel") if self._tried else ("enter", "close")
        return [*keys, ("[", "] outcomes"), leave]

    def on_mount(self) -> None:
        self.query_one("#rows", RowList).focus()
        self.call_after_refresh(self._show)

    def on_resize(self) -> None:
        self.call_after_refresh(self._show)

    def on_tab_line_chosen(self, event: TabLine.Chosen) -> None:
        event.stop()
        self._outcome = event.name
        self._show()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.action_accept()

    def action_turn(self, by: int) -> None:
        at = (OUTCOMES.index(self._outcome) + by) % len(OUTCOMES)
        self._outcome = OUTCOMES[at]
        self._show()

    def action_import_rows(self) -> None:
        if not self._tried:
            return
        if self._report.good:
            self.dismiss(IMPORT)
        else:
            self.problem("No row is good and new: there is nothing to import.")

    def action_columns(self) -> None:
        if self._tried:
            self.dismiss(COLUMNS)

    def action_accept(self) -> None:
        if not self._tried:
            self.dismiss("")

    def action_leave(self) -> None:
        self.dismiss("")

    def _tabs(self) -> list[tuple[str, str]]:
        counts = self._report.counts
        return [
            (one, f"{sign(SIGNS[one], ascii_wanted())} {WORDS[one]} {counts[one]:,}")
            for one in OUTCOMES
        ]

    def _show(self) -> None:
        self.query_one("#outcomes", TabLine).show(self._tabs(), self._outcome)
        listed = self.query_one("#rows", RowList)
        width = max(40, listed.size.width - 4)
        rows: list[Row] = []
        chosen = [one for one in self._report.rows if one.outcome == self._outcome]
        for one in chosen[:SHOWN]:
            rows += _lines(one, width)
        more = self._report.counts[self._outcome] - len(chosen[:SHOWN])
        if more > 0:
            rows.append(Row(written((f"… and {more:,} more", "$text-muted"))))
        if not rows:
            rows = [Row(written(("none", "$text-muted")))]
        listed.show(rows, keep=False)


def _lines(one: RowOutcome, width: int) -> list[Row]:
    """A row of the file: its number and what it is about, then what changes or is wrong."""
    start = written((cell(f"row {one.number:,}", 11), "$text-muted"))
    lines = [written(start, (one.name, STYLES[one.outcome]))] if one.name else []
    for change in one.changes:
        text = f"{change.label}: {change.old or 'empty'} → {change.new or 'empty'}"
        lines += folded(" " * 11 if lines else start, text, width)
    for fault in one.faults:
        lines += folded(" " * 11 if lines else start, fault.reason, width, STYLES["refused"])
    lines = lines or [start]
    return [Row(line, one.number if place == 0 else None) for place, line in enumerate(lines)]


class HeadingsDialog(Dialog["tuple[str, str, dict[str, str]] | None"]):
    """Which heading of a file means what. Gives kind, source and what was told; None for cancel."""

    DEFAULT_CSS = """
    HeadingsDialog RowList { height: auto; max-height: 16; margin-top: 1; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+s", "try_it", show=False),
    ]

    def __init__(
        self, table: TableReport | Understood, source: str, missing: Sequence[str] = ()
    ) -> None:
        known = table_kinds()
        self._kind: TableKind = table.kind if isinstance(table, Understood) else known[table.kind]
        super().__init__(f"What the columns of {self._kind.noun[1]} mean")
        self._headings = [
            one for one in table.headings if one and kinds.folded(one) not in OUR_HEADINGS
        ]
        self._mapping = dict(table.mapping)
        self._source = source
        self._missing = missing

    def parts(self) -> ComposeResult:
        if self._missing:
            for line in folded("Needed: ", "; ".join(self._missing), 72, "$warning"):
                yield Line(line)
        with Horizontal(classes="row"):
            yield Static("Source", classes="label", markup=False)
            yield Entry(
                self._source,
                id="source",
                placeholder="whose file it is; its columns are remembered",
                max_length=60,
            )
        yield RowList(self._rows(), id="headings")

    def keys(self) -> list[tuple[str, str]]:
        return [("enter", "choose"), ("ctrl+s", "try it so"), ("tab", "source"), ("esc", "cancel")]

    def on_mount(self) -> None:
        self.query_one("#headings", RowList).focus()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        self.run_worker(self._choose(str(event.key)), group="action", exit_on_error=False)

    async def _choose(self, heading: str) -> None:
        app: Any = self.app
        offered = [Option("", "left out")]
        offered += [Option(one.name, one.label, one.name) for one in self._kind.columns]
        try:
            now = self._mapping.get(heading)
            chosen = await app.ask(Chooser(f"What is {heading}?", offered, now))
        finally:
            # This dialog goes on; keys that were typed meanwhile are for it.
            app.typed_ahead.release(ACTION)
        if chosen is None:
            return
        for other, column in self._mapping.items():
            if chosen and column == chosen:
                self._mapping[other] = ""
        self._mapping[heading] = chosen
        self.query_one("#headings", RowList).show(self._rows())

    def action_try_it(self) -> None:
        missing = self._kind.missing({column for column in self._mapping.values() if column})
        if missing:
            self.problem(f"Still needed: {'; '.join(missing)}.")
            return
        source = self.query_one("#source", Entry).value.strip()
        told = {heading: self._mapping.get(heading, "") for heading in self._headings}
        self.dismiss((self._kind.name, source, told))

    def action_accept(self) -> None:
        self.action_try_it()

    def _rows(self) -> list[Row]:
        rows = []
        for heading in self._headings:
            column = self._mapping.get(heading, "")
            meant = (
                (self._kind.column(column).label, "bold")
                if column
                else ("left out", "$text-disabled")
            )
            rows.append(Row(written((cell(heading, HEADING), ""), "  ", meant), heading))
        return rows
