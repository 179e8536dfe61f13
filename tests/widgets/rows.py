"""A list of rows in memory as a source for the queue table, and a queue to show it with."""

import threading
from dataclasses import dataclass, field

from rcm_tui.data.queues.pages import Page, Reading, ReadingStopped
from rcm_tui.data.queues.queue import Choice, Column, Key, Order, Queue, Viewer
from tests.data.queues.bills import TODAY

VIEWER = Viewer(TODAY)
STATES = (Choice("paid", "Paid", "done"), Choice("denied", "Denied", "failed"))
LETTERS = Queue(
    name="letters",
    title="Letters",
    from_="letter",
    key="letter.id",
    columns=(
        Column("number", "letter", "letter.number", "code", 8),
        Column("patient", "patient", "letter.patient", "text", 14, flexible=True),
        Column("payer", "payer", "p.name", "text", 12, priority=2, short="p.code", short_width=4),
        Column("status", "status", "letter.status", "state", 9, choices=STATES, priority=1),
        Column("balance", "balance", "letter.balance", "money", 10),
        Column("owner", "owner", "letter.owner", "text", 6, priority=3),
    ),
)
ORDER = Order.by("-balance")


def letter(key: int, patient: str = "Okafor, Ada", status: str = "denied") -> tuple:
    """A row of the queue: its key is its place in the order."""
    row = (f"L-{key}", patient, "Aetna", status, 144000 - key, "maria", "AET")
    return ((key,), row)


@dataclass
class Letters:
    """Rows sorted by their place; `reads` notes what was asked for."""

    rows: list[tuple] = field(default_factory=list)
    reads: list[dict] = field(default_factory=list)
    gate: threading.Event | None = None
    failing: Exception | None = None
    most_at_once: int = 0

    @classmethod
    def numbered(cls, count: int) -> "Letters":
        return cls([letter(n) for n in range(count)])

    def page(
        self,
        *,
        after: tuple | None = None,
        before: tuple | None = None,
        last: bool = False,
        own: bool = False,
        skip: int = 0,
        limit: int = 100,
        reading: Reading | None = None,
    ) -> Page:
        asked = {"after": after, "before": before, "last": last, "skip": skip, "limit": limit}
        self.reads.append(asked)
        self.wait(reading)
        if last or before is not None:
            rows = [r for r in self.rows if last or r[0] < before or (own and r[0] == before)]
            rows = rows[: len(rows) - skip][-limit:] if limit else []
        else:
            rows = [
                r for r in self.rows if after is None or r[0] > after or (own and r[0] == after)
            ]
            rows = rows[skip:][:limit]
        return Page(
            tuple(place[-1] for place, _ in rows),
            tuple(place for place, _ in rows),
            tuple(row for _, row in rows),
        )

    def wait(self, reading: Reading | None) -> None:
        """Stands at the gate until it opens, or until the reading is stopped."""
        if self.failing:
            raise self.failing
        while self.gate and not self.gate.wait(0.005):
            if reading and reading.stopped:
                raise ReadingStopped

    def count_capped(self, cap: int = 1001, reading: Reading | None = None) -> int:
        return min(cap, len(self.rows))

    def count(self, reading: Reading | None = None) -> int:
        return len(self.rows)

    def place_of(self, key: Key, reading: Reading | None = None) -> tuple | None:
        return next((place for place, _ in self.rows if place[-1] == key), None)

    def rank(self, place: tuple, reading: Reading | None = None) -> int:
        return sum(p < place for p, _ in self.rows)
