"""What is done to denials besides what is done to claims: the next one, handing on."""

from __future__ import annotations

from rcm_tui.screens.actions.action import GO, WORK, Action, Situation
from rcm_tui.screens.actions.refusals import rows, workable

LEAVING = ("denied", "partially paid")
"""Adjudications that leave something open."""


def a_denial(situation: Situation) -> str:
    """On a claim, possible where its payer denied something of it."""
    if reason := rows(situation):
        return reason
    if situation.area == "denials" or situation.row.get("adjudication") in LEAVING:
        return ""
    return "Nothing of this claim is denied."


def owned(situation: Situation) -> str:
    return workable(situation) or a_denial(situation)


ACTIONS: tuple[Action, ...] = (
    Action(
        "next_denial",
        "n",
        "most urgent",
        "Open the most urgent denial; in a claim the next one after it",
        GO,
        ("denials", "claim"),
        70,
        a_denial,
    ),
    Action(
        "hand_on",
        "O",
        "hand on",
        "Make somebody else the owner of the cases of these claims",
        WORK,
        ("denials", "claim"),
        12,
        owned,
    ),
)
