"""The form of what is done next about a denial."""

from rcm_tui.billing.editing.declared.denials import DENIAL_ACTION
from rcm_tui.screens.forms.record_form import Look, RecordForm

DENIAL_ACTION_FORM = RecordForm(
    DENIAL_ACTION,
    "administration",
    looks={
        "payer": Look(help="empty: all payers; a payer's own goes first"),
        "group_codes": Look(help="CO PR OA PI; empty: any"),
        "reason_code": Look(help="197; * for any of the groups"),
        "remark_codes": Look(help="one of them is enough: MA130 N382; empty: any"),
        "meaning": Look(48),
        "action": Look(60, "what a specialist reads, with the verb first"),
        "clock": Look(help="counts from the date of the notice"),
        "other_way": Look(help="where the first is closed"),
    },
)
