"""Hearing of others' commits on PostgreSQL, without looking into its tables.

Every unit of work tells the store's channel, in its own transaction; what it tells is empty, or
whom it calls. Whoever listens has a connection for nothing else.
"""

import contextlib
import os
import select
import threading
import time
from typing import Any

from rcm_tui.data.postgresql import PostgresqlStoreDatabase
from rcm_tui.data.store import Store

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
"""Seconds between two tries to listen again, doubled each time (ours)."""


class Ear:
    """A connection that listens; `hear` asks it without waiting. Not for several threads."""

    def __init__(self, database: PostgresqlStoreDatabase, channel: str) -> None:
        self._database = database
        self._channel = channel
        self._connection: Any = None
        self._pause = FIRST_PAUSE
        self._again_at = 0.0

    @property
    def is_open(self) -> bool:
        """Whether it listens."""
        return self._connection is not None

    def fileno(self) -> int:
        """What becomes readable when there is something to hear; -1 while it does not listen."""
        return -1 if self._connection is None else int(self._connection.fileno())

    def hear(self) -> list[str] | None:
        """What was told since the last time; None while it does not listen.

        Where it was deaf before, something may have been missed: then it begins with an "".
        """
        try:
            if self._connection is None:
                if time.monotonic() < self._again_at:
                    return None
                self._listen()
                return [""]
            return [told.payload for told in self._connection.notifies(timeout=0)]
        except Exception:
            # Whatever it is, the tables can still be looked into, and it is tried again.
            self.close()
            self._again_at = time.monotonic() + self._pause
            self._pause = min(2 * self._pause, LONGEST_PAUSE)
            return None

    def _listen(self) -> None:
        self._connection = self._database.separate_connection()
        self._connection.execute(f'LISTEN "{self._channel}"')
        self._pause = FIRST_PAUSE

    def close(self) -> None:
        """Listens no longer."""
        connection, self._connection = self._connection, None
        if connection is not None:
            with contextlib.suppress(Exception):
                connection.close()


def ear_of(store: Store) -> Ear | None:
    """An ear for a store's commits; None on SQLite."""
    if not isinstance(store.database, PostgresqlStoreDatabase):
        return None
    return Ear(store.database, store.channel)


class Listener:
    """An ear on a thread of its own, which counts what it hears."""

    def __init__(self, database: PostgresqlStoreDatabase, channel: str) -> None:
        self._ear = Ear(database, channel)
        self._heard = 0
        self._listening = False
        self._wake, self._waker = os.pipe()
        self._thread = threading.Thread(target=self._run, name="listen", daemon=True)
        self._thread.start()

    @property
    def heard(self) -> int | None:
        """How often something was heard; None while nothing can be: then look for yourself."""
        return self._heard if self._listening else None

    def _run(self) -> None:
        while True:
            told = self._ear.hear()
            self._heard += bool(told)
            self._listening = told is not None
            watched: list[Any] = [self._wake, *([self._ear] if self._ear.is_open else [])]
            ready, _, _ = select.select(watched, [], [], None if self._ear.is_open else FIRST_PAUSE)
            if self._wake in ready:
                break
        self._ear.close()
        os.close(self._wake)

    def close(self) -> None:
        """Ends the thread and its connection."""
        os.close(self._waker)
        self._thread.join()
