"""The weeks and months of an authorization: every day is in exactly one."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcm_tui.billing.authorizations.periods import (
    MONTH,
    TOTAL,
    WEEK,
    Period,
    key_from_sql,
    key_of,
    key_sql,
    period_of,
    periods,
)
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.store import Store

DAYS = st.dates(datetime.date(1999, 1, 1), datetime.date(2101, 12, 31))
LENGTHS = st.integers(0, 800)
KINDS = st.sampled_from((TOTAL, WEEK, MONTH))


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@given(KINDS, DAYS, LENGTHS)
def test_the_periods_are_the_days_of_the_authorization(
    per: str, starts_on: datetime.date, length: int
) -> None:
    ends_on = starts_on + datetime.timedelta(days=length)
    found = list(periods(per, starts_on, ends_on))
    assert sum(period.days for period in found) == length + 1
    assert [found[0].first, found[-1].last] == [starts_on, ends_on]
    keys = [key_of(per, period.first.isoformat()) for period in found]
    assert len(set(keys)) == len(found)
    for period, key in zip(found, keys, strict=True):
        assert key_of(per, period.last.isoformat()) == key
        assert period.days <= {TOTAL: length + 1, WEEK: 7, MONTH: 31}[per]
        for inside in (period.first, period.last):
            assert period_of(per, inside, starts_on, ends_on) == period


@given(DAYS)
def test_a_week_begins_on_monday_and_a_month_on_the_first(some: datetime.date) -> None:
    far = (day("1990-01-01"), day("2110-01-01"))
    week, month = period_of(WEEK, some, *far), period_of(MONTH, some, *far)
    assert (week.first.weekday(), week.last.weekday(), week.days) == (0, 6, 7)
    assert month.first.day == 1
    assert (month.last + datetime.timedelta(days=1)).day == 1
    assert week.first <= some <= week.last
    assert month.first <= some <= month.last


BOUNDARIES = [
    # kind, day, first and last day; the authorization runs from 2025-12-31 to 2028-03-01
    (WEEK, "2025-12-31", "2025-12-31", "2026-01-04"),
    (WEEK, "2026-01-05", "2026-01-05", "2026-01-11"),
    (WEEK, "2028-03-01", "2028-02-28", "2028-03-01"),
    (MONTH, "2025-12-31", "2025-12-31", "2025-12-31"),
    (MONTH, "2026-02-28", "2026-02-01", "2026-02-28"),
    (MONTH, "2028-02-29", "2028-02-01", "2028-02-29"),
    (MONTH, "2028-03-01", "2028-03-01", "2028-03-01"),
    (TOTAL, "2027-07-07", "2025-12-31", "2028-03-01"),
]


@pytest.mark.parametrize(("per", "inside", "first", "last"), BOUNDARIES)
def test_weeks_and_months_across_boundaries(per: str, inside: str, first: str, last: str) -> None:
    found = period_of(per, day(inside), day("2025-12-31"), day("2028-03-01"))
    assert found == Period(day(first), day(last))


def test_there_is_no_other_kind_of_period() -> None:
    with pytest.raises(ValueError, match="not for a year"):
        period_of("year", day("2026-01-01"), day("2026-01-01"), day("2026-12-31"))


@pytest.mark.parametrize("per", [TOTAL, WEEK, MONTH])
def test_the_store_parts_days_in_the_same_way(store: Store, per: str) -> None:
    first = day("2023-12-25")
    for number in range(0, 1200, 5):
        text = (first + datetime.timedelta(days=number)).isoformat()
        ((value,),) = read_rows(
            store.database, f"SELECT {key_sql(per, '?')}", *[text] * _marks(per)
        )
        assert key_from_sql(per, value) == key_of(per, text)


def _marks(per: str) -> int:
    return key_sql(per, "?").count("?")
