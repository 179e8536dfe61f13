"""PostgreSQL: the connections of one process, what became of a lost one, hearing of commits.

Twenty workstations of CONNECTIONS each, one more each to listen, and the worker's stay below the
hundred that a server gives out by default.
"""

import heapq
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from peewee import PostgresqlDatabase
from playhouse.pool import MaxConnectionsExceeded, PooledPostgresqlDatabase

CONNECTIONS = 3
"""How many connections one process has at most, the listening one aside (ours)."""
SECONDS_FOR_A_CONNECTION = 30
"""How long a thread waits for one of them (ours, as long as a writer waits on SQLite)."""
SECONDS_AT_REST = 60.0
"""After how long a connection that nobody uses is given back to the server (ours)."""
SECONDS_OF_LIFE = 3600
SECONDS_TO_LOOK_INTO = 20.0
"""How long it is tried to find out what became of a commit whose answer was lost (ours)."""
SECONDS_BETWEEN_TRIES = 0.25
WRITE_LOCK = 0x52434D  # "RCM", the advisory lock of all writers

# The server lets go of a workstation that is gone without a word, and it of a silent server: else
# its lock would keep every other from saving. A unit of work that is stopped in the middle too.
# Without jit: compiling a queue's long statement takes seconds, and running it milliseconds.
SESSION = {
    "jit": "off",
    "lock_timeout": "30s",
    "idle_in_transaction_session_timeout": "5min",
    "tcp_keepalives_idle": "30",
    "tcp_keepalives_interval": "10",
    "tcp_keepalives_count": "3",
}
CONNECTION: dict[str, Any] = {
    "application_name": "rcm-tui",
    "connect_timeout": 10,
    "keepalives_idle": 30,
    "keepalives_interval": 10,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
    "options": " ".join(f"-c {name}={value}" for name, value in SESSION.items()),
}
GONE = ("08", "57P")
"""SQLSTATE classes of a connection that failed or that the server ended."""


class PostgresqlStoreDatabase(PooledPostgresqlDatabase):  # type: ignore[misc]
    """A pool of connections through psycopg 3. What the URL says itself goes before ours."""

    def __init__(self, url: str) -> None:
        said = parse_qs(urlsplit(url).query)
        self._said = {name: value for name, value in CONNECTION.items() if name not in said}
        self._resting: dict[int, float] = {}
        super().__init__(
            url,
            max_connections=CONNECTIONS,
            stale_timeout=SECONDS_OF_LIFE,
            timeout=SECONDS_FOR_A_CONNECTION,
            prefer_psycopg3=True,
            **self._said,
        )

    def separate_connection(self) -> Any:
        """A connection beside the pool, for listening. Raises what the driver raises."""
        return PostgresqlDatabase._connect(self)  # type: ignore[attr-defined]

    def _close(self, conn: Any, close_conn: bool = False) -> None:
        self._resting[id(conn)] = time.monotonic()
        super()._close(conn, close_conn)
        self._give_back_resting()

    def _give_back_resting(self) -> None:
        """Closes the connections that nobody has used for a while."""
        before = time.monotonic() - SECONDS_AT_REST
        with self._pool_lock:
            old = [kept for kept in self._connections if self._resting[id(kept[2])] < before]
            for kept in old:
                self._connections.remove(kept)
                self._close_raw(kept[2])
            heapq.heapify(self._connections)

    def close_everywhere(self) -> None:
        """Closes the connections of all threads."""
        self.close_all()

    def is_lost(self, error: BaseException) -> bool:
        """Whether an error came of this thread's connection being gone, or of none to be had."""
        if isinstance(error, MaxConnectionsExceeded):
            return True
        driver = _of_driver(error)
        if driver is None:
            return False
        state = getattr(driver, "sqlstate", None)
        if state is not None:
            return str(state).startswith(GONE)
        return self.is_closed() or bool(self._state.conn.closed)

    def drop(self) -> None:
        """Forgets this thread's connection, whatever state it is in; the next one is fresh."""
        if self.is_closed():
            return
        connection = self._state.conn
        self._state.reset()
        self._close(connection, close_conn=True)

    def fresh(self) -> None:
        """Connects this thread; a connection that it has and that was lost is replaced."""
        if self.connect(reuse_if_open=True) or self.in_transaction():
            return
        try:
            self.execute_sql("SELECT 1")
        except Exception as error:
            if not self.is_lost(error):
                raise
            self.drop()
            self.connect()

    def exclude_writers(self) -> str:
        """Waits for the right to write until the transaction ends; names the transaction."""
        cursor = self.execute_sql(
            "SELECT pg_advisory_xact_lock(%s), pg_current_xact_id()::text", (WRITE_LOCK,)
        )
        return str(cursor.fetchone()[1])

    def tell(self, channel: str, whom: str) -> None:
        """Tells who listens, when the transaction commits, that something has changed."""
        self.execute_sql("SELECT pg_notify(%s, %s)", (channel, whom))

    def was_committed(
        self, transaction: str, wait: Callable[[float], None] = time.sleep
    ) -> bool | None:
        """What became of a transaction whose connection was lost; None when that stays unknown.

        Asked on a fresh connection and behind the lock of all writers: the server lets go of it
        only when it is through with the lost one.
        """
        until = time.monotonic() + SECONDS_TO_LOOK_INTO
        while True:
            try:
                self.fresh()
                with self.atomic():
                    self.exclude_writers()
                    asked = "SELECT pg_xact_status(%s::xid8)"
                    status = self.execute_sql(asked, (transaction,)).fetchone()[0]
                return {"committed": True, "aborted": False}.get(status)
            except Exception as error:
                if not self.is_lost(error) or time.monotonic() > until:
                    return None
                self.drop()
            wait(SECONDS_BETWEEN_TRIES)


def _of_driver(error: BaseException) -> BaseException | None:
    """The driver's own error about a connection; peewee carries it in its own."""
    error = getattr(error, "orig", error)
    if not type(error).__module__.startswith(("psycopg", "peewee")):
        return None
    kinds = {kind.__name__ for kind in type(error).__mro__}
    return error if kinds & {"OperationalError", "InterfaceError"} else None
