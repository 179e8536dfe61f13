"""Typing a remittance from a paper EOB: start one, take claims into it, post it."""

from __future__ import annotations

from rcm_tui.screens.actions.action import WORK, Action, Situation
from rcm_tui.screens.actions.refusals import worker_of_it


def on_a_line(situation: Situation) -> str:
    if reason := worker_of_it(situation):
        return reason
    return "" if situation.row.get("line") else "There is no claim under the cursor: n takes one."


ACTIONS: tuple[Action, ...] = (
    Action(
        "type_remittance",
        "n",
        "new by hand",
        "Type a remittance from a paper EOB: payer and check, then its claims",
        WORK,
        ("payments", "remittances"),
        58,
        worker_of_it,
    ),
    Action(
        "post_paper",
        "ctrl+s,a",
        "post",
        "Post the EOB when it balances; says what does not",
        WORK,
        ("paper",),
        95,
        worker_of_it,
    ),
    Action(
        "add_claim",
        "n",
        "add claim",
        "Take a claim into the EOB: its lines come prefilled as the contract expects them",
        WORK,
        ("paper",),
        90,
        worker_of_it,
    ),
    Action(
        "payer_number",
        "i",
        "payer's no.",
        "The payer's claim control number of the claim under the cursor",
        WORK,
        ("paper",),
        50,
        on_a_line,
    ),
    Action(
        "kept_back",
        "p",
        "kept back",
        "What the payer kept back or gave beside the claims: WO, L6, FB …",
        WORK,
        ("paper",),
        48,
        worker_of_it,
    ),
    Action(
        "check",
        "e",
        "check",
        "Change number, amount, date, method or memo of the check",
        WORK,
        ("paper",),
        46,
        worker_of_it,
    ),
    Action(
        "drop_claim",
        "x",
        "remove claim",
        "Take the claim under the cursor off the EOB again",
        WORK,
        ("paper",),
        44,
        on_a_line,
    ),
)
