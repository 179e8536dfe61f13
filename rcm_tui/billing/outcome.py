"""What a billing function answers: what was done and, item by item, what was not and why."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from rcm_tui.data.actor import Forbidden
from rcm_tui.data.work import Work

# Called as progress(done, total) between items of long work; raises Cancelled to stop there.
Progress = Callable[[int, int], None]

NOT_REACHED = "not reached: stopped"
"""Why a record was left that long work had not come to when the person stopped it."""


class Cancelled(Exception):
    """The person who started long work stopped it.

    Work that is done in steps (`go_on`) ends with what is done; what must be done whole or not at
    all, such as undoing, lets this through, and its unit of work leaves no trace.
    """


class Refused(Exception):
    """What was asked cannot be done as a whole; the text is a sentence for the person."""


class NotAllowed(Refused, Forbidden):
    """What who asked has no right to, by role or business unit; it is recorded (`Store.work`)."""


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
    """What was done (keys), what was made of it (keys), what was left, and how many cents.

    `not_reached` counts those among the left that the work had not come to when it was stopped.
    """

    done: list[int] = field(default_factory=list)
    made: list[int] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)
    amount: int = 0
    not_reached: int = 0

    def stop(self, names: Iterable[tuple[int, str]]) -> None:
        """Leaves records (key and number) that were not reached."""
        left = [Left(key, name, NOT_REACHED) for key, name in names]
        self.left += left
        self.not_reached += len(left)


def go_on(work: Work, progress: Progress | None, done: int, total: int) -> bool:
    """Called before each step of long work: keeps what is done; False when the person stopped."""
    if done:
        work.step_done()
    if progress is not None:
        try:
            progress(done, total)
        except Cancelled:
            return False
    return True
