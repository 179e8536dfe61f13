"""The sessions queue: what was held, scheduled or cancelled, entered by hand or brought in."""

from rcm_tui.data.queues.charges import STATUSES
from rcm_tui.data.queues.parties import (
    patient_column,
    patient_fields,
    patients,
    practitioner_column,
    practitioner_field,
    practitioners,
    unit_column,
)
from rcm_tui.data.queues.queue import Choice, Column, Field, Join, Order, Queue, Search, View

SESSION_STATUSES = (
    Choice("scheduled", "scheduled"),
    Choice("started", "started", "waiting"),
    Choice("submitted", "submitted", "done"),
    Choice("reopened", "reopened", "warning"),
    Choice("cancelled", "cancelled"),
)
YES_NO = (Choice("1", "yes"), Choice("0", "no"))
CLIENT = patients("session.client_id")
PRACTITIONER = practitioners("session.practitioner_id")

SESSIONS = Queue(
    name="sessions",
    title="Sessions",
    from_="session",
    key="session.id",
    noun=("session", "sessions"),
    joins=(
        Join("client", "client", "client.id = session.client_id"),
        Join("practitioner", "practitioner", "practitioner.id = session.practitioner_id"),
        Join("unit", "business_unit", "unit.id = session.business_unit_id"),
        Join("charge", "charge_item", "charge.session_id = session.id"),
    ),
    columns=(
        Column("starts_at", "Start", "session.starts_at", "datetime", 16, 0, required=True),
        Column("ends_at", "End", "session.ends_at", "datetime", 16, 4, required=True),
        patient_column(18),
        practitioner_column(16, 1),
        Column("procedure_code", "Code", "session.procedure_code", "code", 6, 0, required=True),
        Column("service", "Service", "session.service", "text", 16, 5, required=True),
        Column(
            "telehealth",
            "Tele",
            "CAST(session.telehealth AS TEXT)",
            "state",
            4,
            6,
            YES_NO,
            required=True,
        ),
        Column(
            "status", "Session", "session.status", "state", 11, 2, SESSION_STATUSES, required=True
        ),
        Column(
            "charge_status",
            "Charge is",
            "COALESCE(charge.status, '')",
            "state",
            21,
            3,
            STATUSES,
            required=True,
        ),
        unit_column(7),
        Column("source", "From", "session.source", "text", 12, 8, required=True),
        Column("external_id", "Its id there", "session.external_id", "code", 12, 8, required=True),
    ),
    fields=(
        *patient_fields(CLIENT),
        practitioner_field(PRACTITIONER),
        Field("starts_at", "datetime", ("session.starts_at",), ("start", "date"), help="Its start"),
        Field("procedure_code", "code", ("session.procedure_code",), ("code",), help="Its code"),
        Field("status", "state", ("session.status",), choices=SESSION_STATUSES, help="Its status"),
        Field("source", "text", ("session.source",), ("from",), help="Where it was imported from"),
        Field("external_id", "code", ("session.external_id",), ("id",), help="Its id there"),
    ),
    search=(Search("client.last_name", "prefix"), Search("client.first_name", "prefix")),
    default_order=Order.by("-starts_at"),
    default_view="all",
    views=(
        View("all", "All"),
        View("open", "Not submitted", condition="session.status IN ('started', 'reopened')"),
        View("scheduled", "Scheduled", condition="session.status = 'scheduled'"),
        View("imported", "Imported", condition="session.external_id <> ''"),
    ),
)
