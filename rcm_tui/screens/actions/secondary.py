"""Billing the next payer of claims that one payer has decided on."""

from __future__ import annotations

from rcm_tui.data.tables.claims import ADJUDICATED, SUBMITTED
from rcm_tui.screens.actions.action import WORK, Action, Situation
from rcm_tui.screens.actions.refusals import workable

VIEWS = ("secondary", "forwarded")
"""Views of the claims queue whose claims go on to a next payer."""


def goes_on(situation: Situation) -> str:
    """Possible where the marked rows, or the one under the cursor, may go to a next payer."""
    if reason := workable(situation):
        return reason
    row = situation.row
    if situation.area == "denials":
        return ""  # whether there is a next payer is told when it is asked
    if situation.marked or situation.view in VIEWS or row.get("forwarded"):
        return ""
    if row.get("status") != SUBMITTED or row.get("adjudication") not in ADJUDICATED:
        return "Only what one payer has decided on goes to the next."
    return "" if row.get("next_payer") else "The client has no further coverage on its dates."


ACTIONS: tuple[Action, ...] = (
    Action(
        "secondary",
        "b",
        "bill secondary",
        "Bill the next payer of claims, with what their payer said",
        WORK,
        ("claims", "claim", "denials"),
        59,
        goes_on,
    ),
)
