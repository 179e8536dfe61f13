"""Visits as the front desk and the billers work them: today's, what to check out, what to claim."""

from rcm_tui.data.queues.parties import (
    patient_column,
    patient_fields,
    patients,
    practitioner_column,
    unit_column,
)
from rcm_tui.data.queues.queue import Choice, Column, Field, Join, Order, Queue, Search, Total, View

STATUSES = (
    Choice("booked", "booked", "open"),
    Choice("checked in", "checked in", "waiting"),
    Choice("checked out", "checked out", "done"),
    Choice("cancelled", "cancelled"),
    Choice("no-show", "no-show", "warning"),
)
YES_NO = (Choice("1", "yes"), Choice("0", "no"))

CHARGES = (
    "FROM visit_service s JOIN charge_item c ON c.session_id = s.session_id"
    " LEFT JOIN claim_line l ON l.id = c.claim_line_id LEFT JOIN claim cl ON cl.id = l.claim_id"
    " WHERE s.visit_id = visit.id"
)
CLAIM_NUMBER = f"COALESCE((SELECT max(cl.number) {CHARGES}), '')"
CLAIM_STATUS = f"COALESCE((SELECT max(cl.status) {CHARGES}), '')"
CODES = (
    "COALESCE((SELECT min(s.procedure_code) || CASE WHEN count(*) > 1 THEN ' +' || (count(*) - 1)"
    " ELSE '' END FROM visit_service s WHERE s.visit_id = visit.id HAVING count(*) > 0), '')"
)
UNCLAIMED = (
    "visit.status = 'checked out' AND EXISTS (SELECT 1 FROM visit_service s JOIN charge_item c"
    " ON c.session_id = s.session_id WHERE s.visit_id = visit.id AND c.claim_line_id IS NULL"
    " AND c.status NOT IN ('Billed Externally', 'Cancelled'))"
)
DRAFT_BEHIND = f"EXISTS (SELECT 1 {CHARGES} AND cl.status = 'Draft')"
DAY = Order.by("visit_on", "begins")
REST = ("claim_status", "invoice_number", "practitioner", "begins", "place", "unit")
LATEST = Order.by("-visit_on", "-begins")
PATIENT = patients("visit.client_id")

VISITS = Queue(
    name="visits",
    title="Visits",
    from_="visit",
    key="visit.id",
    noun=("visit", "visits"),
    joins=(
        Join("client", "client", "client.id = visit.client_id"),
        Join("practitioner", "practitioner", "practitioner.id = visit.practitioner_id"),
        Join("kind", "appointment_type", "kind.id = visit.appointment_type_id"),
        Join("place", "location", "place.id = visit.location_id"),
        Join("unit", "business_unit", "unit.id = visit.business_unit_id"),
        Join("invoice", "invoice", "invoice.visit_id = visit.id"),
    ),
    columns=(
        Column("visit_on", "Day", "visit.visit_on", "date", 10, 0, required=True),
        Column("begins", "At", "visit.begins", "code", 5, 0, required=True),
        patient_column(),
        Column("kind", "Booked as", "kind.name", "text", 14, 2, required=True),
        practitioner_column(),
        Column("status", "Status", "visit.status", "state", 13, 0, STATUSES, required=True),
        Column("services", "Services", CODES, "text", 10, 1, required=True),
        Column("billed", "Billed", "COALESCE(invoice.billed, 0)", "money", 9, 1, required=True),
        Column(
            "balance",
            "Patient owes",
            "COALESCE(invoice.patient_share - invoice.paid - invoice.written_off, 0)",
            "money",
            12,
            2,
            required=True,
        ),
        Column("invoice_number", "Invoice", "COALESCE(invoice.number, '')", "code", 9, 5),
        Column("claim_number", "Claim", CLAIM_NUMBER, "code", 10, 4, required=True),
        Column("claim_status", "Claim is", CLAIM_STATUS, "text", 15, 4, required=True),
        Column("place", "Location", "COALESCE(place.name, '')", "text", 16, 6, required=True),
        unit_column(7),
        Column("visit_number", "Visit", "visit.number", "code", 9, 6, required=True),
        Column("why", "Because", "visit.reason", "text", 18, 8, required=True),
    ),
    fields=(
        Field("visit_number", "code", ("visit.number",), ("visit", "number")),
        *patient_fields(PATIENT),
        Field(
            "date", "date", ("visit.visit_on",), ("visit_on", "day"), help="The day of the visit"
        ),
        Field(
            "code",
            "code",
            ("s.procedure_code",),
            ("procedure_code",),
            within="visit.id IN (SELECT s.visit_id FROM visit_service AS s WHERE {test})",
            help="A procedure code among its services",
        ),
        Field(
            "queued", "state", ("CAST(visit.queued AS TEXT)",), choices=YES_NO, help="For a claim"
        ),
    ),
    search=(
        Search("visit.number", "prefix"),
        Search("c.last_name", "prefix", within=PATIENT),
        Search("c.first_name", "prefix", within=PATIENT),
    ),
    totals=(
        Total("billed", "billed", "COALESCE(invoice.billed, 0)"),
        Total(
            "balance",
            "patients owe",
            "COALESCE(invoice.patient_share - invoice.paid - invoice.written_off, 0)",
        ),
    ),
    default_order=DAY,
    default_view="today",
    views=(
        View("today", "Today", condition="visit.visit_on = :today", order=DAY),
        View(
            "to_check_out",
            "To check out",
            condition=("visit.status IN ('booked', 'checked in') AND visit.visit_on <= :today"),
            order=DAY,
            description="Begun or over, and not completed",
        ),
        View(
            "unclaimed",
            "Checked out without claim",
            condition=UNCLAIMED,
            order=DAY,
            description="Nothing of it, or not all, is on a claim",
            columns=("visit_on", "patient", "services", "billed", "balance", "kind", *REST),
        ),
        View(
            "queued",
            "Queued for claim",
            condition=f"visit.queued = 1 AND {DRAFT_BEHIND}",
            order=DAY,
            description="Drafts to review, and to submit together",
            columns=("visit_on", "patient", "services", "billed", "claim_number", *REST),
        ),
        View("to_come", "To come", condition="visit.visit_on > :today", order=DAY),
        View("all", "All", order=LATEST),
    ),
)
