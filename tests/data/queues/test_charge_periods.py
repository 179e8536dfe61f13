"""Charge periods: their days, their state by precedence, their views, and what they add up.

Source: line 24 of the facts of the trade on charges and claims; F:24 below.
"""

import datetime
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rcm_tui.data.bulk import read_rows
from rcm_tui.data.queues.charge_periods import CHARGE_PERIODS
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Viewer
from rcm_tui.data.store import Store
from rcm_tui.data.tables.charges import CHARGE_STATUSES, ChargeItem, Session
from rcm_tui.data.tables.practice import BusinessUnit
from tests.practice_builder import SERVICE_DAY, TODAY, small_practice

VIEWER = Viewer(TODAY, "maria")
NAMES = [column.name for column in CHARGE_PERIODS.columns]


def periods(store: Store, view: str = "all", filter: str = "") -> list[dict[str, Any]]:
    pages = QueuePages(store.database, CHARGE_PERIODS, VIEWER, view=view, filter=filter)
    page = pages.page(limit=500)
    assert pages.count() == len(page)
    return [dict(zip(NAMES, row, strict=True)) for row in page.rows]


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (["New"], "New"),
        (["New", "On Hold", "Ready to Bill", "Claim Line Created"], "New"),
        (["On Hold", "Ready to Bill", "Claim Line Created"], "Blocked"),
        (["Cancelled"], "Blocked"),
        (["Ready to Bill", "Claim Line Created"], "Ready to Bill"),
        (["Ready to Bill", "Scheduled", "Pending Authorization"], "Ready to Bill"),
        (["Claim Line Created"], "Claim Created"),
        (
            ["Claim Line Created", "Awaiting Resubmission", "Billed Externally", "Cancelled"],
            "Claim Created",
        ),
        # Ours: nothing can be done with it before somebody submits or authorizes.
        (["Scheduled"], "Blocked"),
        (["Claim Line Created", "Awaiting Submission"], "Blocked"),
        (["Claim Line Created", "Pending Authorization"], "Blocked"),
    ],
)
def test_the_state_is_by_precedence(store: Store, statuses: list[str], expected: str) -> None:
    """F:24."""
    practice = small_practice()
    for hour, status in enumerate(statuses, 8):
        practice.add_charge(hour=hour, status=status)
    [period] = periods(store)
    assert period["status"] == expected


@pytest.mark.parametrize(
    ("kind", "day", "first", "last"),
    [
        ("week", "2026-03-02", "2026-03-02", "2026-03-08"),
        ("week", "2026-03-08", "2026-03-02", "2026-03-08"),
        ("week", "2026-01-01", "2025-12-29", "2026-01-04"),
        ("week", "2028-02-29", "2028-02-28", "2028-03-05"),
        ("week", "2000-12-31", "2000-12-25", "2000-12-31"),
        ("month", "2026-03-31", "2026-03-01", "2026-03-31"),
        ("month", "2028-02-01", "2028-02-01", "2028-02-29"),
        ("month", "2026-12-25", "2026-12-01", "2026-12-31"),
    ],
)
def test_its_days_are_a_week_or_a_month(
    store: Store, kind: str, day: str, first: str, last: str
) -> None:
    """F:24, the setting of the business unit; a week begins on Monday (ours)."""
    practice = small_practice()
    BusinessUnit.update(charge_period=kind).execute()
    practice.add_charge(day=datetime.date.fromisoformat(day))
    [period] = periods(store)
    assert (period["starts_on"], period["ends_on"]) == (first, last)


