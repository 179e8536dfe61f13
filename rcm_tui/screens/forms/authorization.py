"""The forms of an authorization and of what it allows."""

from rcm_tui.billing.editing.declared.clients import AUTHORIZATION, AUTHORIZED_SERVICE
from rcm_tui.screens.forms.record_form import Belonging, Look, RecordForm

AUTHORIZATION_FORM = RecordForm(
    AUTHORIZATION,
    "clients",
    looks={
        "number": Look(24, "the payer's; empty while it is pending"),
        "status": Look(help="charges under a pending one wait until it is approved"),
        "ends_on": Look(help="the last day of service that it covers"),
    },
    belongings=(
        Belonging("authorized_service", "Allowed", "service"),
        Belonging("rendering_assignment", "Rendering providers", "rendering provider"),
    ),
)

AUTHORIZED_SERVICE_FORM = RecordForm(
    AUTHORIZED_SERVICE,
    "clients",
    looks={
        "procedure_codes": Look(32, "one, or several that share it: 97153 97155"),
        "amount": Look(help="so many units or hours: 24 or 2.5"),
        "per": Look(help="a second line for the same codes adds another limit"),
    },
)
