"""The dialogs over visits and invoices: taking a payment, and asking for a reason."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.events import Key
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Static

from rcm_tui.data.fields import cents
from rcm_tui.data.tables.invoices import METHODS
from rcm_tui.screens.words import money_text
from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.entry import DateEntry, Entry
from rcm_tui.widgets.line import Line
from rcm_tui.widgets.plain_text import plain
from rcm_tui.widgets.written import written

INSURANCE = "insurance"
"""Shown among the methods: for what a payer paid and is not on the invoice yet; refused else."""


@dataclass(frozen=True, slots=True)
class Payment:
    """What was typed: cents, method, memo, the check's number, the day."""

    amount: int
    method: str
    memo: str
    reference: str
    received_on: datetime.date


class OneOf(Widget, can_focus=True):
    """A few words of which one is chosen, by ← → or its first letter."""

    DEFAULT_CSS = """
    OneOf { height: 1; width: 1fr; padding: 0 1; background: $surface; }
    OneOf:focus { background: $panel; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "turn(-1)", show=False),
        Binding("right,space", "turn(1)", show=False),
    ]

    class Changed(Message):
        """Another word is chosen."""

    def __init__(self, words: tuple[str, ...], chosen: str, *, id: str) -> None:
        super().__init__(id=id)
        self._words = words
        self.value = chosen

    def render(self) -> Content:
        return written(
            *(
                (f"[{word}]", "bold $secondary") if word == self.value else f" {word} "
                for word in self._words
            )
        )

    def action_turn(self, by: int) -> None:
        self._choose(self._words[(self._words.index(self.value) + by) % len(self._words)])

    def on_key(self, event: Key) -> None:
        letter = event.character or ""
        order = self._words[self._words.index(self.value) + 1 :] + self._words
        found = [word for word in order if letter.isalpha() and word.startswith(letter.lower())]
        if found:
            event.stop()
            self._choose(found[0])

    def _choose(self, word: str) -> None:
        self.value = word
        self.refresh()
        self.post_message(self.Changed())


class PaymentDialog(Dialog["Payment | None"]):
    """What a patient pays on an invoice. The memo "copay" is offered."""

    DEFAULT_CSS = """
    PaymentDialog .label { width: 11; }
    PaymentDialog #whole { margin-bottom: 1; }
    """

    def __init__(
        self, invoice: str, figures: str, amount: int, today: datetime.date, insurance: int = 0
    ) -> None:
        """`insurance` are cents that the payer paid and that are not on the invoice yet."""
        super().__init__(f"Payment on {invoice}")
        self._figures, self._today, self._insurance = figures, today, insurance
        self._amount = f"{money_text(amount)}" if amount > 0 else ""

    def parts(self) -> ComposeResult:
        yield Line(written((self._figures, "$text-muted")), id="whole")
        with Horizontal(classes="row"):
            yield Static("Amount", classes="label", markup=False)
            yield Entry(self._amount, id="amount", placeholder="dollars, such as 25", max_length=12)
        with Horizontal(classes="row"):
            yield Static("Method", classes="label", markup=False)
            yield OneOf((*METHODS, INSURANCE), METHODS[0], id="method")
        with Horizontal(classes="row"):
            yield Static("Memo", classes="label", markup=False)
            yield Entry("copay", id="memo", max_length=80)
        with Horizontal(classes="row"):
            yield Static("Reference", classes="label", markup=False)
            yield Entry(id="reference", placeholder="number of the check or slip", max_length=40)
        with Horizontal(classes="row"):
            yield Static("Received", classes="label", markup=False)
            yield DateEntry("t", id="received", placeholder="t, -1d, 3/14")

    def keys(self) -> list[tuple[str, str]]:
        return [("enter", "take it"), ("tab", "next field"), ("esc", "cancel")]

    def action_accept(self) -> None:
        from rcm_tui.billing.invoices.payments import why_not_method

        method = self.query_one("#method", OneOf).value
        try:
            amount = typed_cents(self.query_one("#amount", Entry).value)
            if method == INSURANCE and amount <= self._insurance:
                pass
            elif method == INSURANCE and self._insurance > 0:
                put = money_text(self._insurance)
                raise ValueError(f"The payer paid {put} that is not on it yet, and not more.")
            elif reason := why_not_method(method):
                raise ValueError(f"{reason}.")
            day = self.query_one("#received", DateEntry).days(self._today)
        except ValueError as error:
            self.problem(str(error))
            return
        self.dismiss(
            Payment(
                amount,
                method,
                self.query_one("#memo", Entry).value.strip(),
                self.query_one("#reference", Entry).value.strip(),
                day.first if day else self._today,
            )
        )


class ReasonDialog(Dialog["str | None"]):
    """Why something is cancelled or taken back."""

    def __init__(self, title: str, verb: str, sentence: str = "") -> None:
        super().__init__(title)
        self._verb, self._sentence = verb, sentence

    def parts(self) -> ComposeResult:
        if self._sentence:
            yield Line(written(self._sentence))
        with Horizontal(classes="row"):
            yield Static("Reason", classes="label", markup=False)
            yield Entry(id="reason", placeholder="why, for whoever looks next", max_length=200)

    def keys(self) -> list[tuple[str, str]]:
        return [("enter", self._verb), ("esc", "leave it")]

    def action_accept(self) -> None:
        reason = self.query_one("#reason", Entry).value.strip()
        if reason:
            self.dismiss(reason)
        else:
            self.problem("A reason is needed: it is what the next person goes by.")


def typed_cents(text: str) -> int:
    """Cents of dollars as typed. Raises ValueError with a sentence."""
    try:
        amount = cents(Decimal(text.replace(",", "").replace("$", "").strip()))
    except (ValueError, InvalidOperation, OverflowError):
        raise ValueError(f"'{plain(text)}' is not an amount; write 25 or 25.00.") from None
    if amount <= 0:
        raise ValueError("More than nothing is needed.")
    return amount
