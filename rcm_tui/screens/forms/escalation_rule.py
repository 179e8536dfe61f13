"""The form of an escalation rule: what it would raise is shown before it is switched on."""

from rcm_tui.billing.editing.declared.escalations import ESCALATION_RULE
from rcm_tui.screens.escalations import ask_before_force, tell_before_force, try_rule_of_form
from rcm_tui.screens.forms.record_form import Look, RecordForm

ESCALATION_RULE_FORM = RecordForm(
    ESCALATION_RULE,
    "administration",
    looks={
        "name": Look(48),
        "active": Look(help="the worker looks hourly; t shows what it would raise now"),
        "overdue_days": Look(help="days past its nearest clock or its follow-up; empty: any"),
        "least_outstanding": Look(help="with what is open below it; empty: any"),
        "from_level": Look(help="0: also cases that were never escalated"),
        "kind": Look(help="empty: any"),
        "payer": Look(help="empty: any"),
        "level": Look(help="a case comes to each level once"),
        "owner": Look(help="the login of who gets it; empty: stays, or goes to a role"),
        "role": Look(help="its people get the cases in turn"),
    },
    tried=try_rule_of_form,
    foreseen=ask_before_force,
    foretold=tell_before_force,
)
