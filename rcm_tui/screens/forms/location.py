"""The form of a location where sessions are held."""

from rcm_tui.billing.editing.declared.practice import LOCATION
from rcm_tui.screens.forms.record_form import Look, RecordForm

LOCATION_FORM = RecordForm(
    LOCATION,
    "administration",
    looks={
        "kind": Look(help="an office makes the business unit the facility"),
        "auto_pay": Look(help="what payers pay goes onto the invoices of its visits by itself"),
        "place_of_service": Look(help="two digits of CMS's list, or a word: home"),
    },
)
