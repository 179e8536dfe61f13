"""The form of a payer, with its plans, benefits, fees and enrolments."""

from rcm_tui.billing.editing.declared.payers import PAYER
from rcm_tui.screens.forms.record_form import Belonging, Look, RecordForm, Tab

PAYER_FORM = RecordForm(
    PAYER,
    "administration",
    tabs=(Tab("Payer", ("Payer", "Address")), Tab("Clocks and rules", ("Clocks", "Rules"))),
    looks={
        "payer_id": Look(help="the identifier on the wire; the clearinghouse lists them"),
        "filing_days": Look(help="days from the service to the first claim"),
        "corrected_days": Look(help="days from the answer to a corrected claim"),
    },
    belongings=(
        Belonging("plan", "Plans", "plan"),
        Belonging("benefit", "Benefits", "benefit"),
        Belonging("fee", "Fees", "fee"),
    ),
)
