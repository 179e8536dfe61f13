"""The form of a practitioner, with qualifications and enrolments."""

from rcm_tui.billing.editing.declared.practice import PRACTITIONER
from rcm_tui.screens.forms.record_form import Belonging, Look, RecordForm

PRACTITIONER_FORM = RecordForm(
    PRACTITIONER,
    "administration",
    looks={
        "npi": Look(help="ten digits, the last is a check digit"),
        "taxonomy": Look(help="type a word (analyst), or ten characters ending in X"),
    },
    belongings=(
        Belonging("qualification", "Qualifications", "qualification"),
        Belonging("enrolment", "Enrolments", "enrolment"),
    ),
)
