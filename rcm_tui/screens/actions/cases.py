"""What is done about claims in cases: opened, taken onward, resolved, cancelled, reopened."""

from __future__ import annotations

from rcm_tui.data.tables.cases import ACTIVE_STAGES, AWAITING_PAYMENT
from rcm_tui.screens.actions.action import LOOK, WORK, Action, Situation
from rcm_tui.screens.actions.refusals import rows, workable, worker_of_it


def active(situation: Situation) -> str:
    """Of several marked ones those that are closed are left, with the reason."""
    if reason := worker_of_it(situation) or rows(situation):
        return reason
    if situation.marked or situation.row.get("stage") in ACTIVE_STAGES:
        return ""
    return f"It is {situation.row.get('stage')}: reopen it first."


def onward(situation: Situation) -> str:
    if reason := active(situation):
        return reason
    if not situation.marked and situation.row.get("stage") == AWAITING_PAYMENT:
        return "It awaits payment: resolve it when that is settled."
    return ""


def closed(situation: Situation) -> str:
    if reason := worker_of_it(situation) or rows(situation):
        return reason
    if situation.marked or situation.row.get("stage") not in ACTIVE_STAGES:
        return ""
    return "It is open."


def of_claims(situation: Situation) -> str:
    """On the tab of a case's claims."""
    if reason := active(situation):
        return reason
    return "" if situation.view == "claims" else "Claims are on the tab Claims."


def of_the_chain(situation: Situation) -> str:
    if situation.view in ("submissions", "remittances", "ledger", "cases"):
        return ""
    return "What all submissions have is on Submissions, Remittances, Ledger and Cases."


BOTH = ("cases", "case")

ACTIONS: tuple[Action, ...] = (
    Action(
        "new_case",
        "c",
        "case",
        "Open a case for the marked claims",
        WORK,
        ("claims", "claim", "responses", "underpayments", "denials"),
        58,
        workable,
    ),
    Action(
        "add_to_case",
        "K",
        "add to case",
        "Add the marked claims to a case that is open",
        WORK,
        ("claims", "claim", "underpayments", "denials"),
        5,
        workable,
    ),
    Action(
        "advance",
        "a",
        "next stage",
        "Take cases to the next stage: start work, then await payment",
        WORK,
        BOTH,
        90,
        onward,
    ),
    Action("resolve", "r", "resolve", "Resolve cases", WORK, BOTH, 72, active),
    Action("cancel", "x", "cancel", "Cancel cases", WORK, BOTH, 34, active),
    Action("reopen", "R", "reopen", "Take closed cases up again", WORK, BOTH, 71, closed),
    Action("stage", "S", "stage", "Set the stage of cases", WORK, BOTH, 0, rows),
    Action(
        "follow_up",
        "h",
        "follow up on",
        "Set the day of the next follow-up",
        WORK,
        BOTH,
        62,
        active,
    ),
    Action(
        "add_claims",
        "A",
        "add claims",
        "Add claims by their numbers",
        WORK,
        ("case",),
        8,
        active,
    ),
    Action(
        "remove_claim",
        "minus",
        "take out",
        "Take the claim under the cursor out of the case",
        WORK,
        ("case",),
        30,
        of_claims,
    ),
    Action(
        "claims_apart",
        "o",
        "as a queue",
        "Open the claims of the case as a queue of their own",
        LOOK,
        ("case",),
        31,
        rows,
    ),
    Action(
        "submissions",
        "v",
        "this/all submissions",
        "Show what this submission has (answers, money, cases), or what all have",
        LOOK,
        ("claim",),
        45,
        of_the_chain,
    ),
)
