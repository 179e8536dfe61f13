"""Who may edit which kind of record, and of which business units."""

from collections.abc import Iterable, Mapping
from typing import Any

from rcm_tui.billing import rights
from rcm_tui.billing.rights import Right
from rcm_tui.billing.units import (
    AUTHORIZATION,
    CASE,
    CLAIM,
    CLIENT,
    OF_KIND,
    VISIT,
    Subject,
    refuse_elsewhere,
    refuse_unit,
)
from rcm_tui.data.work import Work

RIGHTS: Mapping[str, Right] = {
    "session": rights.ENTER_SESSIONS,
    "charge_item": rights.EDIT_CHARGES,
    "claim": rights.EDIT_CLAIMS,
    "claim_line": rights.EDIT_CLAIMS,
    "case_file": rights.WORK_CASES,
    "visit": rights.BOOK_VISITS,
    "visit_service": rights.BOOK_VISITS,
    **dict.fromkeys(
        ("client", "coverage", "client_diagnosis", "case_manager"), rights.EDIT_CLIENTS
    ),
    **dict.fromkeys(
        ("authorization", "authorized_service", "rendering_assignment"),
        rights.EDIT_AUTHORIZATIONS,
    ),
    **dict.fromkeys(
        ("payer", "plan", "benefit", "fee", "mue", "modifier_rule", "enrolment"),
        rights.SET_UP_PAYERS,
    ),
    **dict.fromkeys(
        (
            "payer_rule",
            "concurrent_service",
            "patient_billing_rule",
            "write_off_reason",
            "denial_action",
            "appeal_level",
            "letter_template",
            "case_kind",
            "case_kind_step",
            "case_rule",
            "escalation_rule",
        ),
        rights.SET_UP_RULES,
    ),
    **dict.fromkeys(
        (
            "practice",
            "business_unit",
            "location",
            "practitioner",
            "qualification",
            "clearinghouse",
            "appointment_type",
        ),
        rights.SET_UP_PRACTICE,
    ),
}
"""By the name of the kind."""

BELONGS: Mapping[str, Subject] = {
    "client": CLIENT,
    "claim": CLAIM,
    "authorization": AUTHORIZATION,
    "visit": VISIT,
    "parent": CASE,
}
"""Fields by which a record belongs to another, whose unit is its own."""


def of_kind(work: Work, record_kind: str, *args: Any, **more: Any) -> Right:
    """The right to edit records of a kind."""
    return RIGHTS[record_kind]


def refuse_other_units(
    work: Work, record_kind: str, keys: Iterable[int], values: Mapping[str, Any]
) -> None:
    """Raises Refused when records are of another unit, or would come to be by their new values."""
    if not work.actor.units:
        return
    if record_kind in OF_KIND:
        refuse_elsewhere(work, OF_KIND[record_kind], keys)
    for name, subject in BELONGS.items():
        if isinstance(key := values.get(name), int):
            refuse_elsewhere(work, subject, [key])
    if isinstance(unit := values.get("business_unit"), int):
        refuse_unit(work, unit)
