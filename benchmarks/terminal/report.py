"""The figures as a table: ours, the budget, our ratio to it, and each peer with ours beside it."""

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass
class Figure:
    """One thing that was measured; a smaller value is better."""

    name: str
    unit: str
    ours: float
    budget: float | None = None
    peers: dict[str, float] = field(default_factory=dict)


@dataclass
class Report:
    """What was measured, and why the rest was not."""

    figures: list[Figure] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, name: str, unit: str, ours: float, budget: float | None = None) -> None:
        self.figures.append(Figure(name, unit, ours, budget))

    def beside(self, name: str, peer: str, value: float) -> None:
        """A peer's value for a figure of ours."""
        for figure in self.figures:
            if figure.name == name:
                figure.peers[peer] = value

    def print(self, title: str) -> None:
        """One line a figure; a peer's column has its value, and ours divided by it."""
        peers = list(dict.fromkeys(peer for figure in self.figures for peer in figure.peers))
        print(f"\n{title}")
        head = [f"{'':38}{'ours':>10} {'':4}{'budget':>10}{'of it':>8}"]
        print("".join([*head, *(f"{peer:>24}{'ours/':>7}" for peer in peers)]))
        for figure in self.figures:
            print(_line(figure, peers))
        for note in self.notes:
            print(f"  {note}")
        for reason in self.missing:
            print(f"  Not measured: {reason}.")
        over = [f.name for f in self.figures if f.budget is not None and f.ours > f.budget]
        within = sum(f.budget is not None for f in self.figures) - len(over)
        print(f"  {within} within their budget, {len(over)} above: {', '.join(over) or 'none'}")


def _line(figure: Figure, peers: Sequence[str]) -> str:
    parts = [f"  {figure.name:36}{figure.ours:>10,.2f} {figure.unit:4}"]
    if figure.budget is None:
        parts.append(" " * 18)
    else:
        parts.append(f"{figure.budget:>10,.1f}{figure.ours / figure.budget:>8.2f}")
    for peer in peers:
        value = figure.peers.get(peer)
        if value is None:
            parts.append(" " * 31)
        else:
            ratio = f"{figure.ours / value:.2f}" if value else "–"
            parts.append(f"{value:>24,.2f}{ratio:>7}")
    return "".join(parts).rstrip()
