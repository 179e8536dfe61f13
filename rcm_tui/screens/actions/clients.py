"""From the clients to their authorizations and case managers, and back."""

from __future__ import annotations

from rcm_tui.screens.actions.action import GO, Action, Situation


def beside(situation: Situation) -> str:
    """Possible in the lists of clients and of what is theirs."""
    return "" if situation.row.get("beside") else "There is no list beside this one."


ACTIONS: tuple[Action, ...] = (
    Action(
        "list_after",
        "right_square_bracket",
        "[ ] lists",
        "From clients to authorizations, case managers and diagnoses",
        GO,
        ("records",),
        52,
        beside,
    ),
    Action(
        "list_before",
        "left_square_bracket",
        "list before",
        "From clients to diagnoses, case managers and authorizations",
        GO,
        ("records",),
        0,
        beside,
    ),
)
