"""The charges queue: what sessions may be billed for, from scheduling to the claim line."""

from rcm_tui.data.queues.parties import (
    patient_column,
    patient_fields,
    patients,
    payer_column,
    payer_field,
    payers_of_coverage,
    practitioner_column,
    practitioner_field,
    practitioners,
    unit_column,
    unit_field,
)
from rcm_tui.data.queues.queue import Choice, Column, Field, Join, Order, Queue, Search, Total, View

STATUSES = (
    Choice("Scheduled", "Scheduled"),
    Choice("Awaiting Submission", "Awaiting Submission", "waiting"),
    Choice("New", "New", "open"),
    Choice("Pending Authorization", "Pending Authorization", "warning"),
    Choice("On Hold", "On Hold", "clock"),
    Choice("Ready to Bill", "Ready to Bill", "waiting"),
    Choice("Claim Line Created", "Claim Line Created", "done"),
    Choice("Awaiting Resubmission", "Awaiting Resubmission", "warning"),
    Choice("Billed Externally", "Billed Externally", "done"),
    Choice("Cancelled", "Cancelled"),
)

PATIENT = patients("charge_item.client_id")
PAYER = payers_of_coverage("charge_item.coverage_id")

CHARGES = Queue(
    name="charges",
    title="Charges",
    from_="charge_item",
    key="charge_item.id",
    noun=("charge", "charges"),
    joins=(
        Join("client", "client", "client.id = charge_item.client_id"),
        Join("coverage", "coverage", "coverage.id = charge_item.coverage_id"),
        Join("payer", "payer", "payer.id = coverage.payer_id"),
        Join("practitioner", "practitioner", "practitioner.id = charge_item.practitioner_id"),
        Join("unit", "business_unit", "unit.id = charge_item.business_unit_id"),
        Join("twin", "charge_item", "twin.id = charge_item.duplicate_of_id"),
        Join("claim_line", "claim_line", "claim_line.id = charge_item.claim_line_id"),
        Join("claim", "claim", "claim.id = claim_line.claim_id"),
    ),
    columns=(
        Column("charge_number", "Charge", "charge_item.number", "code", 11, 0, required=True),
        Column("status", "Status", "charge_item.status", "state", 23, 2, STATUSES, required=True),
        patient_column(),
        Column(
            "date_of_service",
            "Date",
            "charge_item.date_of_service",
            "date",
            10,
            0,
            required=True,
        ),
        Column("procedure_code", "Code", "charge_item.procedure_code", "code", 6, 0, required=True),
        Column("modifiers", "Mod", "charge_item.modifiers", "code", 6, 4, required=True),
        Column("units", "Units", "charge_item.units", "units", 6, 0, required=True),
        Column("billed", "Billed", "charge_item.billed", "money", 9, 0, required=True),
        payer_column(),
        practitioner_column(priority=5),
        unit_column(6),
        Column("duplicate_of", "Twin", "COALESCE(twin.number, '')", "code", 11, 3, required=True),
        Column("claim_number", "Claim", "COALESCE(claim.number, '')", "code", 10, 4, required=True),
        Column("why", "Held because", "charge_item.hold_reason", "text", 20, 5, required=True),
        Column("hold_until", "Look again", "charge_item.hold_until", "date", 10, 7),
    ),
    fields=(
        Field(
            "charge_number",
            "code",
            ("charge_item.number",),
            ("charge", "number"),
            help="The charge's number",
        ),
        *patient_fields(PATIENT),
        Field("status", "state", ("charge_item.status",), choices=STATUSES, help="Where it stands"),
        Field(
            "date_of_service",
            "date",
            ("charge_item.date_of_service",),
            ("dos", "date"),
            help="Date of service",
        ),
        Field("age", "age", ("charge_item.date_of_service",), help="Days since the service"),
        Field(
            "procedure_code",
            "code",
            ("charge_item.procedure_code",),
            ("code", "cpt"),
            help="Procedure code",
        ),
        payer_field(PAYER),
        practitioner_field(practitioners("charge_item.practitioner_id")),
        unit_field("charge_item.business_unit_id"),
        Field(
            "place", "code", ("charge_item.place_of_service",), ("pos",), help="Place of service"
        ),
        Field("minutes", "count", ("charge_item.minutes",), ("duration",), help="Minutes"),
        Field("billed", "money", ("charge_item.billed",), help="What will be billed"),
        Field("why", "text", ("charge_item.hold_reason",), ("reason",), help="Why it is on hold"),
        Field(
            "hold_until",
            "date",
            ("charge_item.hold_until",),
            ("until", "followup"),
            help="When to look at it again",
        ),
        Field(
            "claim_number",
            "code",
            ("k.number",),
            ("claim",),
            within=(
                "charge_item.claim_line_id IN (SELECT l.id FROM claim_line AS l"
                " JOIN claim AS k ON k.id = l.claim_id WHERE {test})"
            ),
            help="The claim that it was summed onto",
        ),
        Field(
            "duplicate_of",
            "code",
            ("t.number",),
            ("twin",),
            within=(
                "charge_item.duplicate_of_id IN (SELECT t.id FROM charge_item AS t WHERE {test})"
            ),
            help="The charge that it repeats",
        ),
    ),
    search=(
        Search("charge_item.number", "prefix"),
        Search("c.last_name", "prefix", PATIENT),
        Search("c.first_name", "prefix", PATIENT),
    ),
    totals=(
        Total("billed", "billed", "charge_item.billed"),
        Total("units", "units", "charge_item.units", "units"),
    ),
    default_order=Order.by("date_of_service"),
    default_view="new",
    views=(
        View("new", "New", condition="charge_item.status = 'New'"),
        View("ready", "Ready to Bill", condition="charge_item.status = 'Ready to Bill'"),
        View("on_hold", "On Hold", condition="charge_item.status = 'On Hold'"),
        View(
            "hold_due",
            "Hold due",
            condition="charge_item.status = 'On Hold' AND charge_item.hold_until <= :today",
            description="On hold until a day that has come: release them, or hold them again",
        ),
        View(
            "awaiting_resubmission",
            "Awaiting Resubmission",
            condition="charge_item.status = 'Awaiting Resubmission'",
            description="The session was reopened after its claim line was made",
        ),
        View(
            "pending_authorization",
            "Pending Authorization",
            condition="charge_item.status = 'Pending Authorization'",
        ),
        View(
            "awaiting_submission",
            "Awaiting Submission",
            condition="charge_item.status = 'Awaiting Submission'",
            description="The practitioner has not submitted the session yet",
        ),
        View("scheduled", "Scheduled", condition="charge_item.status = 'Scheduled'"),
        View(
            "claim_line_created",
            "Claim Line Created",
            condition="charge_item.status = 'Claim Line Created'",
            order=Order.by("-date_of_service"),
        ),
        View(
            "billed_externally",
            "Billed Externally",
            condition="charge_item.status = 'Billed Externally'",
            order=Order.by("-date_of_service"),
        ),
        View("cancelled", "Cancelled", condition="charge_item.status = 'Cancelled'"),
        View("all", "All", order=Order.by("-date_of_service")),
    ),
)
