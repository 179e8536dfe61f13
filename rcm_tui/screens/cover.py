"""The cover over a workstation that nobody works at: nothing of the practice is on it."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual._compositor import LayoutUpdate
from textual.geometry import Region, Size
from textual.strip import Strip


def cover_lines(size: Size, cover_minutes: int, sign_out_minutes: int | None) -> list[str]:
    """What the cover says, in the middle of as many lines as the terminal has."""
    minutes = f"{cover_minutes} minutes" if cover_minutes != 1 else "1 minute"
    words = ["rcm", "", f"Covered: no key was pressed for {minutes}."]
    words.append("Any key uncovers it. What you typed is still there.")
    if sign_out_minutes is not None:
        words.append(f"After {sign_out_minutes} minutes you are signed out; drafts are kept.")
    above = max(0, (size.height - len(words)) // 2)
    lines = [*[""] * above, *words, *[""] * size.height][: size.height]
    return [line[: size.width].center(size.width) for line in lines]


def cover_update(lines: list[str], size: Size, style: Style) -> LayoutUpdate:
    """The cover as what is sent to the terminal: every cell of it is written over."""
    strips = [[Strip([Segment(line, style)], size.width)] for line in lines]
    return LayoutUpdate([*strips], Region(0, 0, size.width, size.height))
