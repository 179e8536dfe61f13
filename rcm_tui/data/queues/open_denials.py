"""Open denials in the order in which they are worked: one row per claim, the most urgent first.

The score is a day that the store keeps (`billing/denials/triage.py`), shown as days from today.
"""

from rcm_tui.data.codes.denial_ways import (
    APPEAL,
    CORRECT,
    DOCUMENTS,
    LOOK,
    NEW_CLAIM,
    NEXT_PAYER,
    PATIENT,
    POST,
    WRITE_OFF,
)
from rcm_tui.data.queues.days import day_number
from rcm_tui.data.queues.parties import patient_fields, patients, payer_column, payer_field
from rcm_tui.data.queues.queue import Choice, Column, Field, Join, Order, Queue, Search, Total, View

NEXT = (
    Choice(CORRECT, "correct, resend", "open"),
    Choice(NEW_CLAIM, "new claim", "open"),
    Choice(NEXT_PAYER, "next payer", "open"),
    Choice(APPEAL, "appeal", "warning"),
    Choice(DOCUMENTS, "send documents", "warning"),
    Choice(PATIENT, "bill patient", "open"),
    Choice(WRITE_OFF, "write off", "open"),
    Choice(POST, "nothing", "done"),
    Choice(LOOK, "look closer", "warning"),
)
PREVENTABLE = tuple(
    Choice(word, word) for word in ("yes", "mostly", "partly", "no", "does not apply")
)


def _days_to(expression: str) -> str:
    return f"({day_number(expression)} - {day_number(':today')})"


REASON = "denial.group_code || '-' || denial.reason_code"
CASE_NUMBER = "COALESCE(kase.number, '')"
OWNER = "COALESCE(kase.owner, '')"
# Not by an index of the status, which half the store has: by the claim that came before.
UNSENT = "COALESCE(n.status, '') IN ('Draft', 'Ready to Submit')"
# What is being done already: a claim that takes its place or bills the next payer waits to be
# sent, or the payer was asked to decide again.
IN_WORK = f"""(EXISTS (SELECT 1 FROM claim AS n WHERE n.previous_id = denial.claim_id
 AND {UNSENT}) OR EXISTS (SELECT 1 FROM claim AS n WHERE n.billed_after_id = denial.claim_id
 AND {UNSENT}) OR EXISTS (SELECT 1 FROM appeal AS p WHERE p.chain = denial.chain
 AND p.state <> 'closed'))"""
AWAKE = "COALESCE(claim.snoozed_until, '') <= :today"
WAITS = f"{AWAKE} AND NOT {IN_WORK}"
RUNS = "COALESCE(denial.until, '9999-12-31') >= :today"
TO_WORK = f"{RUNS} AND {WAITS}"
SOON = "denial.until BETWEEN :today AND date(:today, '+7 days')"
CLAIM = "denial.claim_id IN (SELECT claim.id FROM claim WHERE {test})"
PATIENT_OF = f"denial.claim_id IN (SELECT claim.id FROM claim WHERE {patients('claim.client_id')})"
CASE = """denial.chain IN (SELECT k.chain FROM case_claim AS k
 JOIN case_file AS f ON f.id = k.case_id WHERE k.active = 1 AND {test})"""
# The sign keeps the planner on the order of the queue, which it would sort otherwise.
MINE = """+denial.chain IN (SELECT k.chain FROM case_claim AS k
 JOIN case_file AS f ON f.id = k.case_id WHERE k.active = 1 AND f.owner = :me)"""
IN_A_CASE = "EXISTS (SELECT 1 FROM case_claim AS k WHERE k.chain = denial.chain AND k.active = 1)"
IN_SOMEBODYS = """EXISTS (SELECT 1 FROM case_claim AS k JOIN case_file AS f ON f.id = k.case_id
 WHERE k.chain = denial.chain AND k.active = 1 AND f.owner <> '')"""
CODE = """EXISTS (SELECT 1 FROM claim_line AS l WHERE l.claim_id = denial.claim_id
 AND {test})"""

