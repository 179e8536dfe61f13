"""Figures as columns that stand, a dozen within 80 characters: where a shape says more.

Our own few lines and not a plotting library (ours): it needs no colour, draws with blocks or with
letters, and costs a start nothing.
"""

from __future__ import annotations

from collections.abc import Sequence

EIGHTHS = " ▁▂▃▄▅▆▇█"
COLUMN, GAP = 4, 2
WIDTH = COLUMN + GAP


def columns_chart(figures: Sequence[int], height: int, ascii_only: bool = False) -> list[str]:
    """The rows of a chart from the top; the greatest figure fills it, what is zero is not drawn."""
    most = max(figures, default=0)
    eighths = [
        max(1, figure * height * 8 // most) if figure > 0 and most > 0 else 0 for figure in figures
    ]
    rows = []
    for row in range(height - 1, -1, -1):
        cells = []
        for eighth in eighths:
            filled = max(0, min(8, eighth - row * 8))
            block = ("#" if filled else " ") if ascii_only else EIGHTHS[filled]
            cells.append(block * COLUMN + " " * GAP)
        rows.append("".join(cells).rstrip())
    return rows
