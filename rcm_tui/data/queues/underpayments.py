"""Claim lines that were paid under contract: expected by the fee schedule against allowed.

A line is underpaid when its payer allowed less than the fee schedule expected on the date of
service, by more than the payer's or practice's tolerance, and no adjustment explains the
difference: what one left open is a denial, and worked as one. That the claim counts as paid
does not matter. Lines that an earlier payer paid on are left out (ours): what a second payer
allows says nothing of its contract.
"""

from rcm_tui.data.queues.days import days_since
from rcm_tui.data.queues.parties import patient_fields, patients, payer_column, payer_field
from rcm_tui.data.queues.queue import Column, Field, Join, Order, Queue, Search, Total, View
from rcm_tui.data.tables.claims import UNDER_CONTRACT


def under_contract(line: str) -> str:
    """SQL for the cents that the payer allowed too little for a line of `claim_line AS line`."""
    text = UNDER_CONTRACT
    for column in ("expected", "allowed", "denied"):
        text = text.replace(column, f"{line}.{column}")
    return text


def underpaid(line: str, claim: str, payer: str) -> str:
    """SQL for whether a line is underpaid, by the aliases of line, claim and payer.

    What earlier payers paid is compared inside COALESCE: PostgreSQL takes a sum that equals
    something for one in 200, would find too few to follow the order of the page, and sort them all.
    """
    short = under_contract(line)
    return (
        f"{short} > 0 AND {short} > COALESCE({payer}.underpaid_tolerance,"
        " (SELECT practice.underpaid_tolerance FROM practice LIMIT 1), 0)"
        f" AND {line}.payer_balance >= 0 AND {claim}.status NOT IN ('Historical', 'Inactive')"
        " AND COALESCE((SELECT SUM(prior.amount) FROM entry AS prior"
        f" WHERE prior.claim_id = {claim}.id AND prior.account = 'prior payer'"
        f" AND prior.claim_line_id = {line}.id) = 0, TRUE)"
    )


def unsettled(line: str, claim: str) -> str:
    """SQL for whether somebody still has to look at an underpaid line."""
    return (
        f"{under_contract(line)} > {line}.accepted_short"
        f" AND COALESCE({claim}.snoozed_until, '') <= :today"
    )


CLAIM_UNDERPAID = (
    "claim.underpaid > 0 AND EXISTS (SELECT 1 FROM claim_line AS l WHERE l.claim_id = claim.id"
    f" AND {underpaid('l', 'claim', 'payer')} AND {unsettled('l', 'claim')})"
)
"""SQL for whether a claim has an underpaid line that somebody still has to look at."""

SHORT = under_contract("claim_line")
UNDERPAID = underpaid("claim_line", "claim", "payer")
UNSETTLED = unsettled("claim_line", "claim")
# The fee of payer and business unit, else of the payer, else of the unit; the newest that holds.
RATE = """(SELECT fee.expected FROM fee WHERE fee.procedure_code = claim_line.procedure_code
 AND COALESCE(fee.payer_id, claim.payer_id) = claim.payer_id
 AND COALESCE(fee.business_unit_id, claim.business_unit_id) = claim.business_unit_id
 AND COALESCE(fee.payer_id, fee.business_unit_id) IS NOT NULL
 AND fee.starts_on <= claim_line.first_service_date
 AND COALESCE(fee.ends_on, '9999') >= claim_line.first_service_date
 ORDER BY fee.payer_id IS NULL, fee.business_unit_id IS NULL, fee.starts_on DESC, fee.id DESC
 LIMIT 1)"""
# The newest remittance that stands and says what is allowed.
SAID = """said.id = (SELECT l.id FROM remittance_line AS l
 JOIN remittance AS r ON r.id = l.remittance_id
 WHERE l.claim_line_id = claim_line.id AND l.allowed IS NOT NULL
  AND r.state = 'posted' AND r.status_code <> '22'
  AND NOT EXISTS (SELECT 1 FROM remittance AS back WHERE back.reverses_id = r.id)
  AND NOT EXISTS (SELECT 1 FROM journal AS back WHERE back.reverses_id = r.journal_id)
 ORDER BY r.id DESC, l.id DESC LIMIT 1)"""
