"""The claims queue: every submission of every claim, with the views that billers work from."""

from rcm_tui.data.codes.treatments import denies
from rcm_tui.data.queues.days import day_number, days_since
from rcm_tui.data.queues.parties import (
    patient_fields,
    patients,
    payer_column,
    payer_field,
    practitioners,
    unit_field,
)
from rcm_tui.data.queues.queue import Choice, Column, Field, Join, Order, Queue, Search, Total, View
from rcm_tui.data.queues.underpayments import CLAIM_UNDERPAID

STATUSES = (
    Choice("Draft", "Draft", "open"),
    Choice("Ready to Submit", "Ready to Submit", "clock"),
    Choice("Submitted", "Submitted", "waiting"),
    Choice("Historical", "Historical"),
    Choice("Inactive", "Inactive"),
)
ACKNOWLEDGEMENTS = (
    Choice("none", "–"),
    Choice("pending", "pending", "waiting"),
    Choice("accepted by clearinghouse", "clearinghouse", "waiting"),
    Choice("accepted by payer", "payer", "done"),
    Choice("rejected", "rejected", "failed"),
)
ADJUDICATIONS = (
    Choice("none", "–"),
    Choice("pending", "pending", "waiting"),
    Choice("paid", "paid", "done"),
    Choice("partially paid", "partly paid", "partly"),
    Choice("denied", "denied", "failed"),
    Choice("overpaid", "overpaid", "warning"),
    Choice("voided", "voided", "done"),
)
STANDINGS = (
    Choice("Draft", "Draft", "open"),
    Choice("failed", "Draft, fails", "warning"),
    Choice("Ready to Submit", "Ready", "clock"),
    Choice("sent", "sent", "waiting"),
    Choice("forwarded", "forwarded", "waiting"),
    Choice("accepted by clearinghouse", "received", "waiting"),
    Choice("accepted by payer", "at payer", "waiting"),
    Choice("rejected", "rejected", "failed"),
    Choice("denied", "denied", "failed"),
    Choice("partially paid", "partly paid", "partly"),
    Choice("paid", "paid", "done"),
    Choice("overpaid", "overpaid", "warning"),
    Choice("voided", "voided", "done"),
    Choice("Historical", "Historical"),
    Choice("Inactive", "Inactive"),
)
# Status, acknowledgement and adjudication in one word: the newest of the three that says anything.
STANDING = """CASE
 WHEN claim.status = 'Draft' AND claim.error_count > 0 THEN 'failed'
 WHEN claim.status <> 'Submitted' THEN claim.status
 WHEN claim.adjudication NOT IN ('none', 'pending') THEN claim.adjudication
 WHEN claim.elsewhere = 1 AND claim.billed_after_id IS NOT NULL THEN 'forwarded'
 WHEN claim.acknowledgement IN ('none', 'pending') THEN 'sent'
 ELSE claim.acknowledgement END"""

MONTH_AND_DAY = (
    "substr(claim.first_service_date, 6, 2) || '/' || substr(claim.first_service_date, 9, 2)"
)
IN_FORCE = "claim.status NOT IN ('Historical', 'Inactive')"
WITH_US = (
    "(claim.status IN ('Draft', 'Ready to Submit') OR"
    " (claim.acknowledgement = 'rejected' AND claim.status = 'Submitted'))"
)
DAYS_TO_ACKNOWLEDGE = 2
"""A clearinghouse that says nothing of a claim for longer than this may not have it (ours)."""
# Snoozed until a day, a claim is out of what people work from. Its clocks do not stop, so the view
# of filing deadlines shows it all the same.
AWAKE = "COALESCE(claim.snoozed_until, '') <= :today"
SNOOZED = "CASE WHEN claim.snoozed_until > :today THEN claim.snoozed_until END"
# A further payer's days begin when the one before decided, as the validation counts them.
_DECIDED = day_number("COALESCE(p.effective_date, p.production_date, p.received_at)")
# A correction's days begin with the answer to the submission that it corrects.
CORRECTS = "claim.frequency IN ('6', '7', '8')"
_ANSWERED = "(SELECT e.answered_at FROM claim AS e WHERE e.id = claim.previous_id)"
FILING_BEGAN = f"""CASE WHEN {CORRECTS} THEN {day_number(f"COALESCE({_ANSWERED}, :today)")}
 WHEN claim.billed_after_id IS NULL THEN
 {day_number("claim.first_service_date")} ELSE COALESCE((SELECT MAX({_DECIDED})
 FROM remittance AS r JOIN payment AS p ON p.id = r.payment_id
 WHERE r.claim_id = claim.billed_after_id AND r.state = 'posted'),
 {day_number("claim.first_service_date")}) END"""
