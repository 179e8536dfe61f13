"""What payers denied in twelve months, and what became of it: figures read from the history.

An answer is what one posted remittance says of one claim line. The formulas:

- denial rate: answers that stand and denied something ÷ answers that stand; in money: cents denied
  ÷ cents billed on them. Which adjustments deny, data/codes/treatments.py says.
- overturned: denials that an answer which stands paid later, on the line or on the one that billed
  it again ÷ all denials, those with them that the payer took back since.
- preventable: cents denied for reasons that the table of denial actions calls preventable ("yes" or
  "mostly") ÷ cents denied.
- recovered: what payers paid on claims since a case was opened of them, by the case's owner.

All are ours but the denial rate (HFMA counts claims; this one counts lines, so that procedures can
be told apart). Every figure has the filter that lists the rows behind it.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from fractions import Fraction
from typing import NamedTuple

from peewee import Database

from rcm_tui.billing.denials.actions import load_denial_steps, step_for
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.queues.cases import CASES, RECOVERED
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Viewer
from rcm_tui.data.records.case_insights import both, exact
from rcm_tui.data.records.months import month_names

PREVENTABLE = ("yes", "mostly")
NO_PAYER = "no payer"


class Answers(NamedTuple):
    """Answers of a payer of one code, reason and month; see `DenialHistory` for the figures."""

    payer: str
    code: str
    reason: str
    month: str
    preventable: str
    answered: int
    denied: int
    ever: int
    overturned: int
    billed: int
    denied_amount: int
    ever_amount: int
    recovered: int


@dataclass(frozen=True, slots=True)
class Sums:
    """Lines and cents, added up over answers."""

    answered: int = 0
    denied: int = 0
    ever: int = 0
    overturned: int = 0
    billed: int = 0
    denied_amount: int = 0
    ever_amount: int = 0
    recovered: int = 0

    @property
    def rate(self) -> Fraction | None:
        """The denial rate in lines; None where nothing was answered."""
        return Fraction(self.denied, self.answered) if self.answered else None


@dataclass(frozen=True, slots=True)
class Group:
    """Answers of one kind: what they are called, the filter that lists them, and their sums."""

    name: str
    filter: str
    sums: Sums
    preventable: str = ""


@dataclass(frozen=True, slots=True)
class Recovered:
    """What came in on the claims of somebody's cases since these were opened. Cents."""

    owner: str
    filter: str
    cases: int
    amount: int


@dataclass(frozen=True, slots=True)
class Appealed:
    """Appeals answered in the time, and those of them that the payer gave in to, wholly or partly.

    `won` are cents.
    """

    filter: str
    answered: int
    overturned: int
    partly: int
    won: int


@dataclass(frozen=True, slots=True)
class DenialInsights:
    """All figures within a filter of answered lines, as far as the history had followed `at`."""

    filter: str
    whole: Sums
    preventable: Sums
    months: tuple[Group, ...]
    payers: tuple[Group, ...]
    codes: tuple[Group, ...]
    reasons: tuple[Group, ...]
    at: datetime.datetime | None


NAMES = [one.name for one in fields(Sums)]
HISTORY = (
    "SELECT h.payer_id, COALESCE(p.name, ''), h.procedure_code, h.reason, h.month,"
    f" {', '.join(f'CAST(SUM(h.{name}) AS BIGINT)' for name in NAMES)}"
    " FROM denial_history AS h LEFT JOIN payer AS p ON p.id = h.payer_id WHERE h.month >= ?"
    " AND h.month <= ? GROUP BY h.payer_id, p.name, h.procedure_code, h.reason, h.month"
)


def read_answers(database: Database, today: datetime.date) -> list[Answers]:
    """The history of twelve months by payer, code, reason and month. Blocks."""
    months = month_names(today)
    steps = load_denial_steps(database)
    known: dict[tuple[int | None, str], str] = {}
    found = []
    for payer, name, code, reason, month, *figures in read_rows(
        database, HISTORY, months[0], months[-1]
    ):
        preventable = known.get((payer, reason))
        if preventable is None:
            group, _, number = reason.partition("-")
            # The remarks are not in the history: what asks for one does not speak here.
            step = step_for(steps, payer, group, number) if reason else None
            preventable = known[payer, reason] = step.preventable if step else ""
        found.append(Answers(name, code, reason, month, preventable, *map(int, figures)))
    return found


