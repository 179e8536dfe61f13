"""What a job is given, and what it answers."""

import datetime
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rcm_tui.data.store import Store
from rcm_tui.data.tables.payers import Clearinghouse
from rcm_tui.exchange.transports import Transport, transport_of
from rcm_tui.jobs.lease import SECONDS, Lease, renew
from rcm_tui.jobs.line import Line


class Stopped(Exception):
    """The worker was told to stop; raised between two items."""


class Transports:
    """The transports of the clearinghouses; each is kept while its settings stay the same."""

    def __init__(self, key_folder: Path) -> None:
        self._key_folder = key_folder
        self._kept: dict[int, tuple[dict[str, Any], Transport]] = {}
        self._lines: dict[int, tuple[dict[str, Any], Line]] = {}
        self.mail = Line()
        """What is remembered of the mail server, by which alarms go out."""

    def of(self, clearinghouse: Clearinghouse) -> Transport:
        """Raises TransportError when its folders cannot be used."""
        settings = dict(clearinghouse.__data__)
        kept = self._kept.get(clearinghouse.id)
        if kept is not None and kept[0] != settings:
            kept[1].close()
            kept = None
        if kept is None:
            kept = self._kept[clearinghouse.id] = (
                settings,
                transport_of(clearinghouse, self._key_folder),
            )
        return kept[1]

    def line(self, clearinghouse: Clearinghouse) -> Line:
        """What is remembered of it; nothing once its settings were changed."""
        settings = dict(clearinghouse.__data__)
        known = self._lines.get(clearinghouse.id)
        if known is None or known[0] != settings:
            known = self._lines[clearinghouse.id] = (settings, Line())
        return known[1]

    def close(self) -> None:
        """Lets go of all of them."""
        while self._kept:
            self._kept.popitem()[1][1].close()


@dataclass
class Turn:
    """The store, the lease, the clock, and whether to stop; handed to every job.

    `asked` says that a person wants it now: what rests after a failure is tried all the same.
    """

    store: Store
    lease: Lease
    clock: Callable[[], datetime.datetime]
    transports: Transports
    stopping: Callable[[], bool] = lambda: False
    lease_seconds: int = SECONDS
    asked: bool = False

    def between(self) -> None:
        """Called between two items: stops when told to, and keeps the lease.

        Raises Stopped, or LeaseLost when another worker has taken over.
        """
        if self.stopping():
            raise Stopped
        self.lease = renew(self.store, self.lease, self.clock(), self.lease_seconds)


@dataclass(slots=True)
class Result:
    """What a job did: how many items, a sentence about it, and one per thing that went wrong."""

    items: int = 0
    message: str = ""
    problems: list[str] = field(default_factory=list)


def described(error: Exception) -> str:
    """Kind and place of an unexpected error; its text may hold health data and is left out."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    place = ""
    if trace is not None:
        file = os.path.basename(trace.tb_frame.f_code.co_filename)
        place = f" at {file}:{trace.tb_lineno}"
    return f"Unexpected {type(error).__name__}{place}"
