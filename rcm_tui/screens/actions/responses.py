"""What is done about answers: rejected claims sent again, and the files that were sent."""

from __future__ import annotations

from rcm_tui.data.tables.claims import ADJUDICATED, SUBMITTED
from rcm_tui.screens.actions.action import LOOK, WORK, Action, Situation
from rcm_tui.screens.actions.refusals import rows, worker_of_it


def refused(situation: Situation) -> str:
    """Of several marked ones those that are not rejected any more are left, with the reason."""
    if reason := worker_of_it(situation) or rows(situation):
        return reason
    if situation.marked or situation.row.get("answer") == "0":
        return ""
    return "It was accepted: there is nothing to send again."


def at_the_payer(situation: Situation) -> str:
    """Possible for what was sent and not answered for good."""
    if reason := worker_of_it(situation) or rows(situation):
        return reason
    row = situation.row
    if situation.marked or situation.view in UNANSWERED:
        return ""
    if row.get("status") == SUBMITTED and row.get("adjudication") not in ADJUDICATED:
        return "" if row.get("acknowledgement") != "rejected" else "It was rejected already."
    return "Only what was sent and not adjudicated can be missing at the payer."


def unconfirmed(situation: Situation) -> str:
    if reason := worker_of_it(situation) or rows(situation):
        return reason
    if situation.row.get("state") == "unconfirmed":
        return ""
    return "Only of an unconfirmed file it has to be said what became of it."


UNANSWERED = ("no_response", "not_at_payer", "unacknowledged")

ACTIONS: tuple[Action, ...] = (
    Action(
        "not_on_file",
        "N",
        "not on file",
        "Keep that the payer said by phone to have no such claim: it counts as rejected",
        WORK,
        ("claims", "claim"),
        4,
        at_the_payer,
    ),
    Action(
        "arrived",
        "a",
        "it arrived",
        "The clearinghouse has the file that is unconfirmed: it was sent",
        WORK,
        ("transactions",),
        90,
        unconfirmed,
    ),
    Action(
        "never_arrived",
        "x",
        "never arrived",
        "The clearinghouse has no such file: the same bytes go with the next submission",
        WORK,
        ("transactions",),
        70,
        unconfirmed,
    ),
    Action(
        "send_again",
        "a",
        "send again",
        "Send the rejected claims again as originals, as they are now",
        WORK,
        ("responses",),
        90,
        refused,
    ),
    Action(
        "its_responses",
        "r",
        "responses",
        "What came back of this file, as a queue",
        LOOK,
        ("transactions",),
        60,
        rows,
    ),
)