def denial_insights(
    answers: Sequence[Answers],
    today: datetime.date,
    at: datetime.datetime | None = None,
    within: Group | None = None,
) -> DenialInsights:
    """The figures of answers; those of one group where it is looked into (`narrowed` first)."""
    months = month_names(today)
    filter = within.filter if within else f"month:{months[0]}..{months[-1]}"
    denied = [one for one in answers if one.reason]
    preventable = [one for one in denied if one.preventable in PREVENTABLE]
    by_month = {group.name: group for group in _groups(answers, "month", filter)}
    return DenialInsights(
        filter,
        summed(answers),
        summed(preventable),
        tuple(by_month.get(name, Group(name, _month(filter, name), Sums())) for name in months),
        _worst_first(_groups(answers, "payer", filter)),
        _worst_first(_groups(answers, "code", filter)),
        _worst_first(_groups(denied, "reason", filter)),
        at,
    )


def narrowed(answers: Iterable[Answers], field: str, name: str) -> list[Answers]:
    """The answers of one payer, code, reason or month."""
    get = _getter(field)
    return [one for one in answers if get(one) == name]


def summed(answers: Iterable[Answers]) -> Sums:
    """Answers added up."""
    columns = [one[-len(NAMES) :] for one in answers]
    return Sums(*map(sum, zip(*columns, strict=True))) if columns else Sums()


def _getter(field: str) -> Callable[[Answers], str]:
    place = Answers._fields.index(field)
    return lambda answers: str(answers[place])


def _groups(answers: Iterable[Answers], field: str, within: str) -> list[Group]:
    get = _getter(field)
    by_name: dict[str, list[Answers]] = {}
    for one in answers:
        by_name.setdefault(get(one), []).append(one)
    return [
        Group(
            name,
            _month(within, name) if field == "month" else both(within, _test(field, name)),
            summed(ones),
            ones[0].preventable if field == "reason" else "",
        )
        for name, ones in by_name.items()
    ]


def _test(field: str, name: str) -> str:
    # By the CARC first, of which there is an index.
    return f"carc:{name} reason:{name}" if field == "reason" else exact(field, name)


def _month(within: str, name: str) -> str:
    return re.sub(r"\bmonth:\S+", f"noticed_in:{name}", within)


def _worst_first(groups: list[Group]) -> tuple[Group, ...]:
    return tuple(
        sorted(groups, key=lambda one: (-one.sums.denied_amount, -one.sums.answered, one.name))
    )


def recovered_by_owner(database: Database, viewer: Viewer) -> list[Recovered]:
    """Who recovered how much by the cases of twelve months, the most first. Blocks."""
    since = f"opened>={month_names(viewer.today)[0]}-01"
    pages = QueuePages(database, CASES, viewer, view="all", filter=since)
    return sorted(
        (
            Recovered(str(owner), both(exact("owner", str(owner)), since), cases, amount)
            for (owner,), (cases, amount) in pages.grouped(["owner"], ["1", RECOVERED])
        ),
        key=lambda one: (-one.amount, one.owner),
    )


def appealed(database: Database, today: datetime.date) -> Appealed:
    """What came of the appeals that were answered in twelve months. Blocks."""
    since = f"{month_names(today)[0]}-01"
    rows = {
        outcome: (int(count), int(won))
        for outcome, count, won in read_rows(database, ANSWERED_APPEALS, since)
    }
    return Appealed(
        f"answered>={since}",
        sum(count for count, _ in rows.values()),
        rows.get("overturned", (0, 0))[0],
        rows.get("partly", (0, 0))[0],
        sum(won for _, won in rows.values()),
    )


ANSWERED_APPEALS = (
    "SELECT outcome, COUNT(*), SUM(won) FROM appeal WHERE answered_on >= ?"
    " AND outcome IN ('overturned', 'partly', 'upheld', 'dismissed') GROUP BY outcome"
)
