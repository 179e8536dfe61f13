"""Making statements and writing them into files, and taking what clients send in answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from rcm_tui.data.target import TargetRefused
from rcm_tui.screens.visit_dialogs import OneOf, PaymentDialog
from rcm_tui.screens.words import count_of, money_text
from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.line import Line
from rcm_tui.widgets.written import written

if TYPE_CHECKING:
    from rcm_tui.screens.frame import Frame

STATEMENT, CLIENT, FILE = ("statement", "statements"), ("client", "clients"), ("file", "files")
TOGETHER, ALONE = "one file", "one each"


@dataclass(frozen=True, slots=True)
class AsFiles:
    """How statements are written: "pdf" or "txt", together or each alone."""

    format: str
    each_alone: bool


class StatementsDialog(Dialog["AsFiles | None"]):
    """Says how many statements and how much, where they go, and asks for the format."""

    DEFAULT_CSS = """
    StatementsDialog .label { width: 9; }
    """

    def __init__(self, title: str, what: str, folder: str, verb: str) -> None:
        super().__init__(title)
        self._what, self._folder, self._verb = what, folder, verb

    def parts(self) -> ComposeResult:
        yield Line(written((self._what, "bold")))
        yield Line(written(("into ", "$text-muted"), self._folder))
        with Horizontal(classes="row"):
            yield Static("Format", classes="label", markup=False)
            yield OneOf(("pdf", "txt"), "pdf", id="format")
        with Horizontal(classes="row"):
            yield Static("Files", classes="label", markup=False)
            yield OneOf((TOGETHER, ALONE), TOGETHER, id="files")

    def keys(self) -> list[tuple[str, str]]:
        return [("enter", self._verb), ("tab", "next field"), ("esc", "cancel")]

    def action_accept(self) -> None:
        alone = self.query_one("#files", OneOf).value == ALONE
        self.dismiss(AsFiles(self.query_one("#format", OneOf).value, alone))


async def make_and_write(frame: Frame, clients: Sequence[int], owed: int) -> bool:
    """Makes statements of clients, after a question, and writes them; false when nothing was."""
    from rcm_tui.billing.statements.making import make_statements
    from rcm_tui.screens.visit_work import told

    app = frame.workstation
    what = f"{count_of(len(clients), CLIENT)}, {money_text(owed)} owed"
    folder = str(app.export_folder)
    answer = await app.ask(StatementsDialog("Make statements", what, folder, "make them"))
    if answer is None:
        return False
    outcome = await app.change_in_steps("Making statements", make_statements, clients)
    sentence = "No statement was made."
    if outcome.made:
        files = await _written(frame, outcome.made, answer)
        made = count_of(len(outcome.made), STATEMENT)
        sentence = f"{made}, {money_text(outcome.amount)} due: {files}"
    await told(frame, "Statements", sentence, outcome)
    return True


async def write_again(frame: Frame, statements: Sequence[int], due: int) -> None:
    """Writes statements that were made before, as they were."""
    app = frame.workstation
    what = f"{count_of(len(statements), STATEMENT)}, {money_text(due)} due"
    folder = str(app.export_folder)
    answer = await app.ask(StatementsDialog("Print again", what, folder, "write them"))
    if answer is not None:
        frame.say(await _written(frame, statements, answer), "$success")


async def _written(frame: Frame, statements: Sequence[int], answer: AsFiles) -> str:
    """Writes statements; says where they are, or why they are not."""
    from rcm_tui.exchange.statements.files import Written, write_statements

    app = frame.workstation

    def writing(progress: Any) -> Written:
        return write_statements(
            app.store,
            app.actor,
            statements,
            app.export_folder,
            answer.format,
            each_alone=answer.each_alone,
            now=app.clock(),
            progress=progress,
        )

    try:
        done = await app.run_with_progress("Writing statements", writing)
    except TargetRefused as error:
        return f"not written: {error}; the list of statements prints them again."
    if len(done.files) == 1:
        return f"written to {done.files[0]}"
    return f"{count_of(len(done.files), FILE)} in {app.export_folder}"


async def take_on_account(frame: Frame, client: int, row: Mapping[str, Any]) -> bool:
    """Asks for what a client sends in answer to a statement, and takes it on the account."""
    from rcm_tui.billing.invoices.payments import COPAY, take_payment_on_account

    app = frame.workstation
    figures = f"{row['mrn']} · owed {money_text(row['balance'])}"
    dialog = PaymentDialog("account", figures, row["balance"], app.today)
    answer = await app.ask(dialog)
    if answer is None:
        return False
    memo = "statement" if answer.memo == COPAY else answer.memo
    taken = await app.change(
        take_payment_on_account,
        client,
        answer.amount,
        answer.method,
        memo,
        answer.reference,
        answer.received_on,
    )
    frame.say(
        f"{money_text(taken.amount)} taken as {taken.number}; {money_text(taken.balance)} owed.",
        "$success",
    )
    return True
