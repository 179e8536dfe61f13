"""Lines of remittances, and those that found no claim line: their money is on the whole claim."""

from rcm_tui.data.queues.queue import Column, Field, Join, Order, Queue, Search, Total, View
from rcm_tui.data.queues.remittances import PAYER_NAME

# A reversal takes its original back whole, whatever its lines name.
UNMATCHED = """remittance_line.claim_line_id IS NULL AND remittance.state = 'posted'
 AND remittance.status_code <> '22' AND NOT EXISTS (SELECT 1 FROM remittance AS later
 WHERE later.reverses_id = remittance.id)"""

REMITTANCE_LINES = Queue(
    name="remittance_lines",
    title="Remittance lines",
    from_="remittance_line",
    key="remittance_line.id",
    noun=("line", "lines"),
    joins=(
        Join("remittance", "remittance", "remittance.id = remittance_line.remittance_id"),
        Join("payment", "payment", "payment.id = remittance.payment_id"),
        Join("payer", "payer", "payer.id = payment.payer_id"),
        Join("claim", "claim", "claim.id = remittance.claim_id"),
        Join("claim_line", "claim_line", "claim_line.id = remittance_line.claim_line_id"),
    ),
    columns=(
        Column("claim_number", "Claim", "COALESCE(claim.number, '')", "code", 10, required=True),
        Column("patient", "Patient", "remittance.patient_name", "text", 20, 1, required=True),
        Column("code", "Code", "remittance_line.procedure_code", "code", 7, required=True),
        Column("modifiers", "Modifiers", "remittance_line.modifiers", "codes", 9, 4, required=True),
        Column("day", "Service", "remittance_line.first_service_date", "date", 10, 2),
        Column("charge", "Billed", "remittance_line.charge", "money", 10, required=True),
        Column("paid", "Paid", "remittance_line.paid", "money", 10, required=True),
        Column("line", "Line", "claim_line.position", "count", 5, 3),
        Column("payer", "Payer", PAYER_NAME, "text", 20, 3, required=True, flexible=True),
        Column("trace_number", "Check / EFT", "payment.trace_number", "code", 14, 4, required=True),
        Column("received", "No.", "remittance_line.id", "count", 6, 6, required=True),
    ),
    fields=(
        Field("payer", "text", ("payer.name", "payer.short_name", "payment.payer_name")),
        Field("trace_number", "code", ("payment.trace_number",), ("trace", "check", "eft")),
        Field("control", "code", ("remittance_line.line_control_number",), ("line_control",)),
    ),
    search=(
        Search("claim.number", "prefix"),
        Search("remittance.patient_name", "contains"),
    ),
    totals=(
        Total("charge", "billed", "remittance_line.charge"),
        Total("paid", "paid", "remittance_line.paid"),
    ),
    default_order=Order.by("-received"),
    default_view="unmatched",
    views=(
        View(
            "unmatched",
            "Without a claim line",
            condition=UNMATCHED,
            order=Order.by("received"),
            description="Posted on the claim as a whole: no line of it matched",
        ),
        View("all", "All"),
    ),
)
