"""The form of a case. Its stage is set by keys, its claims are added in the claims queue."""

from rcm_tui.billing.editing.declared.cases import CASE
from rcm_tui.screens.forms.record_form import Look, RecordForm

CASE_FORM = RecordForm(
    CASE,
    "cases",
    looks={
        "subject": Look(34, "↓ usual ones"),
        "owner": Look(help="the login of who is accountable"),
        "follow_up": Look(help="t, +7d, 3/14"),
        "carc": Look(32, "group and code, as CO-197 CO-16"),
        "resolved_carc": Look(32, "those of them that are settled"),
        "tags": Look(32, "words of your own"),
        "description": Look(48),
        "kind": Look(help="its steps and clocks; empty: the usual one"),
        "level": Look(help="0: never escalated; rules raise it"),
        "parent": Look(34, "the number of the case that this one is part of"),
    },
)
