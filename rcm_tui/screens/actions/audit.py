"""What is done with the audit trail: it is proven, and leads to the records it speaks of."""

from __future__ import annotations

from rcm_tui.screens.actions.action import LOOK, Action, Situation


def a_record(situation: Situation) -> str:
    return "" if situation.row.get("subject_id") else "It is about no single record."


ACTIONS: tuple[Action, ...] = (
    Action(
        "verify_trail",
        "V",
        "verify",
        "Prove that no audit record was altered or taken out since the first, with progress",
        LOOK,
        ("audit",),
        70,
    ),
    Action(
        "open_subject",
        "enter",
        "open the record",
        "Open the record that the audit record speaks of",
        LOOK,
        ("audit_record",),
        85,
        a_record,
    ),
    Action(
        "audit_trail",
        "T",
        "audit trail",
        "Show all that is on record of this one: who read it, changed it, took it out",
        LOOK,
        (
            *("claim", "case", "charge", "payment", "visit", "invoice", "deposit", "appeal"),
            *("authorization", "audit_record"),
        ),
        6,
    ),
    Action(
        "trail_of_form",
        "",
        "its audit trail",
        "Show all that is on record of what this form is about",
        LOOK,
        ("form",),
    ),
)
