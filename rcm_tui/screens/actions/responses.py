"""What is done about answers: rejected claims sent again, and the files that were sent."""

from __future__ import annotations

from rcm_tui.screens.actions.action import LOOK, WORK, Action, Situation
from rcm_tui.screens.actions.refusals import rows, worker_of_it


def refused(situation: Situation) -> str:
    """Of several marked ones those that are not rejected any more are left, with the reason."""
    if reason := worker_of_it(situation) or rows(situation):
        return reason
    if situation.marked or situation.row.get("answer") == "0":
        return ""
    return "It was accepted: there is nothing to send again."


ACTIONS: tuple[Action, ...] = (
    Action(
        "send_again",
        "a",
        "send again",
        "Send the rejected claims again as originals, as they are now",
        WORK,
        ("responses",),
        90,
        refused,
    ),
    Action(
        "its_responses",
        "r",
        "responses",
        "What came back of this file, as a queue",
        LOOK,
        ("transactions",),
        60,
        rows,
    ),
)
