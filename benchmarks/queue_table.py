"""The queue table over a throw-away table of claims: `queue_table.py FILE [ROWS]`.

Builds the file when it is not there, then opens the table on it. Timed from outside through a pty.
"""

from __future__ import annotations

import asyncio
import datetime
import gc
import random
import sys
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from peewee import Database
from textual.app import App, ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import (
    Choice,
    Column,
    Join,
    Order,
    Queue,
    Search,
    Total,
    View,
    Viewer,
)
from rcm_tui.data.store import SqliteStoreDatabase
from rcm_tui.widgets.queue_table import QueueTable

TODAY = datetime.date(2026, 11, 20)
STATES = (
    Choice("draft", "Draft", "open"),
    Choice("submitted", "Submitted", "waiting"),
    Choice("paid", "Paid", "done"),
    Choice("denied", "Denied", "failed"),
    Choice("partly paid", "Partly paid", "partly"),
)
CLAIMS = Queue(
    name="claims",
    title="Claims",
    from_="claim",
    key="claim.id",
    joins=(Join("p", "payer", "p.id = claim.payer_id"),),
    columns=(
        Column("score", "score", "claim.score", "count", 5, priority=5, required=True),
        Column("claim", "claim", "claim.number", "code", 10, required=True),
        Column("patient", "patient", "claim.patient", width=20, flexible=True, required=True),
        Column("payer", "payer", "p.name", width=16, priority=3, short="p.code", short_width=5),
        Column("status", "status", "claim.status", "state", 13, choices=STATES, required=True),
        Column("service", "service", "claim.service", "date", 10, priority=1, required=True),
        Column("age", "age", "claim.service", "age", 6, priority=2, required=True),
        Column("billed", "billed", "claim.billed", "money", 10, required=True),
        Column("balance", "balance", "claim.balance", "money", 10, required=True),
        Column("why", "why", "claim.why", width=16, priority=4, flexible=True),
        Column("owner", "owner", "claim.owner", "person", 8, priority=6),
    ),
    views=(
        View("all", "All"),
        View("denied", "Denied", condition="claim.status = 'denied'"),
    ),
    default_view="all",
    default_order=Order.by("-service"),
    search=(Search("claim.patient"), Search("claim.number", "prefix")),
    totals=(Total("balance", "Balance", "claim.balance"),),
)


def rows(count: int) -> Iterator[tuple[object, ...]]:
    dice = random.Random(1)
    family = "Okafor Lindqvist Haddad Osei Brandt Sato Takahashi Ruiz O'Brien Nguyen".split()
    given = "Ada Per Rami Kofi Lea Ken Yuki Dana Seán Minh".split()
    for number in range(1, count + 1):
        billed = dice.randrange(4000, 200000)
        status = dice.choice(STATES).value
        service = TODAY - datetime.timedelta(days=dice.randrange(700))
        yield (
            number,
            dice.randrange(100),
            f"C-{number:06}",
            f"{dice.choice(family)}, {dice.choice(given)}",
            dice.randrange(1, 9),
            status,
            service.isoformat(),
            billed,
            0 if status == "paid" else billed,
            "CO-197 no auth" if status == "denied" else None,
            dice.choice(["maria", "tom", None]),
        )


def build(path: Path, count: int) -> None:
    database = SqliteStoreDatabase(path, None)
    run = database.execute_sql
    run("CREATE TABLE payer (id INTEGER PRIMARY KEY, code TEXT, name TEXT) STRICT")
    run(
        "CREATE TABLE claim (id INTEGER PRIMARY KEY, score INTEGER, number TEXT, patient TEXT,"
        " payer_id INTEGER, status TEXT, service TEXT, billed INTEGER, balance INTEGER, why TEXT,"
        " owner TEXT) STRICT"
    )
    with database.atomic():
        connection = database.connection()
        payers = "Aetna,Cigna,Anthem,Optum,Tricare,Medicaid,Humana,Magellan Health".split(",")
        connection.executemany(
            "INSERT INTO payer VALUES (?, ?, ?)",
            [(n, name[:3].upper(), name) for n, name in enumerate(payers, 1)],
        )
        connection.executemany(
            "INSERT INTO claim VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", rows(count)
        )
        run("CREATE INDEX claim_service ON claim (service, id)")
        run("CREATE INDEX claim_status ON claim (status, service, id)")
        run("CREATE INDEX claim_balance ON claim (balance, id)")
    run("ANALYZE")
    database.close()


class Bench(App[None]):
    ENABLE_COMMAND_PALETTE = False
    CSS = """
    Static { height: 1; }
    #title { height: 1; }
    #position { dock: right; width: 26; text-align: right; }
    """
    BINDINGS = [("q", "quit", "Quit"), ("R", "reload", "Reload")]

    def __init__(self, database: Database, filter: str) -> None:
        super().__init__()
        self.database = database
        self.filter = filter
        self.threads = ThreadPoolExecutor(2)

    async def on_thread(self, function: Callable[[], Any]) -> Any:
        def connected() -> Any:
            self.database.connect(reuse_if_open=True)
            return function()

        return await asyncio.get_running_loop().run_in_executor(self.threads, connected)

    def compose(self) -> ComposeResult:
        run: Callable[[Callable[[], Any]], Awaitable[Any]] = self.on_thread
        with Horizontal(id="title"):
            yield Static("Claims · All", markup=False)
            yield Static("", id="position", markup=False)
        yield QueueTable(run)
        yield Static(" enter open   space mark   / filter", markup=False)

    def on_mount(self) -> None:
        table = self.query_one(QueueTable)
        table.focus()
        viewer = Viewer(TODAY)
        pages = QueuePages(self.database, CLAIMS, viewer, filter=self.filter)
        table.show(CLAIMS, pages, viewer, pages.order)
        position = self.query_one("#position", Static)
        self.watch(table, "position", lambda text: position.update(text, layout=False))
        self.set_timer(0.5, lambda: (gc.collect(), gc.freeze()))

    def action_reload(self) -> None:
        self.query_one(QueueTable).reload()


def main() -> None:
    path = Path(sys.argv[1])
    if not path.exists():
        build(path, int(sys.argv[2]) if len(sys.argv) > 2 else 1_000_000)
    filter = sys.argv[3] if len(sys.argv) > 3 else ""
    Bench(SqliteStoreDatabase(path, None), filter).run()


if __name__ == "__main__":
    main()