DAYS_TO_FILE = (
    f"(CASE WHEN {CORRECTS} THEN payer.corrected_days ELSE payer.filing_days END"
    f" - ({day_number(':today')} - ({FILING_BEGAN})))"
)
# A void needs no answer when nothing was paid on what it takes back, or no longer is.
NOTHING_TO_TAKE_BACK = """(claim.frequency = '8' AND NOT EXISTS (SELECT 1 FROM claim AS e
 WHERE e.id = claim.previous_id AND (e.paid <> 0 OR e.patient_balance <> 0)))"""

# Why a claim stands where it stands: its first failed rule, the rejection's text, or the first
# adjustment that is neither the contract's (CO-45) nor the patient's cost share (PR-1, 2, 3).
WHY = """CASE
 WHEN claim.status = 'Draft' THEN COALESCE((SELECT v.reason FROM claim_validation AS v
  WHERE v.claim_id = claim.id ORDER BY v.severity, v.id LIMIT 1), '')
 WHEN claim.acknowledgement = 'rejected' THEN COALESCE((
  SELECT CASE WHEN r.words = '' THEN r.text WHEN r.text = '' THEN r.words
   ELSE r.words || ': ' || r.text END FROM claim_response AS r
  WHERE r.claim_id = claim.id AND r.accepted = 0 AND r.note = '' ORDER BY r.id DESC LIMIT 1), '')
 WHEN claim.adjudication IN ('denied', 'partially paid', 'overpaid') THEN COALESCE((
  SELECT a.group_code || '-' || a.reason_code
  FROM remittance AS r JOIN adjustment AS a ON a.remittance_id = r.id
  WHERE r.claim_id = claim.id AND r.state = 'posted'
   AND NOT (a.group_code = 'CO' AND a.reason_code = '45')
   AND NOT (a.group_code = 'PR' AND a.reason_code IN ('1', '2', '3'))
  ORDER BY r.id DESC, a.amount DESC, a.id LIMIT 1), '')
 ELSE '' END"""

CARC = """claim.id IN (SELECT r.claim_id FROM adjustment AS a
 JOIN remittance AS r ON r.id = a.remittance_id WHERE {test})"""
RARC = """claim.id IN (SELECT r.claim_id FROM remark AS m
 JOIN remittance AS r ON r.id = m.remittance_id WHERE {test})"""
CASE = """claim.chain IN (SELECT k.chain FROM case_claim AS k
 JOIN case_file AS f ON f.id = k.case_id WHERE k.active = 1 AND {test})"""
IN_A_CASE = """EXISTS (SELECT 1 FROM case_claim AS k
 WHERE k.chain = claim.chain AND k.active = 1)"""
# Among a claim's lines, whatever they come to together.
DENIED_LINE = """EXISTS (SELECT 1 FROM claim_line AS l WHERE l.claim_id = claim.id
 AND l.denied > 0 AND l.payer_balance > 0)"""
YES_NO = (Choice("yes", "yes"), Choice("no", "no"))
FIRST_SEND = """CASE WHEN claim.previous_id IS NULL AND claim.billed_after_id IS NULL
 THEN 'yes' ELSE 'no' END"""
REFUSED = """CASE WHEN claim.acknowledgement = 'rejected' OR EXISTS (SELECT 1
 FROM claim_response AS r WHERE r.claim_id = claim.id AND r.accepted = 0 AND r.note = '')
 THEN 'yes' ELSE 'no' END"""
EDITED = """CASE WHEN EXISTS (SELECT 1 FROM audit_record AS a WHERE a.subject = 'claim'
 AND a.subject_id = claim.id AND a.action = 'edited') THEN 'yes' ELSE 'no' END"""
# A remittance of a claim that nothing was posted before.
FIRST_REMITTED = """claim.id IN (SELECT r.claim_id FROM payment AS p
 JOIN remittance AS r ON r.payment_id = p.id WHERE {test} AND r.state = 'posted'
 AND NOT EXISTS (SELECT 1 FROM remittance AS b WHERE b.claim_id = r.claim_id AND b.id < r.id
 AND b.state = 'posted'))"""
