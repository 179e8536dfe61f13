"""The key figures of the trade, computed from the store when they are asked for.

Formulas: `HFMA MAP Keys` as vendors quote them, where one is named; what "touched by hand" and
"first answer" mean, and the periods, are ours. Targets are those that vendors publish; none of
them binds anything.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from peewee import Database

from rcm_tui.billing.remittances.treatment import TREATMENTS
from rcm_tui.data.bulk import read_rows

PERIOD = 90
"""Days that rates look back."""
YEAR = 365


@dataclass(frozen=True, slots=True)
class KeyFigure:
    """One figure: its parts as counts or cents, and what it is compared with.

    `share` figures are read as percent, others as days. `queue`, `view` and `filter` name the
    records behind it.
    """

    name: str
    title: str
    formula: str
    target: str
    part: int
    whole: int
    share: bool = True
    queue: str = "claims"
    view: str = "all"
    filter: str = ""

    @property
    def value(self) -> Fraction | None:
        """The part in the whole; None where there is nothing to compare with."""
        return Fraction(self.part, self.whole) if self.whole else None


def key_figures(database: Database, today: datetime.date) -> list[KeyFigure]:
    """Every key figure as of a day, in the order in which they are read."""
    since = today - datetime.timedelta(days=PERIOD)
    return [figure for read in READERS for figure in read(database, today, since)]


def _receivables(database: Database, today: datetime.date, since: datetime.date) -> list[KeyFigure]:
    """A/R − credits ÷ (12 months' charges ÷ 365), and the part of A/R older than 90 days."""
    old, year = since.isoformat(), (today - datetime.timedelta(days=YEAR)).isoformat()
    ((net, debts, old_debts, charges),) = read_rows(
        database,
        "SELECT SUM(balance), SUM(CASE WHEN balance > 0 THEN balance END),"
        " SUM(CASE WHEN balance > 0 AND first_service_date < ? THEN balance END),"
        " SUM(CASE WHEN first_service_date >= ? AND status = 'Submitted' THEN billed END)"
        " FROM (SELECT payer_balance + patient_balance AS balance, first_service_date, status,"
        " billed FROM claim) AS one",
        old,
        year,
    )
    return [
        KeyFigure(
            "days_in_ar",
            "Days in A/R",
            "A/R less credits ÷ (12 months' charges ÷ 365)",
            "30 to 40",
            _cents(net) * YEAR,
            _cents(charges),
            share=False,
            queue="payer_ageing",
        ),
        KeyFigure(
            "old_ar",
            "A/R over 90 days",
            "owed for over 90 days ÷ all that is owed",
            "under 10 %",
            _cents(old_debts),
            _cents(debts),
            filter="age>90 balance>0",
        ),
    ]


def _collection(database: Database, today: datetime.date, since: datetime.date) -> list[KeyFigure]:
    """Payments ÷ (charges − contractual adjustments), and how much payers allowed too little.

    Of claims that payers have decided, with services in the last 12 months.
    """
    year = (today - datetime.timedelta(days=YEAR)).isoformat()
    ((paid, net, short, expected),) = read_rows(
        database,
        "SELECT SUM(paid), SUM(billed - adjusted),"
        " SUM(CASE WHEN adjudication = 'paid' AND paid > 0 AND billed - adjusted < expected"
        " THEN expected - (billed - adjusted) END),"
        " SUM(CASE WHEN adjudication = 'paid' AND paid > 0 THEN expected END) FROM claim"
        " WHERE status = 'Submitted' AND first_service_date >= ?"
        " AND adjudication NOT IN ('none', 'pending')",
        year,
    )
    return [
        KeyFigure(
            "net_collection",
            "Net collection rate",
            "payments ÷ (charges less contractual adjustments), 12 months",
            "95 % and more",
            _cents(paid),
            _cents(net),
            filter="age<=365 -adj:none -adj:pending",
        ),
        KeyFigure(
            "underpaid",
            "Underpaid",
            "expected less allowed ÷ expected, of paid claims, 12 months",
            "under 3 %",
            _cents(short),
            _cents(expected),
            view="underpaid",
            filter="age<=365",
        ),
    ]


def _first_sends(database: Database, today: datetime.date, since: datetime.date) -> list[KeyFigure]:
    """Of the claims sent in the period: those never refused, and those never touched by hand."""
    ((sent, accepted, clean),) = read_rows(
        database,
        "SELECT COUNT(*), SUM(CASE WHEN refused = 0 THEN 1 ELSE 0 END),"
        " SUM(CASE WHEN refused = 0 AND edited = 0 THEN 1 ELSE 0 END) FROM (SELECT"
        " CASE WHEN EXISTS (SELECT 1 FROM claim_response AS r WHERE r.claim_id = claim.id"
        " AND r.accepted = 0) THEN 1 ELSE 0 END AS refused,"
        " CASE WHEN EXISTS (SELECT 1 FROM audit_record AS a WHERE a.subject = 'claim'"
        " AND a.subject_id = claim.id AND a.action = 'edited') THEN 1 ELSE 0 END AS edited"
        " FROM claim WHERE status = 'Submitted' AND elsewhere = 0 AND frequency = '1'"
        " AND first_service_date >= ? AND submitted_at >= ?) AS one",
        (since - datetime.timedelta(days=YEAR)).isoformat(),
        since.isoformat(),
    )
    behind = f"sent>=-{PERIOD}d elsewhere:no"
    return [
        KeyFigure(
            "clean_claims",
            "Clean claim rate",
            f"sent without an edit by hand, and never refused ÷ sent, {PERIOD} days",
            "95 % and more",
            _cents(clean),
            _cents(sent),
            filter=behind,
        ),
        KeyFigure(
            "first_pass",
            "First-pass acceptance",
            f"never refused by clearinghouse or payer ÷ sent, {PERIOD} days",
            "98 % and more",
            _cents(accepted),
            _cents(sent),
            filter=behind,
        ),
    ]


def _denials(database: Database, today: datetime.date, since: datetime.date) -> list[KeyFigure]:
    """Claims whose first remittance held a denial ÷ claims first remitted in the period.

    A denial is an adjustment that settles nothing (see `treatment`).
    """
    settled = ", ".join(f"'{group}-{reason}'" for group, reason in TREATMENTS)
    ((remitted, denied),) = read_rows(
        database,
        "SELECT COUNT(*), SUM(CASE WHEN EXISTS (SELECT 1 FROM adjustment AS a"
        " WHERE a.remittance_id = said.id"
        f" AND a.group_code || '-' || a.reason_code NOT IN ({settled}))"
        " THEN 1 ELSE 0 END) FROM payment"
        " JOIN remittance AS said ON said.payment_id = payment.id"
        " WHERE payment.effective_date >= ? AND payment.effective_date <= ?"
        " AND said.state = 'posted' AND NOT EXISTS (SELECT 1 FROM remittance AS before"
        " WHERE before.claim_id = said.claim_id AND before.id < said.id"
        " AND before.state = 'posted')",
        since.isoformat(),
        today.isoformat(),
    )
    return [
        KeyFigure(
            "denials",
            "Initial denial rate",
            f"claims whose first remittance denied something ÷ remitted, {PERIOD} days",
            "under 5 %",
            _cents(denied),
            _cents(remitted),
            filter=f"answered>=-{PERIOD}d (adj:denied | adj:partially_paid)",
        )
    ]


Reader = Callable[[Database, datetime.date, datetime.date], list[KeyFigure]]
READERS: tuple[Reader, ...] = (_receivables, _collection, _first_sends, _denials)


def _cents(value: object) -> int:
    """A sum as a whole number: PostgreSQL sums as numeric, and both give NULL for nothing."""
    return int(str(value)) if value is not None else 0
