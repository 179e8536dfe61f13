"""What patients paid, what of it is owed back, and what was given back."""

from rcm_tui.data.queues.parties import patient_column, patient_fields, patients
from rcm_tui.data.queues.queue import Choice, Column, Field, Join, Order, Queue, Search, Total, View

STATES = (Choice("posted", "stands", "done"), Choice("taken back", "taken back", "partly"))
SIDES = (Choice("payer", "payer"), Choice("patient", "patient"))
UNAPPLIED = (
    "(CASE WHEN patient_payment.state = 'posted'"
    " THEN patient_payment.amount - patient_payment.applied - patient_payment.refunded ELSE 0 END)"
)
OVERPAID = "(invoice.patient_share - invoice.paid - invoice.written_off < 0)"

PATIENT_PAYMENTS = Queue(
    name="patient_payments",
    title="Patient payments",
    from_="patient_payment",
    key="patient_payment.id",
    noun=("payment", "payments"),
    joins=(
        Join("client", "client", "client.id = patient_payment.client_id"),
        Join("invoice", "invoice", "invoice.id = patient_payment.invoice_id"),
    ),
    columns=(
        Column("payment", "Payment", "patient_payment.number", "code", 9, 0, required=True),
        Column(
            "received_on", "Received", "patient_payment.received_on", "date", 10, 1, required=True
        ),
        patient_column(),
        Column("invoice", "Invoice", "COALESCE(invoice.number, '')", "code", 9, 1, required=True),
        Column("method", "Method", "patient_payment.method", "code", 13, 3, required=True),
        Column("amount", "Amount", "patient_payment.amount", "money", 10, 0, required=True),
        Column("applied", "Applied", "patient_payment.applied", "money", 10, 2, required=True),
        Column("refunded", "Refunded", "patient_payment.refunded", "money", 10, 4, required=True),
        Column("unapplied", "Unapplied", UNAPPLIED, "money", 10, 0, required=True),
        Column("state", "Stands", "patient_payment.state", "state", 12, 4, STATES, required=True),
        Column("memo", "Memo", "patient_payment.memo", "text", 14, 5, required=True),
        Column("reference", "Reference", "patient_payment.reference", "text", 10, 6, required=True),
        Column("reason", "Because", "patient_payment.reason", "text", 16, 7, required=True),
    ),
    fields=(
        *patient_fields(patients("patient_payment.client_id")),
        Field("date", "date", ("patient_payment.received_on",), ("received",)),
    ),
    search=(
        Search("patient_payment.number", "prefix"),
        Search("invoice.number", "prefix"),
        Search("client.last_name", "prefix"),
        Search("patient_payment.reference", "prefix"),
    ),
    totals=(
        Total("amount", "paid", "patient_payment.amount"),
        Total("unapplied", "unapplied", UNAPPLIED),
    ),
    default_order=Order.by("-received_on"),
    default_view="credits",
    views=(
        View(
            "credits",
            "Patient credits",
            condition=f"{UNAPPLIED} > 0 AND (invoice.id IS NULL OR {OVERPAID})",
            description="More was paid than is owed: F gives it back",
        ),
        View("unapplied", "Unapplied", condition=f"{UNAPPLIED} > 0"),
        View("taken_back", "Taken back", condition="patient_payment.state = 'taken back'"),
        View("all", "All"),
    ),
)

REFUNDS = Queue(
    name="refunds",
    title="Refunds",
    from_="refund",
    key="refund.id",
    noun=("refund", "refunds"),
    joins=(
        Join("client", "client", "client.id = refund.client_id"),
        Join("payer", "payer", "payer.id = refund.payer_id"),
        Join("claim", "claim", "claim.id = refund.claim_id"),
        Join("payment", "patient_payment", "payment.id = refund.payment_id"),
    ),
    columns=(
        Column("refund", "Refund", "refund.number", "code", 9, 0, required=True),
        Column("refunded_on", "Date", "refund.refunded_on", "date", 10, 1, required=True),
        Column("side", "To", "refund.side", "state", 8, 0, SIDES, required=True),
        Column(
            "to",
            "Name",
            "COALESCE(payer.name, client.last_name || ', ' || client.first_name, '')",
            "text",
            18,
            1,
            required=True,
            flexible=True,
        ),
        Column(
            "of",
            "Of",
            "COALESCE(payment.number, claim.number, '')",
            "code",
            10,
            0,
            required=True,
        ),
        Column("amount", "Amount", "refund.amount", "money", 10, 0, required=True),
        Column("method", "Method", "refund.method", "code", 13, 3, required=True),
        Column("reference", "Reference", "refund.reference", "text", 10, 3, required=True),
        Column("memo", "Memo", "refund.memo", "text", 14, 5, required=True),
        Column("made_by", "By", "refund.made_by", "text", 8, 4, required=True),
        Column("state", "Stands", "refund.state", "state", 12, 4, STATES, required=True),
        Column("reason", "Because", "refund.reason", "text", 16, 6, required=True),
    ),
    search=(Search("refund.number", "prefix"), Search("refund.reference", "prefix")),
    totals=(Total("amount", "given back", "refund.amount"),),
    default_order=Order.by("-refunded_on"),
    default_view="standing",
    views=(
        View("standing", "Standing", condition="refund.state = 'posted'"),
        View("payer", "To payers", condition="refund.side = 'payer'"),
        View("patient", "To patients", condition="refund.side = 'patient'"),
        View("all", "All"),
    ),
)
