"""The dialogs of an EOB that is typed: the check, and what is taken off for other reasons."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from rcm_tui.billing.remittances.by_hand import METHODS
from rcm_tui.data.fields import cents
from rcm_tui.screens.visit_dialogs import OneOf
from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.entry import DateEntry, Entry
from rcm_tui.widgets.line import Line
from rcm_tui.widgets.plain_text import plain
from rcm_tui.widgets.written import written

WORDS = tuple(METHODS.values())
CODE = re.compile(r"^(CO|PR|OA|PI|CR)-?([A-Z]?[0-9]{1,3})$")


@dataclass(frozen=True, slots=True)
class Check:
    """What was typed of the check or transfer: its number, cents, BPR04, day and memo."""

    trace_number: str
    amount: int
    method: str
    date: datetime.date
    memo: str


class CheckDialog(Dialog["Check | None"]):
    """The check, or the transfer, that an EOB came with."""

    DEFAULT_CSS = """
    CheckDialog .label { width: 12; }
    """

    def __init__(self, payer: str, today: datetime.date, check: Check | None = None) -> None:
        super().__init__(f"Remittance by hand · {payer}")
        self._today, self._check = today, check

    def parts(self) -> ComposeResult:
        check = self._check
        with Horizontal(classes="row"):
            yield Static("Check / EFT", classes="label", markup=False)
            number = check.trace_number if check else ""
            yield Entry(number, id="trace", placeholder="its number", max_length=50)
        with Horizontal(classes="row"):
            yield Static("Amount", classes="label", markup=False)
            amount = f"{Decimal(check.amount).scaleb(-2)}" if check else ""
            yield Entry(amount, id="amount", placeholder="dollars; 0 for a denial", max_length=12)
        with Horizontal(classes="row"):
            yield Static("Date", classes="label", markup=False)
            day = check.date.isoformat() if check else "t"
            yield DateEntry(day, id="date", placeholder="t, -1d, 3/14")
        with Horizontal(classes="row"):
            yield Static("Method", classes="label", markup=False)
            word = METHODS.get(check.method, "") if check else ""
            yield OneOf(WORDS[:3], word if word in WORDS[:3] else WORDS[0], id="method")
        with Horizontal(classes="row"):
            yield Static("Memo", classes="label", markup=False)
            memo = check.memo if check else ""
            yield Entry(memo, id="memo", placeholder="who sent it, which scan", max_length=200)

    def keys(self) -> list[tuple[str, str]]:
        return [("enter", "go on"), ("tab", "next field"), ("esc", "cancel")]

    def action_accept(self) -> None:
        text = self.query_one("#amount", Entry).value
        try:
            amount = amount_of(text)
            if amount < 0:
                raise ValueError("A check is over nothing at least.")
            day = self.query_one("#date", DateEntry).days(self._today)
        except ValueError as error:
            self.problem(str(error))
            return
        word = self.query_one("#method", OneOf).value
        method = next(code for code, known in METHODS.items() if known == word)
        self.dismiss(
            Check(
                self.query_one("#trace", Entry).value.strip(),
                amount,
                method if amount else "NON",
                day.first if day else self._today,
                self.query_one("#memo", Entry).value.strip(),
            )
        )


class OneLine(Dialog["str | None"]):
    """Asks for one line of text."""

    def __init__(self, title: str, value: str, placeholder: str, explained: str) -> None:
        super().__init__(title)
        self._value, self._placeholder, self._explained = value, placeholder, explained

    def parts(self) -> ComposeResult:
        yield Entry(self._value, id="text", placeholder=self._placeholder, max_length=200)
        yield Line(written((self._explained, "$text-muted")))

    def keys(self) -> list[tuple[str, str]]:
        return [("enter", "take it"), ("esc", "cancel")]

    def wrong(self, text: str) -> str:
        """Why the text cannot be taken, as a sentence; "" where it can."""
        return ""

    def action_accept(self) -> None:
        text = self.query_one("#text", Entry).value.strip()
        if sentence := self.wrong(text):
            self.problem(sentence)
        else:
            self.dismiss(text)


class OtherAdjustments(OneLine):
    """What is taken off a line for reasons that have no column: `CO-197 320.00, OA-23 10`."""

    def wrong(self, text: str) -> str:
        try:
            other_adjustments(text)
        except ValueError as error:
            return str(error)
        return ""


class ProviderAdjustment(OneLine):
    """What the payer kept back beside the claims: `WO 10.00 LETTER-7`."""

    def wrong(self, text: str) -> str:
        try:
            provider_adjustment(text)
        except ValueError as error:
            return str(error)
        return ""


def other_adjustments(text: str) -> list[tuple[str, str, int | None]]:
    """Group, CARC and cents of each; None for the one whose amount was left out.

    Raises ValueError with a sentence.
    """
    found: list[tuple[str, str, int | None]] = []
    for part in filter(None, (part.strip() for part in text.split(","))):
        code, _, amount = part.partition(" ")
        known = CODE.match(code.upper())
        if known is None:
            raise ValueError(f"'{plain(code)}' is no group and reason: write CO-197 or PR-204.")
        found.append((known[1], known[2], amount_of(amount) if amount.strip() else None))
    if sum(amount is None for _, _, amount in found) > 1:
        raise ValueError("Only one amount can be left out: it is the rest of the line.")
    return found


def provider_adjustment(text: str) -> tuple[str, int, str]:
    """Reason, cents kept back, and the number that it names. Raises ValueError with a sentence."""
    from rcm_tui.data.codes.provider_adjustments import word_of_reason

    reason, _, rest = text.strip().partition(" ")
    amount, _, identifier = rest.strip().partition(" ")
    if not word_of_reason(reason.upper()):
        raise ValueError(f"'{plain(reason)}' is no reason: write WO, FB, L6, CS, 72 …")
    return reason.upper(), amount_of(amount), identifier.strip()


def amount_of(text: str) -> int:
    """Cents of dollars as typed. Raises ValueError with a sentence."""
    try:
        return cents(Decimal(text.replace(",", "").replace("$", "").strip()))
    except (ValueError, InvalidOperation, OverflowError):
        raise ValueError(f"'{plain(text)}' is no amount: write 25 or 25.00.") from None
