"""Spans of days, first and last included, and what is left of them when others are taken away."""

import datetime
from collections.abc import Iterable
from typing import NamedTuple, Self

DAY = datetime.timedelta(days=1)
ALWAYS_BEFORE, ALWAYS_AFTER = datetime.date.min, datetime.date.max


class Span(NamedTuple):
    """Days from the first to the last; an open end is `ALWAYS_AFTER`."""

    first: datetime.date
    last: datetime.date

    @classmethod
    def of(cls, starts_on: str | None, ends_on: str | None) -> Self:
        """A span of the store's texts; empty ones are open."""
        return cls(
            datetime.date.fromisoformat(starts_on) if starts_on else ALWAYS_BEFORE,
            datetime.date.fromisoformat(ends_on) if ends_on else ALWAYS_AFTER,
        )

    def shared(self, other: "Span") -> "Span | None":
        """The days that both have; None when there are none."""
        first, last = max(self.first, other.first), min(self.last, other.last)
        return Span(first, last) if first <= last else None

    def without(self, other: "Span") -> "list[Span]":
        """What is left of this one, in order."""
        if self.shared(other) is None:
            return [self]
        left = []
        if self.first < other.first:
            left.append(Span(self.first, other.first - DAY))
        if self.last > other.last:
            left.append(Span(other.last + DAY, self.last))
        return left

    def __str__(self) -> str:
        if self.last == ALWAYS_AFTER:
            return f"from {self.first} on"
        return (
            f"on {self.first}" if self.first == self.last else f"from {self.first} to {self.last}"
        )


def gaps(spans: Iterable[Span], taken: Iterable[Span]) -> list[Span]:
    """The days of some spans that no other covers, in order, neighbours joined."""
    left = sorted(spans)
    for other in taken:
        left = [part for span in left for part in span.without(other)]
    joined: list[Span] = []
    for span in sorted(left):
        if joined and span.first.toordinal() - joined[-1].last.toordinal() <= 1:
            joined[-1] = Span(joined[-1].first, max(joined[-1].last, span.last))
        else:
            joined.append(span)
    return joined
