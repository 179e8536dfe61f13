"""The figures of a year, month by month, on both databases."""

import datetime

import pytest
from peewee import SqliteDatabase

from rcm_tui.data.records.months import DENIED, PAID, read_months
from rcm_tui.data.store import Store
from rcm_tui.data.tables.remittances import Payment
from tests.practice_builder import NOW, small_practice


def pay(cents: int, day: datetime.date, held: bool = False) -> None:
    key = f"{day} {cents}"
    Payment.create(
        amount=cents,
        posted=0 if held else cents,
        effective_date=day,
        set_key=key,
        payment_key=key,
        state="held" if held else "posted",
        received_at=NOW,
    )


def test_each_month_has_its_own_money_and_denials(store: Store) -> None:
    practice = small_practice()
    for cents, day in (
        (100, datetime.date(2026, 3, 1)),
        (20, datetime.date(2026, 3, 31)),
        (7, datetime.date(2026, 2, 28)),
        (5, datetime.date(2025, 4, 1)),
        (3, datetime.date(2025, 3, 31)),  # a month too old
        (1, datetime.date(2026, 4, 1)),  # takes effect next month
    ):
        pay(cents, day)
    pay(9999, datetime.date(2026, 3, 2), held=True)
    for adjudication, day in (
        ("denied", datetime.date(2026, 3, 2)),
        ("denied", datetime.date(2025, 12, 31)),
        ("denied", datetime.date(2026, 1, 1)),
        ("denied", datetime.date(2026, 1, 31)),
        ("paid", datetime.date(2026, 1, 2)),
    ):
        practice.add_claim(day=day, status="Submitted", adjudication=adjudication)
    months = read_months(store.database, datetime.date(2026, 3, 16))
    assert (months.names[0], months.names[8:10], months.names[-1]) == (
        "2025-04",
        ("2025-12", "2026-01"),
        "2026-03",
    )
    assert months.paid == (5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7, 120)
    assert months.denied == (0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 1)


def test_both_figures_are_read_through_an_index(store: Store) -> None:
    if not isinstance(store.database, SqliteDatabase):
        pytest.skip("PostgreSQL reads a small table whole, whatever indexes it has")
    for sql in (PAID, DENIED):
        plan = store.database.execute_sql(
            "EXPLAIN QUERY PLAN " + sql, ("2025-04-01", "2026-04-01")
        ).fetchall()
        assert any("USING" in row[3] and "INDEX" in row[3] for row in plan), plan
