"""The forms of kinds of cases and of their steps."""

from rcm_tui.billing.editing.declared.case_kinds import CASE_KIND, CASE_KIND_STEP
from rcm_tui.screens.forms.record_form import Belonging, Look, RecordForm

CASE_KIND_FORM = RecordForm(
    CASE_KIND,
    "administration",
    looks={
        "description": Look(60),
        "days": Look(help="from the day it is opened until it should be settled; empty: no clock"),
        "required": Look(34, "fields without which it is not resolved"),
        "closers": Look(48, "roles that may close one, with commas; empty: anybody"),
        "usual": Look(help="given to new cases for which nobody says another"),
    },
    belongings=(Belonging("case_kind_step", "Steps", "step"),),
)

CASE_KIND_STEP_FORM = RecordForm(
    CASE_KIND_STEP,
    "administration",
    looks={
        "title": Look(48),
        "words": Look(60, "how it is done, as the case shows it"),
        "needed": Look(help="a case is not resolved before it is done or does not apply"),
        "days": Look(help="from the day the case is opened; empty: no clock"),
    },
)
