"""Reasons of write-offs, and the rules of what may be billed to patients."""

from collections.abc import Mapping
from typing import Any

from rcm_tui.billing.editing import checks
from rcm_tui.billing.editing.declared.payers import FILING_INDICATORS
from rcm_tui.billing.editing.field import Field, RecordKind
from rcm_tui.data.tables.patient_side import (
    BILL_PATIENT,
    EITHER,
    WRITE_OFF,
    PatientBillingRule,
    WriteOffReason,
)

SIDES = {EITHER: "either", "payer": "payer's", "patient": "patient's"}
GROUPS = {
    "": "any",
    "CO": "CO contractual",
    "PR": "PR patient",
    "OA": "OA other",
    "PI": "PI payer initiated",
}
DECISIONS = {BILL_PATIENT: "may be billed to the patient", WRITE_OFF: "must be written off"}

WRITE_OFF_REASON = RecordKind(
    "write_off_reason",
    "reason of write-offs",
    WriteOffReason,
    (
        Field("name", "Reason", "text", True, longest=60, changes_claims=False),
        Field("side", "Whose balance", "choice", True, choices=SIDES, changes_claims=False),
        Field("note", "Note", "text", longest=200, changes_claims=False),
        Field("active", "In use", "flag", changes_claims=False),
    ),
    title_sql="t.name",
    search_sql=("t.name",),
    unique=(("name",),),
)


def _not_for_all(values: Mapping[str, Any]) -> Mapping[str, str]:
    """A rule without any condition would decide over everything."""
    conditions = ("payer", "filing_indicator", "state", "group_code")
    if any(values.get(name) for name in conditions):
        return {}
    return {"payer": "name a payer, a kind of payer, a state or a group: this holds for all money"}


PATIENT_BILLING_RULE = RecordKind(
    "patient_billing_rule",
    "rule of patient billing",
    PatientBillingRule,
    (
        Field("payer", "Payer", "reference", reference="payer", changes_claims=False),
        Field(
            "filing_indicator",
            "Kind of payer",
            "choice",
            choices={"": "any", **FILING_INDICATORS},
            changes_claims=False,
        ),
        Field(
            "state",
            "State",
            "code",
            codes="state",
            normalise=checks.upper,
            check=checks.state,
            changes_claims=False,
        ),
        Field("group_code", "Group", "choice", choices=GROUPS, changes_claims=False),
        Field("decision", "What is left", "choice", True, choices=DECISIONS, changes_claims=False),
        Field("note", "Note", "text", True, longest=200, changes_claims=False),
        Field("active", "In force", "flag", changes_claims=False),
    ),
    title_sql="t.note",
    search_sql=("t.note",),
    checks=(_not_for_all,),
)

KINDS = (WRITE_OFF_REASON, PATIENT_BILLING_RULE)
