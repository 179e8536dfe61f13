"""The form of a business unit, the billing provider of its claims."""

from rcm_tui.billing.editing.declared.practice import BUSINESS_UNIT
from rcm_tui.screens.forms.record_form import Belonging, Look, RecordForm
from rcm_tui.screens.repricing import offer_repricing

BUSINESS_UNIT_FORM = RecordForm(
    BUSINESS_UNIT,
    "administration",
    looks={
        "npi": Look(help="ten digits, the last is a check digit"),
        "zip": Look(help="a billing provider's needs nine digits"),
        "charge_period": Look(help="one claim a client and week, or month"),
        "first_name": Look(visible=lambda values: bool(values.get("is_person"))),
    },
    belongings=(Belonging("location", "Locations", "location"),),
    saved=offer_repricing,
)
