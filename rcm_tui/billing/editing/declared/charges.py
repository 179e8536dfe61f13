"""Charge items before they are on a claim line: what a biller may mend on them by hand.

Who, when, what and how long are the session's and are changed there. Units and price stay as they
are until they are looked up again: nothing is recomputed by an edit (ours).
"""

from rcm_tui.billing.charges.lifecycle import REMEDIES
from rcm_tui.billing.editing import checks
from rcm_tui.billing.editing.declared.common import modifiers
from rcm_tui.billing.editing.field import Field, RecordKind
from rcm_tui.data.tables.charges import (
    AWAITING_RESUBMISSION,
    BILLED_EXTERNALLY,
    CANCELLED,
    CLAIM_LINE_CREATED,
    ChargeItem,
)

LOCKED = (CLAIM_LINE_CREATED, AWAITING_RESUBMISSION, BILLED_EXTERNALLY, CANCELLED)


def charge_locked(number: str, status: str, claim: str | None) -> str:
    """Why a charge item cannot be edited, and what to do; "" before it is on a claim line."""
    if claim is not None:
        return f"charge {number} is on claim {claim} and locked: {REMEDIES[CLAIM_LINE_CREATED]}"
    if status in LOCKED:
        return f"charge {number} is {status} and locked: {REMEDIES[status]}"
    return ""


CHARGE_ITEM = RecordKind(
    "charge_item",
    "charge",
    ChargeItem,
    (
        Field("client", "Client", "reference", True, "Charge", reference="client", fixed=True),
        modifiers("Charge"),
        Field(
            "place_of_service",
            "Place of service",
            "code",
            section="Charge",
            codes="place of service",
            check=checks.place_of_service,
        ),
        Field(
            "authorization",
            "Authorization",
            "reference",
            section="Charge",
            reference="authorization",
            within="client",
        ),
        Field("notes", "Notes", "text", section="Charge", longest=400),
    ),
    title_sql="t.number",
    detail_sql="t.procedure_code",
    search_sql=("t.number",),
    locked_from=(
        "LEFT JOIN claim_line AS locker ON locker.id = t.claim_line_id"
        " LEFT JOIN claim AS holder ON holder.id = locker.claim_id"
    ),
    locked_sql="t.number, t.status, holder.number",
    locked=charge_locked,
)

KINDS = (CHARGE_ITEM,)
