"""Which rows of a queue are marked, without a screen: some keys, or all of the view but some."""

from __future__ import annotations

from dataclasses import dataclass, field

Key = int | str


@dataclass
class Marks:
    """Marked rows. "All 412,318 in this view" is one mark, not 412,318 of them.

    Without `everything`, `keys` are the marked ones. With it, all rows of the view are marked but
    `keys`; a row that enters the view later is marked too.
    """

    everything: bool = False
    keys: set[Key] = field(default_factory=set)

    def __contains__(self, key: Key) -> bool:
        return (key in self.keys) is not self.everything

    def __bool__(self) -> bool:
        return self.everything or bool(self.keys)

    def toggle(self, key: Key) -> None:
        """Marks a row that is not marked, and the other way round."""
        self.keys ^= {key}

    def invert(self) -> None:
        """Marks what is not marked and unmarks what is, in the whole view."""
        self.everything = not self.everything

    def mark_all(self) -> None:
        """Marks all that the view holds."""
        self.everything = True
        self.keys.clear()

    def clear(self) -> None:
        """Unmarks everything."""
        self.everything = False
        self.keys.clear()

    def count(self, total: int | None) -> int | None:
        """How many rows are marked in a view of `total` rows; None while that is not known."""
        if not self.everything:
            return len(self.keys)
        return None if total is None else max(0, total - len(self.keys))
