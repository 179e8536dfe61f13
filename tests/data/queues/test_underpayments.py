"""Underpayments: each line by the fee schedule, whatever the claim as a whole came to."""

import datetime
from typing import Any

import pytest
from peewee import SqliteDatabase

from rcm_tui.billing.remittances.received import ReceivedClaim, ReceivedLine
from rcm_tui.data.queues.claims import CLAIMS
from rcm_tui.data.queues.pages import EVERYTHING, QueuePages
from rcm_tui.data.queues.queue import Queue, Viewer
from rcm_tui.data.queues.underpayments import PAYER_UNDERPAYMENTS, UNDERPAID, UNDERPAYMENTS
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.data.tables.payers import Fee, Payer
from rcm_tui.data.tables.practice import Practice
from tests.billing.remittances.received_builder import (
    claim_payment,
    line,
    post,
    reversal_of,
    submitted_claim,
)
from tests.practice_builder import SERVICE_DAY, SmallPractice, small_practice

VIEWER = Viewer(datetime.date(2026, 3, 16))


@pytest.fixture
def practice(store: Store) -> SmallPractice:
    return small_practice()


def rows(store: Store, view: str = "", queue: Queue = UNDERPAYMENTS) -> list[dict[str, Any]]:
    pages = QueuePages(store.database, queue, VIEWER, view=view or None)
    names = [column.name for column in queue.columns]
    return [dict(zip(names, row, strict=False)) for row in pages.page().rows]


def under(store: Store, view: str = "") -> list[tuple[int, int]]:
    return [(row["line"], row["short"]) for row in rows(store, view)]


def paid(claim: Claim, *lines: ReceivedLine, status: str = "1") -> ReceivedClaim:
    return claim_payment(claim.patient_control_number, list(lines), status)


def one_line(store: Store, practice: SmallPractice, **columns: object) -> Claim:
    """Billed at 320.00, and 240.00 are expected for its eight units."""
    return submitted_claim(store, practice, [("97153", 8)], **columns)


def claims_underpaid(store: Store) -> list[int]:
    pages = QueuePages(store.database, CLAIMS, VIEWER, view="underpaid")
    return [int(key) for key in pages.page().keys]


def test_a_paid_claim_under_contract_is_found_with_all_that_is_to_know(
    store: Store, practice: SmallPractice
) -> None:
    claim = one_line(store, practice)
    post(store, [paid(claim, line(32000, 15000, "CO-45 100.00, PR-3 70.00"))])
    assert Claim.get_by_id(claim.id).adjudication == "paid"
    (row,) = rows(store)
    assert (row["claim_number"], row["line"], row["code"]) == (claim.number, 1, "97153")
    assert (row["expected"], row["allowed"], row["short"]) == (24000, 22000, 2000)
    assert row["rate"] == 3000  # a unit, of eight
    assert row["trace_number"] != ""
    assert claims_underpaid(store) == [claim.id]


@pytest.mark.parametrize(
    ("said", "short"),
    [
        ((line(32000, 24000, "CO-45 80.00"),), []),
        ((line(32000, 23999, "CO-45 80.01"),), [(1, 1)]),
        # What an adjustment leaves open is a denial, and worked as one.
        ((line(32000, 14000, "CO-45 80.00, CO-151 100.00"),), []),
        ((line(32000, 13000, "CO-45 90.00, CO-151 100.00"),), [(1, 1000)]),
        # After the price: the sequestration of a contract that was kept.
        ((line(32000, 23520, "CO-45 80.00, CO-253 4.80"),), []),
        # All of it is the patient's, at too low a price.
        ((line(32000, 0, "CO-45 100.00, PR-1 220.00"),), [(1, 2000)]),
    ],
)
def test_a_line_is_under_contract_by_what_no_adjustment_explains(
    store: Store, practice: SmallPractice, said: tuple[ReceivedLine], short: list[tuple[int, int]]
) -> None:
    claim = one_line(store, practice)
    post(store, [paid(claim, *said)])
    assert under(store) == short
    assert bool(claims_underpaid(store)) == bool(short)


def test_a_denied_line_is_no_underpayment(store: Store, practice: SmallPractice) -> None:
    claim = one_line(store, practice)
    post(store, [paid(claim, line(32000, 0, "CO-197 320.00"), status="4")])
    assert under(store) == []


def test_one_line_too_dear_does_not_hide_one_too_cheap(
    store: Store, practice: SmallPractice
) -> None:
    claim = submitted_claim(store, practice)  # expected: 240.00 and 180.00
    dear = line(32000, 32000, "")
    cheap = line(24000, 17000, "CO-45 70.00", code="97155")
    post(store, [paid(claim, dear, cheap)])
    assert under(store) == [(2, 1000)]
    assert claims_underpaid(store) == [claim.id]


def test_what_is_let_pass_is_the_payers_else_the_practices(
    store: Store, practice: SmallPractice
) -> None:
    claim = one_line(store, practice)
    post(store, [paid(claim, line(32000, 23900, "CO-45 81.00"))])
    for ours, theirs, found in ((99, None, 1), (100, None, 0), (100, 99, 1), (0, 100, 0)):
        Practice.update(underpaid_tolerance=ours).execute()
        Payer.update(underpaid_tolerance=theirs).execute()
        assert len(under(store)) == found, (ours, theirs)


