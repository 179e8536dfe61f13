"""What is done to denials besides what is done to claims: the next one, handing on."""

from __future__ import annotations

from rcm_tui.screens.actions.action import GO, WORK, Action
from rcm_tui.screens.actions.refusals import rows, workable

ACTIONS: tuple[Action, ...] = (
    Action(
        "next_denial",
        "n",
        "most urgent",
        "Open the most urgent denial; in a claim the next one after it",
        GO,
        ("denials", "claim"),
        70,
        rows,
    ),
    Action(
        "hand_on",
        "O",
        "hand on",
        "Make somebody else the owner of the cases of these claims",
        WORK,
        ("denials", "claim"),
        12,
        workable,
    ),
)
