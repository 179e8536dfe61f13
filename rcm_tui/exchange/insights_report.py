"""Case Insights and denial insights as sheets of typed cells."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from peewee import Database

from rcm_tui.billing.denials.insights import (
    Group,
    appealed,
    denial_insights,
    read_answers,
    recovered_by_owner,
)
from rcm_tui.data.queues.queue import Column, Value, Viewer
from rcm_tui.data.records.case_insights import Counted, read_case_insights

Sheet = tuple[str, Sequence[Column], Iterator[tuple[Value, ...]]]

CASE_FIGURES = (
    Column("cases", "Cases", "", "count", 10),
    Column("claims", "Claims", "", "count", 10),
    Column("outstanding", "Outstanding", "", "money", 16),
    Column("new", "New", "", "count", 8),
    Column("in_progress", "In Progress", "", "count", 12),
    Column("awaiting", "Awaiting Payment", "", "count", 18),
)
GROUP_FIGURES = (
    Column("answered", "Lines answered", "", "count", 14),
    Column("denied", "Lines denied", "", "count", 14),
    Column("rate", "Denied, %", "", "units", 10),
    Column("billed", "Billed on them", "", "money", 16),
    Column("amount", "Denied", "", "money", 16),
    Column("ever", "Denied, with reversed", "", "count", 20),
    Column("overturned", "Paid later, lines", "", "count", 16),
    Column("recovered", "Paid later", "", "money", 16),
)
PREVENTABLE = Column("preventable", "Preventable", "", width=14)


def case_sheets(database: Database, viewer: Viewer) -> Iterator[Sheet]:
    """All cases by stage; the open ones by payer and subject, owner, and CARC."""
    found = read_case_insights(database, viewer)
    for title, names, counted in (
        ("Cases by stage", ("Stage",), found.stages),
        ("Cases by payer and subject", ("Payer", "Subject"), found.payers),
        ("Cases by owner", ("Owner",), found.owners),
        ("Cases by CARC", ("CARC",), found.reasons),
    ):
        words = [Column(name.lower(), name, "", width=30) for name in names]
        yield title, (*words, *CASE_FIGURES), map(_case_row, counted)


def denial_sheets(database: Database, viewer: Viewer) -> Iterator[Sheet]:
    """Denials of twelve months by month, payer, procedure and CARC; who recovered what; appeals."""
    found = denial_insights(read_answers(database, viewer.today), viewer.today)
    for title, name, groups in (
        ("Denials by month", "Month", found.months),
        ("Denials by payer", "Payer", found.payers),
        ("Denials by procedure", "Code", found.codes),
    ):
        columns = (Column("name", name, "", width=30), *GROUP_FIGURES)
        yield title, columns, ((one.name, *_figures(one)) for one in groups)
    reasons = (Column("name", "CARC", "", width=10), PREVENTABLE, *GROUP_FIGURES)
    yield (
        "Denials by CARC",
        reasons,
        ((one.name, one.preventable, *_figures(one)) for one in found.reasons),
    )
    people = (
        Column("owner", "Owner", "", width=30),
        Column("cases", "Cases", "", "count", 10),
        Column("amount", "Paid since opened", "", "money", 18),
    )
    recovered = recovered_by_owner(database, viewer)
    yield "Recovered", people, ((one.owner, one.cases, one.amount) for one in recovered)
    told = appealed(database, viewer.today)
    appeals = (
        Column("answered", "Appeals answered", "", "count", 18),
        Column("overturned", "Overturned", "", "count", 12),
        Column("partly", "Partly", "", "count", 10),
        Column("won", "Won", "", "money", 16),
    )
    row: tuple[Value, ...] = (told.answered, told.overturned, told.partly, told.won)
    yield "Appeals", appeals, iter([row])


def _case_row(counted: Counted) -> tuple[Value, ...]:
    figures = (counted.cases, counted.claims, counted.outstanding, *counted.stages)
    return (*counted.words, *figures)


def _figures(group: Group) -> tuple[Value, ...]:
    sums = group.sums
    rate = None if sums.rate is None else _tenths(100 * sums.rate)
    return (
        *(sums.answered, sums.denied, rate, sums.billed, sums.denied_amount),
        *(sums.ever, sums.overturned, sums.recovered),
    )


def _tenths(value: Fraction) -> int:
    """A figure rounded half up to a tenth, in thousandths as units are kept."""
    return (value * 10 + Fraction(1, 2)).__floor__() * 100
