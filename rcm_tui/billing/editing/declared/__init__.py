"""The kinds of records that can be edited. A new kind is a new entry in one of these modules."""

from rcm_tui.billing.editing.declared import (
    appeals,
    case_kinds,
    case_rules,
    cases,
    charges,
    claims,
    clearinghouses,
    clients,
    denials,
    escalations,
    overlaps,
    patient_side,
    payers,
    practice,
    prevention,
    purging,
    sessions,
    visits,
)
from rcm_tui.billing.editing.field import RecordKind

KINDS: dict[str, RecordKind] = {
    kind.name: kind
    for area in (
        appeals,
        case_kinds,
        case_rules,
        cases,
        charges,
        claims,
        clearinghouses,
        clients,
        denials,
        escalations,
        overlaps,
        patient_side,
        payers,
        practice,
        prevention,
        purging,
        sessions,
        visits,
    )
    for kind in area.KINDS
}
"""By name, which is the name of the table in the store as well."""