SAID_ON = "COALESCE(payment.effective_date, substr(payment.received_at, 1, 10))"
DAYS_TO_APPEAL = f"(payer.appeal_days - {days_since(SAID_ON)})"
IN_A_CASE = """EXISTS (SELECT 1 FROM case_claim AS k
 WHERE k.chain = claim.chain AND k.active = 1)"""
CASE_NUMBER = """COALESCE((SELECT f.number FROM case_claim AS k
 JOIN case_file AS f ON f.id = k.case_id WHERE k.chain = claim.chain AND k.active = 1), '')"""
PAYER = "claim.payer_id IN (SELECT p.id FROM payer AS p WHERE {test})"

UNDERPAYMENTS = Queue(
    name="underpayments",
    title="Underpayments",
    from_="claim_line",
    key="claim_line.id",
    noun=("line", "lines"),
    joins=(
        Join("claim", "claim", "claim.id = claim_line.claim_id"),
        Join("payer", "payer", "payer.id = claim.payer_id"),
        Join("said", "remittance_line", SAID),
        Join("remit", "remittance", "remit.id = said.remittance_id"),
        Join("payment", "payment", "payment.id = remit.payment_id"),
    ),
    columns=(
        Column("claim_number", "Claim", "claim.number", "code", 10, 0, required=True),
        Column("line", "Ln", "claim_line.position", "count", 2, 6, required=True),
        Column("patient", "Patient", "claim.patient_name", width=14, required=True, flexible=True),
        payer_column(18, 4),
        Column(
            "date",
            "Date",
            "claim_line.first_service_date",
            "date",
            10,
            3,
            required=True,
            help="The date of service, on which the fee schedule is read",
        ),
        Column("code", "Code", "claim_line.procedure_code", "code", 5, 2, required=True),
        Column("units", "Units", "claim_line.units", "units", 6, 7, required=True),
        Column("rate", "Rate", RATE, "money", 9, 5, help="Expected a unit, by the fee schedule"),
        Column("expected", "Expected", "claim_line.expected", "money", 10, 1, required=True),
        Column("allowed", "Allowed", "claim_line.allowed", "money", 10, 1, required=True),
        Column(
            "short",
            "Under",
            SHORT,
            "money",
            10,
            0,
            required=True,
            help="How much less was allowed than expected, and no adjustment explains",
        ),
        Column(
            "trace_number",
            "Check / EFT",
            "COALESCE(payment.trace_number, '')",
            "code",
            14,
            6,
            required=True,
            help="The payment whose remittance said what is allowed",
        ),
        Column("answered", "Said on", SAID_ON, "date", 10, 7),
        Column("age", "Days", SAID_ON, "age", 5, 4, help="Days since the payer said so"),
        Column("appeal_in", "Appeal in", DAYS_TO_APPEAL, "count", 9, 8, help="Days left for it"),
        Column("case", "Case", CASE_NUMBER, "code", 8, 5, required=True, help="Its active case"),
        Column("accepted", "Accepted", "claim_line.accepted_short", "money", 9, 9, required=True),
    ),
    fields=(
        Field("claim_number", "code", ("claim.number",), ("claim", "number")),
        *patient_fields(patients("claim.client_id")),
        payer_field(PAYER),
        Field("date", "date", ("claim_line.first_service_date",), ("dos",)),
        Field("service_age", "age", ("claim.first_service_date",), help="Days since the service"),
        Field("code", "code", ("claim_line.procedure_code",), ("cpt", "procedure")),
        Field("short", "money", (SHORT,), ("under", "difference"), help="under>50"),
        Field(
            "case",
            "code",
            ("f.number",),
            within="claim.chain IN (SELECT k.chain FROM case_claim AS k"
            " JOIN case_file AS f ON f.id = k.case_id WHERE k.active = 1 AND {test})",
            filled=IN_A_CASE,
            help="Its active case: case:K-2207, case:none",
        ),
    ),
    search=(
        Search("claim.number", "prefix"),
        Search("claim.patient_name", "contains"),
        Search("claim_line.procedure_code", "exact"),
    ),
    totals=(
        Total("short", "under contract", SHORT),
        Total("expected", "expected", "claim_line.expected"),
        Total("allowed", "allowed", "claim_line.allowed"),
    ),
    default_order=Order.by("-short"),
    default_view="underpaid",
    views=(
        View(
            "underpaid",
            "Underpaid",
            condition=f"{UNDERPAID} AND {UNSETTLED}",
            description="Allowed less than the fee schedule expects; c opens a case for the claim",
        ),
        View(
            "unworked",
            "Not in a case",
            condition=f"{UNDERPAID} AND {UNSETTLED} AND NOT {IN_A_CASE}",
        ),
        View(
            "appeal_near",
            "Appeal runs out",
            condition=f"{UNDERPAID} AND {UNSETTLED} AND {DAYS_TO_APPEAL} BETWEEN 0 AND 14",
            description="Two weeks or less of the payer's days to appeal are left",
        ),
        View(
            "accepted",
            "Accepted",
            condition=f"{UNDERPAID} AND {SHORT} <= claim_line.accepted_short",
            description="Taken for good with a reason; R takes them up again",
        ),
        View(
            "all",
            "All",
            condition=UNDERPAID,
            description="With those that were accepted, and those of snoozed claims",
        ),
    ),
)

