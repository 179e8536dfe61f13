"""Key figures, the months and what is owed by age as a workbook: sheets of typed cells."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

from peewee import Database

from rcm_tui.billing.figures import KeyFigure, key_figures
from rcm_tui.billing.rights import EXPORT, refuse_at
from rcm_tui.data.actor import Actor
from rcm_tui.data.queues.ageing import PATIENT_AGEING, PAYER_AGEING
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Column, Queue, Value, Viewer
from rcm_tui.data.queues.underpayments import PAYER_UNDERPAYMENTS
from rcm_tui.data.records.months import read_decided, read_months
from rcm_tui.data.store import Store
from rcm_tui.data.target import refuse_unwritable, written_beside

FIGURES, AGEING = "figures", "ageing"
CASES, DENIALS = "case_insights", "denial_insights"
KINDS = (FIGURES, AGEING, CASES, DENIALS)
FIGURE_COLUMNS = (
    Column("title", "Key figure", "", width=24),
    Column("now", "Now", "", "units", 10),
    Column("unit", "In", "", width=6),
    Column("target", "Target", "", width=16),
    Column("part", "Part", "", "count", 12),
    Column("whole", "Of", "", "count", 12),
    Column("part_money", "Part, dollars", "", "money", 16),
    Column("whole_money", "Of, dollars", "", "money", 16),
    Column("words", "How it is counted", "", width=60),
)
MONTH_COLUMNS = (
    Column("month", "Month", "", width=10),
    Column("paid", "Received", "", "money", 16),
    Column("decided", "Claims decided", "", "count", 14),
    Column("denied", "Denied", "", "count", 10),
    Column("rate", "Denied, %", "", "units", 10),
)

Sheet = tuple[str, Sequence[Column], Iterator[tuple[Value, ...]]]


@dataclass(frozen=True, slots=True)
class Reported:
    """A report that was written."""

    path: Path
    kinds: tuple[str, ...]


def write_report(
    store: Store,
    actor: Actor,
    kinds: Sequence[str],
    target: Path,
    *,
    replace: bool = False,
    now: datetime.datetime | None = None,
) -> Reported:
    """Writes the sheets of some kinds (`KINDS`), and to the audit that it was done.

    Blocks; belongs on a thread. From a screen, `target` comes of `safe_target`. Raises
    TargetRefused when no file can be put there.
    """
    # openpyxl takes an eighth of a second to load, and few need it.
    from rcm_tui.data.queues.workbook import write_workbook

    refuse_at(store, actor, EXPORT, now)
    refuse_unwritable(target, replace=replace)
    moment = now or datetime.datetime.now(datetime.UTC)
    viewer = Viewer(store.today(moment), zone=store.time_zone)
    with written_beside(target) as file:
        write_workbook(file, list(_sheets(store.database, kinds, viewer)), viewer)
    with store.work(actor, now) as work:
        work.record("report written", "practice", 1, kinds=list(kinds), file=target.name)
    return Reported(target, tuple(kinds))


def _sheets(database: Database, kinds: Sequence[str], viewer: Viewer) -> Iterator[Sheet]:
    if FIGURES in kinds:
        yield "Key figures", FIGURE_COLUMNS, map(_figure, key_figures(database, viewer))
        yield "Months", MONTH_COLUMNS, _months(database, viewer)
    if AGEING in kinds:
        for queue in (PAYER_AGEING, PATIENT_AGEING, PAYER_UNDERPAYMENTS):
            yield queue.title, queue.columns, _rows(database, queue, viewer)
    if CASES in kinds:
        from rcm_tui.exchange.insights_report import case_sheets

        yield from case_sheets(database, viewer)
    if DENIALS in kinds:
        from rcm_tui.exchange.insights_report import denial_sheets

        yield from denial_sheets(database, viewer)


def _figure(figure: KeyFigure) -> tuple[Value, ...]:
    formula = figure.formula
    parts: list[Value] = [figure.part, figure.whole]
    money: list[Value] = [None, None]
    if figure.money:
        parts, money = money, parts
    value = figure.value
    return (
        formula.title,
        None if value is None else tenths(value * 100 if figure.share else value),
        "%" if figure.share else "days",
        formula.target,
        *parts,
        *money,
        formula.words,
    )


def _months(database: Database, viewer: Viewer) -> Iterator[tuple[Value, ...]]:
    months = read_months(database, viewer.today)
    decided = read_decided(database, viewer.today)
    for name, paid, of, denied in zip(
        months.names, months.paid, decided, months.denied, strict=True
    ):
        yield name, paid, of, denied, tenths(Fraction(100 * denied, of)) if of else None


def _rows(database: Database, queue: Queue, viewer: Viewer) -> Iterator[tuple[Value, ...]]:
    pages = QueuePages(database, queue, viewer)
    place, width = None, len(queue.columns)
    while True:
        page = pages.page(after=place, limit=1000)
        for row in page.rows:
            yield row[:width]
        if len(page) < 1000:
            return
        place = page.places[-1]


def tenths(value: Fraction) -> int:
    """A figure rounded half up to a tenth, in thousandths as units are kept."""
    return (value * 10 + Fraction(1, 2)).__floor__() * 100