DENIED_FIRST = f"""CASE WHEN EXISTS (SELECT 1 FROM adjustment AS a WHERE a.remittance_id = (
 SELECT MIN(r.id) FROM remittance AS r WHERE r.claim_id = claim.id AND r.state = 'posted')
 AND {denies("a")}) THEN 'yes' ELSE 'no' END"""
CASE_NUMBER = """COALESCE((SELECT f.number FROM case_claim AS k
 JOIN case_file AS f ON f.id = k.case_id WHERE k.chain = claim.chain AND k.active = 1), '')"""
SENT_IN = """claim.id IN (SELECT t.claim_id FROM transmitted_claim AS t
 JOIN claims_transaction AS x ON x.id = t.claims_transaction_id WHERE {test})"""
# The next payer: the client's next coverage after the claim's own that holds on its dates.
NEXT_COVERAGE = """FROM coverage AS v JOIN coverage AS own ON own.id = claim.coverage_id
 WHERE v.client_id = claim.client_id AND v.rank > own.rank
  AND (v.starts_on IS NULL OR v.starts_on <= claim.first_service_date)
  AND (v.ends_on IS NULL OR v.ends_on >= claim.last_service_date)"""
NEXT_PAYER = f"""COALESCE((SELECT p.name FROM payer AS p WHERE p.id = (SELECT v.payer_id
 {NEXT_COVERAGE} ORDER BY v.rank, v.id LIMIT 1)), '')"""
BILLED_ON = """EXISTS (SELECT 1 FROM claim AS onward WHERE onward.billed_after_id = claim.id
 AND onward.frequency <> '8'
 AND onward.status IN ('Draft', 'Ready to Submit', 'Submitted'))"""
FORWARDED = "claim.elsewhere = 1 AND claim.billed_after_id IS NOT NULL"
PATIENT = patients("claim.client_id")
PAYER = "claim.payer_id IN (SELECT p.id FROM payer AS p WHERE {test})"

