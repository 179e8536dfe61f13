"""What holds on a day. Days are ISO text, as in the store, so that text order is date order."""

from collections.abc import Iterable
from typing import Protocol, TypeVar


class Dated(Protocol):
    """Something with a first and, unless open-ended, a last day."""

    @property
    def starts_on(self) -> str | None: ...
    @property
    def ends_on(self) -> str | None: ...


D = TypeVar("D", bound=Dated)


def covers(entry: Dated, first: str, last: str | None = None) -> bool:
    """Whether an entry holds on every day from `first` to `last` (or on that one day)."""
    return (entry.starts_on is None or entry.starts_on <= first) and (
        entry.ends_on is None or entry.ends_on >= (last or first)
    )


def newest(entries: Iterable[D], day: str) -> D | None:
    """The entry that holds on a day; where several do, the one that started last."""
    best: D | None = None
    for entry in entries:
        if covers(entry, day) and (
            best is None or (entry.starts_on or "") > (best.starts_on or "")
        ):
            best = entry
    return best
