"""What tests of sending share: a practice that sends to a folder, its workers, their deaths."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import READY
from rcm_tui.data.tables.exchange import ClaimsTransaction
from rcm_tui.data.tables.payers import Clearinghouse
from rcm_tui.exchange import fault
from rcm_tui.exchange.delivery import Delivery, build, deliver, recover
from rcm_tui.exchange.transports.folder import FolderTransport
from rcm_tui.jobs.lease import Lease, acquire
from rcm_tui.x12.events import ClaimRead
from rcm_tui.x12.reader import read_all
from tests.jobs.clock import Clock
from tests.practice_builder import SmallPractice


class Killed(BaseException):
    """The process dies here; nothing of the program catches it."""


@contextmanager
def dying_at(*points: str) -> Iterator[None]:
    """Dies when the first of the points is reached."""

    def die(point: str) -> None:
        if point in points:
            raise Killed(point)

    before, fault.on_reached = fault.on_reached, die
    try:
        yield
    except Killed:
        pass
    else:
        raise AssertionError(f"none of {points} was reached")
    finally:
        fault.on_reached = before


def claims_in(content: bytes) -> list[str]:
    """The patient control numbers in a file."""
    return [
        event.claim.patient_control_number
        for event in read_all(content)
        if isinstance(event, ClaimRead)
    ]


@dataclass
class Sending:
    """A practice whose claims go to a folder, and the worker that sends them."""

    store: Store
    practice: SmallPractice
    folder: Path
    clock: Clock
    taken: list[bytes]
    workers: int = 0

    @classmethod
    def of(cls, store: Store, practice: SmallPractice, folder: Path) -> "Sending":
        """Points the practice's clearinghouse to two new folders."""
        for name in ("outgoing", "incoming"):
            (folder / name).mkdir()
        Clearinghouse.update(
            outgoing=str(folder / "outgoing"), incoming=str(folder / "incoming")
        ).execute()
        return cls(store, practice, folder, Clock(), [])

    @property
    def outgoing(self) -> Path:
        return self.folder / "outgoing"

    @property
    def key(self) -> int:
        """The clearinghouse."""
        return int(self.practice.clearinghouse.id)

    def ready(self, count: int) -> list[str]:
        """Claims of different patients that are Ready to Submit; their control numbers."""
        return [
            self.practice.add_claim(
                client=self.practice.add_client(f"PATIENT{chr(65 + number % 26)}"), status=READY
            ).patient_control_number
            for number in range(count)
        ]

    def transport(self) -> FolderTransport:
        return FolderTransport(self.outgoing, self.folder / "incoming")

    def new_worker(self) -> Lease:
        """A worker that takes over: the lease of the one before has run out."""
        self.workers += 1
        lease = acquire(self.store, f"worker {self.workers}", self.clock.move(61), 60)
        assert lease is not None
        return lease

    def built(self, lease: Lease) -> int:
        (transaction_id,) = build(self.store, self.key, lease, self.clock())
        return transaction_id

    def delivered(self, transaction_id: int, lease: Lease) -> Delivery:
        return deliver(self.store, transaction_id, self.transport(), lease, self.clock())

    def recovered(self, lease: Lease) -> list[Delivery]:
        return recover(self.store, self.key, self.transport(), lease, self.clock())

    def receive(self) -> None:
        """The clearinghouse takes every whole file away at once."""
        for path in sorted(self.outgoing.iterdir()):
            if not path.name.endswith(".part"):
                self.taken.append(path.read_bytes())
                path.unlink()

    def received(self) -> list[str]:
        """The patient control numbers of all claims received, twice where one came twice."""
        self.receive()
        return sorted(number for content in self.taken for number in claims_in(content))

    def row(self, transaction_id: int) -> ClaimsTransaction:
        return ClaimsTransaction.get_by_id(transaction_id)

    def temporary(self) -> list[str]:
        return self.transport().temporary_names()
