"""The form of a medically unlikely edit: the most units of a code a patient and day."""

from rcm_tui.billing.editing.declared.payers import MUE
from rcm_tui.screens.forms.record_form import Look, RecordForm

MUE_FORM = RecordForm(
    MUE,
    "administration",
    looks={
        "payer": Look(help="empty: a published value, for all who go by the program"),
        "units": Look(help="empty: no limit"),
        "starts_on": Look(help="a new value from a day on is a new record; end this one before"),
        "source": Look(48),
        "note": Look(48),
    },
)
