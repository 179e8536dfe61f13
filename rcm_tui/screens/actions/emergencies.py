"""Emergency access: taken up and ended anywhere, reviewed in its queue."""

from __future__ import annotations

from rcm_tui.screens.actions.action import EVERYWHERE, HELP, WORK, Action, Situation
from rcm_tui.screens.actions.refusals import one_row


def _reviewed_here(situation: Situation) -> str:
    from rcm_tui.billing.rights import MANAGE_USERS, why_not_as

    reason = why_not_as(situation.role, MANAGE_USERS)
    return f"{reason[:1].upper()}{reason[1:]}." if reason else one_row(situation)


ACTIONS: tuple[Action, ...] = (
    Action(
        "review_emergency",
        "a",
        "reviewed",
        "Write down that you have looked at this emergency access, and what you found",
        WORK,
        ("emergencies",),
        80,
        _reviewed_here,
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
