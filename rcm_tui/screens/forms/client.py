"""The form of a client, with coverages and, for their care, case managers and authorizations."""

from rcm_tui.billing.editing.declared.clients import CLIENT
from rcm_tui.screens.forms.record_form import Belonging, Look, RecordForm, Tab

CLINICAL = "Clinical"

CLIENT_FORM = RecordForm(
    CLIENT,
    "clients",
    tabs=(Tab("Client", ("Person", "Address")), Tab("Practice", ("Practice",))),
    looks={
        "birth_date": Look(help="3/14/2017, 03142017 or 2017-03-14"),
        "referring": Look(help="type a few letters of the name, or the NPI"),
    },
    belongings=(
        Belonging("coverage", "Coverages", "coverage"),
        Belonging("case_manager", "Case managers", "case manager", tab=CLINICAL),
        Belonging("client_diagnosis", "Diagnoses", "diagnosis", tab=CLINICAL),
        Belonging("authorization", "Authorizations", "authorization", tab=CLINICAL),
    ),
)
