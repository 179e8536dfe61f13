"""What payers answered with money: payments as they came in, and the remittances in them."""

from dataclasses import replace

from rcm_tui.data.queues.deposits import WAIT_DAYS
from rcm_tui.data.queues.queue import Choice, Column, Field, Join, Order, Queue, Search, Total, View

PAYMENT_STATES = (
    Choice("posted", "posted", "done"),
    Choice("to review", "to review", "open"),
    Choice("posting", "posting", "partly"),
    Choice("held", "held", "warning"),
    Choice("dismissed", "dismissed"),
)
REMITTANCE_STATES = (
    Choice("posted", "posted", "done"),
    Choice("held", "not posted"),
    Choice("waiting", "waits", "warning"),
    Choice("orphan", "no claim", "open"),
    Choice("informational", "informational"),
)
PAYER_NAME = "COALESCE(payer.name, payment.payer_name)"
# A JSON list of sentences, as one line of text; both databases have only `replace` in common.
HELD_BECAUSE = """CASE WHEN payment.held_reasons <> '[]' THEN
 REPLACE(REPLACE(REPLACE(payment.held_reasons, '["', ''), '"]', ''), '", "', '; ') ELSE '' END"""
# Only of the time of which deposits are kept: who keeps none, misses none.
NO_MONEY = f"""payment.amount <> 0 AND payment.state <> 'dismissed'
 AND payment.effective_date <= date(:today, '-{WAIT_DAYS} days')
 AND payment.effective_date >= (SELECT MIN(kept.received_on) FROM deposit AS kept)
 AND NOT EXISTS (SELECT 1 FROM deposited_payment AS found WHERE found.payment_id = payment.id)"""
PAYER_FIELD = Field(
    "payer",
    "text",
    ("payer.name", "payer.short_name", "payment.payer_name"),
    help="The payer's name",
)
# Where the payments are many, the sign keeps the planner on the order of the queue.
REMITTANCE_PAYER_FIELD = replace(
    PAYER_FIELD,
    within="+remittance.payment_id IN (SELECT payment.id FROM payment"
    " LEFT JOIN payer ON payer.id = payment.payer_id WHERE {test})",
    looked_up=True,
)

PAYMENTS = Queue(
    name="payments",
    title="Payments",
    from_="payment",
    key="payment.id",
    noun=("payment", "payments"),
    joins=(Join("payer", "payer", "payer.id = payment.payer_id"),),
    columns=(
        Column("trace_number", "Check / EFT", "payment.trace_number", "code", 16, 0, required=True),
        Column("received", "No.", "payment.id", "count", 6, 6, required=True),
        Column("payer", "Payer", PAYER_NAME, "text", 22, 0, required=True, flexible=True),
        Column("effective_date", "Date", "payment.effective_date", "date", 10, 1),
        Column("amount", "Amount", "payment.amount", "money", 12, 0, required=True),
        Column("state", "State", "payment.state", "state", 11, 0, PAYMENT_STATES, required=True),
        Column("claims", "Claims", "payment.claims", "count", 6, 1, required=True),
        Column("posted", "Posted", "payment.posted", "money", 12, 2, required=True),
        Column("unposted", "Unposted", "payment.unposted", "money", 12, 1, required=True),
        Column("received_at", "Received", "payment.received_at", "datetime", 16, 3, required=True),
        Column(
            "held_reasons",
            "Waits because",
            HELD_BECAUSE,
            "text",
            24,
            4,
            required=True,
            flexible=True,
        ),
    ),
    fields=(
        PAYER_FIELD,
        Field("trace_number", "code", ("payment.trace_number",), ("trace", "check", "eft")),
        Field("state", "state", ("payment.state",), ("status",), PAYMENT_STATES),
        Field("amount", "money", ("payment.amount",), ("paid",), help="What the payer sent"),
        Field("date", "date", ("payment.effective_date",), help="When the money moved"),
    ),
    search=(Search("payment.trace_number", "prefix"), Search("payment.payer_name")),
    totals=(
        Total("amount", "amount", "payment.amount"),
        Total("posted", "posted", "payment.posted"),
        Total("unposted", "unposted", "payment.unposted"),
    ),
    default_order=Order.by("-received"),
    default_view="all",
    views=(
        View("all", "All"),
        View(
            "to_review",
            "To review",
            condition="payment.state IN ('to review', 'posting')",
            description="Waits for you: look at the preview (p), then post it (a)",
        ),
        View(
            "held",
            "Held",
            condition="payment.state = 'held'",
            description="Does not balance: nothing of it is on the claims",
        ),
        View("posted", "Posted", condition="payment.state = 'posted'"),
        View(
            "no_money",
            f"No money after {WAIT_DAYS} days",
            condition=NO_MONEY,
            order=Order.by("effective_date"),
            description="Its money was not found among the deposits of the bank",
        ),
        View("unposted", "With unposted money", condition="payment.unposted <> 0"),
        View(
            "dismissed",
            "Dismissed",
            condition="payment.state = 'dismissed'",
            description="Never posted here: they were posted by hand",
        ),
    ),
)

