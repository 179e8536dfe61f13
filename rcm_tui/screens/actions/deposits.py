"""What is done to deposits of the bank: recorded, reconciled with payments, set aside."""

from __future__ import annotations

from rcm_tui.screens.actions.action import LOOK, WORK, Action, Situation
from rcm_tui.screens.actions.refusals import rows, worker_of_it

SET_ASIDE = "set aside"


def takeable(situation: Situation) -> str:
    if reason := worker_of_it(situation) or rows(situation):
        return reason
    if situation.row.get("candidate"):
        return ""
    if situation.row.get("state") == "reconciled":
        return "All of this deposit is explained."
    return "There is no payment under the cursor that waits for its money."


def a_payment(situation: Situation) -> str:
    return "" if situation.row.get("payment") else "There is no payment under the cursor."


def is_set_aside(situation: Situation) -> str:
    if reason := worker_of_it(situation) or rows(situation):
        return reason
    if situation.view == "set_aside" or situation.row.get("state") == SET_ASIDE:
        return ""
    return "It is not set aside."


def matched(situation: Situation) -> str:
    if reason := worker_of_it(situation) or rows(situation):
        return reason
    return "" if situation.marked or situation.row.get("matched") else "It has no payment yet."


def workable(situation: Situation) -> str:
    return worker_of_it(situation) or rows(situation)


ACTIONS: tuple[Action, ...] = (
    Action(
        "take_payment",
        "equals_sign",
        "is this payment",
        "The deposit is the payment under the cursor; enter does the same",
        WORK,
        ("deposit",),
        95,
        takeable,
    ),
    Action(
        "look_at_deposited",
        "o",
        "look at payment",
        "Open the payment under the cursor",
        LOOK,
        ("deposit",),
        60,
        a_payment,
    ),
    Action(
        "match_deposit",
        "equals_sign",
        "match",
        "Show the payments that the deposit under the cursor may be",
        WORK,
        ("deposits",),
        82,
        rows,
    ),
    Action(
        "reconcile",
        "A",
        "match the sure",
        "Find payments by trace, else by amount and date: of the marked deposits, or of all",
        WORK,
        ("deposits",),
        70,
        workable,
    ),
    Action(
        "new_deposit",
        "n",
        "new",
        "Type a deposit from the bank's statement",
        WORK,
        ("deposits",),
        60,
        worker_of_it,
    ),
    Action(
        "import_statement",
        "I",
        "import statement",
        "Import the bank's statement (csv, xlsx): its lines become deposits",
        WORK,
        ("deposits",),
        58,
        worker_of_it,
    ),
    Action(
        "bring_back",
        "h",
        "bring back",
        "Bring deposits that were set aside back among those to reconcile",
        WORK,
        ("deposits",),
        45,
        is_set_aside,
    ),
    Action(
        "set_aside",
        "h",
        "set aside",
        "Say that deposits are no payments of payers, and why",
        WORK,
        ("deposits",),
        44,
        workable,
    ),
    Action(
        "unmatch",
        "x",
        "unmatch",
        "Take payments off deposits again",
        WORK,
        ("deposits",),
        40,
        matched,
    ),
)