# Two steps, since what is underpaid is found by the line and added up by the payer.
BY_PAYER = (
    "(SELECT COALESCE(claim.payer_id, 0) AS who, COUNT(*) AS lines,"
    " COUNT(DISTINCT claim.id) AS claims, SUM(claim_line.expected) AS expected,"
    f" SUM(claim_line.allowed) AS allowed, SUM({SHORT}) AS short,"
    f" MAX({SHORT}) AS most, MIN(claim_line.first_service_date) AS oldest"
    " FROM claim_line JOIN claim ON claim.id = claim_line.claim_id"
    " LEFT JOIN payer ON payer.id = claim.payer_id"
    f" WHERE {UNDERPAID} AND {UNSETTLED} GROUP BY 1) AS one"
)
_SUMS = (("expected", "Expected"), ("allowed", "Allowed"), ("short", "Under"))

PAYER_UNDERPAYMENTS = Queue(
    name="payer_underpayments",
    title="Underpaid by payer",
    from_=BY_PAYER,
    key="one.who",
    noun=("payer", "payers"),
    joins=(Join("payer", "payer", "payer.id = one.who"),),
    columns=(
        Column(
            "payer",
            "Payer",
            "COALESCE(payer.name, 'no payer')",
            width=20,
            required=True,
            flexible=True,
        ),
        Column("claims", "Claims", "one.claims", "count", 7, 3, required=True),
        Column("lines", "Lines", "one.lines", "count", 7, 1, required=True),
        *(
            Column(name, title, f"CAST(one.{name} AS BIGINT)", "money", 12, place, required=True)
            for place, (name, title) in zip((2, 2, 0), _SUMS, strict=True)
        ),
        Column("most", "Most", "one.most", "money", 10, 4, required=True, help="The worst line"),
        Column("oldest", "Oldest", "one.oldest", "date", 10, 3, required=True),
    ),
    fields=(Field("payer", "text", ("payer.name", "payer.short_name", "payer.payer_id")),),
    search=(Search("payer.name", "contains"),),
    totals=tuple(
        Total(name, title.lower(), f"CAST(one.{name} AS BIGINT)") for name, title in _SUMS[::-1]
    ),
    default_order=Order.by("-short"),
    default_view="all",
    views=(View("all", "All"),),
)
