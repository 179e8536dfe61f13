"""What the worker can be asked to do at once."""

from __future__ import annotations

from rcm_tui.screens.actions.action import WORK, Action
from rcm_tui.screens.actions.refusals import worker_of_it

ACTIONS: tuple[Action, ...] = (
    Action(
        "start",
        "a",
        "submit now",
        "Start the submission now",
        WORK,
        ("jobs", "home"),
        80,
        worker_of_it,
    ),
    Action(
        "pick_up",
        "t",
        "pick up answers",
        "Look for answers of the clearinghouse now",
        WORK,
        ("jobs",),
        60,
        worker_of_it,
    ),
)
