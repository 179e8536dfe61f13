"""The dialog of a refund: how much, by which method, with its number and a memo."""

from __future__ import annotations

from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from rcm_tui.data.tables.invoices import METHODS
from rcm_tui.screens.visit_dialogs import OneOf, typed_cents
from rcm_tui.screens.words import money_text
from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.entry import Entry
from rcm_tui.widgets.line import Line
from rcm_tui.widgets.written import written


@dataclass(frozen=True, slots=True)
class GivenBack:
    """What was typed: cents, method, the check's number, memo."""

    amount: int
    method: str
    reference: str
    memo: str


class RefundDialog(Dialog["GivenBack | None"]):
    """All that is owed back is offered, by check."""

    DEFAULT_CSS = """
    RefundDialog .label { width: 11; }
    RefundDialog #whole { margin-bottom: 1; }
    """

    def __init__(self, title: str, figures: str, amount: int) -> None:
        super().__init__(title)
        self._figures, self._amount = figures, amount

    def parts(self) -> ComposeResult:
        yield Line(written((self._figures, "$text-muted")), id="whole")
        with Horizontal(classes="row"):
            yield Static("Amount", classes="label", markup=False)
            yield Entry(money_text(self._amount), id="amount", max_length=14)
        with Horizontal(classes="row"):
            yield Static("Method", classes="label", markup=False)
            yield OneOf(METHODS, "check", id="method")
        with Horizontal(classes="row"):
            yield Static("Reference", classes="label", markup=False)
            yield Entry(id="reference", placeholder="number of the check or slip", max_length=40)
        with Horizontal(classes="row"):
            yield Static("Memo", classes="label", markup=False)
            yield Entry(id="memo", placeholder="may be left out", max_length=80)

    def keys(self) -> list[tuple[str, str]]:
        return [("enter", "give it back"), ("tab", "next field"), ("esc", "cancel")]

    def action_accept(self) -> None:
        try:
            amount = typed_cents(self.query_one("#amount", Entry).value)
        except ValueError as error:
            self.problem(str(error))
            return
        if amount > self._amount:
            self.problem(f"{money_text(self._amount)} is owed back, and not more.")
            return
        self.dismiss(
            GivenBack(
                amount,
                self.query_one("#method", OneOf).value,
                self.query_one("#reference", Entry).value.strip(),
                self.query_one("#memo", Entry).value.strip(),
            )
        )
