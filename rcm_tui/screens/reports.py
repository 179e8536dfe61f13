"""Reports: the key figures, and what is owed by age; every figure opens the records behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar

from peewee import Database
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content

from rcm_tui.data.queues.ageing import BUCKETS, PATIENT_AGEING, PAYER_AGEING
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Viewer
from rcm_tui.screens.actions import bindings_of
from rcm_tui.screens.frame import Frame
from rcm_tui.screens.queue_screen import QueueScreen
from rcm_tui.screens.words import NONE, amount, date_text
from rcm_tui.widgets.line import Line
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.row_list import Row, RowList
from rcm_tui.widgets.signs import ascii_wanted
from rcm_tui.widgets.spark import bar
from rcm_tui.widgets.written import written

if TYPE_CHECKING:
    from rcm_tui.billing.figures import KeyFigure

AGEINGS = (PAYER_AGEING, PATIENT_AGEING)
COUNTING = "…"
TITLE, VALUE, TARGET, MONEY, SHARE, BAR = 24, 10, 16, 15, 9, 12


class ReportsScreen(Frame):
    """The key figures and the two ageings, as one list."""

    area = section = "reports"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("reports")]

    def body(self) -> ComposeResult:
        yield Line(id="as-of")
        yield RowList(id="figures")

    def on_mount(self) -> None:
        self._figures: dict[str, KeyFigure] = {}
        self._owed: dict[str, Mapping[str, int]] = {}
        self.query_one("#figures", RowList).focus()
        self.refresh_data()

    def refresh_data(self) -> None:
        today = written((f"as of {date_text(self.workstation.today)}", "$text-muted"))
        self.query_one("#as-of", Line).show(written(("Reports", "bold")), today)
        self.background("figures", self._read)

    async def _read(self) -> None:
        from rcm_tui.billing.figures import key_figures

        app = self.workstation
        self._draw()
        self._owed = await app.read(read_ageings, app.store.database, app.viewer)
        self._draw()
        # One after the other, as each is counted: among a million claims some take a while.
        reading = key_figures(app.store.database, app.viewer)
        while (figure := await app.read(next, reading, None)) is not None:
            self._figures[figure.name] = figure
            self._draw()

    def _draw(self) -> None:
        rows = [*self._figure_rows(), *_insight_rows()]
        rows += _ageing_rows(self._owed) if self._owed else []
        self.query_one("#figures", RowList).show(rows)

    def _figure_rows(self) -> list[Row]:
        from rcm_tui.billing.figures import FORMULAS

        head = f"{'Key figure':<{TITLE}}{'now':>{VALUE}}  {'target':<{TARGET}}how it is counted"
        rows = [Row(written((head, "$text-muted")))]
        for formula in FORMULAS:
            figure = self._figures.get(formula.name)
            value = value_text(figure.value, figure.share) if figure else COUNTING
            line = written(
                cell(formula.title, TITLE),
                (value.rjust(VALUE), "bold"),
                f"  {cell(formula.target, TARGET)}",
                (formula.words, "$text-muted"),
            )
            rows.append(Row(line, formula.name))
        return rows

    def do_charts(self) -> None:
        self.workstation.go("charts")

    async def do_export_figures(self) -> None:
        await export_figures(self)

    def do_open(self) -> None:
        self.query_one("#figures", RowList).action_choose()

    def on_row_list_chosen(self, event: RowList.Chosen) -> None:
        event.stop()
        from rcm_tui.billing.figures import FORMULAS

        name = str(event.key)
        for formula in FORMULAS:
            if formula.name == name:
                self.workstation.go(*formula.part.rows)
                return
        self.workstation.go(name)


async def export_figures(frame: Frame, kinds: Sequence[str] = ()) -> None:
    """Asks for a file's name, and writes the workbook of figures: of some kinds, or of all."""
    from rcm_tui.data.target import TargetRefused
    from rcm_tui.exchange.figures_report import KINDS, write_report
    from rcm_tui.screens.exporting import ExportDialog, format_of

    app = frame.workstation
    what = "-".join(kinds).replace("_", "-") or "figures"
    name = f"{what}-{app.today}.xlsx"
    target = await app.ask(ExportDialog("the figures", app.export_folder, name))
    if target is None:
        return
    if format_of(target.name) != "xlsx":
        frame.say("The figures are a workbook: end the file's name with .xlsx.", "$warning")
        return
    try:
        done = await app.read(
            write_report, app.store, app.actor, kinds or KINDS, target, now=app.clock()
        )
    except TargetRefused as error:
        frame.say(f"{error}.", "$error")
        return
    frame.say(f"The figures are in {done.path}.", "$success")


