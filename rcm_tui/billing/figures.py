"""The key figures of the trade, computed from the store when they are asked for.

Formulas: `HFMA MAP Keys` as vendors quote them, where one is named; what "touched by hand" and
"first answer" mean, and the periods, are ours. Targets are those that vendors publish; none of
them binds anything.

A figure is a part of a whole, and both are measured through the queues that people work from: what
a figure says is what its queue holds, to the claim and to the cent.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from peewee import Database

from rcm_tui.data.bulk import read_rows
from rcm_tui.data.queues import QUEUES
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Viewer

PERIOD = 90
"""Days that rates look back."""
YEAR = 365
COUNT = ("count",)

Summed = Callable[[Database, datetime.date], int]


@dataclass(frozen=True, slots=True)
class Measure:
    """Rows of a queue, counted, or some of its totals added up; a minus takes one away.

    `summed` is for a whole that no queue lists.
    """

    filter: str
    sums: tuple[str, ...] = COUNT
    queue: str = "claims"
    view: str = "all"
    summed: Summed | None = None

    @property
    def rows(self) -> tuple[str, str, str]:
        """Queue, view and filter."""
        return self.queue, self.view, self.filter


@dataclass(frozen=True, slots=True)
class Formula:
    """How a figure is made: `part` (times `days`, where it reads as days) ÷ `whole`."""

    name: str
    title: str
    words: str
    target: str
    part: Measure
    whole: Measure
    days: int = 0


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """A figure as of a day: its parts as counts or cents, and what it is compared with."""

    formula: Formula
    part: int
    whole: int

    @property
    def name(self) -> str:
        """The formula's name."""
        return self.formula.name

    @property
    def share(self) -> bool:
        """Whether it reads as percent, and not as days."""
        return not self.formula.days

    @property
    def money(self) -> bool:
        """Whether its parts are cents."""
        return self.formula.part.sums != COUNT

    @property
    def value(self) -> Fraction | None:
        """The part in the whole, or days; None where there is nothing to compare with."""
        return Fraction(self.part * (self.formula.days or 1), self.whole) if self.whole else None


def key_figures(database: Database, viewer: Viewer) -> Iterator[KeyFigure]:
    """Every key figure as of the viewer's day, one after the other as they are read."""
    found: dict[tuple[str, str, str], dict[str, int]] = {}

    def measured(measure: Measure) -> int:
        if measure.summed is not None:
            return measure.summed(database, viewer.today)
        totals = found.get(measure.rows)
        if totals is None:
            queue, view, filter = measure.rows
            pages = QueuePages(database, QUEUES[queue], viewer, view=view, filter=filter)
            totals = found[measure.rows] = pages.totals()
        return sum(
            -totals[name[1:]] if name.startswith("-") else totals[name] for name in measure.sums
        )

    for formula in FORMULAS:
        yield KeyFigure(formula, measured(formula.part), measured(formula.whole))


def _expected(database: Database, today: datetime.date) -> int:
    """Cents expected of lines that payers have priced, of services in the last 12 months."""
    since = today - datetime.timedelta(days=YEAR)
    ((cents,),) = read_rows(
        database,
        "SELECT COALESCE(SUM(line.expected), 0) FROM claim_line AS line"
        " JOIN claim ON claim.id = line.claim_id WHERE line.allowed IS NOT NULL"
        " AND claim.first_service_date >= ? AND claim.status NOT IN ('Historical', 'Inactive')"
        " AND COALESCE((SELECT SUM(prior.amount) FROM entry AS prior WHERE prior.claim_id ="
        " claim.id AND prior.account = 'prior payer' AND prior.claim_line_id = line.id), 0) = 0",
        since.isoformat(),
    )
    return int(cents)


BALANCES = ("payer_balance", "patient_balance")
DECIDED = f"age<={YEAR} status:submitted -adj:none -adj:pending -adj:voided"
SENT = f"sent>=-{PERIOD}d elsewhere:no first_send:yes"
ANSWERED = f"first_answer>=-{PERIOD}d"

FORMULAS: tuple[Formula, ...] = (
    Formula(
        "days_in_ar",
        "Days in A/R",
        "A/R less credits ÷ (12 months' charges ÷ 365)",
        "30 to 40",
        Measure("-(payer_balance:0 patient_balance:0)", BALANCES),
        # A further payer is billed the same charges once more.
        Measure(f"age<={YEAR} status:submitted turn:1", ("billed",)),
        days=YEAR,
    ),
    Formula(
        "old_ar",
        "A/R over 90 days",
        "owed for over 90 days ÷ all that is owed",
        "under 10 %",
        Measure("age>90 balance>0", BALANCES),
        Measure("balance>0", BALANCES),
    ),
    Formula(
        "net_collection",
        "Net collection rate",
        "payments ÷ (charges less contractual adjustments), 12 months",
        "95 % and more",
        Measure(DECIDED, ("paid",)),
        Measure(DECIDED, ("billed", "-adjusted")),
    ),
    Formula(
        "underpaid",
        "Underpaid",
        "expected less allowed ÷ expected, of lines that payers priced, 12 months",
        "under 3 %",
        Measure(f"service_age<={YEAR}", ("short",), "underpayments"),
        Measure("", ("expected",), summed=_expected),
    ),
    Formula(
        "clean_claims",
        "Clean claim rate",
        f"first sends without an edit by hand, never refused ÷ first sends, {PERIOD} days",
        "95 % and more",
        Measure(f"{SENT} refused:no edited:no"),
        Measure(SENT),
    ),
    Formula(
        "first_pass",
        "First-pass acceptance",
        f"never refused by clearinghouse or payer ÷ first sends, {PERIOD} days",
        "98 % and more",
        Measure(f"{SENT} refused:no"),
        Measure(SENT),
    ),
    Formula(
        "denials",
        "Initial denial rate",
        f"claims whose first remittance denied something ÷ remitted, {PERIOD} days",
        "under 5 %",
        Measure(f"{ANSWERED} denied_first:yes"),
        Measure(ANSWERED),
    ),
    Formula(
        "denied_money",
        "the same in dollars",
        f"billed on them ÷ billed on all that were remitted, {PERIOD} days",
        "under 5 %",
        Measure(f"{ANSWERED} denied_first:yes", ("billed",)),
        Measure(ANSWERED, ("billed",)),
    ),
)
