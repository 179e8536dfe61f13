"""What is owed by age: every cent once, in its bucket, and credits apart."""

import datetime

import pytest

from rcm_tui.data.queues.ageing import BUCKETS, PATIENT_AGEING, PAYER_AGEING
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Viewer
from rcm_tui.data.store import Store
from tests.practice_builder import small_practice

TODAY = datetime.date(2026, 11, 20)
VIEWER = Viewer(TODAY)


def rows(store: Store, queue: object = PAYER_AGEING) -> list[dict[str, object]]:
    pages = QueuePages(store.database, queue, VIEWER)  # type: ignore[arg-type]
    names = [column.name for column in pages.queue.columns]
    return [dict(zip(names, row, strict=False)) for row in pages.page().rows]


@pytest.mark.parametrize(
    ("age", "bucket"),
    [
        (0, "upto_30"),
        (30, "upto_30"),
        (31, "upto_60"),
        (60, "upto_60"),
        (61, "upto_90"),
        (90, "upto_90"),
        (91, "upto_120"),
        (120, "upto_120"),
        (121, "older"),
        (4000, "older"),
    ],
)
def test_a_debt_stands_in_the_bucket_of_its_age(store: Store, age: int, bucket: str) -> None:
    day = TODAY - datetime.timedelta(days=age)
    small_practice().add_claim(day=day, payer_balance=123_45)
    (row,) = rows(store)
    assert {name: row[name] for name, _, _ in BUCKETS} == {
        name: 123_45 if name == bucket else 0 for name, _, _ in BUCKETS
    }


def test_payers_and_patients_add_up_to_the_claims_balances(store: Store) -> None:
    practice = small_practice()
    other = practice.add_client("HADDAD", practice.add_payer("Aurora Health"))
    day = TODAY - datetime.timedelta(days=40)
    practice.add_claim(day=day, payer_balance=100_00, patient_balance=5_00)
    practice.add_claim(day=day, payer_balance=-30_00)
    practice.add_claim(day=day, client=other, payer_balance=7_00, patient_balance=2_00)
    practice.add_claim(day=day)  # nothing is open on it
    payers, patients = rows(store), rows(store, PATIENT_AGEING)
    assert [(row["total"], row["credit"], row["claims"]) for row in payers] == [
        (70_00, -30_00, 2),
        (7_00, 0, 1),
    ]
    assert [row["upto_60"] for row in patients] == [5_00, 2_00]
    for row in (*payers, *patients):
        parts = [row[name] for name, _, _ in BUCKETS]
        assert sum(parts) + row["credit"] == row["total"]  # type: ignore[arg-type,operator]
    totals = QueuePages(store.database, PAYER_AGEING, VIEWER).totals()
    assert (totals["count"], totals["total"], totals["credit"]) == (2, 77_00, -30_00)


def test_views_leave_out_what_they_do_not_mean(store: Store) -> None:
    practice = small_practice()
    practice.add_claim(day=TODAY - datetime.timedelta(days=100), payer_balance=10_00)
    other = practice.add_client("HADDAD", practice.add_payer("Aurora Health"))
    practice.add_claim(day=TODAY, client=other, payer_balance=-10_00)
    old = QueuePages(store.database, PAYER_AGEING, VIEWER, view="old").page()
    credits = QueuePages(store.database, PAYER_AGEING, VIEWER, view="credits").page()
    assert (len(old), len(credits)) == (1, 1)
    assert old.keys != credits.keys
