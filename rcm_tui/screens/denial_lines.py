"""What is next for a denied claim, as lines of its summary."""

from __future__ import annotations

import datetime

from rcm_tui.billing.denials.next_steps import NextStep
from rcm_tui.billing.editing.declared.denials import WAYS
from rcm_tui.data.tables.denials import CORRECT, NEW_CLAIM, NEXT_PAYER, PATIENT, WRITE_OFF
from rcm_tui.screens.actions import Keymap
from rcm_tui.screens.words import date_text
from rcm_tui.widgets.row_list import Row
from rcm_tui.widgets.written import folded, written

ACTIONS = {
    CORRECT: "correct",
    NEW_CLAIM: "duplicate",
    NEXT_PAYER: "secondary",
    PATIENT: "to_patient",
    WRITE_OFF: "write_off",
}
"""The action of each way on the claim's screen; those without one are other work."""


def next_lines(
    found: NextStep | None, today: datetime.date, width: int, keymap: Keymap
) -> list[Row]:
    """Why it was denied, what to do, and how long there is; nothing where nothing is denied."""
    if found is None:
        return []
    codes = " ".join((found.code, *found.remarks))
    if found.step is None:
        text = f"the practice's denial actions say nothing of {codes}"
        return _labelled("Denied", text, width)
    step = found.step
    way = WAYS[step.way]
    if step.way in ACTIONS:
        way = keymap.words_with_key(way, ACTIONS[step.way])
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
