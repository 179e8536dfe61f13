"""What a billing function answers: what was done and, item by item, what was not and why."""

from collections.abc import Callable
from dataclasses import dataclass, field

# Called as progress(done, total) between items of long work; raises Cancelled to stop there.
Progress = Callable[[int, int], None]


class Cancelled(Exception):
    """The person who started long work stopped it. The open unit of work is undone by this."""


class Refused(Exception):
    """What was asked cannot be done as a whole; the text is a sentence for the person."""


def counted(count: int, noun: str) -> str:
    """ "1 charge", "10,000 charges"."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


@dataclass(frozen=True, slots=True)
class Left:
    """A record that was left as it was. `name` is its number, `reason` a sentence."""

    key: int
    name: str
    reason: str


@dataclass(slots=True)
class Outcome:
    """What was done (keys), what was made of it (keys), what was left, and how many cents."""

    done: list[int] = field(default_factory=list)
    made: list[int] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    amount: int = 0
