"""The form of the practice itself."""

from rcm_tui.billing.editing.declared.practice import PRACTICE
from rcm_tui.screens.forms.record_form import Look, RecordForm

PRACTICE_FORM = RecordForm(
    PRACTICE,
    "administration",
    looks={
        "time_zone": Look(help="of all times on screen, once the program is opened anew"),
        "denied_before_answers": Look(help="of one payer, code, modifiers, place and provider"),
        "denied_before_percent": Look(help="for one reason"),
        "denied_before_months": Look(help="this month is the last; 0: nothing is warned of"),
        "masked_roles": Look(44, "roles, parted by commas; alt+i reveals, which is on record"),
        "underpaid_tolerance": Look(help="a claim line, where the payer says nothing of its own"),
    },
)
