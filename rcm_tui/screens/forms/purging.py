"""The forms of how long contents are kept, and of holds."""

from rcm_tui.billing.editing.declared.purging import LEGAL_HOLD, PURGE_POLICY
from rcm_tui.screens.forms.record_form import Look, RecordForm

PURGE_POLICY_FORM = RecordForm(
    PURGE_POLICY,
    "administration",
    looks={
        "months": Look(help="by the calendar; what is older goes"),
        "active": Look(help="the worker lets go once a day; see first what would go"),
        "basis": Look(60, "the rule that asks for it, with its source; or: ours"),
    },
)
LEGAL_HOLD_FORM = RecordForm(
    LEGAL_HOLD,
    "administration",
    looks={
        "client": Look(help="also the client's claims and cases"),
        "payer": Look(help="also all files with its claims"),
        "reason": Look(60, "who asked for it, and why"),
        "ends_on": Look(help="empty: until it is ended here"),
    },
)
