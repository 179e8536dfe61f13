"""Why an action cannot be done now, a sentence each; empty where it can."""

from __future__ import annotations

from collections.abc import Mapping

from rcm_tui.data.tables.charges import NEW, ON_HOLD, READY_TO_BILL
from rcm_tui.data.tables.claims import DRAFT, READY
from rcm_tui.screens.actions.action import READERS, Refusal, Situation


def rows(situation: Situation) -> str:
    return "" if situation.rows else "There is nothing in this view."


def worker_of_it(situation: Situation) -> str:
    return "An auditor looks and changes nothing." if situation.role in READERS else ""


def status(views: Mapping[str, str], word: str) -> Refusal:
    """Possible where the marked rows, or the one under the cursor, have a status."""
    wanted = set(views.values())

    def refusal(situation: Situation) -> str:
        if reason := worker_of_it(situation) or rows(situation):
            return reason
        view = views.get(situation.view)
        if view in wanted:
            return ""
        if situation.marked and situation.view == "all":
            return ""  # of several kinds: what does not fit is left, with the reason
        if situation.row.get("status") in wanted:
            return ""
        return f"Only {' and '.join(sorted(wanted))} {word}."

    return refusal


NEW_CHARGES = {"new": NEW}
READY_CHARGES = {"ready": READY_TO_BILL}
HOLDABLE = {"new": NEW, "ready": READY_TO_BILL}
HELD = {"on_hold": ON_HOLD, "hold_due": ON_HOLD}
DRAFTS = {"draft": DRAFT, "draft_failed": DRAFT}
READY_CLAIMS = {"ready": READY}


def approvable(situation: Situation) -> str:
    """Approval looks for New charges itself; only where they are shown does its key start it."""
    if reason := worker_of_it(situation):
        return reason
    if situation.view == "new" or situation.row.get("status") == NEW:
        return ""
    return "Approving starts from the view New, or from a New charge."


def generatable(situation: Situation) -> str:
    if reason := worker_of_it(situation):
        return reason
    if situation.view == "ready" or situation.row.get("status") == READY_TO_BILL:
        return rows(situation)
    return "Generating starts from the view Ready to Bill, or from such a charge."


def not_sent(situation: Situation) -> bool:
    """Whether it is claims Ready to Submit that are looked at."""
    return situation.view in READY_CLAIMS or situation.row.get("status") == READY


def goes_back(situation: Situation) -> str:
    if reason := worker_of_it(situation) or rows(situation):
        return reason
    if not_sent(situation):
        return ""
    if situation.view == "rejected" or situation.row.get("acknowledgement") == "rejected":
        return ""
    if situation.area == "responses" and (situation.marked or situation.row.get("answer") == "0"):
        return ""
    return (
        "Only a rejected or unsent claim goes back to Draft; a denied one is corrected another way."
    )


def one_row(situation: Situation) -> str:
    if reason := rows(situation):
        return reason
    return "Several are marked: unmark them (-) to edit one." if situation.marked else ""


def several(situation: Situation) -> str:
    if reason := worker_of_it(situation):
        return reason
    return "" if situation.marked else "Nothing is marked: space marks a row, ctrl+a the view."


def workable(situation: Situation) -> str:
    return worker_of_it(situation) or rows(situation)


def snoozed(situation: Situation) -> str:
    if reason := worker_of_it(situation) or rows(situation):
        return reason
    if situation.view == "snoozed" or (not situation.marked and situation.row.get("snoozed")):
        return ""
    return "It is not snoozed."


def editable(situation: Situation) -> str:
    return worker_of_it(situation) or str(situation.row.get("locked") or "")


def triable(situation: Situation) -> str:
    if reason := editable(situation):
        return reason
    return "" if situation.row.get("tried") else "No charge is priced by this record."


def removable(situation: Situation) -> str:
    if reason := worker_of_it(situation):
        return reason
    if not situation.row.get("belonging"):
        return "On a tab of what belongs to this record, the line under the cursor is removed."
    return str(situation.row.get("locked") or "")


def wrong(situation: Situation) -> str:
    return "" if situation.row.get("wrong") else "Nothing is wrong in this form."


def walked(situation: Situation) -> str:
    return "" if situation.row.get("walk", True) else "This was not opened from a queue."


def a_view(situation: Situation) -> str:
    return "These rows are what an action left, not a view." if situation.apart else ""


def apart(situation: Situation) -> str:
    return "" if situation.apart else "This is a view, not what an action left."


def filtered(situation: Situation) -> str:
    return "" if situation.filtered else "There is no filter to clear."
