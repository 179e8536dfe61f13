"""The form of a client's coverage: the insurance, and who holds the policy."""

from rcm_tui.billing.editing.declared.clients import COVERAGE
from rcm_tui.screens.forms.record_form import Look, RecordForm, Tab

COVERAGE_FORM = RecordForm(
    COVERAGE,
    "clients",
    tabs=(Tab("Insurance", ("", "Insurance")), Tab("Policy holder", ("Policy holder",))),
    looks={
        "member_id": Look(24, "as on the card: letters, digits and hyphens"),
        "rank": Look(help="1 primary, 2 secondary"),
        "relationship": Look(help="to the policy holder; for self the client's own are sent"),
    },
)
