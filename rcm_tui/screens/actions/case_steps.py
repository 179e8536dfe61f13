"""The steps of a case, and the cases below it."""

from __future__ import annotations

from rcm_tui.screens.actions.action import WORK, Action, Situation
from rcm_tui.screens.actions.cases import active


def on_a_step(situation: Situation) -> str:
    if reason := active(situation):
        return reason
    return "" if situation.view == "steps" else "Steps are on the tab Steps."


ACTIONS: tuple[Action, ...] = (
    Action(
        "tick_step",
        "space",
        "done / open",
        "Mark the step under the cursor as done, or open it again; enter asks for a note",
        WORK,
        ("case",),
        88,
        on_a_step,
    ),
    Action(
        "new_child",
        "c",
        "case below",
        "Open a case below this one, with its payer and patient",
        WORK,
        ("case",),
        40,
        active,
    ),
    Action(
        "put_under",
        "P",
        "put under",
        "Put cases under another one, or on their own again",
        WORK,
        ("cases", "case"),
        8,
        active,
    ),
)
