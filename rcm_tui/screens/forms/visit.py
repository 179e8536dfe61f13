"""The form of a visit, with its line items."""

from rcm_tui.billing.editing.declared.visits import VISIT, VISIT_SERVICE
from rcm_tui.screens.forms.record_form import Belonging, Look, RecordForm, Tab

VISIT_FORM = RecordForm(
    VISIT,
    "invoices",
    tabs=(Tab("Appointment", ("",)), Tab("Treatment", ("Treatment",))),
    looks={
        "begins": Look(help="9:30, 0930 or 2:15pm, on the practice's clock"),
        "visit_on": Look(help="t, +7d, 3/14 or 2026-03-14"),
        "illness_on": Look(help="when it began; the claim says it"),
        "note": Look(48),
    },
    belongings=(Belonging("visit_service", "Line items", "service"),),
)

VISIT_SERVICE_FORM = RecordForm(
    VISIT_SERVICE,
    "invoices",
    looks={
        "units": Look(help="whole units; the payer's benefit says how long one is"),
        "modifiers": Look(24, "besides those that the payer's rules add"),
        "diagnoses": Look(48, "in order, parted by blanks; empty for the client's own"),
    },
)
