"""Emergency access: taken up and ended anywhere, reviewed in its queue."""

from __future__ import annotations

from rcm_tui.screens.actions.action import EVERYWHERE, HELP, WORK, Action
from rcm_tui.screens.actions.refusals import one_row

ACTIONS: tuple[Action, ...] = (
    Action(
        "review_emergency",
        "a",
        "reviewed",
        "Write down that you have looked at this emergency access, and what you found",
        WORK,
        ("emergencies",),
        80,
        one_row,
    ),
    Action(
        "emergency",
        "",
        "emergency access",
        "Take up emergency access: more rights for a while, with a reason, on record",
        HELP,
        EVERYWHERE,
    ),
    Action(
        "end_emergency",
        "",
        "end emergency access",
        "End your emergency access before its time",
        HELP,
        EVERYWHERE,
    ),
)