CLAIMS = Queue(
    name="claims",
    title="Claims",
    from_="claim",
    key="claim.id",
    noun=("claim", "claims"),
    joins=(
        Join("payer", "payer", "payer.id = claim.payer_id"),
        Join("unit", "business_unit", "unit.id = claim.business_unit_id"),
        Join("rendering", "practitioner", "rendering.id = claim.rendering_id"),
        Join("hold", "claim_hold", "hold.claim_id = claim.id"),
    ),
    columns=(
        Column("claim_number", "Claim", "claim.number", "code", 10, 0, required=True),
        Column(
            "patient", "Patient", "claim.patient_name", "text", 14, 0, required=True, flexible=True
        ),
        payer_column(20, 5),
        Column(
            "first_service_date",
            "From",
            "claim.first_service_date",
            "date",
            10,
            2,
            short=MONTH_AND_DAY,
            short_width=5,
            required=True,
        ),
        Column("last_service_date", "To", "claim.last_service_date", "date", 10, 7, required=True),
        Column("billed", "Billed", "claim.billed", "money", 10, 1, required=True),
        Column("paid", "Paid", "claim.paid", "money", 10, 6, required=True),
        Column("payer_balance", "Payer bal", "claim.payer_balance", "money", 10, 0, required=True),
        Column(
            "patient_balance", "Pat. bal", "claim.patient_balance", "money", 10, 6, required=True
        ),
        Column("standing", "Stands at", STANDING, "state", 14, 0, STANDINGS, required=True),
        Column(
            "why",
            "Why",
            WHY,
            "text",
            20,
            4,
            required=True,
            flexible=True,
            help="The first failed validation, the rejection, or the first adjustment",
        ),
        Column(
            "days_to_file",
            "File in",
            f"CASE WHEN {WITH_US} THEN {DAYS_TO_FILE} END",
            "count",
            7,
            7,
            help="Days left of the payer's timely filing, while it is not with the payer",
        ),
        Column("status", "Status", "claim.status", "state", 17, 8, STATUSES, required=True),
        Column(
            "acknowledgement",
            "Accepted by",
            "claim.acknowledgement",
            "state",
            15,
            8,
            ACKNOWLEDGEMENTS,
            required=True,
        ),
        Column(
            "adjudication",
            "Adjudicated",
            "claim.adjudication",
            "state",
            13,
            8,
            ADJUDICATIONS,
            required=True,
        ),
        Column("lines", "Lines", "claim.line_count", "count", 5, 9, required=True),
        Column("frequency", "Fr", "claim.frequency", "code", 2, 9, required=True),
        Column(
            "patient_control_number",
            "Patient control",
            "claim.patient_control_number",
            "code",
            15,
            9,
            required=True,
        ),
        Column("case", "Case", CASE_NUMBER, "code", 8, 9, required=True, help="Its active case"),
        Column(
            "next_payer",
            "Next payer",
            NEXT_PAYER,
            "text",
            16,
            9,
            required=True,
            help="Whom the client's next coverage on the dates of service is with",
        ),
        Column("snoozed", "Snoozed to", SNOOZED, "date", 10, 9, order="claim.snoozed_until"),
        Column("snooze_reason", "Because", "claim.snooze_reason", "text", 20, 9, required=True),
        Column(
            "held",
            "Held by",
            "COALESCE(hold.login, '')",
            "text",
            10,
            10,
            required=True,
            help="Who works on it",
        ),
    ),
    fields=(
        Field(
            "claim_number",
            "code",
            ("claim.number",),
            ("claim", "number"),
            help="The claim's number",
        ),
        Field(
            "patient_control_number",
            "code",
            ("claim.patient_control_number",),
            ("pcn",),
            help="Patient control number, CLM01",
        ),
        *patient_fields(PATIENT),
        Field(
            "member",
            "code",
            ("v.member_id",),
            ("member_id",),
            within="claim.coverage_id IN (SELECT v.id FROM coverage AS v WHERE {test})",
            help="The member id of the coverage",
        ),
        payer_field(PAYER),
        Field("status", "state", ("claim.status",), choices=STATUSES, help="Where our work stands"),
        Field(
            "acknowledgement",
            "state",
            ("claim.acknowledgement",),
            ("ack",),
            ACKNOWLEDGEMENTS,
            help="What the clearinghouse or payer said on arrival",
        ),
        Field(
            "adjudication",
            "state",
            ("claim.adjudication",),
            ("adj",),
            ADJUDICATIONS,
            help="What the payer decided",
        ),
        Field(
            "balance",
            "money",
            ("(claim.payer_balance + claim.patient_balance)",),
            ("open",),
            help="Payer and patient balance together",
        ),
        Field("payer_balance", "money", ("claim.payer_balance",), help="What the payer owes"),
        Field("patient_balance", "money", ("claim.patient_balance",), help="What the patient owes"),
        Field("billed", "money", ("claim.billed",), ("charge",), help="What was billed"),
        Field("age", "age", ("claim.first_service_date",), help="Days since the first service"),
        Field(
            "first_service_date",
            "date",
            ("claim.first_service_date",),
            ("dos", "from", "date"),
            help="First date of service",
        ),
        Field("sent", "datetime", ("claim.submitted_at",), ("submitted",), help="When it was sent"),
        Field(
            "transaction",
            "count",
            ("x.id",),
            within=SENT_IN,
            help="The claims transaction that carried it, by its No.",
        ),
        Field(
            "isa",
            "count",
            ("x.interchange_control_number",),
            ("interchange",),
            within=SENT_IN,
            help="The interchange control number (ISA13) under which it was sent",
        ),
        Field("answered", "datetime", ("claim.answered_at",), help="When the last answer came"),
        Field(
            "carc",
            "code",
            ("a.reason_code",),
            ("adjustment",),
            within=CARC,
            parts=("a.group_code", "a.reason_code"),
            help="An adjustment reason: 197 or CO-197",
        ),
        Field("rarc", "code", ("m.code",), ("remark",), within=RARC, help="A remark code: N54"),
        Field(
            "code",
            "code",
            ("l.procedure_code",),
            ("cpt", "procedure", "procedure_code"),
            within=(
                "EXISTS (SELECT 1 FROM claim_line AS l WHERE l.claim_id = claim.id AND {test})"
            ),
            help="A procedure code on a line",
        ),
        Field(
            "rule",
            "code",
            ("v.rule", "v.field"),
            ("validation",),
            within="claim.id IN (SELECT v.claim_id FROM claim_validation AS v WHERE {test})",
            help="A validation that the claim fails, by rule or field",
        ),
        Field("errors", "count", ("claim.error_count",), help="How many validations block it"),
        unit_field("claim.business_unit_id"),
        Field(
            "rendering",
            "text",
            ("r.last_name || ', ' || r.first_name", "r.npi"),
            ("provider",),
            within=practitioners("claim.rendering_id"),
            help="The rendering provider's name or NPI",
        ),
        Field(
            "authorization",
            "code",
            ("claim.authorization_number",),
            ("auth",),
            help="The authorization number on the claim",
        ),
        Field(
            "icn",
            "code",
            ("claim.payer_claim_control_number",),
            ("payer_claim", "dcn"),
            help="The payer's claim control number",
        ),
        Field(
            "elsewhere",
            "state",
            ("CASE claim.elsewhere WHEN 1 THEN 'yes' ELSE 'no' END",),
            choices=(Choice("yes", "yes"), Choice("no", "no")),
            help="Whether another system sent it",
        ),
        Field("first_send", "state", (FIRST_SEND,), choices=YES_NO, help="No claim stood before"),
        Field(
            "refused",
            "state",
            (REFUSED,),
            choices=YES_NO,
            help="Whether clearinghouse or payer ever refused it on arrival",
        ),
        Field("edited", "state", (EDITED,), choices=YES_NO, help="Whether somebody edited it"),
        Field(
            "first_answer",
            "date",
            ("p.effective_date",),
            within=FIRST_REMITTED,
            help="When its first remittance took effect",
        ),
        Field(
            "denied_first",
            "state",
            (DENIED_FIRST,),
            choices=YES_NO,
            help="Whether its first remittance denied something",
        ),
        Field("lines", "count", ("claim.line_count",), help="How many service lines"),
        Field(
            "turn",
            "count",
            ("claim.payer_sequence",),
            help="Whose turn it is: 1 the first payer, 2 the secondary, 3 the tertiary",
        ),
        Field(
            "case",
            "code",
            ("f.number",),
            within=CASE,
            filled=IN_A_CASE,
            help="Its active case: case:K-2207, case:none",
        ),
        Field(
            "snoozed",
            "date",
            (SNOOZED,),
            help="The day that it is snoozed to: snoozed:any, snoozed<+7d",
        ),
        Field(
            "held",
            "person",
            ("h.login",),
            ("holder",),
            within="claim.id IN (SELECT h.claim_id FROM claim_hold AS h WHERE {test})",
            help="Who works on it: held:me, or (held:me | held:none) to hide what others hold",
        ),
    ),
    search=(
        Search("claim.number", "prefix"),
        Search("claim.patient_control_number", "exact"),
        Search("c.last_name", "prefix", PATIENT),
        Search("c.first_name", "prefix", PATIENT),
    ),
    totals=(
        Total("billed", "billed", "claim.billed"),
        Total("payer_balance", "payer balance", "claim.payer_balance"),
        Total("patient_balance", "patient balance", "claim.patient_balance"),
        Total("paid", "paid", "claim.paid", shown=False),
        Total("adjusted", "adjusted", "claim.adjusted", shown=False),
    ),
    default_order=Order.by("first_service_date"),
    default_view="all",
    views=(
        View("all", "All", order=Order.by("-first_service_date")),
        View("draft", "Draft", condition="claim.status = 'Draft'"),
        View(
            "draft_failed",
            "Draft – failed validation",
            condition=f"claim.status = 'Draft' AND claim.error_count > 0 AND {AWAKE}",
            description="Drafts that cannot be sent until what blocks them is mended",
        ),
        View("ready", "Ready to Submit", condition="claim.status = 'Ready to Submit'"),
        View(
            "submitted",
            "Submitted",
            condition="claim.status = 'Submitted'",
            order=Order.by("-first_service_date"),
        ),
        View(
            "rejected",
            "Rejected",
            condition=f"claim.acknowledgement = 'rejected' AND {IN_FORCE} AND {AWAKE}",
            description="Refused on arrival, never adjudicated: mend and send as an original",
        ),
        View(
            "denied",
            "Denied",
            condition=(
                "claim.adjudication = 'denied' AND claim.payer_balance > 0"
                f" AND {IN_FORCE} AND {AWAKE}"
            ),
            description="The payer decided not to pay, and it was not written off",
        ),
        View(
            "partially_denied",
            "Partially denied",
            condition=(
                "claim.adjudication = 'partially paid' AND (claim.payer_balance > 0 OR"
                f" {DENIED_LINE}) AND {IN_FORCE} AND {AWAKE}"
            ),
            description="Something was settled, and something denied or not answered is open",
        ),
        View(
            "open_payer",
            "Open balance – payer",
            condition=f"claim.payer_balance > 0 AND {AWAKE}",
        ),
        View(
            "open_patient",
            "Open balance – patient",
            condition="claim.patient_balance > 0",
        ),
        View(
            "credit_payer",
            "Credit – payer",
            condition="claim.payer_balance < 0",
            description="Owed back to the payer: F gives it back",
        ),
        View(
            "credit_patient",
            "Credit – patient",
            condition="claim.patient_balance < 0",
            description="Owed back to the patient: F gives it back",
        ),
        View(
            "overpaid",
            "Overpaid",
            condition=f"claim.adjudication = 'overpaid' AND {IN_FORCE} AND {AWAKE}",
        ),
        View(
            "underpaid",
            "Underpaid",
            condition=CLAIM_UNDERPAID,
            description="A line of it was allowed less than the fee schedule expects",
        ),
        View(
            "no_response",
            "No answer after the payer's usual time",
            condition=(
                f"claim.adjudication = 'pending' AND {IN_FORCE} AND"
                " claim.acknowledgement <> 'rejected' AND"
                f" {days_since('claim.submitted_at')} > payer.answer_days AND {AWAKE}"
                f" AND NOT {NOTHING_TO_TAKE_BACK}"
            ),
            description="Sent longer ago than the payer usually takes to answer",
        ),
        View(
            "not_at_payer",
            "Taken by the clearinghouse, not seen by the payer",
            condition=(
                "claim.acknowledgement = 'accepted by clearinghouse' AND"
                f" claim.adjudication = 'pending' AND {IN_FORCE} AND payer.receipt_days > 0 AND"
                f" {days_since('claim.submitted_at')} > payer.receipt_days AND {AWAKE}"
            ),
            description="The payer's days of receipt are over: its phone desk may know nothing",
        ),
        View(
            "unacknowledged",
            "Sent, not acknowledged by anybody",
            condition=(
                "claim.acknowledgement = 'pending' AND claim.adjudication = 'pending' AND"
                f" claim.elsewhere = 0 AND {IN_FORCE} AND"
                f" {days_since('claim.submitted_at')} > {DAYS_TO_ACKNOWLEDGE} AND {AWAKE}"
            ),
            description="No 277CA has named it for days: the file may be lost",
        ),
        View(
            "filing_near",
            "Filing deadline near",
            condition=(f"{WITH_US} AND {DAYS_TO_FILE} <= 14"),
            description="Not with the payer yet, and two weeks or less of timely filing left",
        ),
        View(
            "snoozed",
            "Snoozed",
            condition="claim.snoozed_until > :today",
            order=Order.by("snoozed"),
            description="Out of the other views until a day; h wakes them",
            columns=(
                "claim_number",
                "patient",
                "snoozed",
                "snooze_reason",
                "payer_balance",
                "standing",
                "payer",
            ),
        ),
        View(
            "secondary",
            "Secondary to bill",
            condition=(
                "claim.patient_balance > 0 AND claim.status = 'Submitted'"
                f" AND claim.adjudication NOT IN ('none', 'pending') AND EXISTS (SELECT 1"
                f" {NEXT_COVERAGE}) AND NOT {BILLED_ON} AND {AWAKE}"
            ),
            description="Left to the patient by one payer, and there is a next one: b bills it",
            columns=(
                "claim_number",
                "patient",
                "next_payer",
                "first_service_date",
                "patient_balance",
                "payer",
            ),
        ),
        View(
            "forwarded",
            "Forwarded, no answer yet",
            condition=(
                f"{FORWARDED} AND claim.status = 'Submitted' AND claim.adjudication = 'pending'"
                f" AND {AWAKE}"
            ),
            description="Sent on by the payer before; b sends it ourselves when the time is over",
        ),
        View(
            "secondary_doubtful",
            "Secondary – the answer before has changed",
            condition=(
                "claim.billed_after_id IS NOT NULL AND claim.status = 'Submitted' AND EXISTS"
                " (SELECT 1 FROM claim AS b WHERE b.id = claim.billed_after_id AND (b.status <>"
                f" 'Submitted' OR b.adjudication = 'pending' OR b.patient_balance < 0)) AND {AWAKE}"
            ),
            description="Its payer took back or replaced what the next one was told",
        ),
        View("historical", "Historical", condition="claim.status = 'Historical'"),
        View("inactive", "Inactive", condition="claim.status = 'Inactive'"),
    ),
)
