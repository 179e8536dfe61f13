"""The form of a rule of what may be billed to patients."""

from rcm_tui.billing.editing.declared.patient_side import PATIENT_BILLING_RULE
from rcm_tui.screens.forms.record_form import Look, RecordForm

PATIENT_BILLING_RULE_FORM = RecordForm(
    PATIENT_BILLING_RULE,
    "administration",
    looks={
        "payer": Look(help="none: of all payers"),
        "filing_indicator": Look(help="all payers of a kind, such as Medicaid"),
        "state": Look(help="where the service was given; none: everywhere"),
        "group_code": Look(help="of the adjustment that left the money open"),
        "note": Look(help="why: shown to who wants to bill the patient"),
    },
)
