"""What the claims queue can be filtered by."""

from rcm_tui.data.codes.treatments import denies
from rcm_tui.data.queues.claim_states import (
    ACKNOWLEDGEMENTS,
    ADJUDICATIONS,
    NEXT_COVERAGE,
    PATIENT,
    SNOOZED,
    STATUSES,
)
from rcm_tui.data.queues.parties import patient_fields, payer_field, rendering_field, unit_field
from rcm_tui.data.queues.queue import Choice, Field

PAYER = "claim.payer_id IN (SELECT p.id FROM payer AS p WHERE {test})"
CARC = """claim.id IN (SELECT r.claim_id FROM adjustment AS a
 JOIN remittance AS r ON r.id = a.remittance_id WHERE {test})"""
RARC = """claim.id IN (SELECT r.claim_id FROM remark AS m
 JOIN remittance AS r ON r.id = m.remittance_id WHERE {test})"""
CASE = """claim.chain IN (SELECT k.chain FROM case_claim AS k
 JOIN case_file AS f ON f.id = k.case_id WHERE k.active = 1 AND {test})"""
IN_A_CASE = """EXISTS (SELECT 1 FROM case_claim AS k
 WHERE k.chain = claim.chain AND k.active = 1)"""
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
SENT_IN = """claim.id IN (SELECT t.claim_id FROM transmitted_claim AS t
 JOIN claims_transaction AS x ON x.id = t.claims_transaction_id WHERE {test})"""
WITH_SUCH_A_PAYER = """+claim.client_id IN (SELECT c.client_id FROM payer AS p
 JOIN coverage AS c ON c.payer_id = p.id WHERE {test})"""
OF_NEXT_PAYER = f"""FROM payer AS p WHERE p.id = (SELECT v.payer_id
 {NEXT_COVERAGE} ORDER BY v.rank, v.id LIMIT 1)"""
# Only clients who have a coverage with such a payer are looked at more closely. The sign keeps
# SQLite on the order of the queue, CASE keeps PostgreSQL from looking more closely first.
NEXT_PAYER = f"""({WITH_SUCH_A_PAYER} AND CASE WHEN {WITH_SUCH_A_PAYER}
 THEN COALESCE((SELECT {{test}} {OF_NEXT_PAYER}), FALSE) ELSE FALSE END)"""
ANY_NEXT_PAYER = f"COALESCE((SELECT p.name {OF_NEXT_PAYER}), '') <> ''"

FIELDS = (
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
        looked_up=True,
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
        within=("EXISTS (SELECT 1 FROM claim_line AS l WHERE l.claim_id = claim.id AND {test})"),
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
    rendering_field("claim.rendering_id"),
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
    Field(
        "next_payer",
        "text",
        ("p.name",),
        within=NEXT_PAYER,
        filled=ANY_NEXT_PAYER,
        help="Whom the client's next coverage on the dates of service is with",
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
)
