"""What is done to charge items: approve, hold, make claims of them, take them out in files."""

from __future__ import annotations

from rcm_tui.data.tables.charges import (
    AWAITING_RESUBMISSION,
    CLAIM_LINE_CREATED,
    NEW,
    ON_HOLD,
    READY_TO_BILL,
)
from rcm_tui.screens.actions.action import LOOK, WORK, Action, Situation
from rcm_tui.screens.actions.refusals import (
    HELD,
    HOLDABLE,
    approvable,
    generatable,
    status,
    worker_of_it,
)

REOPENED = {"awaiting_resubmission": AWAITING_RESUBMISSION}
SUBMITTED = {
    "new": NEW,
    "ready": READY_TO_BILL,
    "on_hold": ON_HOLD,
    "hold_due": ON_HOLD,
    "claim_line_created": CLAIM_LINE_CREATED,
}
BOTH = ("charges", "charge_periods")
ONE = ("charges", "charge")


def with_twin(situation: Situation) -> str:
    return "" if situation.row.get("duplicate_of") else "No twin is known of it: approval looks."


ACTIONS: tuple[Action, ...] = (
    Action(
        "approve",
        "a",
        "approve",
        "Approve New charges: they become Ready to Bill",
        WORK,
        (*BOTH, "charge"),
        90,
        approvable,
    ),
    Action(
        "generate",
        "a",
        "generate claims",
        "Generate claims of the charges that are Ready to Bill",
        WORK,
        (*BOTH, "charge"),
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
    Action(
        "hold_again",
        "H",
        "look again later",
        "Give charges on hold another reason or day to look at them again",
        WORK,
        ("charges",),
        45,
        status(HELD, "charges can be held longer"),
    ),
    Action(
        "review",
        "a",
        "review",
        "See what changed of what was billed, then correct the claim or set it back",
        WORK,
        ONE,
        90,
        status(REOPENED, "charges are reviewed so"),
    ),
    Action(
        "twin",
        "w",
        "twin",
        "Show a charge and the twin that it would be billed twice with",
        LOOK,
        ONE,
        60,
        with_twin,
    ),
    Action(
        "reopen",
        "",
        "reopen session",
        "Reopen the session for its practitioner, with a reason",
        WORK,
        ("charges",),
        0,
        status(SUBMITTED, "charges have a session to reopen"),
    ),
    Action(
        "billing_export",
        "B",
        "billing export",
        "Export what is Ready to Bill for another billing system (csv)",
        WORK,
        BOTH,
        6,
        worker_of_it,
    ),
    Action(
        "duplicates_report",
        "D",
        "duplicates",
        "Report charges whose twins wait to be submitted (xlsx)",
        WORK,
        BOTH,
        5,
    ),
    Action(
        "periods",
        "right_square_bracket",
        "periods",
        "Go to the charge periods",
        LOOK,
        ("charges",),
        40,
    ),
    Action(
        "charges",
        "left_square_bracket",
        "charges",
        "Go to the charges",
        LOOK,
        ("charge_periods",),
        52,
    ),
)
