"""The form of a session: who, when, and which service; the charge follows."""

from rcm_tui.billing.editing.declared.sessions import SESSION
from rcm_tui.screens.forms.record_form import Look, RecordForm

SESSION_FORM = RecordForm(
    SESSION,
    "charges",
    looks={
        "client": Look(help="type a few letters of the name, or the MRN"),
        "practitioner": Look(help="who held it: letters of the name, or the NPI"),
        "start": Look(8, "9:30, 0930 or 2:15pm, on the practice's clocks"),
        "end": Look(8, "or leave it empty and give the minutes"),
        "minutes": Look(help="instead of the end; over midnight too"),
        "service": Look(help="empty: as the payers' benefits call the code"),
        "modifiers": Look(help="only what the payer's rules do not add by themselves"),
        "business_unit": Look(help="empty: the location's, else the client's"),
        "status": Look(help="submitted: its charge is New; scheduled: it waits"),
    },
)
