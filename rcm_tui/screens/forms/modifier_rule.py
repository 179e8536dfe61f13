"""The form of a modifier rule, which can be tried before it is saved."""

from rcm_tui.billing.editing.declared.payers import MODIFIER_RULE
from rcm_tui.screens.forms.record_form import Look, RecordForm, Tab
from rcm_tui.screens.repricing import offer_repricing, try_rule_of_form

MODIFIER_RULE_FORM = RecordForm(
    MODIFIER_RULE,
    "administration",
    tabs=(Tab("Rule", ("Rule", "Then")), Tab("When", ("When",))),
    looks={
        "payer": Look(help="empty: all payers"),
        "priority": Look(help="the lowest first; a later one sees what those before it did"),
        "note": Look(48),
        "procedure_codes": Look(help="empty: any code"),
        "qualification": Look(help="one of several: BCBA/BCBA-D; empty: anybody"),
        "instead_of": Look(help="taken out where it is there: HM HN"),
        "position": Look(help="the benefit's own stand at 50; telehealth is last"),
        "sets_place": Look(help="empty: stays"),
    },
    saved=offer_repricing,
    tried=try_rule_of_form,
)
