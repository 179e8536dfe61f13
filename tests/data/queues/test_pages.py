"""Paging by keyset gives exactly the order, forwards, backwards and from anywhere."""

import functools
import threading

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from peewee import Database

from rcm_tui.data.queues.pages import Page, QueuePages, Reading, ReadingStopped
from rcm_tui.data.queues.queue import Order
from tests.data.queues.bills import BILLS, VIEWER, add_bills

few_names = st.sampled_from(["Okafor", "okafor", "Lindqvist", "", None])
bill_rows = st.lists(
    st.tuples(
        few_names,
        st.sampled_from([1, 2, 3, None]),
        st.sampled_from(["paid", "denied", "partly paid"]),
        st.sampled_from([0, 5, 5, 100, -3, None]),
        st.sampled_from(["2026-01-01", "2026-02-01", "2026-11-19"]),
    ),
    max_size=25,
)
SORTABLE = ["patient", "payer", "status", "balance", "service", "age"]
orders = st.lists(
    st.tuples(st.sampled_from(SORTABLE), st.booleans()), max_size=3, unique_by=lambda t: t[0]
).map(lambda terms: Order(tuple(terms)))
either = settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)


def fill(database: Database, rows: list[tuple]) -> None:
    database.execute_sql("DELETE FROM bill")
    add_bills(
        database,
        [
            (n, f"B{n}", patient, payer, status, balance, 1000, 1, service, None, None, None)
            for n, (patient, payer, status, balance, service) in enumerate(rows, 1)
        ],
    )


def expected_keys(rows: list[tuple], order: Order) -> list[int]:
    """The order in plain Python: NULLs last whichever way, the key last and the way of the last."""
    names = {1: "Aetna", 2: "Aetna Better", 3: "Cigna", None: None}
    values = {
        "patient": lambda r: r[0],
        "payer": lambda r: names[r[1]],
        "status": lambda r: r[2],
        "balance": lambda r: r[3],
        "service": lambda r: r[4],
        "age": lambda r: r[4],
    }
    terms = [(values[name], down is not (name == "age")) for name, down in order.terms]

    def compare(a: tuple, b: tuple) -> int:
        for value, down in terms:
            left, right = value(a[1]), value(b[1])
            if left == right:
                continue
            if left is None or right is None:
                return 1 if left is None else -1
            return (1 if left > right else -1) * (-1 if down else 1)
        return (a[0] - b[0]) * (-1 if terms and terms[-1][1] else 1)

    return [n for n, _ in sorted(enumerate(rows, 1), key=functools.cmp_to_key(compare))]


def ranks(pages: QueuePages, keys: list[int]) -> list[int]:
    """Where the rows stand, all of which the view holds."""
    places = [pages.place_of(key) for key in keys]
    return [pages.rank(place) for place in places if place is not None]


def walk(pages: QueuePages, size: int, backward: bool) -> list[int]:
    found: list[int] = []
    page = pages.page(limit=size, last=backward)
    while page:
        found = [*page.keys, *found] if backward else [*found, *page.keys]
        page = (
            pages.page(before=page.places[0], limit=size)
            if backward
            else pages.page(after=page.places[-1], limit=size)
        )
    return found


@either
@given(rows=bill_rows, order=orders, size=st.integers(1, 7))
def test_walking_over_pages_gives_the_order(
    database: Database, rows: list[tuple], order: Order, size: int
) -> None:
    fill(database, rows)
    pages = QueuePages(database, BILLS, VIEWER, order=order)
    expected = expected_keys(rows, order)
    assert walk(pages, size, backward=False) == expected
    assert walk(pages, size, backward=True) == expected
    assert list(pages.keys(chunk=size)) == expected