class AgeingScreen(QueueScreen):
    """What is owed by age; enter shows the open claims of one who owes."""

    area, section = "ageing", "reports"
    BINDINGS: ClassVar[list[BindingType]] = [*bindings_of("ageing")]

    def open_row(self, key: int) -> None:
        who = self.queue.columns[0].name
        name = str(self.row()[who]).replace('"', "")
        self.workstation.go("claims", f"open_{who}", f'{who}:"{name}"')


class PayerAgeingScreen(AgeingScreen):
    queue = PAYER_AGEING


class PatientAgeingScreen(AgeingScreen):
    queue = PATIENT_AGEING


def read_ageings(database: Database, viewer: Viewer) -> dict[str, Mapping[str, int]]:
    """The totals of each ageing, by the queue's name."""
    return {queue.name: QueuePages(database, queue, viewer).totals() for queue in AGEINGS}


def value_text(value: Fraction | None, share: bool) -> str:
    """`52.1` days, or `12.4 %`; rounded half up to a tenth."""
    if value is None:
        return NONE
    tenths = (value * (1000 if share else 10) + Fraction(1, 2)).__floor__()
    whole, tenth = divmod(abs(tenths), 10)
    text = f"{'-' if tenths < 0 else ''}{whole:,}.{tenth}"
    return f"{text} %" if share else text


def _insight_rows() -> list[Row]:
    """The ways to the insights of cases and denials."""
    said = (
        ("case_insights", "Case insights", "open cases by payer and subject, owner and CARC"),
        ("denial_insights", "Denial insights", "rates by payer, code, CARC, month; what came back"),
        ("denied_before", "Denied before", "by kinds of lines; R makes a payer rule of them"),
    )
    rows = [Row(Content(""))]
    for name, title, words in said:
        rows.append(Row(written((cell(title, TITLE), "bold"), (words, "$text-muted")), name))
    return rows


def _ageing_rows(owed: Mapping[str, Mapping[str, int]]) -> list[Row]:
    """What is owed by age, payers beside patients, and the way to each of the two queues."""
    sides = [owed[queue.name] for queue in AGEINGS]
    ages = [sum(side[name] for side in sides) for name, _, _ in BUCKETS]
    head = f"{'What is owed':<{TITLE}}{'payers':>{MONEY}}{'patients':>{MONEY}}{'share':>{SHARE}}"
    rows = [Row(Content("")), Row(written((head, "$text-muted")))]
    for (name, title, _), cents in zip(BUCKETS, ages, strict=True):
        share = Fraction(cents, sum(ages)) if sum(ages) else None
        line = written(
            cell(f"{title} days", TITLE),
            *(amount(side[name], MONEY) for side in sides),
            f"{value_text(share, True):>{SHARE}}  ",
            (bar(cents, max(ages), BAR, ascii_wanted()), "$accent"),
        )
        rows.append(Row(line))
    rows.append(
        Row(written(cell("credits", TITLE), *(amount(side["credit"], MONEY) for side in sides)))
    )
    for place, queue in enumerate(AGEINGS):
        total = amount(owed[queue.name]["total"], MONEY)
        blank = " " * (MONEY * place)
        rows.append(Row(written(cell(queue.title, TITLE), blank, (total, "bold")), queue.name))
    return rows
