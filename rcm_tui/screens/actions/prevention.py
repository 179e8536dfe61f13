"""What is learnt of denials: payer rules, and the figures behind them."""

from __future__ import annotations

from rcm_tui.screens.actions.action import LOOK, WORK, Action, Situation
from rcm_tui.screens.actions.refusals import workable

INSIGHTS = ("case_insights", "denial_insights")


def chosen(situation: Situation) -> str:
    return "" if situation.rows else "There is no number here."


def deeper(situation: Situation) -> str:
    return "" if situation.row.get("inside") else "There is nothing to look into here."


def looked_into(situation: Situation) -> str:
    return "" if situation.row.get("looked_into") else "All is shown."


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
    Action(
        "look_inside",
        "i",
        "look inside",
        "Look into this line: the same figures of its payer, code, owner or CARC alone",
        LOOK,
        INSIGHTS,
        60,
        deeper,
    ),
    Action(
        "claims_behind",
        "L",
        "claims",
        "Show the claims behind this number",
        LOOK,
        ("case_insights",),
        50,
        chosen,
    ),
    Action(
        "widen",
        "escape,backspace",
        "look at all",
        "Leave what was looked into, then go back",
        LOOK,
        INSIGHTS,
        62,
        looked_into,
    ),
)
