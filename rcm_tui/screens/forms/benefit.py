"""The form of a payer's benefit for a procedure code."""

from rcm_tui.billing.editing.declared.payers import BENEFIT
from rcm_tui.screens.forms.record_form import Look, RecordForm
from rcm_tui.screens.repricing import offer_again, offer_repricing

BENEFIT_FORM = RecordForm(
    BENEFIT,
    "administration",
    looks={
        "session_qualification": Look(help="one of several: BCBA/BCBA-D; empty: anybody"),
        "claim_qualification": Look(help="one of several: BCBA/BCBA-D; empty: anybody"),
        "telehealth_modifier": Look(help="goes before what modifier rules say of telehealth"),
    },
    saved=offer_repricing,
    tried=offer_again,
)
