"""The views of the claims queue that billers work from."""

from rcm_tui.data.queues.claim_states import AWAKE, DAYS_TO_FILE, IN_FORCE, NEXT_COVERAGE, WITH_US
from rcm_tui.data.queues.days import days_since
from rcm_tui.data.queues.queue import Order, View
from rcm_tui.data.queues.underpayments import CLAIM_UNDERPAID

DAYS_TO_ACKNOWLEDGE = 2
"""A clearinghouse that says nothing of a claim for longer than this may not have it (ours)."""
# A void needs no answer when nothing was paid on what it takes back, or no longer is.
NOTHING_TO_TAKE_BACK = """(claim.frequency = '8' AND NOT EXISTS (SELECT 1 FROM claim AS e
 WHERE e.id = claim.previous_id AND (e.paid <> 0 OR e.patient_balance <> 0)))"""
# Among a claim's lines, whatever they come to together.
DENIED_LINE = """EXISTS (SELECT 1 FROM claim_line AS l WHERE l.claim_id = claim.id
 AND l.denied > 0 AND l.payer_balance > 0)"""
# Where no claim is billed on yet, statistics call its index useless: the status must not be one.
BILLED_ON = """EXISTS (SELECT 1 FROM claim AS onward WHERE onward.billed_after_id = claim.id
 AND onward.frequency <> '8'
 AND COALESCE(onward.status, '') IN ('Draft', 'Ready to Submit', 'Submitted'))"""
FORWARDED = "claim.elsewhere = 1 AND claim.billed_after_id IS NOT NULL"

VIEWS = (
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
            f"claim.adjudication = 'denied' AND claim.payer_balance > 0 AND {IN_FORCE} AND {AWAKE}"
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
)
