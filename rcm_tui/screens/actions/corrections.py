"""What is done to claims that a payer decided on: correct and resend, void."""

from __future__ import annotations

from rcm_tui.data.tables.claims import ADJUDICATED, SUBMITTED
from rcm_tui.screens.actions.action import WORK, Action, Situation
from rcm_tui.screens.actions.refusals import workable

BOTH = ("claims", "claim")
DECIDED = ("denied", "partially_denied", "overpaid", "underpaid")
"""Views of the claims queue in which payers have decided on every claim."""


def decided(situation: Situation) -> str:
    """Possible where the marked rows, or the one under the cursor, were adjudicated."""
    if reason := workable(situation):
        return reason
    row = situation.row
    if row.get("status") == SUBMITTED and row.get("adjudication") in ADJUDICATED:
        return ""
    if situation.view in DECIDED or (situation.marked and situation.view == "all"):
        return ""
    return "Only what a payer has decided on is corrected or voided."


ACTIONS: tuple[Action, ...] = (
    Action(
        "correct",
        "d",
        "correct & resend",
        "Make Drafts that replace what the payer decided on, under its claim control number",
        WORK,
        BOTH,
        60,
        decided,
    ),
    Action(
        "void",
        "x",
        "void",
        "Have the payer take claims back as if never billed (frequency 8)",
        WORK,
        BOTH,
        33,
        decided,
    ),
)
