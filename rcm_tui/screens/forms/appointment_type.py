"""The form of an appointment type."""

from rcm_tui.billing.editing.declared.visits import APPOINTMENT_TYPE
from rcm_tui.screens.forms.record_form import Look, RecordForm

APPOINTMENT_TYPE_FORM = RecordForm(
    APPOINTMENT_TYPE,
    "administration",
    looks={"minutes": Look(help="how long one usually takes")},
)
