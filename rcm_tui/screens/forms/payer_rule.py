"""The form of what a payer wants of claim lines."""

from rcm_tui.billing.editing.declared.prevention import PAYER_RULE
from rcm_tui.screens.forms.record_form import Look, RecordForm

PAYER_RULE_FORM = RecordForm(
    PAYER_RULE,
    "administration",
    looks={
        "payer": Look(help="empty: all payers"),
        "procedure_codes": Look(help="97153 97155; empty: any"),
        "modifiers": Look(help="all of them; empty: any"),
        "places": Look(help="one of them; empty: any"),
        "rendering": Look(help="empty: anybody"),
        "value": Look(help="the modifiers or places that are needed"),
        "words": Look(60, "what validation says, as a sentence"),
        "reason": Look(help="CO-197: what was denied before is not warned of beside it"),
    },
)
