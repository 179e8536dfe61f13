"""Drives workers through their points, kills and pauses them, and counts what was received."""

import datetime
import os
import signal
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import READY, Claim
from rcm_tui.data.tables.clients import Client
from rcm_tui.data.tables.exchange import ClaimsTransaction
from rcm_tui.data.tables.payers import Clearinghouse
from rcm_tui.exchange.transports import sftp
from tests.practice_builder import NOW, SERVICE_DAY, SmallPractice, small_practice
from tests.torture import worker_process
from tests.torture.destination import Destination, destinations
from tests.torture.receiver import Receiver
from tests.torture.worker_process import DONE, Order

LEASE_SECONDS = 61
MOST_STARTS = 50

processes = get_context("forkserver")
processes.set_forkserver_preload([worker_process.__name__, sftp.__name__])


@dataclass
class Process:
    """A worker that waits at a point until it is told to go on."""

    process: Any
    worker: Connection
    at: str | None = None

    def next_point(self) -> str | None:
        """The next point it reaches; None when it has ended."""
        if self.at is not None and self.at != DONE:
            self.worker.send("go")
        try:
            self.at = self.worker.recv()
        except (EOFError, ConnectionResetError):
            self.at = None
        if self.at in (None, DONE):
            self.end()
            return None
        return self.at

    def end(self) -> None:
        """Waits until it has ended: by itself, or killed; anything else is a failure."""
        self.process.join()
        self.worker.close()
        assert self.process.exitcode in (0, -signal.SIGKILL), self.process.exitcode

    @property
    def was_killed(self) -> bool:
        """Whether it ended by SIGKILL."""
        return bool(self.process.exitcode == -signal.SIGKILL)

    def kill(self) -> None:
        """SIGKILL."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.end()

    def pause(self) -> None:
        """SIGSTOP."""
        os.kill(self.process.pid, signal.SIGSTOP)

    def wake(self) -> None:
        """SIGCONT."""
        os.kill(self.process.pid, signal.SIGCONT)


@dataclass
class Torture:
    """A practice that sends to clearinghouses that take whole files at once, and the counts."""

    store: Store
    key_folder: Path
    practice: SmallPractice
    destinations: Sequence[Destination]
    receiver: Receiver
    is_naive: bool = False
    now: datetime.datetime = NOW
    starts: int = 0
    kills: int = 0
    pauses: int = 0
    cuts: int = 0
    full_disks: int = 0
    claims: list[list[str]] = field(default_factory=list)
    killed_at: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self._day = 0
        with self.store.database.atomic():
            self._make_payers()

    def _make_payers(self) -> None:
        payers = [self.practice.payer]
        first = self.practice.clearinghouse
        for number, destination in enumerate(self.destinations):
            if number:
                row = {**first.__data__, **destination.columns, "name": f"Other {number}"}
                another = Clearinghouse.create(**{**row, "id": None})
                payers.append(self.practice.add_payer(f"OTHER {number}", clearinghouse=another))
            else:
                Clearinghouse.update(**destination.columns).where(
                    Clearinghouse.id == first.id
                ).execute()
        self.claims = [[] for _ in payers]
        self._clients: Any = [
            cycle([self.practice.add_client(f"PATIENT{chr(65 + n)}", payer) for n in range(20)])
            for payer in payers
        ]

    def add_claims(self, count: int) -> None:
        """So many claims for every clearinghouse, Ready to Submit, no two alike."""
        with self.store.database.atomic():
            for clients, claims in zip(self._clients, self.claims, strict=True):
                claims += [self._claim(next(clients)) for _ in range(count)]

    def _claim(self, client: Client) -> str:
        self._day += 1
        claim = self.practice.add_claim(
            [("97153", 4 + self._day % 20)],
            client=client,
            status=READY,
            day=SERVICE_DAY - datetime.timedelta(days=self._day // 40 % 55),
        )
        return str(claim.patient_control_number)

    def start(self, **order: Any) -> Process:
        """A new worker, so late that the lease of the one before has run out."""
        self.starts += 1
        self.now += datetime.timedelta(seconds=LEASE_SECONDS)
        mine, theirs = processes.Pipe()
        process = processes.Process(
            target=worker_process.work,
            args=(
                Order(
                    self.store.url,
                    self.key_folder,
                    f"worker {self.starts}",
                    self.now,
                    self.is_naive,
                    **order,
                ),
                theirs,
            ),
        )
        process.start()
        theirs.close()
        return Process(process, mine)

    def drive(self, process: Process, until: Callable[[str], bool] = lambda point: False) -> bool:
        """Lets a worker go on, files being taken at every point; False when it has ended."""
        while (point := process.next_point()) is not None:
            self.receiver.settle()
            if until(point):
                return True
        self.receiver.settle()
        if process.was_killed:
            self.kills += 1
            self.killed_at["anywhere"] += 1
        return False

    def kill_at(self, point: str) -> bool:
        """Starts a worker and kills it at a point; False when it never got there."""
        process = self.start()
        if not self.drive(process, lambda reached: reached == point):
            return False
        process.kill()
        self.kills += 1
        self.killed_at[point] += 1
        return True

    def pause_at(self, point: str) -> bool:
        """Pauses a worker at a point until another has done its work, then wakes it."""
        process = self.start()
        if not self.drive(process, lambda reached: reached == point):
            return False
        process.pause()
        self.finish()
        process.wake()
        self.pauses += 1
        self.drive(process)
        return True

    def cut_at(self, point: str, *, losing_an_answer: bool = False) -> bool:
        """Cuts a worker's connections at a point: the server falls over, or its next answer is
        lost, so that what was asked is done and nobody hears of it."""
        process = self.start()
        if not self.drive(process, lambda reached: reached == point):
            return False
        for destination in self.destinations:
            assert destination.place is not None
            assert destination.relay is not None
            if losing_an_answer:
                destination.relay.cut_at_answer()
            else:
                destination.place.cut()
        self.cuts += 1
        self.drive(process)
        self._mend()
        return True

    def cut_after(self, answered: int) -> None:
        """A worker whose connections are lost after so many bytes of answers."""
        for destination in self.destinations:
            assert destination.relay is not None
            destination.relay.cut_after(answered)
        self.drive(self.start())
        self._mend()

    def _mend(self) -> None:
        for destination in self.destinations:
            assert destination.relay is not None
            destination.relay.mend()

    def kill_at_line(self, line: int) -> None:
        """Starts a worker that is killed at the n-th line it runs of exchange and jobs."""
        self.drive(self.start(dies_at_line=line))

    def fill_disk(self) -> None:
        """A worker that finds the disk full."""
        self.drive(self.start(disk_is_full=True))
        self.full_disks += 1

    def finish(self) -> None:
        """Workers, until nothing waits."""
        for _ in range(MOST_STARTS):
            self.drive(self.start())
            if not self._left():
                return
        raise AssertionError(f"claims still wait after {MOST_STARTS} workers")

    def _left(self) -> bool:
        waiting = Claim.select().where(Claim.status == READY).exists()
        return waiting or (
            ClaimsTransaction.select()
            .where(ClaimsTransaction.state.in_(("built", "staged")))
            .exists()
        )

    def twice(self) -> list[str]:
        """The claims that were received more than once, wherever."""
        counts = Counter(number for claims in self.receiver.received() for number in claims)
        return sorted(number for number, count in counts.items() if count > 1)

    def lost(self) -> list[str]:
        """The claims that were never received where they belong."""
        pairs = zip(self.claims, self.receiver.received(), strict=True)
        return sorted(number for sent, came in pairs for number in set(sent) - set(came))

    def temporary(self) -> list[str]:
        """The files that lie half delivered."""
        return [path.name for place in self.destinations for path in place.outgoing.glob("*.part")]


@contextmanager
def tortured(
    store: Store, key_folder: Path, folder: Path, transport: str, *, is_naive: bool = False
) -> Iterator[Torture]:
    """A small practice with two clearinghouses, and their receiver beside it."""
    with destinations(transport, folder, key_folder) as places:
        receiver = Receiver([place.outgoing for place in places], folder / "taken", processes)
        try:
            with store.database.atomic():
                practice = small_practice()
            yield Torture(store, key_folder, practice, places, receiver, is_naive=is_naive)
        finally:
            receiver.close()
