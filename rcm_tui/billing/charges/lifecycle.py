"""Which status of a charge item leads to which, and who may set it: one table, and what to do else.

Sources: the table of statuses and the line on what a biller may set by hand in the facts of the
trade, and the seed on the billing workflow; the rest is ours and says so.
"""

from collections.abc import Mapping
from typing import Literal, NamedTuple

from rcm_tui.data.tables.charges import (
    AWAITING_RESUBMISSION,
    AWAITING_SUBMISSION,
    BILLED_EXTERNALLY,
    CANCELLED,
    CLAIM_LINE_CREATED,
    NEW,
    ON_HOLD,
    PENDING_AUTHORIZATION,
    READY_TO_BILL,
    SCHEDULED,
)

By = Literal["session", "authorization", "biller", "approval", "generation", "export"]
SESSION: By = "session"
AUTHORIZATION: By = "authorization"
BILLER: By = "biller"
APPROVAL: By = "approval"
GENERATION: By = "generation"
EXPORT: By = "export"

SUBMITTED = "submitted"
NOT_SUBMITTED = (SCHEDULED, AWAITING_SUBMISSION)
ON_A_CLAIM = (CLAIM_LINE_CREATED, AWAITING_RESUBMISSION)
BILLED = (*ON_A_CLAIM, BILLED_EXTERNALLY)


class Step(NamedTuple):
    """One way from status to status, and who may take it."""

    before: str
    after: str
    by: By


WAYS: dict[By, dict[str, tuple[str, ...]]] = {
    # What happens to the session: begun, submitted, opened again, put back, cancelled.
    SESSION: {
        SCHEDULED: (AWAITING_SUBMISSION, NEW, CANCELLED),
        AWAITING_SUBMISSION: (SCHEDULED, NEW, CANCELLED),
        NEW: (AWAITING_SUBMISSION,),
        PENDING_AUTHORIZATION: (AWAITING_SUBMISSION,),
        # What was approved was another session than the one that is opened again or changed.
        READY_TO_BILL: (AWAITING_SUBMISSION, NEW),
        CLAIM_LINE_CREATED: (AWAITING_RESUBMISSION,),
        CANCELLED: (SCHEDULED, AWAITING_SUBMISSION, NEW),
    },
    AUTHORIZATION: {NEW: (PENDING_AUTHORIZATION,), PENDING_AUTHORIZATION: (NEW,)},
    # By hand: On Hold, New from On Hold, Ready to Bill; and the decision on what was reopened,
    # whose claim is corrected (Claim Line Created) or which goes on another claim (New).
    BILLER: {
        NEW: (ON_HOLD, READY_TO_BILL),
        READY_TO_BILL: (ON_HOLD,),
        ON_HOLD: (NEW,),
        AWAITING_RESUBMISSION: (CLAIM_LINE_CREATED, NEW),
    },
    APPROVAL: {NEW: (READY_TO_BILL,)},
    GENERATION: {READY_TO_BILL: (CLAIM_LINE_CREATED,)},
    EXPORT: {READY_TO_BILL: (BILLED_EXTERNALLY,)},
}
"""By whom, from which status, to which."""

STEPS = frozenset(
    Step(before, after, by)
    for by, ways in WAYS.items()
    for before, afters in ways.items()
    for after in afters
)

AFTER_SESSION: Mapping[str, str] = {
    "scheduled": SCHEDULED,
    "started": AWAITING_SUBMISSION,
    SUBMITTED: NEW,
    "reopened": AWAITING_SUBMISSION,
    "cancelled": CANCELLED,
}
"""What a charge item becomes that nothing else holds back, by its session's status."""

REMEDIES: Mapping[str, str] = {
    SCHEDULED: "it becomes New when the practitioner submits the session",
    AWAITING_SUBMISSION: "it becomes New when the practitioner submits the session",
    NEW: "approve it first",
    PENDING_AUTHORIZATION: "it becomes New when its authorization is approved",
    ON_HOLD: "release it to New first",
    READY_TO_BILL: "put it on hold and release it, and it is New again",
    CLAIM_LINE_CREATED: "what is on a claim is mended there; reopen the session to change it",
    AWAITING_RESUBMISSION: "correct its claim, or set it back to Claim Line Created, first",
    BILLED_EXTERNALLY: "undo its marking, or correct it in the external system",
    CANCELLED: "schedule its session again first",
}
"""What would help, by the status that stands in the way."""


def may(before: str, after: str, by: By) -> bool:
    """Whether a charge item may go from one status to another by somebody's doing."""
    return Step(before, after, by) in STEPS


def refusal(before: str, after: str, by: By) -> str:
    """Why a charge item may not become that, with what would help; "" when it may, or is it."""
    if before == after or may(before, after, by):
        return ""
    if by == BILLER and not any(step.by == BILLER and step.after == after for step in STEPS):
        return f"{after} is not set by hand: {MADE_BY[after]}"
    wanted = " or ".join(sorted({step.before for step in STEPS if step[1:] == (after, by)}))
    return f"it is {before}, not {wanted or after}: {REMEDIES[before]}"


MADE_BY: Mapping[str, str] = {
    SCHEDULED: "scheduling the session does it",
    AWAITING_SUBMISSION: "the practitioner does it by starting or reopening the session",
    PENDING_AUTHORIZATION: "it follows the session's authorization",
    AWAITING_RESUBMISSION: "reopening the session does it",
    BILLED_EXTERNALLY: "the billing export does it",
    CANCELLED: "cancelling the session before it is submitted does it",
}
"""How a status comes about that a biller may not set."""


def after_session(charge_status: str, session_status: str) -> tuple[str, str]:
    """A charge item's status once its session has that status, or why the session stays as it is.

    Whose claim line exists goes to Awaiting Resubmission when its session is opened again; On Hold
    stays on hold, since only a biller lifts that (ours). A session is cancelled before it was
    submitted, and put back to scheduled too; one that was billed externally stays closed.
    """
    if charge_status == BILLED_EXTERNALLY:
        if session_status == SUBMITTED:
            return charge_status, ""
        return charge_status, f"it is {charge_status}: {REMEDIES[charge_status]}"
    if session_status in ("cancelled", "scheduled"):
        after = AFTER_SESSION[session_status]
        if charge_status == after or may(charge_status, after, SESSION):
            return after, ""
        return charge_status, f"the session was submitted already (it is {charge_status})"
    opened = session_status in ("started", "reopened")
    if charge_status in ON_A_CLAIM:
        return (AWAITING_RESUBMISSION if opened else charge_status), ""
    if charge_status == ON_HOLD or (
        not opened and charge_status not in (*NOT_SUBMITTED, CANCELLED)
    ):
        return charge_status, ""
    return AFTER_SESSION[session_status], ""
