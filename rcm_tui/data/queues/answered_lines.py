"""What payers answered to claim lines: every answer is a row, and says what of it was denied.

An answer is what one posted remittance says of one claim line; a payer's reversal is none. The SQL
here also sums the denial history (billing/denials/history.py), so that a figure made of it is what
the queue holds.
"""

from rcm_tui.data.codes.denial_ways import PREVENTABLE as WORDS_OF_PREVENTION
from rcm_tui.data.codes.treatments import denies
from rcm_tui.data.queues.parties import (
    patient_fields,
    patients,
    payer_column,
    payer_field,
    rendering_field,
)
from rcm_tui.data.queues.queue import Choice, Column, Field, Join, Order, Queue, Search, Total, View

NOTICE = "COALESCE(payment.production_date, payment.effective_date, payment.received_at)"
NOTICE_DAY = f"substr({NOTICE}, 1, 10)"
MONTH = f"substr({NOTICE}, 1, 7)"
PLACE = (
    "COALESCE(CASE WHEN claim_line.place_of_service = '' THEN claim.place_of_service"
    " ELSE claim_line.place_of_service END, '')"
)
REVERSAL = "'22'"


def stands(alias: str) -> str:
    """SQL for whether nothing has taken the posted `remittance AS alias` back."""
    return (
        "NOT EXISTS (SELECT 1 FROM remittance AS reversal"
        f" WHERE reversal.reverses_id = {alias}.id)"
        " AND NOT EXISTS (SELECT 1 FROM journal AS opposite"
        f" WHERE opposite.reverses_id = {alias}.journal_id)"
    )


def posted(alias: str) -> str:
    """SQL for whether a payer decided something by the `remittance AS alias`.

    The state is hidden from the planner, which would read all that is posted in its order.
    """
    return f"COALESCE({alias}.state, '') = 'posted' AND {alias}.status_code <> {REVERSAL}"


ANSWER = f"remittance_line.claim_line_id IS NOT NULL AND {posted('remittance')}"
STANDS = f"{ANSWER} AND {stands('remittance')}"
# An adjustment of the claim as a whole denies each of its lines; its money counts on the first.
OF_LINE = (
    "a.remittance_id = remittance_line.remittance_id"
    " AND (a.line_id = remittance_line.id OR a.line_id IS NULL)"
    f" AND a.amount > 0 AND {denies('a')}"
)
DENIED = f"EXISTS (SELECT 1 FROM adjustment AS a WHERE {OF_LINE})"
SHARE = "CASE WHEN a.line_id IS NULL AND remittance_line.position > 1 THEN 0 ELSE a.amount END"
DENIED_AMOUNT = f"COALESCE((SELECT SUM({SHARE}) FROM adjustment AS a WHERE {OF_LINE}), 0)"
# Of several reasons the greatest amount speaks, so that every answer has one.
REASON = f"""COALESCE((SELECT a.group_code || '-' || a.reason_code FROM adjustment AS a
 WHERE {OF_LINE} ORDER BY a.amount DESC, a.id LIMIT 1), '')"""
# What answers that stand paid later on the line, or on the line that bills it again.
RECOVERED = f"""COALESCE((SELECT SUM(t.paid) FROM remittance_line AS t
 JOIN remittance AS q ON q.id = t.remittance_id
 WHERE t.claim_line_id IN (SELECT remittance_line.claim_line_id UNION ALL
 SELECT n.id FROM claim_line AS n WHERE n.previous_id = remittance_line.claim_line_id)
 AND t.remittance_id > remittance_line.remittance_id AND {posted("q")} AND {stands("q")}), 0)"""
OVERTURNED = f"{DENIED} AND {RECOVERED} > 0"

BY_REASON = f"""remittance_line.id IN (SELECT remittance_line.id FROM adjustment AS a
 JOIN remittance_line ON {OF_LINE} WHERE {{test}})"""
# A month's answers lie together, as they came: from its last one down to its first, as the page is
# ordered, however long past it is. The test of a row is hidden from the planner, which would read
# the whole month and sort it.
OF_MONTH = """FROM payment AS p CROSS JOIN remittance AS r CROSS JOIN remittance_line AS l
 WHERE r.payment_id = p.id AND l.remittance_id = r.id AND {test}"""
BY_PAYMENT = f"""remittance_line.id >= (SELECT MIN(l.id) {OF_MONTH})
 AND remittance_line.id <= (SELECT MAX(l.id) {OF_MONTH})
 AND COALESCE((SELECT {{test}} FROM remittance AS r JOIN payment AS p ON p.id = r.payment_id
 WHERE r.id = remittance_line.remittance_id), FALSE)"""
