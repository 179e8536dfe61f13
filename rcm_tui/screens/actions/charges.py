"""What is done to charge items: approve, hold, make claims of them."""

from __future__ import annotations

from rcm_tui.screens.actions.action import WORK, Action
from rcm_tui.screens.actions.refusals import HELD, HOLDABLE, approvable, generatable, status

ACTIONS: tuple[Action, ...] = (
    Action(
        "approve",
        "a",
        "approve",
        "Approve New charges: they become Ready to Bill",
        WORK,
        ("charges",),
        90,
        approvable,
    ),
    Action(
        "generate",
        "a",
        "generate claims",
        "Generate claims of the charges that are Ready to Bill",
        WORK,
        ("charges",),
        90,
        generatable,
    ),
    Action(
        "hold",
        "h",
        "hold",
        "Put charges on hold, with a reason",
        WORK,
        ("charges",),
        70,
        status(HOLDABLE, "charges can be put on hold"),
    ),
    Action(
        "release",
        "h",
        "release",
        "Take charges off hold: they become New",
        WORK,
        ("charges",),
        70,
        status(HELD, "charges can be released"),
    ),
)
