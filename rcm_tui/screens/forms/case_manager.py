"""The form of a client's case manager for a service line; who was it ends the day before."""

from rcm_tui.billing.editing.declared.clients import CASE_MANAGER
from rcm_tui.screens.forms.record_form import Look, RecordForm
from rcm_tui.screens.taking_over import ask_what_follows

CASE_MANAGER_FORM = RecordForm(
    CASE_MANAGER,
    "clients",
    looks={
        "service_line": Look(16, "as the payers' benefits name it: ABA"),
        "practitioner": Look(help="enrolled with the client's payer on every day"),
        "starts_on": Look(help="at least 24 hours before the line's first appointment"),
        "ends_on": Look(help="the last day; empty while they stay. A vacation changes nothing"),
    },
    foreseen=ask_what_follows,
)
