"""Provider-level adjustments (PLB): what payers keep back or give beside claims."""

from rcm_tui.data.codes.provider_adjustments import TAKES_BACK, WORDS
from rcm_tui.data.queues.queue import Choice, Column, Field, Join, Order, Queue, Search, Total, View
from rcm_tui.data.queues.remittances import PAYER_FIELD, PAYER_NAME

REASONS = tuple(Choice(code, f"{code} {word}") for code, word in WORDS.items())
RECOUPS = (
    "provider_adjustment.reason_code IN ("
    + ", ".join(f"'{code}'" for code in sorted(TAKES_BACK))
    + ")"
)
POSTED = "payment.state = 'posted'"
LINKED_BY = (
    Choice("", "not linked", "open"),
    Choice("patient control number", "patient's no.", "done"),
    Choice("payer claim control number", "payer's no.", "done"),
    Choice("reversal", "reversal", "done"),
    Choice("hand", "by hand", "done"),
)

PROVIDER_ADJUSTMENTS = Queue(
    name="provider_adjustments",
    title="Provider adjustments",
    from_="provider_adjustment",
    key="provider_adjustment.id",
    noun=("adjustment", "adjustments"),
    joins=(
        Join("payment", "payment", "payment.id = provider_adjustment.payment_id"),
        Join("payer", "payer", "payer.id = payment.payer_id"),
        Join("claim", "claim", "claim.id = provider_adjustment.claim_id"),
    ),
    columns=(
        Column(
            "reason",
            "Reason",
            "provider_adjustment.reason_code",
            "state",
            22,
            0,
            REASONS,
            required=True,
        ),
        Column(
            "identifier",
            "Names",
            "provider_adjustment.identifier",
            "code",
            18,
            0,
            required=True,
            flexible=True,
        ),
        Column("amount", "Keeps back", "provider_adjustment.amount", "money", 12, 0, required=True),
        Column("claim_number", "Claim", "COALESCE(claim.number, '')", "code", 10, 0, required=True),
        Column(
            "linked_by",
            "Found by",
            "provider_adjustment.linked_by",
            "state",
            15,
            2,
            LINKED_BY,
            required=True,
        ),
        Column("payer", "Payer", PAYER_NAME, "text", 20, 3, required=True, flexible=True),
        Column("trace_number", "Check / EFT", "payment.trace_number", "code", 14, 3, required=True),
        Column("effective_date", "Date", "payment.effective_date", "date", 10, 2),
        Column("received", "No.", "provider_adjustment.id", "count", 6, 6, required=True),
    ),
    fields=(
        PAYER_FIELD,
        Field("code", "code", ("provider_adjustment.reason_code",), help="WO, FB, L6 …"),
        Field("trace_number", "code", ("payment.trace_number",), ("trace", "check", "eft")),
        Field("claim_number", "code", ("claim.number",), ("claim",)),
    ),
    search=(
        Search("provider_adjustment.identifier", "prefix"),
        Search("payment.trace_number", "prefix"),
    ),
    totals=(Total("amount", "kept back", "provider_adjustment.amount"),),
    default_order=Order.by("-received"),
    default_view="unlinked",
    views=(
        View(
            "unlinked",
            "Recoupments to link",
            condition=f"provider_adjustment.claim_id IS NULL AND {RECOUPS} AND {POSTED}",
            description="Take money back, and name no claim of ours",
        ),
        View(
            "linked",
            "Linked",
            condition="provider_adjustment.claim_id IS NOT NULL",
        ),
        View(
            "others",
            "Interest and others",
            condition=f"NOT {RECOUPS}",
            description="Interest, bonuses, penalties: what takes back no claim",
        ),
        View("all", "All"),
    ),
)
