"""What is done to claims: save and submit, mend what was rejected, say who works on them."""

from __future__ import annotations

from rcm_tui.screens.actions.action import LOOK, WORK, Action
from rcm_tui.screens.actions.refusals import (
    DRAFTS,
    READY_CLAIMS,
    goes_back,
    snoozed,
    status,
    workable,
)

ACTIONS: tuple[Action, ...] = (
    Action(
        "save",
        "a,ctrl+s",
        "save & submit",
        "Validate drafts and make them Ready to Submit",
        WORK,
        ("claims", "claim"),
        90,
        status(DRAFTS, "claims can be saved and submitted"),
    ),
    Action(
        "submit",
        "a",
        "submit now",
        "Have the worker send all that is Ready to Submit now",
        WORK,
        ("claims", "claim"),
        90,
        status(READY_CLAIMS, "claims can be sent now"),
    ),
    Action(
        "mend",
        "d",
        "back to draft",
        "Make rejected or unsent claims Drafts again",
        WORK,
        ("claims", "claim", "responses"),
        60,
        goes_back,
    ),
    Action(
        "wake",
        "h",
        "wake",
        "Take snoozed claims back into the views before their day",
        WORK,
        ("claims", "claim", "denials"),
        57,
        snoozed,
    ),
    Action(
        "snooze",
        "h",
        "snooze",
        "Keep claims out of the views until a day, with a reason",
        WORK,
        ("claims", "claim", "responses", "underpayments", "denials"),
        57,
        workable,
    ),
    Action(
        "work_on",
        "i",
        "work on",
        "Say that you are working on claims, or let them go again",
        WORK,
        ("claims",),
        13,
        workable,
    ),
    Action(
        "hide_held",
        "I",
        "hide held",
        "Hide or show the claims that others work on",
        LOOK,
        ("claims",),
        6,
    ),
)
