"""What is done about the rules by which denials open cases."""

from __future__ import annotations

from rcm_tui.screens.actions.action import LOOK, WORK, Action, Situation
from rcm_tui.screens.actions.refusals import rows, worker_of_it


def standing(situation: Situation) -> str:
    if reason := worker_of_it(situation) or rows(situation):
        return reason
    return "It was taken back before." if situation.row.get("state") == "taken back" else ""


ACTIONS: tuple[Action, ...] = (
    Action(
        "try_rules",
        "a",
        "try",
        "Try the marked rules over past remittances: which cases they would have opened",
        LOOK,
        ("case_rules",),
        90,
        rows,
    ),
    Action(
        "take_back_run",
        "x",
        "take back",
        "Take back what the rules did at once: the cases they opened, the claims that joined",
        WORK,
        ("case_rule_runs",),
        60,
        standing,
    ),
)
