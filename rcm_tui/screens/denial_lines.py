"""What is next for a denied claim, as lines of its summary."""

from __future__ import annotations

import datetime

from rcm_tui.billing.denials.next_steps import NextStep
from rcm_tui.billing.editing.declared.denials import WAYS
from rcm_tui.screens.words import date_text
from rcm_tui.widgets.row_list import Row
from rcm_tui.widgets.written import folded, written

KEYS = {"correct": "d", "new claim": "D", "next payer": "b", "patient": "P", "write off": "w"}
"""The key of each way on the claim's screen; those without one are other work."""


def next_lines(found: NextStep | None, today: datetime.date, width: int) -> list[Row]:
    """Why it was denied, what to do, and how long there is; nothing where nothing is denied."""
    if found is None:
        return []
    codes = " ".join((found.code, *found.remarks))
    if found.step is None:
        text = f"the practice's denial actions say nothing of {codes}"
        return _labelled("Denied", text, width)
    step = found.step
    way = WAYS[step.way] + (f" ({KEYS[step.way]})" if step.way in KEYS else "")
    rows = _labelled("Denied", f"{codes}: {step.meaning}", width)
    rows += _labelled("Next", f"{way}{_clock(found, today)}. {step.action}", width)
    return rows


def _clock(found: NextStep, today: datetime.date) -> str:
    left = found.days_left(today)
    if found.until is None or left is None:
        return ""
    if left < 0:
        return f" · its time ran out on {date_text(found.until)}"
    days = "1 day" if left == 1 else f"{left} days"
    return f" · {days} left, until {date_text(found.until)}"


def _labelled(label: str, text: str, width: int) -> list[Row]:
    start = written((f"{label:<14}", "$text-muted"))
    return [Row(line) for line in folded(start, text, width - 4)]
