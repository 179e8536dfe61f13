"""The claims queue: every submission of every claim, with the views that billers work from."""

from rcm_tui.data.queues.claim_fields import FIELDS
from rcm_tui.data.queues.claim_states import (
    ACKNOWLEDGEMENTS,
    ADJUDICATIONS,
    AWAKE,
    DAYS_TO_FILE,
    NEXT_COVERAGE,
    PATIENT,
    SNOOZED,
    STANDING,
    STANDINGS,
    STATUSES,
    WITH_US,
)
from rcm_tui.data.queues.claim_views import VIEWS
from rcm_tui.data.queues.parties import payer_column
from rcm_tui.data.queues.queue import Column, Join, Order, Queue, Search, Total

__all__ = [
    "ACKNOWLEDGEMENTS",
    "ADJUDICATIONS",
    "AWAKE",
    "CLAIMS",
    "STANDING",
    "STANDINGS",
    "STATUSES",
]

MONTH_AND_DAY = (
    "substr(claim.first_service_date, 6, 2) || '/' || substr(claim.first_service_date, 9, 2)"
)
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
CASE_NUMBER = """COALESCE((SELECT f.number FROM case_claim AS k
 JOIN case_file AS f ON f.id = k.case_id WHERE k.chain = claim.chain AND k.active = 1), '')"""
NEXT_PAYER = f"""COALESCE((SELECT p.name FROM payer AS p WHERE p.id = (SELECT v.payer_id
 {NEXT_COVERAGE} ORDER BY v.rank, v.id LIMIT 1)), '')"""

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
    fields=FIELDS,
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
    views=VIEWS,
)
