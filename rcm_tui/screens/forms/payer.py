"""The form of a payer, with its plans, benefits, fees and enrolments."""

from rcm_tui.billing.editing.declared.payers import PAYER
from rcm_tui.screens.forms.record_form import Belonging, Look, RecordForm, Tab
from rcm_tui.screens.repricing import offer_repricing

PAYER_FORM = RecordForm(
    PAYER,
    "administration",
    tabs=(Tab("Payer", ("Payer", "Address")), Tab("Clocks and rules", ("Clocks", "Rules"))),
    looks={
        "payer_id": Look(help="the identifier on the wire; the clearinghouse lists them"),
        "rounding": Look(help="over the day: the minutes of all codes together"),
        "underpaid_tolerance": Look(help="a claim line; empty: what the practice lets pass"),
        "auto_post": Look(help="what does not post by itself waits to be reviewed (5, payments)"),
        "mue_program": Look(help="where the payer has none of its own"),
        "filing_days": Look(help="days from the service to the first claim"),
        "corrected_days": Look(help="days from the answer to a corrected claim"),
        "receipt_days": Look(help="until its 277CA names a claim; 0: it sends none"),
        "retro_days": Look(help="days after a service in which it can still be authorized"),
        "concurrent": Look(
            help="usual: 97153 with 97155 or 97156, 97154 with 97155, 97151 with 97152"
        ),
        "denial_specialist": Look(help="gets the cases that rules open by payer"),
        "correction_code": Look(help="the claim frequency code that it takes: most take 7"),
        "takes_voids": Look(help="no: a claim sent in error is taken back by phone or letter"),
        "denied_lines": Look(help="a replacement holds all lines, also those that were paid"),
    },
    belongings=(
        Belonging("plan", "Plans", "plan"),
        Belonging("benefit", "Benefits", "benefit"),
        Belonging("fee", "Fees", "fee"),
        Belonging("mue", "MUE", "unlikely edit"),
        Belonging("modifier_rule", "Modifiers", "modifier rule"),
        Belonging("concurrent_service", "At the same time", "pair of codes"),
    ),
    saved=offer_repricing,
)
