"""The form of a fee: of a payer, of a business unit, or of a payer for one business unit."""

from rcm_tui.billing.editing.declared.payers import FEE
from rcm_tui.screens.forms.record_form import Look, RecordForm
from rcm_tui.screens.repricing import offer_again, offer_repricing

FEE_FORM = RecordForm(
    FEE,
    "administration",
    looks={
        "payer": Look(help="empty: of any payer; a payer's own fee goes before it"),
        "business_unit": Look(help="empty: of any; a business unit's own fee goes before it"),
        "ends_on": Look(help="the day before the next fee begins"),
    },
    saved=offer_repricing,
    tried=offer_again,
)
