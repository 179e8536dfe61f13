"""What is used, planned and left of an amount, as one bar of three shades."""

from __future__ import annotations

SHADES = ("█", "▒", "·", "!"), ("#", "=", ".", "!")


def stacked(used: int, planned: int, amount: int, width: int, ascii_only: bool = False) -> str:
    """A bar of `width` cells for `amount`: used, then planned, then what is left.

    Anything at all has a cell of its own; where it is more than there is, the last cell says so.
    """
    full, light, none, over = SHADES[ascii_only]
    if amount <= 0 or width < 2:
        return none * max(width, 0)
    cells = _cells(used, amount, width)
    both = max(_cells(used + planned, amount, width), cells + (planned > 0 and cells < width))
    bar = full * cells + light * (both - cells) + none * (width - both)
    return bar[:-1] + over if used + planned > amount else bar


def _cells(part: int, amount: int, width: int) -> int:
    """How many cells a part of the amount has, at least one for anything."""
    return min(width, max(part * width // amount, int(part > 0)))
