"""The files that charges are taken out in: the billing export and the duplicates report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from rcm_tui.data.records.desk import active_units
from rcm_tui.data.sentences import as_sentence
from rcm_tui.data.target import TargetRefused, safe_target
from rcm_tui.screens.charge_dialogs import CHARGE, CountingDialog, figure
from rcm_tui.screens.confirm import Confirm
from rcm_tui.screens.result_sheet import ResultSheet, show_result
from rcm_tui.screens.words import count_of, money_text
from rcm_tui.widgets.entry import Entry, Toggle
from rcm_tui.widgets.line import Line
from rcm_tui.widgets.written import written

if TYPE_CHECKING:
    from rcm_tui.billing.charges.external import ExportChoice
    from rcm_tui.billing.charges.selection import Chosen
    from rcm_tui.screens.queue_screen import QueueScreen

Written = TypeVar("Written")


@dataclass(frozen=True, slots=True)
class Range:
    """The days (ISO text) and the unit that a dialog begins with; "" and None for any."""

    first: str = ""
    last: str = ""
    unit: int | None = None


@dataclass(slots=True)
class _Found:
    count: int
    cents: int | None = None
    left: dict[str, int] = field(default_factory=dict)


class FileDialog(CountingDialog["tuple[Any, Path] | None"]):
    """Dates, units and a file's name. Gives what was chosen, and where to write it."""

    ending = ""
    verb = "write"

    def __init__(
        self, title: str, units: Sequence[tuple[int, str]], begin: Range, folder: Path, today: Any
    ) -> None:
        super().__init__(title, units, begin.unit)
        self._begin = begin
        self._folder = folder
        self._today = today
        self._named = ""

    def parts(self) -> ComposeResult:
        yield from self.days_row(self._begin.first, self._begin.last)
        yield from self.unit_toggles()
        yield from self.options()
        with Horizontal(classes="row"):
            yield Static("File", classes="label", markup=False)
            yield Entry(id="file", select_on_focus=False)
        yield Line(written(("into the folder ", "$text-muted"), self._folder.name))
        yield from self.figure_lines()

    def options(self) -> ComposeResult:
        yield from ()

    def keys(self) -> list[tuple[str, str]]:
        return [("enter", f"{self.verb} {count_of(self._count, CHARGE)}"), ("esc", "cancel")]

    def choice(self) -> Any:
        """What is chosen. Raises ValueError with a sentence."""
        raise NotImplementedError

    def suggested(self, choice: Any) -> str:
        """The file's name for a choice."""
        raise NotImplementedError

    def found(self, choice: Any) -> _Found:
        """What would be in the file; on a thread."""
        raise NotImplementedError

    def reading(self) -> Callable[[], Any]:
        choice = self.choice()
        entry, name = self.query_one("#file", Entry), self.suggested(choice)
        if entry.value == self._named:
            # Who has typed a name of their own keeps it.
            self._named = entry.value = name
        return lambda: self.found(choice)

    def show_figures(self, preview: _Found) -> None:
        self._count = preview.count
        self.line("whole", figure(preview.count, f"charges {self.into}", preview.cents))
        self.show_left(preview.left, "are not in it")

    into = "in the file"

    def action_accept(self) -> None:
        name = self.query_one("#file", Entry).value
        if not name.lower().endswith(self.ending):
            self.problem(f"End the file's name with {self.ending}.")
            return
        try:
            self.dismiss((self.choice(), safe_target(self._folder, name)))
        except ValueError as error:  # a date, or TargetRefused
            self.problem(as_sentence(error))


class BillingExportDialog(FileDialog):
    """What to export for another billing system."""

    ending, verb = ".csv", "export"

    def options(self) -> ComposeResult:
        yield Toggle("Also what was billed externally before", False, id="again")

    def choice(self) -> ExportChoice:
        from rcm_tui.billing.charges.external import ExportChoice

        first, last = self.chosen_days(self._today)
        return ExportChoice(
            first, last, self.chosen_units(), again=self.query_one("#again", Toggle).value
        )

    def suggested(self, choice: ExportChoice) -> str:
        from rcm_tui.exchange.billing_export import suggested_name

        return suggested_name(choice)

    def found(self, choice: ExportChoice) -> _Found:
        from rcm_tui.billing.charges.external import exportable

        keys, left = exportable(self.workstation.store.database, choice)
        reasons = Counter(one.reason.split(":")[0] for one in left)
        return _Found(len(keys), left=dict(reasons))


class DuplicatesDialog(FileDialog):
    """Whose twins to look for."""

    ending, verb = ".xlsx", "report"
    into = "wait for a twin"

    def choice(self) -> Chosen:
        from rcm_tui.billing.charges.selection import Chosen

        first, last = self.chosen_days(self._today)
        return Chosen(first, last, self.chosen_units())

    def suggested(self, choice: Chosen) -> str:
        from rcm_tui.exchange.duplicates_report import suggested_name

        return suggested_name(choice)

    def found(self, choice: Chosen) -> _Found:
        from rcm_tui.billing.charges.duplicates import waiting_twins

        pairs = waiting_twins(self.workstation.store.database, choice)
        return _Found(len({key for key, _ in pairs}))


async def export_for_billing(screen: QueueScreen, begin: Range) -> None:
    """Asks what, writes the csv, and asks whether to mark it as billed externally."""
    from rcm_tui.billing.charges.external import mark_billed_externally
    from rcm_tui.exchange.billing_export import export_billing

    app = screen.workstation
    done = await _written(screen, BillingExportDialog, "Billing export", begin, export_billing)
    if done is None:
        return
    sentence = f"{count_of(len(done.charges), CHARGE)} exported to {done.path}."
    if done.charges and await app.ask(
        Confirm(
            f"Mark {count_of(len(done.charges), CHARGE)} as Billed Externally?",
            [sentence, "Then no claims are made of them here. u undoes the marking."],
            "mark as billed",
        )
    ):
        outcome = await app.change(mark_billed_externally, done.charges)
        screen.done_with()
        marked = f"{count_of(len(outcome.done), CHARGE)} Billed Externally"
        sentence += f" {marked}, {money_text(outcome.amount)}."
        done.left += outcome.left
    if done.left:
        sheet = ResultSheet("Exported", [sentence], done.left, apart=True)
        await show_result(screen, sheet)
    screen.say(sentence, "$success")


async def report_duplicates(screen: QueueScreen, begin: Range) -> None:
    """Asks which days, and writes the workbook of charges whose twins wait."""
    from rcm_tui.exchange.duplicates_report import write_duplicates

    done = await _written(screen, DuplicatesDialog, "Duplicates report", begin, write_duplicates)
    if done is not None:
        waits = f"{count_of(done.charges, CHARGE)} and the twins that they wait for"
        screen.say(f"{waits} are in {done.path}.", "$success")


async def _written(
    screen: QueueScreen,
    dialog: type[FileDialog],
    title: str,
    begin: Range,
    write: Callable[..., Written],
) -> Written | None:
    """Asks what and where to, and writes it; None where nobody wants it, or it cannot be there."""
    app = screen.workstation
    units = await app.read(active_units, app.store.database)
    answer = await app.ask(dialog(title, units, begin, app.export_folder, app.today))
    if answer is None:
        return None
    choice, target = answer
    try:
        return await app.read(write, app.store, app.actor, choice, target, now=app.clock())
    except TargetRefused as error:
        screen.say(f"{error}.", "$error")
        return None
