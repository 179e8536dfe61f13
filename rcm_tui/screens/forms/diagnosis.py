"""The form of a client's diagnosis: its code, found by letters or words, its place and its days."""

from rcm_tui.billing.editing.declared.clients import DIAGNOSIS
from rcm_tui.screens.forms.record_form import Look, RecordForm

DIAGNOSIS_FORM = RecordForm(
    DIAGNOSIS,
    "clients",
    looks={
        "position": Look(help="claims carry them in this order; 1 is the principal diagnosis"),
        "code": Look(10, "F84.0, or words of its description: autis"),
        "starts_on": Look(help="the first day on which sessions are billed with it"),
        "ends_on": Look(help="the last day; empty while it holds"),
    },
)
