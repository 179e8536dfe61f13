"""The form of a rule by which denials open cases."""

from rcm_tui.billing.editing.declared.case_rules import CASE_RULE
from rcm_tui.screens.forms.record_form import Look, RecordForm, Tab

CASE_RULE_FORM = RecordForm(
    CASE_RULE,
    "administration",
    tabs=(Tab("When", ("Rule", "When")), Tab("Then", ("Then",))),
    looks={
        "name": Look(40),
        "active": Look(help="try it first: a in the list of rules"),
        "place": Look(help="the first rule in force that fits gets the claim"),
        "payer": Look(help="empty: all payers"),
        "business_unit": Look(help="empty: all"),
        "group_codes": Look(help="CO PR OA PI; empty: any"),
        "reason_codes": Look(30, "one of them is enough: 197 15; empty: any"),
        "remark_codes": Look(30, "one of them is enough: MA130 N382; empty: any"),
        "amount_from": Look(help="what the payer still owes on the claim; empty: any"),
        "age_from": Look(help="since the first day of service; looked at once a day; empty: any"),
        "joins": Look(help="claims of this rule join its open case of the same"),
        "subject": Look(40, "empty: what the reason stands for"),
        "follow_up_days": Look(help="where no clock runs they count from the opening"),
        "owner_by": Look(help="who works a payer's denials stands in the payer's form"),
        "owners": Look(40, "logins; where a payer has no specialist the first gets it"),
    },
)
