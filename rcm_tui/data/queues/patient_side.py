"""Write-offs, their reasons, and the rules of what may be billed to patients, as listed."""

from rcm_tui.data.queues.parties import (
    patient_fields,
    patients,
    payer_column,
    payer_field,
    unit_field,
)
from rcm_tui.data.queues.queue import Choice, Column, Field, Join, Order, Queue, Search, Total, View

ACTIVE = (Choice("1", "in use", "done"), Choice("0", "not in use"))
SIDES = (Choice("payer", "payer"), Choice("patient", "patient"))
OF_REASONS = (Choice("either", "either"), *SIDES)
STATES = (Choice("stands", "stands", "done"), Choice("revoked", "revoked", "partly"))
DECISIONS = (
    Choice("bill patient", "bill patient", "open"),
    Choice("write off", "write off", "done"),
)

WRITE_OFFS = Queue(
    name="write_offs",
    title="Write-offs",
    from_="write_off",
    key="write_off.id",
    noun=("write-off", "write-offs"),
    joins=(
        Join("claim", "claim", "claim.id = write_off.claim_id"),
        Join("payer", "payer", "payer.id = claim.payer_id"),
        Join("reason", "write_off_reason", "reason.id = write_off.reason_id"),
        Join("line", "claim_line", "line.id = write_off.claim_line_id"),
    ),
    columns=(
        Column("write_off", "Write-off", "write_off.number", "code", 9, 4, required=True),
        Column("claim_number", "Claim", "claim.number", "code", 10, 0, required=True),
        Column("line", "Ln", "line.position", "count", 2, 6),
        Column("patient", "Patient", "claim.patient_name", "text", 16, 1, required=True),
        payer_column(16, 5),
        Column("side", "Side", "write_off.side", "state", 8, 2, SIDES, required=True),
        Column("amount", "Amount", "write_off.amount", "money", 10, 0, required=True),
        Column("reason", "Reason", "reason.name", "text", 20, 0, required=True, flexible=True),
        Column("note", "Note", "write_off.note", "text", 18, 7, required=True, flexible=True),
        Column("written_by", "By", "write_off.written_by", "text", 8, 2, required=True),
        Column("written_at", "When", "write_off.written_at", "datetime", 16, 3, required=True),
        Column("state", "Stands", "write_off.state", "state", 10, 4, STATES, required=True),
        Column("revoked_by", "Revoked by", "write_off.revoked_by", "text", 10, 8, required=True),
        Column(
            "revoked_because", "Because", "write_off.revoked_because", "text", 18, 8, required=True
        ),
    ),
    fields=(
        Field("claim_number", "code", ("claim.number",), ("claim",), help="The claim's number"),
        *patient_fields(patients("claim.client_id")),
        payer_field("claim.payer_id IN (SELECT p.id FROM payer AS p WHERE {test})"),
        unit_field("claim.business_unit_id"),
        Field("by", "person", ("write_off.written_by",), ("written_by",), help="Who wrote it off"),
        Field("date", "datetime", ("write_off.written_at",), ("written", "when")),
    ),
    search=(
        Search("claim.number", "prefix"),
        Search("write_off.number", "prefix"),
        Search("reason.name"),
        Search("claim.patient_name", "prefix"),
    ),
    totals=(Total("amount", "written off", "write_off.amount"),),
    default_order=Order.by("-written_at"),
    default_view="standing",
    views=(
        View("standing", "Standing", condition="write_off.state = 'stands'"),
        View("mine", "My own", filter="by:me", description="What I wrote off"),
        View("payer", "Payer's side", condition="write_off.state = 'stands'", filter="side:payer"),
        View(
            "patient",
            "Patient's side",
            condition="write_off.state = 'stands'",
            filter="side:patient",
        ),
        View(
            "revoked",
            "Revoked",
            condition="write_off.state = 'revoked'",
            columns=(
                "write_off",
                "claim_number",
                "amount",
                "reason",
                "written_by",
                "revoked_by",
                "revoked_because",
            ),
        ),
        View("all", "All"),
    ),
)

WRITE_OFF_REASONS = Queue(
    name="write_off_reasons",
    title="Write-off reasons",
    from_="write_off_reason",
    key="write_off_reason.id",
    noun=("reason", "reasons"),
    columns=(
        Column("name", "Reason", "write_off_reason.name", "text", 32, 0, required=True),
        Column("side", "Side", "write_off_reason.side", "state", 8, 0, OF_REASONS, required=True),
        Column(
            "note", "Note", "write_off_reason.note", "text", 30, 1, required=True, flexible=True
        ),
        Column(
            "active",
            "Used",
            "CAST(write_off_reason.active AS TEXT)",
            "state",
            12,
            0,
            ACTIVE,
            required=True,
        ),
    ),
    search=(Search("write_off_reason.name"),),
    default_order=Order.by("name"),
    default_view="all",
    views=(View("all", "All"), View("used", "In use", condition="write_off_reason.active = 1")),
)

PATIENT_BILLING_RULES = Queue(
    name="patient_billing_rules",
    title="Patient billing",
    from_="patient_billing_rule",
    key="patient_billing_rule.id",
    noun=("rule", "rules"),
    joins=(Join("payer", "payer", "payer.id = patient_billing_rule.payer_id"),),
    columns=(
        Column("payer", "Payer", "COALESCE(payer.name, '')", "text", 12, 0, required=True),
        Column(
            "filing_indicator",
            "Kind",
            "patient_billing_rule.filing_indicator",
            "code",
            4,
            0,
            required=True,
        ),
        Column("place", "State", "patient_billing_rule.state", "code", 5, 0, required=True),
        Column("group", "Group", "patient_billing_rule.group_code", "code", 5, 0, required=True),
        Column(
            "decision",
            "What is left",
            "patient_billing_rule.decision",
            "state",
            15,
            0,
            DECISIONS,
            required=True,
        ),
        Column(
            "note", "Why", "patient_billing_rule.note", "text", 20, 0, required=True, flexible=True
        ),
        Column(
            "active",
            "Used",
            "CAST(patient_billing_rule.active AS TEXT)",
            "state",
            12,
            2,
            ACTIVE,
            required=True,
        ),
    ),
    search=(Search("patient_billing_rule.note"), Search("payer.name")),
    default_order=Order.by("payer", "filing_indicator", "place", "group"),
    default_view="all",
    views=(
        View("all", "All"),
        View("in_force", "In force", condition="patient_billing_rule.active = 1"),
    ),
)
