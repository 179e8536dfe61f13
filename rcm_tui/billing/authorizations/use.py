"""What authorizations have left: used, scheduled, and the day on which they run out.

Used is what was held: billed, approved, or waiting to be. A charge whose claim was denied uses
nothing, and neither does a cancelled one. Scheduled are sessions that are still to come.
The pace (ours) is what was used in the last four weeks, today not included; where that is nothing,
what is scheduled for four weeks from today on.
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from peewee import Database

from rcm_tui.billing.authorizations.limits import SIXTIETHS, Limit, load_limits
from rcm_tui.billing.authorizations.periods import (
    MONTH,
    TOTAL,
    WEEK,
    Period,
    key_from_sql,
    key_sql,
    period_of,
    periods,
    whole_period,
)
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.tables.charges import (
    AWAITING_RESUBMISSION,
    BILLED_EXTERNALLY,
    CANCELLED,
    CLAIM_LINE_CREATED,
    READY_TO_BILL,
    SCHEDULED,
)

PACE_DAYS = 28
FIGURES = {
    **dict.fromkeys((CLAIM_LINE_CREATED, AWAITING_RESUBMISSION, BILLED_EXTERNALLY), "billed"),
    READY_TO_BILL: "approved",
    SCHEDULED: "scheduled",
}
"""The figure that a charge is in by its status; all others wait to be approved."""

NOT_DENIED = (
    "(c.claim_line_id IS NULL OR NOT EXISTS (SELECT 1 FROM claim_line l"
    " JOIN claim k ON k.id = l.claim_id"
    " WHERE l.id = c.claim_line_id AND k.adjudication = 'denied'))"
)
"""SQL of charge items `c` that use units."""


@dataclass(slots=True)
class Use:
    """What is used of a limit in one period, in thousandths of its measure."""

    billed: int = 0
    approved: int = 0
    waiting: int = 0
    scheduled: int = 0

    @property
    def used(self) -> int:
        """What was held: billed, approved, or waiting to be approved."""
        return self.billed + self.approved + self.waiting


@dataclass(slots=True)
class LimitUse:
    """A limit of an authorization with its use by period."""

    limit: Limit
    starts_on: datetime.date
    ends_on: datetime.date
    today: datetime.date
    by_period: dict[str, Use] = field(default_factory=dict)
    recent: int = 0
    """Used in the last four weeks."""
    coming: int = 0
    """Scheduled in four weeks from today."""

    @property
    def now(self) -> Use:
        """What is used in all, or in the week or month of today."""
        return self.of(self.today)

    def of(self, day: datetime.date) -> Use:
        """What is used in the period of a day."""
        return self.by_period.get(self.limit.key(day.isoformat()), Use())

    @property
    def periods(self) -> list[Period]:
        """The weeks or months of the authorization, within its days, in order."""
        return list(periods(self.limit.per, self.starts_on, self.ends_on))

    @property
    def left(self) -> int:
        """What is left now, before what is scheduled; less than nothing when overrun."""
        return self.limit.amount - self.now.used

    @property
    def percent(self) -> int:
        """How much of it is used, in whole percent, cut off."""
        return self.now.used * 100 // self.limit.amount

    @property
    def planned_percent(self) -> int:
        """The same with what is scheduled."""
        return (self.now.used + self.now.scheduled) * 100 // self.limit.amount

    @property
    def overrun(self) -> list[Period]:
        """The periods in which more is used and scheduled than is allowed, whole, in order."""
        return [
            whole_period(self.limit.per, key) or Period(self.starts_on, self.ends_on)
            for key, use in sorted(self.by_period.items())
            if use.used + use.scheduled > self.limit.amount
        ]

    @property
    def pace(self) -> int:
        """Thousandths in four weeks."""
        return self.recent or self.coming

    @property
    def runs_out_on(self) -> datetime.date | None:
        """The day on which nothing is left at the pace; None when the period ends before that."""
        if not self.starts_on <= self.today <= self.ends_on:
            return None
        period = period_of(self.limit.per, self.today, self.starts_on, self.ends_on)
        return runs_out(self.left, self.pace, self.today, period.last)


def runs_out(
    left: int, pace: int, today: datetime.date, last: datetime.date
) -> datetime.date | None:
    """The day on which what is left is gone: today when nothing is, else after as many whole days
    as it lasts at `pace` (what goes in four weeks). None when it lasts beyond the `last` day."""
    if left <= 0:
        return today
    if pace <= 0:
        return None
    days = Fraction(left * PACE_DAYS, pace)
    whole = int(days)
    return today + datetime.timedelta(days=whole) if whole <= (last - today).days else None


def read_use(
    database: Database,
    authorizations: Iterable[int],
    today: datetime.date,
    *,
    by_week: bool = False,
) -> dict[int, list[LimitUse]]:
    """The use of every limit of any number of authorizations, by their keys.

    The store adds up; what comes back is a row for each code and period, and no query is made for
    a single authorization. `by_week` looks at all limits as if they were for a week each.
    """
    keys = sorted(set(authorizations))
    limits = load_limits(database, keys)
    found: dict[int, list[LimitUse]] = {}
    for key, starts_on, ends_on in read_by_keys(
        database, 'SELECT id, starts_on, ends_on FROM "authorization" WHERE id IN ({keys})', keys
    ):
        days = datetime.date.fromisoformat(starts_on), datetime.date.fromisoformat(ends_on)
        found[key] = [
            LimitUse(limit._replace(per=WEEK) if by_week else limit, *days, today)
            for limit in limits.get(key, ())
        ]
    for per in (TOTAL, WEEK, MONTH):
        wanted = [key for key, uses in found.items() if any(u.limit.per == per for u in uses)]
        _add_up(database, per, wanted, found)
    _add_pace(database, found, today)
    return found


def _add_up(
    database: Database, per: str, keys: Sequence[int], found: dict[int, list[LimitUse]]
) -> None:
    """Adds what is used to the limits of one kind of period, in sixtieths, then rounds down."""
    sums: dict[tuple[int, int, str], dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for key, code, part, status, units in read_by_keys(
        database,
        f"SELECT c.authorization_id, c.procedure_code, {key_sql(per, 'c.date_of_service')},"
        " c.status, CAST(SUM(c.units) AS BIGINT) FROM charge_item c"
        f" WHERE c.authorization_id IN ({{keys}}) AND c.status <> '{CANCELLED}' AND {NOT_DENIED}"
        " GROUP BY 1, 2, 3, 4",
        keys,
    ):
        for place, use in enumerate(found[key]):
            if use.limit.per == per and code in use.limit.codes:
                totals = sums[key, place, key_from_sql(per, part)]
                totals[FIGURES.get(status, "waiting")] += use.limit.measured(code, units)
    for (key, place, part), totals in sums.items():
        figures = {name: total // SIXTIETHS for name, total in totals.items()}
        found[key][place].by_period[part] = Use(**figures)


def _add_pace(database: Database, found: dict[int, list[LimitUse]], today: datetime.date) -> None:
    """Adds what was used in the last four weeks, and what is scheduled for the next."""
    span = datetime.timedelta(days=PACE_DAYS)
    sums: dict[tuple[int, int, bool], int] = defaultdict(int)
    for key, code, scheduled, units in read_by_keys(
        database,
        "SELECT c.authorization_id, c.procedure_code,"
        f" CASE c.status WHEN '{SCHEDULED}' THEN 1 ELSE 0 END, CAST(SUM(c.units) AS BIGINT)"
        f" FROM charge_item c WHERE c.authorization_id IN ({{keys}}) AND c.status <> '{CANCELLED}'"
        f" AND ((c.status <> '{SCHEDULED}' AND c.date_of_service >= ? AND c.date_of_service < ?)"
        f" OR (c.status = '{SCHEDULED}' AND c.date_of_service >= ? AND c.date_of_service < ?))"
        f" AND {NOT_DENIED} GROUP BY 1, 2, 3",
        list(found),
        *(day.isoformat() for day in (today - span, today, today, today + span)),
    ):
        for place, use in enumerate(found[key]):
            if code in use.limit.codes:
                sums[key, place, bool(scheduled)] += use.limit.measured(code, units)
    for (key, place, to_come), total in sums.items():
        if to_come:
            found[key][place].coming = total // SIXTIETHS
        else:
            found[key][place].recent = total // SIXTIETHS