@given(days=st.lists(st.dates(datetime.date(1990, 1, 1), datetime.date(2100, 1, 1)), min_size=1))
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_every_day_is_in_the_week_that_python_says(store: Store, days: list[Any]) -> None:
    ChargeItem.delete().execute()
    Session.delete().execute()
    BusinessUnit.delete().where(BusinessUnit.name == "Of the days").execute()
    unit = BusinessUnit.create(name="Of the days")
    for day in set(days):
        store.database.execute_sql(
            f"INSERT INTO charge_day VALUES ({unit.id}, '{day}', 'New', 1, 100)"
        )
    mondays = {(day - datetime.timedelta(days=day.weekday())).isoformat() for day in days}
    found = periods(store)
    store.database.execute_sql(f"DELETE FROM charge_day WHERE business_unit_id = {unit.id}")
    assert {period["starts_on"] for period in found} == mondays
    assert sum(period["items"] for period in found) == len(set(days))


def test_views(store: Store) -> None:
    """F:24: All, New, Ready to Bill, Aging Blocked."""
    practice = small_practice()
    week = datetime.timedelta(days=7)
    statuses = ["New", "Ready to Bill", "On Hold", "Claim Line Created"]
    for number, status in enumerate(statuses):
        practice.add_charge(day=SERVICE_DAY - number * week, status=status)
    practice.add_charge(day=TODAY, status="On Hold")
    seen = {
        view.name: [row["status"] for row in periods(store, view.name)]
        for view in CHARGE_PERIODS.views
    }
    assert seen == {
        "all": ["Blocked", "New", "Ready to Bill", "Blocked", "Claim Created"],
        "new": ["New"],
        "ready": ["Ready to Bill"],
        "aging_blocked": ["Blocked"],
    }
    assert len(periods(store, filter="unit:north status:blocked held>0 age>20")) == 1


def test_units_are_apart_and_figures_are_sums(store: Store) -> None:
    practice = small_practice()
    south = BusinessUnit.create(name="South Clinic", charge_period="month")
    for hour, status in enumerate(("New", "On Hold", "Scheduled", "Cancelled"), 8):
        practice.add_charge(hour=hour, status=status)
    practice.add_charge(hour=14, status="Ready to Bill", business_unit=south)
    north, other = periods(store)
    assert {name: north[name] for name in NAMES[4:11]} == {
        "items": 3,
        "new_items": 1,
        "held_items": 1,
        "waiting_items": 1,
        "ready_items": 0,
        "billed_items": 0,
        "billed": 96000,
    }
    assert (other["unit"], other["starts_on"], other["billed"]) == (
        "South Clinic",
        "2026-03-01",
        32000,
    )


CHANGES = st.lists(
    st.tuples(
        st.integers(0, 3),
        st.sampled_from(CHARGE_STATUSES),
        st.integers(0, 2),
        st.integers(0, 50000),
        st.booleans(),
    ),
    max_size=12,
)


@given(changes=CHANGES)
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_kept_of_days_follows_every_write(store: Store, changes: list[Any]) -> None:
    if not BusinessUnit.select().exists():
        practice = small_practice()
        for number in range(4):
            practice.add_charge(hour=8 + number)
        BusinessUnit.create(name="South Clinic")
    keys = [row.id for row in ChargeItem.select().order_by(ChargeItem.id)]
    units = [row.id for row in BusinessUnit.select().order_by(BusinessUnit.id)]
    with store.database.atomic() as kept:
        for place, status, day, billed, deleted in changes:
            row = ChargeItem.id == keys[place]
            if deleted:
                ChargeItem.delete().where(row).execute()
            else:
                ChargeItem.update(
                    status=status,
                    date_of_service=SERVICE_DAY + datetime.timedelta(days=day),
                    billed=billed,
                    business_unit=units[billed % 2],
                ).where(row).execute()
        real = Counter[Any]()
        for charge in ChargeItem.select():
            at = (charge.__data__["business_unit"], str(charge.date_of_service), charge.status)
            real[(*at, "items")] += 1
            real[(*at, "billed")] += charge.billed
        days = read_rows(
            store.database,
            "SELECT business_unit_id, date_of_service, status, items, billed FROM charge_day",
        )
        kept.rollback()
    said = Counter[Any]()
    for unit, day, status, items, billed in days:
        assert items > 0
        said[unit, day, status, "items"] += items
        said[unit, day, status, "billed"] += billed
    assert said == real
