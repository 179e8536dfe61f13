"""What is next for a denied claim, and why: lines of its summary and of the preview."""

from __future__ import annotations

import datetime

from rcm_tui.billing.denials.explaining import Explained
from rcm_tui.billing.denials.next_steps import NextStep
from rcm_tui.billing.denials.triage import Score
from rcm_tui.billing.editing.declared.denials import WAYS
from rcm_tui.data.codes.denial_ways import CORRECT, NEW_CLAIM, NEXT_PAYER, PATIENT, WRITE_OFF
from rcm_tui.screens.actions import Keymap
from rcm_tui.screens.words import date_text, money_text
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
    found: Explained | None, today: datetime.date, width: int, keymap: Keymap
) -> list[Row]:
    """Why it was denied, what to do, how long there is; nothing where nothing is denied."""
    if found is None:
        return []
    step = found.step
    codes = " ".join((step.code, *step.remarks))
    if step.step is None:
        text = f"{codes}: the practice's denial actions say nothing of it"
        return _labelled("Denied", text, width) + _clocks(found, today, width)
    way = WAYS[step.way]
    if step.way in ACTIONS:
        way = keymap.words_with_key(way, ACTIONS[step.way])
    rows = _labelled("Denied", f"{codes}: {step.step.meaning}", width)
    rows += _labelled("Next", f"{way}{_clock(step, today)}. {step.step.action}", width)
    return rows + _clocks(found, today, width)


def explained_lines(
    found: Explained | None, today: datetime.date, width: int, keymap: Keymap
) -> list[Row]:
    """The same with why it stands where it stands, and what is known of its payer."""
    if found is None:
        return []
    first, *rows = next_lines(found, today, width, keymap)
    rows = [first, *_labelled("Stands at", why_here(found, today), width), *rows]
    return rows + _labelled(found.payer[:13] or "Payer", _payer(found), width)


def why_here(found: Explained, today: datetime.date) -> str:
    """The score and what it is made of: `-4: 4 days left, 1,250.00 open → -6, easy → -2`."""
    return f"{found.score.on(today)}: {_made_of(found.score, found.open_amount, today)}"


def _made_of(score: Score, open_amount: int, today: datetime.date) -> str:
    left = (score.due_on - today).days
    began = f"taken as {days_left(left)}" if score.assumed else days_left(left)
    parts = [began]
    if score.money:
        parts.append(f"{money_text(open_amount)} open → -{score.money}")
    if score.ease:
        parts.append(f"easily settled → -{score.ease}")
    return ", ".join(parts)


def days_left(days: int) -> str:
    """`4 days left`, `1 day left`, `3 days over`."""
    count = "1 day" if abs(days) == 1 else f"{abs(days):,} days"
    return f"{count} {'left' if days >= 0 else 'over'}"


def _clocks(found: Explained, today: datetime.date, width: int) -> list[Row]:
    """The last days of all that can be asked of the payer."""
    texts = [
        f"{one.what} {date_text(one.until)} ({days_left(one.days_left(today))})"
        for one in found.deadlines
    ]
    if found.why_no_appeal:
        texts.append(f"no appeal: {found.why_no_appeal}")
    return _labelled("Clocks", " · ".join(texts), width)


def _payer(found: Explained) -> str:
    texts = []
    if found.correction_code:
        number = f"under {found.number}" if found.number else "but its number is missing"
        texts.append(f"corrections as frequency {found.correction_code}, {number}")
    before = found.before
    if before.denied:
        lines = "1 line" if before.denied == 1 else f"{before.denied:,} lines"
        texts.append(
            f"denied {lines} {found.step.code} in a year, paid {before.overturned:,} of them later"
        )
    return "; ".join(texts) or "nothing of this kind was denied before"


def _clock(found: NextStep, today: datetime.date) -> str:
    left = found.days_left(today)
    if found.until is None or left is None:
        return ""
    if left < 0:
        return f" · its time ran out on {date_text(found.until)}"
    return f" · {days_left(left)}, until {date_text(found.until)}"


def _labelled(label: str, text: str, width: int) -> list[Row]:
    start = written((f"{label:<14}", "$text-muted"))
    return [Row(line) for line in folded(start, text, width - 4)]
