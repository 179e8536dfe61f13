"""Appeals: what was asked of payers, until when, and what came of it."""

from rcm_tui.data.queues.cases import PAYERS, SHORT
from rcm_tui.data.queues.days import day_number
from rcm_tui.data.queues.queue import Choice, Column, Field, Join, Order, Queue, Search, Total, View

SOON_DAYS = 14
"""A draft whose clock ends within so many days is due soon (ours)."""
STATES = (
    Choice("draft", "draft", "open"),
    Choice("sent", "sent", "waiting"),
    Choice("overturned", "overturned", "done"),
    Choice("partly", "partly", "partly"),
    Choice("upheld", "upheld", "failed"),
    Choice("dismissed", "dismissed", "failed"),
    Choice("withdrawn", "withdrawn"),
)
STATE = "CASE WHEN appeal.state = 'closed' THEN appeal.outcome ELSE appeal.state END"
DRAFTS = "appeal.state = 'draft'"
SENT = "appeal.state = 'sent'"

APPEALS = Queue(
    name="appeals",
    title="Appeals",
    from_="appeal",
    key="appeal.id",
    noun=("appeal", "appeals"),
    joins=(
        Join("claim", "claim", "claim.id = appeal.claim_id"),
        Join("payer", "payer", "payer.id = appeal.payer_id"),
        Join("template", "letter_template", "template.id = appeal.template_id"),
    ),
    columns=(
        Column("number", "Appeal", "appeal.number", "code", 8, required=True),
        Column("claim", "Claim", "claim.number", "code", 11, required=True),
        Column("patient", "Patient", "claim.patient_name", "text", 16, 4, required=True),
        Column("payer", "Payer", "payer.name", "text", 18, 2, short=SHORT, short_width=8),
        Column("level", "Level", "appeal.level_name", "text", 14, 1, required=True, flexible=True),
        Column("carc", "CARC", "appeal.reason", "code", 7, 0, required=True),
        Column("state", "State", STATE, "state", 11, 0, STATES, required=True),
        Column("amount", "Amount", "appeal.amount", "money", 10, required=True),
        Column("deadline", "File by", "appeal.deadline", "date", 10, 3),
        Column("sent", "Sent", "appeal.sent_on", "date", 10, 3),
        Column("due", "Answer due", "appeal.answer_due", "date", 11, 0),
        Column("answered", "Answered", "appeal.answered_on", "date", 10, 4),
        Column("won", "Won", "appeal.won", "money", 10, 2, required=True),
        Column("how", "By", "appeal.how", "text", 6, 5, required=True),
        Column("letter", "Letter", "template.name", "text", 16, 6),
        Column("reference", "Reference", "appeal.reference", "text", 12, 7, required=True),
        Column("writer", "Written by", "appeal.created_by", "person", 8, 8, required=True),
    ),
    fields=(
        Field("payer", "text", PAYERS, help="The payer's name"),
        Field("carc", "code", ("appeal.reason",), ("reason",), help="carc:CO-197"),
        Field("amount", "money", ("appeal.amount",), help="What is asked for"),
        Field("won", "money", ("appeal.won",), help="What the payer granted"),
        Field("deadline", "date", ("appeal.deadline",), help="The last day to file"),
        Field("due", "date", ("appeal.answer_due",), help="When the payer has to answer"),
        Field(
            "writer", "person", ("appeal.created_by",), ("by",), help="Who wrote it: me, a login"
        ),
    ),
    search=(
        Search("appeal.number", "prefix"),
        Search("claim.number", "prefix"),
        Search("claim.patient_name", "prefix"),
    ),
    totals=(
        Total("amount", "asked for", "appeal.amount"),
        Total("won", "won", "appeal.won"),
    ),
    default_order=Order.by("deadline"),
    default_view="sent",
    views=(
        View("drafts", "Drafts", condition=DRAFTS, order=Order.by("deadline")),
        View(
            "due_soon",
            "Due soon",
            condition=(
                f"{DRAFTS} AND {day_number('appeal.deadline')} - {day_number(':today')}"
                f" <= {SOON_DAYS}"
            ),
            order=Order.by("deadline"),
            description=f"Drafts whose time to file ends within {SOON_DAYS} days",
        ),
        View("sent", "Sent", condition=SENT, order=Order.by("due")),
        View(
            "overdue",
            "Answer overdue",
            condition=f"{SENT} AND appeal.answer_due < :today",
            order=Order.by("due"),
            description="The payer should have answered: call, and ask for the decision",
        ),
        View(
            "overturned",
            "Overturned",
            condition="appeal.outcome = 'overturned'",
            order=Order.by("-answered"),
        ),
        View(
            "partly",
            "Partly overturned",
            condition="appeal.outcome = 'partly'",
            order=Order.by("-answered"),
        ),
        View(
            "upheld",
            "Upheld",
            condition="appeal.outcome = 'upheld'",
            order=Order.by("-answered"),
            description="The payer stays by its denial: the next level, or write it off",
        ),
        View("all", "All", order=Order.by("-deadline")),
    ),
)
