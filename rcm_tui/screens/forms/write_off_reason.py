"""The form of a reason of write-offs."""

from rcm_tui.billing.editing.declared.patient_side import WRITE_OFF_REASON
from rcm_tui.screens.forms.record_form import Look, RecordForm

WRITE_OFF_REASON_FORM = RecordForm(
    WRITE_OFF_REASON,
    "administration",
    looks={
        "side": Look(help="offered for the payer's balance, the patient's, or either"),
        "active": Look(help="one that is not in use is not offered any more"),
    },
)