OPEN_DENIALS = Queue(
    name="denials",
    title="Denials",
    from_="denial",
    key="denial.claim_id",
    noun=("denial", "denials"),
    joins=(
        Join("claim", "claim", "claim.id = denial.claim_id"),
        Join("payer", "payer", "payer.id = denial.payer_id"),
        Join("link", "case_claim", "link.chain = denial.chain AND link.active = 1"),
        Join("kase", "case_file", "kase.id = link.case_id"),
    ),
    columns=(
        Column(
            "score",
            "Score",
            _days_to("denial.due_as"),
            "count",
            6,
            1,
            order="denial.due_as",
            required=True,
            help="Days until it is as if it were due: the clock, less days for money and ease",
        ),
        Column("claim_number", "Claim", "claim.number", "code", 10, 0, required=True),
        Column(
            "patient", "Patient", "claim.patient_name", "text", 12, 0, required=True, flexible=True
        ),
        payer_column(18, 4),
        Column("reason", "Reason", REASON, "code", 8, 0, required=True),
        Column("remarks", "Remarks", "denial.remark_codes", "codes", 9, 6, required=True),
        Column(
            "days_left",
            "Left",
            f"CASE WHEN denial.until IS NOT NULL THEN {_days_to('denial.until')} END",
            "count",
            5,
            0,
            order="denial.until",
            help="Days left of its clock, less than nothing when it has run out",
        ),
        Column("amount", "Open", "denial.open_amount", "money", 10, 0, required=True),
        Column("next", "Next", "denial.way", "state", 17, 0, NEXT, required=True),
        Column("category", "Category", "denial.category", "text", 16, 5, required=True),
        Column("owner", "Owner", OWNER, "person", 8, 3, required=True, help="Of its case"),
        Column("case", "Case", CASE_NUMBER, "code", 8, 2, required=True, help="Its active case"),
        Column("until", "Until", "denial.until", "date", 10, 7, help="The last day of its clock"),
        Column("notice", "Notice", "denial.notice_on", "date", 10, 8, required=True),
        Column("denied", "Denied", "denial.denied_amount", "money", 10, 8, required=True),
        Column("clock", "Clock", "denial.clock", "text", 18, 9, required=True),
        Column(
            "preventable",
            "Preventable",
            "denial.preventable",
            "state",
            14,
            9,
            PREVENTABLE,
            required=True,
        ),
        Column(
            "first_service_date",
            "Service",
            "claim.first_service_date",
            "date",
            10,
            9,
            required=True,
        ),
        Column(
            "due_as",
            "As if due",
            "denial.due_as",
            "date",
            10,
            9,
            required=True,
            help="The score as the day that it stands for",
        ),
    ),
    fields=(
        Field("claim_number", "code", ("claim.number",), ("claim", "number"), within=CLAIM),
        *patient_fields(PATIENT_OF),
        payer_field("denial.payer_id IN (SELECT p.id FROM payer AS p WHERE {test})"),
        Field(
            "carc",
            "code",
            ("denial.reason_code",),
            ("reason",),
            parts=("denial.group_code", "denial.reason_code"),
            help="The adjustment reason that speaks: 197 or CO-197",
        ),
        Field("group", "code", ("denial.group_code",), help="CO, PR, OA, PI"),
        Field("rarc", "codes", ("denial.remark_codes",), ("remark", "remarks")),
        Field("amount", "money", ("denial.open_amount",), ("open", "balance"), help="amount>500"),
        Field("left", "count", (_days_to("denial.until"),), ("days_left",), help="left<=14"),
        Field(
            "owner",
            "person",
            ("f.owner",),
            within=CASE,
            filled=IN_SOMEBODYS,
            help="Whose case it is in: me, none, a login",
        ),
        Field(
            "case",
            "code",
            ("f.number",),
            within=CASE,
            filled=IN_A_CASE,
            help="Its active case: case:K-2207, case:none",
        ),
        Field("code", "code", ("l.procedure_code",), ("cpt", "procedure"), within=CODE),
        Field("snoozed", "date", ("claim.snoozed_until",), help="The day that it is snoozed to"),
    ),
    search=(
        Search("claim.number", "prefix", CLAIM),
        Search("c.last_name", "prefix", PATIENT_OF),
        Search("c.first_name", "prefix", PATIENT_OF),
    ),
    totals=(
        Total("amount", "open", "denial.open_amount"),
        Total("denied", "denied", "denial.denied_amount"),
        Total("billed", "billed", "claim.billed", shown=False),
    ),
    default_order=Order.by("score"),
    default_view="to_work",
    views=(
        View(
            "to_work",
            "To work",
            condition=TO_WORK,
            description="Time is left, and nothing is being done about it: the most urgent first",
        ),
        View("all", "All open", description="With what is in work, snoozed, or out of time"),
        View("mine", "Mine", condition=f"{MINE} AND {WAITS}", description="In my cases"),
        View("no_case", "Without a case", condition=f"{TO_WORK} AND NOT {IN_A_CASE}"),
        View("due_soon", "Due in 7 days", condition=f"{SOON} AND {WAITS}"),
        View(
            "preventable",
            "Preventable",
            condition=f"{TO_WORK} AND denial.preventable IN ('yes', 'mostly')",
        ),
        View(
            "by_category",
            "By category",
            condition=TO_WORK,
            order=Order.by("category", "score"),
            columns=(
                *("category", "score", "claim_number", "patient", "reason", "days_left"),
                *("amount", "next", "payer", "owner"),
            ),
        ),
        View(
            "overdue",
            "Time ran out",
            condition=f"denial.until < :today AND {WAITS}",
            description="The clock is over: appeal late with proof, or settle it another way",
        ),
        View(
            "in_work",
            "In work",
            condition=IN_WORK,
            description="A correction, a new claim or an appeal is under way",
        ),
        View("snoozed", "Snoozed", condition="COALESCE(claim.snoozed_until, '') > :today"),
    ),
)
