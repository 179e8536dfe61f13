"""What is learnt of denials: payer rules, and the figures behind them."""

from __future__ import annotations

from rcm_tui.screens.actions.action import WORK, Action, Situation
from rcm_tui.screens.actions.refusals import workable


def warned(situation: Situation) -> str:
    if situation.area == "claim":
        if not situation.row.get("denied_before"):
            return "Nothing like this claim was denied often enough to learn from."
        return ""
    return workable(situation)


ACTIONS: tuple[Action, ...] = (
    Action(
        "learn",
        "R",
        "payer rule",
        "Make what was denied before a payer rule, which validation asks of the next claims",
        WORK,
        ("claim", "denied_before"),
        58,
        warned,
    ),
)