YES_NO = (Choice("yes", "yes"), Choice("no", "no"))
PREVENTABLE = f"""COALESCE((SELECT d.preventable FROM (SELECT a.group_code, a.reason_code
 FROM adjustment AS a WHERE {OF_LINE} ORDER BY a.amount DESC, a.id LIMIT 1) AS main
 JOIN denial_action AS d ON d.active = 1 AND d.remark_codes = ''
 AND d.reason_code IN (main.reason_code, '*')
 AND (d.payer_id IS NULL OR d.payer_id = claim.payer_id) AND (d.group_codes = ''
 OR ' ' || d.group_codes || ' ' LIKE '% ' || main.group_code || ' %')
 ORDER BY d.payer_id IS NULL, d.reason_code = '*', d.group_codes = '', d.id LIMIT 1), '')"""

ANSWERED_LINES = Queue(
    name="answered_lines",
    title="Answered lines",
    from_="remittance_line",
    key="remittance_line.id",
    noun=("answer", "answers"),
    joins=(
        Join("remittance", "remittance", "remittance.id = remittance_line.remittance_id"),
        Join("payment", "payment", "payment.id = remittance.payment_id"),
        Join("claim", "claim", "claim.id = remittance.claim_id"),
        Join("claim_line", "claim_line", "claim_line.id = remittance_line.claim_line_id"),
        Join("payer", "payer", "payer.id = claim.payer_id"),
        Join("rendering", "practitioner", "rendering.id = claim.rendering_id"),
    ),
    columns=(
        Column("claim_number", "Claim", "COALESCE(claim.number, '')", "code", 10, required=True),
        Column(
            "patient",
            "Patient",
            "COALESCE(claim.patient_name, '')",
            "text",
            14,
            2,
            required=True,
            flexible=True,
        ),
        payer_column(16, 1),
        Column("code", "Code", "COALESCE(claim_line.procedure_code, '')", "code", 7, required=True),
        Column(
            "modifiers",
            "Modifiers",
            "COALESCE(claim_line.modifiers, '')",
            "text",
            9,
            3,
            required=True,
        ),
        Column("place", "Place", PLACE, "code", 5, 4, required=True),
        Column("day", "Service", "claim_line.first_service_date", "date", 10, 4),
        Column("noticed", "Notice", NOTICE_DAY, "date", 10, 1),
        Column("reason", "Why", REASON, "code", 8, required=True),
        Column("billed", "Billed", "remittance_line.charge", "money", 10, required=True),
        Column("denied", "Denied", DENIED_AMOUNT, "money", 10, required=True),
        Column(
            "recovered",
            "Paid later",
            RECOVERED,
            "money",
            10,
            5,
            required=True,
            help="What answers that stand paid later on the line, or on the one billed again",
        ),
        Column("received", "No.", "remittance_line.id", "count", 6, 6, required=True),
    ),
    fields=(
        *patient_fields(patients("claim.client_id")),
        payer_field("claim.payer_id IN (SELECT p.id FROM payer AS p WHERE {test})"),
        Field("code", "code", ("claim_line.procedure_code",), ("cpt", "procedure")),
        Field("month", "code", (MONTH,), help="Months of the notice: month:2026-01..2026-05"),
        Field(
            "noticed_in",
            "code",
            (f"substr({NOTICE.replace('payment.', 'p.')}, 1, 7)",),
            within=BY_PAYMENT,
            help="One month of the notice, found by its payments: noticed_in:2026-05",
        ),
        Field(
            "carc",
            "code",
            ("a.reason_code",),
            ("adjustment",),
            within=BY_REASON,
            parts=("a.group_code", "a.reason_code"),
            help="Anything it was denied for: 197 or CO-197",
        ),
        Field("reason", "code", (REASON,), help="What most of it was denied for: reason:CO-197"),
        rendering_field("claim.rendering_id"),
        Field(
            "overturned",
            "state",
            (f"CASE WHEN {OVERTURNED} THEN 'yes' ELSE 'no' END",),
            choices=YES_NO,
            help="Whether it was denied and paid later",
        ),
        Field(
            "preventable",
            "state",
            (PREVENTABLE,),
            choices=tuple(Choice(each, each) for each in WORDS_OF_PREVENTION),
            help="What the table of denial actions says of its reason",
        ),
    ),
    search=(Search("claim.number", "prefix"), Search("claim.patient_name", "contains")),
    totals=(
        Total("denied", "denied", DENIED_AMOUNT),
        Total("billed", "billed", "remittance_line.charge"),
        Total("recovered", "paid later", RECOVERED, shown=False),
    ),
    default_order=Order.by("-received"),
    default_view="denied",
    views=(
        View(
            "denied",
            "Denied",
            condition=f"{STANDS} AND {DENIED}",
            description="Answers that stand and left something open for a reason",
        ),
        View("answered", "All that stand", condition=STANDS),
        View(
            "ever",
            "Denied, also where reversed since",
            condition=f"{ANSWER} AND {DENIED}",
            description="Every denial, also of remittances that the payer took back",
        ),
        View(
            "overturned",
            "Overturned",
            condition=f"{ANSWER} AND {OVERTURNED}",
            description="Denied, and paid by an answer that came later",
        ),
    ),
)
