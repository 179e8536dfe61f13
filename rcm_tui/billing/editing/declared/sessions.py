"""Sessions entered by hand: a day and clock times; the charge follows."""

from peewee import ForeignKeyField, IntegerField, TextField

from rcm_tui.billing.charges.sessions import (
    change_session,
    enter_session,
    read_sessions,
    times_fit,
)
from rcm_tui.billing.editing.declared.common import modifiers, procedure
from rcm_tui.billing.editing.declared.visits import clock_time, is_clock_time
from rcm_tui.billing.editing.field import Field, OwnWay, RecordKind
from rcm_tui.data.fields import DateField
from rcm_tui.data.tables.charges import SESSION_STATUSES, Session
from rcm_tui.data.tables.practice import BusinessUnit

STATUSES = {status: status for status in SESSION_STATUSES}


def _clock(name: str, label: str, required: bool) -> Field:
    return Field(
        name, label, "code", required, "Session", normalise=clock_time, check=is_clock_time
    )


SESSION = RecordKind(
    "session",
    "session",
    Session,
    (
        Field("client", "Client", "reference", True, "Session", reference="client"),
        Field(
            "practitioner", "Practitioner", "reference", True, "Session", reference="practitioner"
        ),
        Field("day", "Date", "date", True, "Session"),
        _clock("start", "Start", True),
        _clock("end", "End", False),
        Field("minutes", "Minutes", "number", section="Session"),
        Field("service", "Service", "text", section="Billing"),
        procedure("Billing"),
        modifiers("Billing"),
        Field("telehealth", "By telehealth", "flag", section="Billing"),
        Field("location", "Location", "reference", section="Billing", reference="location"),
        Field(
            "business_unit",
            "Business unit",
            "reference",
            section="Billing",
            reference="business_unit",
        ),
        Field("status", "Status", "choice", True, "Billing", choices=STATUSES),
    ),
    title_sql=(
        "(SELECT last_name || ', ' || first_name FROM client WHERE client.id = t.client_id)"
        " || ' ' || substr(t.starts_at, 1, 10)"
    ),
    detail_sql="t.procedure_code",
    checks=(times_fit,),
    entered={
        "day": DateField(null=True),
        "start": TextField(default=""),
        "end": TextField(default=""),
        "minutes": IntegerField(null=True),
        "business_unit": ForeignKeyField(BusinessUnit, null=True),
        "status": TextField(default="submitted"),
    },
    own=OwnWay(read_sessions, enter_session, change_session),
)

KINDS = (SESSION,)
