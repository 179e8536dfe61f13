"""Figures as a line of small bars, where a shape says more than a number."""

from __future__ import annotations

from collections.abc import Sequence

BARS = "▁▂▃▄▅▆▇█", "_,-~=+*#"
NONE = "·", "."
"""Nothing at all is not the same as little."""


def spark(figures: Sequence[int], ascii_only: bool = False) -> str:
    """One bar a figure, the greatest the highest; what is zero or less is a dot."""
    bars, none = BARS[ascii_only], NONE[ascii_only]
    most = max(figures, default=0)
    return "".join(
        bars[-(-figure * len(bars) // most) - 1] if figure > 0 else none for figure in figures
    )


def bar(figure: int, most: int, width: int, ascii_only: bool = False) -> str:
    """A bar lying down, as long as a figure is great beside the greatest; eighths of a cell."""
    if figure <= 0 or most <= 0:
        return ""
    eighths = max(1, figure * width * 8 // most)
    full, rest = divmod(eighths, 8)
    if ascii_only:
        return "#" * max(1, full)
    return "█" * full + ("▏▎▍▌▋▊▉"[rest - 1] if rest else "")