@either
@given(
    rows=bill_rows, order=orders, data=st.data(), skip=st.integers(0, 30), limit=st.integers(1, 9)
)
def test_a_page_from_anywhere_is_that_part_of_the_order(
    database: Database, rows: list[tuple], order: Order, data: st.DataObject, skip: int, limit: int
) -> None:
    fill(database, rows)
    pages = QueuePages(database, BILLS, VIEWER, order=order)
    expected = expected_keys(rows, order)
    size = len(expected)
    assert list(pages.page(skip=skip, limit=limit).keys) == expected[skip : skip + limit]
    end = max(0, size - skip)
    from_end = pages.page(last=True, skip=skip, limit=limit)
    assert list(from_end.keys) == expected[max(0, end - limit) : end]
    if not expected:
        return
    at = data.draw(st.integers(0, size - 1))
    place = pages.place_of(expected[at])
    assert place is not None
    assert pages.rank(place) == at
    following = pages.page(after=place, skip=skip, limit=limit)
    assert list(following.keys) == expected[at + 1 + skip : at + 1 + skip + limit]
    from_own = pages.page(after=place, own=True, limit=limit)
    assert list(from_own.keys) == expected[at : at + limit]
    end = max(0, at - skip)
    previous = pages.page(before=place, skip=skip, limit=limit)
    assert list(previous.keys) == expected[max(0, end - limit) : end]


ROWS = [
    ("Okafor", 1, "denied", 100, "2026-09-01"),
    ("Lindqvist", 2, "paid", 0, "2026-11-19"),
    (None, None, "denied", None, "2026-08-01"),
    ("Haddad", 3, "partly paid", 50, "2026-11-01"),
]


def test_rows_hold_every_column_and_then_the_short_forms(database: Database) -> None:
    fill(database, ROWS)
    pages = QueuePages(database, BILLS, VIEWER)
    row = dict(zip(pages.page().keys, pages.page().rows, strict=True))[1]
    assert row == (
        *("B1", "Okafor", "Aetna", "denied", 100, 1000, 1, "2026-09-01", "2026-09-01", None),
        "AET",
    )
    assert BILLS.shorts == {"payer": 10}
    assert pages.rows_by_keys([1, 3, 99]).keys() == {1, 3}
    assert pages.rows_by_keys([1])[1] == row


def test_counts_and_totals(database: Database) -> None:
    fill(database, ROWS)
    pages = QueuePages(database, BILLS, VIEWER)
    assert pages.count() == 4
    assert pages.count_capped(3) == 3
    assert pages.count_capped() == 4
    assert pages.totals() == {"count": 4, "balance": 150}
    assert pages.totals(only=[1, 3]) == {"count": 2, "balance": 100}
    assert pages.totals(but=[1]) == {"count": 3, "balance": 50}
    empty = QueuePages(database, BILLS, VIEWER, filter="nobody")
    assert empty.totals() == {"count": 0, "balance": 0}
    assert empty.page() == Page()


def test_totals_of_some_rows_leave_out_what_the_view_does_not_hold(database: Database) -> None:
    fill(database, ROWS)
    denied = QueuePages(database, BILLS, VIEWER, filter="status:denied")
    assert denied.totals(only=[1, 2]) == {"count": 1, "balance": 100}
    assert denied.totals(but=[1, 2]) == {"count": 1, "balance": 0}


@pytest.mark.parametrize(
    ("view", "keys"),
    [("all", [3, 1, 4, 2]), ("open", [1, 4]), ("late", [3, 1]), ("mine", []), ("odd", [1])],
)
def test_views(database: Database, view: str, keys: list[int]) -> None:
    fill(database, ROWS)
    assert list(QueuePages(database, BILLS, VIEWER, view=view).page().keys) == keys


def test_a_record_outside_the_view_has_no_place(database: Database) -> None:
    fill(database, ROWS)
    pages = QueuePages(database, BILLS, VIEWER, view="open")
    assert ranks(pages, [4]) == [1]
    assert pages.place_of(2) is None


def test_the_place_of_a_record_that_has_gone_still_counts(database: Database) -> None:
    fill(database, ROWS)
    pages = QueuePages(database, BILLS, VIEWER)
    place = pages.place_of(4)
    assert place is not None
    database.execute_sql("DELETE FROM bill WHERE id = 4")
    assert pages.rank(place) == 2
    assert pages.page(after=place, own=True).keys == (2,)


@either
@given(rows=bill_rows, order=orders, size=st.integers(1, 7), cap=st.integers(1, 12))
def test_a_few_rows_are_remembered_and_paged_in_the_same_order(
    database: Database, rows: list[tuple], order: Order, size: int, cap: int
) -> None:
    fill(database, rows)
    pages = QueuePages(database, BILLS, VIEWER, filter="status:denied balance:any", order=order)
    wanted = {n for n, row in enumerate(rows, 1) if row[2] == "denied" and row[3] is not None}
    expected = [key for key in expected_keys(rows, order) if key in wanted]
    assert pages.count_capped(cap) == min(cap, len(expected))
    assert walk(pages, size, backward=False) == expected
    assert walk(pages, size, backward=True) == expected
    assert ranks(pages, expected) == list(range(len(expected)))


