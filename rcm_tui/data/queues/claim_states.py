"""Where claims stand: their states in words, and what they are by in SQL."""

from rcm_tui.data.queues.days import day_number
from rcm_tui.data.queues.parties import patients
from rcm_tui.data.queues.queue import Choice

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
IN_FORCE = "claim.status NOT IN ('Historical', 'Inactive')"
WITH_US = (
    "(claim.status IN ('Draft', 'Ready to Submit') OR"
    " (claim.acknowledgement = 'rejected' AND claim.status = 'Submitted'))"
)
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
# The next payer: the client's next coverage after the claim's own that holds on its dates.
NEXT_COVERAGE = """FROM coverage AS v JOIN coverage AS own ON own.id = claim.coverage_id
 WHERE v.client_id = claim.client_id AND v.rank > own.rank
  AND (v.starts_on IS NULL OR v.starts_on <= claim.first_service_date)
  AND (v.ends_on IS NULL OR v.ends_on >= claim.last_service_date)"""
PATIENT = patients("claim.client_id")