REMITTANCES = Queue(
    name="remittances",
    title="Remittances",
    from_="remittance",
    key="remittance.id",
    noun=("remittance", "remittances"),
    joins=(
        Join("payment", "payment", "payment.id = remittance.payment_id"),
        Join("payer", "payer", "payer.id = payment.payer_id"),
        Join("claim", "claim", "claim.id = remittance.claim_id"),
    ),
    columns=(
        Column(
            "patient_control_number",
            "Names claim",
            "remittance.patient_control_number",
            "code",
            16,
            0,
            required=True,
        ),
        Column(
            "patient",
            "Patient",
            "remittance.patient_name",
            "text",
            20,
            0,
            required=True,
            flexible=True,
        ),
        Column("payer", "Payer", PAYER_NAME, "text", 18, 2, required=True),
        Column("first_service_date", "From", "remittance.first_service_date", "date", 10, 3),
        Column("charge", "Billed", "remittance.charge", "money", 10, 0, required=True),
        Column("paid", "Paid", "remittance.paid", "money", 10, 0, required=True),
        Column(
            "patient_share",
            "Patient",
            "remittance.patient_responsibility",
            "money",
            9,
            2,
            required=True,
        ),
        Column(
            "state", "State", "remittance.state", "state", 14, 0, REMITTANCE_STATES, required=True
        ),
        Column("claim_number", "Claim", "COALESCE(claim.number, '')", "code", 10, 1, required=True),
        Column("trace_number", "Check / EFT", "payment.trace_number", "code", 14, 3, required=True),
        Column("received", "No.", "remittance.id", "count", 6, 6, required=True),
        Column("why", "Why", "remittance.reason", "text", 24, 4, required=True, flexible=True),
    ),
    fields=(
        REMITTANCE_PAYER_FIELD,
        Field("state", "state", ("remittance.state",), ("status",), REMITTANCE_STATES),
        Field("claim_number", "code", ("claim.number",), ("claim",)),
        Field("patient_control_number", "code", ("remittance.patient_control_number",), ("pcn",)),
        Field("trace_number", "code", ("payment.trace_number",), ("trace", "check", "eft")),
        Field("payment", "count", ("remittance.payment_id",), help="The payment, by its No."),
        Field("icn", "code", ("remittance.payer_claim_control_number",), ("payer_claim",)),
        Field("member", "code", ("remittance.member_id",), ("member_id",)),
    ),
    search=(
        Search("remittance.patient_control_number", "prefix"),
        Search("remittance.patient_name", "contains"),
    ),
    totals=(
        Total("charge", "billed", "remittance.charge"),
        Total("paid", "paid", "remittance.paid"),
    ),
    default_order=Order.by("-received"),
    default_view="all",
    views=(
        View("all", "All"),
        View(
            "orphans",
            "Without a claim",
            condition="remittance.state = 'orphan'",
            description="No claim of ours is named; the money waits as unapplied",
        ),
        View(
            "held",
            "Waiting",
            # As the index of what waits says it, which is in the order of the view.
            condition="remittance.state NOT IN ('posted', 'orphan', 'informational')"
            " AND payment.state <> 'dismissed'",
            description="Not posted: it does not balance, was taken back, or its payment waits",
        ),
    ),
)