def test_bulk_work_and_figures_never_use_remembered_rows(database: Database) -> None:
    fill(database, ROWS)
    pages = QueuePages(database, BILLS, VIEWER, filter="status:denied")
    assert pages.count_capped() == 2
    database.execute_sql("UPDATE bill SET status = 'paid' WHERE id = 1")
    assert list(pages.keys()) == [3]
    assert pages.count() == 1
    assert pages.totals() == {"count": 1, "balance": 0}
    assert pages.page().keys == (3, 1)
    assert pages.count_capped() == 1
    assert pages.page().keys == (3,)
    database.execute_sql("UPDATE bill SET status = 'paid'")
    assert pages.count_capped() == 0
    assert pages.page() == Page()


def test_only_the_joins_that_are_spoken_of_are_made() -> None:
    assert BILLS.source("bill.balance") == "bill"
    assert BILLS.source("p.name") == "bill LEFT JOIN payer AS p ON p.id = bill.payer_id"
    # The group is reached through the payer, and joined after it.
    assert BILLS.source("g.name").endswith("ON g.id = p.group_id")
    assert "payer AS p " in BILLS.source("g.name")


def plan(database: Database, pages: QueuePages, **where: object) -> str:
    """SQLite's plan of the query that reads a page."""
    asked: list[tuple[str, tuple]] = []
    run = database.execute_sql

    def noted(sql: str, parameters: tuple = ()) -> object:
        asked.append((sql, parameters))
        return run(sql, parameters)

    database.execute_sql = noted
    pages.page(**where)  # type: ignore[arg-type]
    database.execute_sql = run
    return "\n".join(
        row[3] for sql, bound in asked for row in run(f"EXPLAIN QUERY PLAN {sql}", bound)
    )


@pytest.mark.parametrize("order", [Order.by("service"), Order.by("-service"), Order.by("-balance")])
def test_pages_are_read_from_the_index_of_their_order(
    database: Database, engine: str, order: Order
) -> None:
    if engine != "sqlite":
        pytest.skip("PostgreSQL plans by statistics; a table this small is scanned")
    fill(database, ROWS)
    pages = QueuePages(database, BILLS, VIEWER, order=order)
    for where in ({}, {"last": True}, {"after": pages.place_of(1)}, {"before": pages.place_of(1)}):
        steps = plan(database, pages, **where)
        # The second line is the sort of one page by its place: the first one is by the index.
        assert "SCAN bill\n" not in steps
        assert "COVERING INDEX bill_" in steps


def test_a_reading_that_was_stopped_reads_no_more(database: Database) -> None:
    fill(database, ROWS)
    reading = Reading()
    reading.stop()
    with pytest.raises(ReadingStopped):
        QueuePages(database, BILLS, VIEWER).page(reading=reading)


def test_a_running_query_is_interrupted_from_another_thread(
    database: Database, engine: str
) -> None:
    fill(database, ROWS)
    reading = Reading()
    connection = database.connection()
    endless = (
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT COUNT(*) FROM n"
    )
    begun, ended = threading.Event(), threading.Event()

    def stop() -> None:
        begun.wait()
        # SQLite's interrupt does nothing before the statement runs, so it is repeated.
        while not ended.wait(0.01):
            reading.stop()

    def count_for_ever() -> None:
        with reading.during(connection):
            begun.set()
            database.execute_sql(endless).fetchall()

    thread = threading.Thread(target=stop)
    thread.start()
    try:
        with pytest.raises(ReadingStopped):
            count_for_ever()
    finally:
        begun.set()
        ended.set()
        thread.join()
    assert QueuePages(database, BILLS, VIEWER).count() == 4


def test_unknown_names_are_sentences(database: Database) -> None:
    with pytest.raises(KeyError, match="has no view 'nothing'; it has all, open"):
        QueuePages(database, BILLS, VIEWER, view="nothing")
    with pytest.raises(KeyError, match="has no column 'nothing'"):
        QueuePages(database, BILLS, VIEWER, order=Order.by("nothing"))


def test_an_order_reads_as_it_was_written() -> None:
    assert str(Order.by("-balance", "patient")) == "-balance patient"