def test_what_is_taken_back_is_not_underpaid_any_more(
    store: Store, practice: SmallPractice
) -> None:
    claim = one_line(store, practice)
    low = paid(claim, line(32000, 20000, "CO-45 120.00"))
    post(store, [low])
    assert under(store) == [(1, 4000)]
    post(store, [reversal_of(low)])
    assert under(store) == []
    post(store, [paid(claim, line(32000, 23000, "CO-45 90.00"))])
    assert under(store) == [(1, 1000)]


def test_what_an_earlier_payer_paid_on_says_nothing_of_the_contract(
    store: Store, practice: SmallPractice
) -> None:
    claim = one_line(store, practice)
    post(store, [paid(claim, line(32000, 4000, "OA-23 200.00, CO-45 80.00"), status="2")])
    assert under(store) == []


def test_snoozed_and_replaced_claims_are_out_of_the_way(
    store: Store, practice: SmallPractice
) -> None:
    claim = one_line(store, practice)
    post(store, [paid(claim, line(32000, 20000, "CO-45 120.00"))])
    Claim.update(snoozed_until=VIEWER.today + datetime.timedelta(days=1)).execute()
    assert (under(store), len(under(store, "all"))) == ([], 1)
    Claim.update(snoozed_until=None, status="Historical").execute()
    assert under(store, "all") == []


def test_the_rate_is_that_of_the_date_of_service(store: Store, practice: SmallPractice) -> None:
    claim = one_line(store, practice)
    post(store, [paid(claim, line(32000, 20000, "CO-45 120.00"))])
    Fee.update(ends_on=SERVICE_DAY).execute()
    Fee.create(
        payer=practice.payer, procedure_code="97153", billed=1, expected=1,
        starts_on=SERVICE_DAY + datetime.timedelta(days=1),
    )  # fmt: skip
    assert rows(store)[0]["rate"] == 3000
    Fee.create(
        payer=practice.payer, business_unit=practice.unit, procedure_code="97153", billed=1,
        expected=2900, starts_on=SERVICE_DAY,
    )  # fmt: skip
    assert rows(store)[0]["rate"] == 2900  # of payer and unit goes before that of the payer


def test_payers_add_up_to_their_lines(store: Store, practice: SmallPractice) -> None:
    other = practice.add_client("HADDAD", practice.add_payer("Aurora Health"))
    for client, taken in ((practice.client, 1000), (practice.client, 2000), (other, 500)):
        claim = one_line(store, practice, client=client)
        low = line(32000, 24000 - taken, f"CO-45 {(8000 + taken) / 100:.2f}")
        post(store, [paid(claim, low)])
    found = rows(store, queue=PAYER_UNDERPAYMENTS)
    assert [(row["payer"], row["lines"], row["short"], row["most"]) for row in found] == [
        ("Acme Health", 2, 3000, 2000),
        ("Aurora Health", 1, 500, 500),
    ]
    for row in found:
        pages = QueuePages(store.database, UNDERPAYMENTS, VIEWER, filter=f'payer:"{row["payer"]}"')
        totals = pages.totals()
        assert (totals["count"], totals["short"]) == (row["lines"], row["short"])


def test_the_queue_is_read_along_its_index(
    store: Store, practice: SmallPractice, engine: str
) -> None:
    run = store.database.execute_sql
    if engine == "postgresql":
        run("SET enable_seqscan = off")
    for queue, index in ((UNDERPAYMENTS, "claim_line_underpaid"), (CLAIMS, "claim_underpaid")):
        pages = QueuePages(store.database, queue, VIEWER, view="underpaid")
        source, _ = pages._matching(EVERYTHING, None)
        sql = f"EXPLAIN {'QUERY PLAN ' * (engine == 'sqlite')}SELECT {queue.key} {source}"
        plan = run(sql.replace(":today", "'2026-03-16'")).fetchall()
        assert any(index in str(row[-1]) for row in plan), plan


def test_postgresql_does_not_take_underpaid_lines_for_few(
    store: Store, practice: SmallPractice
) -> None:
    """It would read and sort them all for a page, and not follow the index of their order."""
    if isinstance(store.database, SqliteDatabase):
        pytest.skip("SQLite follows the order of a page without counting")
    for _ in range(10):
        submitted_claim(store, practice, [("97153", 8)] * 10)
    ClaimLine.update(allowed=ClaimLine.expected - 5000).execute()
    store.database.execute_sql("ANALYZE")
    sql = (
        "EXPLAIN SELECT 1 FROM claim_line JOIN claim ON claim.id = claim_line.claim_id"
        f" JOIN payer ON payer.id = claim.payer_id WHERE {UNDERPAID}"
    )
    (first, *_) = [row[0] for row in store.database.execute_sql(sql).fetchall()]
    assert int(first.partition("rows=")[2].split()[0]) >= 4, first
