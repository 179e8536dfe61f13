"""A small queue of bills for the tests: every kind of column, NULLs, a joined table, child rows."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from peewee import Database

from rcm_tui.data.queues.queue import (
    Choice,
    Column,
    Field,
    Join,
    Order,
    Queue,
    Search,
    Total,
    View,
    Viewer,
)
from rcm_tui.data.store import PostgresqlStoreDatabase
from rcm_tui.data.store_database import SqliteStoreDatabase, sqlite_path

TODAY = datetime.date(2026, 11, 20)
VIEWER = Viewer(TODAY, me=7)

STATES = (
    Choice("paid", "Paid", "done"),
    Choice("denied", "Denied", "failed"),
    Choice("partly paid", "Partly paid", "partly"),
)

BILLS = Queue(
    name="bills",
    title="Bills",
    from_="bill",
    key="bill.id",
    joins=(
        Join("p", "payer", "p.id = bill.payer_id"),
        Join("g", "payer_group", "g.id = p.group_id"),
    ),
    columns=(
        Column("number", "bill", "bill.number", "code", 10, required=True),
        Column("patient", "patient", "bill.patient", "text", 20, priority=1),
        Column("payer", "payer", "p.name", "text", 14, priority=3, short="p.code", short_width=5),
        Column("status", "status", "bill.status", "state", 12, choices=STATES, required=True),
        Column("balance", "balance", "bill.balance", "money", 10),
        Column("units", "units", "bill.units", "units", 6, priority=4),
        Column("lines", "lines", "bill.line_count", "count", 5, priority=4),
        Column("service", "service", "bill.service_date", "date", 10, required=True),
        Column("age", "age", "bill.service_date", "age", 5, priority=2, required=True),
        Column("answered", "answered", "bill.answered_at", "datetime", 16, priority=5),
    ),
    fields=(
        Field("group", "text", ("g.name",)),
        Field("owner", "person", ("bill.owner_name",), identity="bill.owner_id"),
        Field(
            "carc",
            "code",
            ("a.code",),
            synonyms=("denial",),
            within="EXISTS (SELECT 1 FROM reason AS a WHERE a.bill_id = bill.id AND {test})",
        ),
        Field(
            "adjustment",
            "code",
            ("substr(a.code, 4)",),
            within="EXISTS (SELECT 1 FROM reason AS a WHERE a.bill_id = bill.id AND {test})",
            parts=("substr(a.code, 1, 2)", "substr(a.code, 4)"),
        ),
        Field(
            "by",
            "text",
            ("p2.name",),
            within=("bill.payer_id IN (SELECT p2.id FROM payer AS p2 WHERE {test})"),
        ),
    ),
    views=(
        View("all", "All"),
        View("open", "Open", condition="bill.balance > 0", order=Order.by("-balance")),
        View("late", "Late", filter="age>60", condition="bill.status <> 'paid' OR 1 = 0"),
        View("mine", "Mine", condition="bill.owner_id = :me AND bill.service_date <= :today"),
        View("odd", "Odd", condition="bill.number LIKE '%1%' OR bill.number = '?:me'"),
    ),
    default_view="all",
    default_order=Order.by("service"),
    search=(
        Search("bill.patient"),
        Search("bill.number", "prefix"),
        Search("p3.name", within=("bill.payer_id IN (SELECT p3.id FROM payer AS p3 WHERE {test})")),
    ),
    totals=(Total("balance", "Balance", "bill.balance"),),
)

TABLES = (
    "CREATE TABLE payer_group (id INTEGER PRIMARY KEY, name TEXT NOT NULL)",
    "CREATE TABLE payer (id INTEGER PRIMARY KEY, name TEXT NOT NULL, code TEXT NOT NULL,"
    " group_id INTEGER)",
    "CREATE TABLE bill (id INTEGER PRIMARY KEY, number TEXT NOT NULL, patient TEXT,"
    " payer_id INTEGER, status TEXT NOT NULL, balance BIGINT, units BIGINT, line_count INTEGER,"
    " service_date TEXT NOT NULL, answered_at TEXT, owner_id INTEGER, owner_name TEXT)",
    "CREATE TABLE reason (bill_id INTEGER NOT NULL, code TEXT NOT NULL)",
    "CREATE INDEX bill_balance ON bill (balance, id)",
    "CREATE INDEX bill_service ON bill (service_date, id)",
    "CREATE INDEX bill_number ON bill (number)",
)
FIELDS = (
    "id, number, patient, payer_id, status, balance, units, line_count, service_date,"
    " answered_at, owner_id, owner_name"
)


@contextmanager
def bills_database(url: str) -> Iterator[Database]:
    """An open database with the tables of the queue, empty."""
    path = sqlite_path(url)
    database = PostgresqlStoreDatabase(url) if path is None else SqliteStoreDatabase(path, None)
    database.connect()
    try:
        for statement in TABLES:
            database.execute_sql(statement)
        database.execute_sql("INSERT INTO payer_group VALUES (1, 'National'), (2, 'Local')")
        database.execute_sql(
            "INSERT INTO payer VALUES (1, 'Aetna', 'AET', 1), (2, 'Aetna Better', 'AEB', 1),"
            " (3, 'Cigna', 'CIG', 2), (4, 'Élan Santé', 'ELA', NULL)"
        )
        yield database
    finally:
        database.close()
        database.close_everywhere()


def add_bills(database: Database, rows: list[tuple[object, ...]]) -> None:
    marks = ", ".join([database.param] * len(FIELDS.split(",")))
    for row in rows:
        database.execute_sql(f"INSERT INTO bill ({FIELDS}) VALUES ({marks})", row)


def temporary_url(folder: Path) -> str:
    return f"sqlite:///{folder / 'bills.db'}"
