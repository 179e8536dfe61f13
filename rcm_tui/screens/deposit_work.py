"""Work on deposits from their queue: typing one, importing a statement, reconciling."""

from __future__ import annotations

import datetime
from functools import partial
from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from rcm_tui.billing.deposits.recording import ReceivedDeposit
from rcm_tui.billing.outcome import Outcome
from rcm_tui.screens.confirm import Confirm
from rcm_tui.screens.paper_dialogs import amount_of
from rcm_tui.screens.result_sheet import tell_outcome
from rcm_tui.screens.words import count_of, money_text
from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.entry import DateEntry, Entry
from rcm_tui.widgets.line import Line
from rcm_tui.widgets.row_list import Row, RowList
from rcm_tui.widgets.written import folded, written

if TYPE_CHECKING:
    from rcm_tui.screens.queue_screen import QueueScreen

DEPOSIT = ("deposit", "deposits")
FIELDS = (
    ("amount", "Amount", "dollars; negative where money was taken out", 12),
    ("reference", "Reference", "the trace or check number, if the bank gives it", 80),
    ("description", "Bank says", "the words of the bank", 200),
    ("memo", "Memo", "", 200),
)


class DepositDialog(Dialog["ReceivedDeposit | None"]):
    """A deposit as it is typed from the bank's statement."""

    DEFAULT_CSS = """
    DepositDialog .label { width: 11; }
    """

    def __init__(self, today: datetime.date) -> None:
        super().__init__("New deposit")
        self._today = today

    def parts(self) -> ComposeResult:
        with Horizontal(classes="row"):
            yield Static("Received", classes="label", markup=False)
            yield DateEntry("t", id="received", placeholder="t, -1d, 3/14")
        for name, label, placeholder, longest in FIELDS:
            with Horizontal(classes="row"):
                yield Static(label, classes="label", markup=False)
                yield Entry(id=name, placeholder=placeholder, max_length=longest)

    def keys(self) -> list[tuple[str, str]]:
        return [("enter", "record"), ("tab", "next field"), ("esc", "cancel")]

    def action_accept(self) -> None:
        typed = {name: self.query_one(f"#{name}", Entry).value.strip() for name, *_ in FIELDS}
        try:
            day = self.query_one("#received", DateEntry).days(self._today)
            amount = amount_of(typed["amount"])
            if not amount:
                raise ValueError("A deposit of nothing is none.")
        except ValueError as error:
            self.problem(str(error))
            return
        self.dismiss(
            ReceivedDeposit(
                day.first if day else self._today,
                amount,
                typed["reference"],
                typed["description"],
                typed["memo"],
            )
        )


class StatementSheet(Dialog[None]):
    """What importing a statement did, a sentence a line."""

    DEFAULT_CSS = """
    StatementSheet RowList { height: auto; max-height: 16; }
    """

    def __init__(self, name: str, sentences: list[str]) -> None:
        super().__init__(f"Statement {name}")
        self._sentences = sentences

    def parts(self) -> ComposeResult:
        yield Line(written(self._sentences[0]))
        lines = [line for said in self._sentences[1:] for line in folded("  ", said, 72)]
        yield RowList([Row(line) for line in lines])

    def keys(self) -> list[tuple[str, str]]:
        return [("enter", "close")]


async def type_deposit(frame: QueueScreen) -> None:
    """Asks for a deposit and records it."""
    from rcm_tui.billing.deposits.recording import record_one

    app = frame.workstation
    deposit = await app.ask(DepositDialog(app.today))
    if deposit is None:
        return
    key = await app.change(record_one, deposit)
    frame.want("all", key=key)
    frame.say(f"{money_text(deposit.amount)} recorded. = shows what it may be.", "$success")


async def import_a_statement(frame: QueueScreen) -> None:
    """Lets a person choose a statement of the import folder, and records its lines."""
    from rcm_tui.data.source_folder import read_source
    from rcm_tui.exchange.bank_statements import import_statement, told
    from rcm_tui.exchange.tables.source import MOST_BYTES
    from rcm_tui.screens.source_choice import choose_and_read

    app, read_whole = frame.workstation, partial(read_source, most=MOST_BYTES)
    chosen = await choose_and_read(frame, "Import which statement?", read_whole)
    if chosen is None:
        return
    name, content = chosen
    read, outcome = await app.read(
        import_statement, app.store, app.actor, name, content, now=app.clock()
    )
    await app.look(afresh=True)
    frame.refresh_data()
    said = told(read, outcome)
    if len(said) > 1:
        await app.ask(StatementSheet(name, said))
    frame.say(said[0], "$success" if not read.refused else "$warning")


async def reconcile_chosen(frame: QueueScreen) -> None:
    """Finds the payments of the marked deposits, or of all of the view when none is marked."""
    from rcm_tui.billing.deposits.reconciling import reconcile

    keys = await frame.chosen_keys() if frame.table.marks else None
    outcome = await frame.workstation.change(reconcile, keys)
    await _tell(frame, "reconciled", outcome)


async def set_chosen_aside(frame: QueueScreen) -> None:
    """Asks why deposits are no payments of payers, and keeps them out of the way."""
    from rcm_tui.billing.deposits.reconciling import set_aside
    from rcm_tui.screens.visit_dialogs import ReasonDialog

    keys, totals = await frame.chosen_keys(), await frame.sum_marked()
    sentence = f"{count_of(len(keys), DEPOSIT)}, {money_text(totals['amount'])}."
    why = await frame.workstation.ask(ReasonDialog("No payment of a payer", "set aside", sentence))
    if why is not None:
        await _tell(frame, "set aside", await frame.workstation.change(set_aside, keys, why))


async def bring_back(frame: QueueScreen) -> None:
    """Brings deposits that were set aside back."""
    from rcm_tui.billing.deposits.reconciling import set_aside

    keys = await frame.chosen_keys()
    await _tell(frame, "brought back", await frame.workstation.change(set_aside, keys, ""))


async def unmatch_chosen(frame: QueueScreen) -> None:
    """Takes the payments of deposits off them again, after a question."""
    from rcm_tui.billing.deposits.reconciling import unmatch

    keys, totals = await frame.chosen_keys(), await frame.sum_marked()
    sentences = [
        f"{count_of(len(keys), DEPOSIT)}, {money_text(totals['matched'])} explained:",
        "their payments wait for their money again. u brings them back.",
    ]
    if await frame.workstation.ask(Confirm("Unmatch", sentences, "unmatch")):
        await _tell(frame, "unmatched", await frame.workstation.change(unmatch, keys))


async def _tell(frame: QueueScreen, verb: str, outcome: Outcome) -> None:
    frame.done_with()
    said = f"{count_of(len(outcome.done), DEPOSIT)} {verb}, {money_text(outcome.amount)}."
    await tell_outcome(frame, "Deposits", said, outcome, apart=True)
