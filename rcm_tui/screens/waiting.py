"""What can wait for a person on Home: the views that have to be worked, by role."""

from __future__ import annotations

from dataclasses import dataclass

from rcm_tui.data.records.desk import Heap


@dataclass(frozen=True, slots=True)
class Wait:
    """A line of Home: a heap of work under its name, the most urgent kind first."""

    heap: Heap
    sign: str
    title: str


WAITS = (
    Wait(Heap("claims", "rejected", "billed", "first_service_date"), "failed", "Rejected claims"),
    Wait(Heap("denials", "to_work", "amount", "until"), "failed", "Denials to work"),
    Wait(Heap("cases", "my_due", "outstanding", "followup"), "open", "My cases to follow up"),
    Wait(Heap("denials", "due_soon", "amount", "until"), "clock", "Denials, 7 days left"),
    Wait(Heap("activities", "my_open", "", "due"), "open", "My open tasks"),
    Wait(Heap("activities", "my_drafts", "", "written"), "open", "My draft emails"),
    Wait(Heap("cases", "settled", "", "followup"), "done", "Cases paid, to resolve"),
    Wait(
        Heap("claims", "filing_near", "billed", "first_service_date"),
        "clock",
        "Filing deadline near",
    ),
    Wait(Heap("charges", "new", "billed", "date_of_service"), "open", "New charges to approve"),
    Wait(Heap("charges", "ready", "billed", "date_of_service"), "open", "Charges Ready to Bill"),
    Wait(Heap("charges", "hold_due", "billed", "date_of_service"), "clock", "Charges on hold, due"),
    Wait(
        Heap("charges", "awaiting_resubmission", "billed", "date_of_service"),
        "warning",
        "Reopened after billing",
    ),
    Wait(
        Heap("claims", "draft_failed", "billed", "first_service_date"),
        "warning",
        "Drafts failing validation",
    ),
    Wait(
        Heap("claims", "secondary", "patient_balance", "first_service_date"),
        "open",
        "Secondary to bill",
    ),
    Wait(Heap("claims", "ready", "billed", "first_service_date"), "waiting", "Ready to Submit"),
    Wait(Heap("payments", "to_review", "amount", "received_at"), "open", "Payments to review"),
    Wait(Heap("payments", "held", "amount", "received_at"), "warning", "Payments held"),
    Wait(Heap("remittances", "orphans", "paid", "first_service_date"), "open", "Remits, no claim"),
    Wait(Heap("remittance_lines", "unmatched", "paid", "day"), "open", "Lines, no claim line"),
    Wait(
        Heap("provider_adjustments", "unlinked", "amount", "effective_date"),
        "open",
        "Recoupments to link",
    ),
    Wait(Heap("deposits", "open", "amount", "received_on"), "open", "Deposits to reconcile"),
    Wait(Heap("payments", "no_money", "amount", "effective_date"), "clock", "Remits, no money"),
    Wait(
        Heap("claims", "no_response", "payer_balance", "first_service_date"),
        "waiting",
        "No answer from payer",
    ),
    Wait(
        Heap("claims", "not_at_payer", "billed", "first_service_date"),
        "warning",
        "Not seen by the payer",
    ),
    Wait(
        Heap("claims", "unacknowledged", "billed", "first_service_date"),
        "warning",
        "Not acknowledged",
    ),
    Wait(Heap("cases", "mine", "outstanding", "opened"), "partly", "My active cases"),
    Wait(Heap("cases", "my_resolved", "", ""), "done", "My cases resolved lately"),
    Wait(Heap("authorizations", "expiring", "", "ends_on"), "clock", "Authorizations running out"),
)
DENIALS = tuple(
    wait
    for wait in WAITS
    if wait.heap.queue in ("denials", "cases", "activities")
    or wait.heap.view in ("rejected", "filing_near", "draft_failed", "no_response")
)
"""What waits for a denial specialist: denials, cases and what belongs to them."""
CARE = (
    Wait(Heap("clients", "unmanaged", "", ""), "warning", "Clients, no case manager"),
    Wait(Heap("case_managers", "lapsed", "", "enrolled_until"), "failed", "Enrolments lapsed"),
    Wait(
        Heap("case_managers", "lapsing", "", "enrolled_until"),
        "clock",
        "Enrolments, 30 days left",
    ),
    Wait(Heap("case_managers", "no_care", "", "last_care"), "open", "No care for a month"),
    Wait(Heap("authorizations", "expiring", "", "ends_on"), "clock", "Authorizations running out"),
    Wait(
        Heap("authorizations", "nearly_used", "", "runs_out"),
        "warning",
        "Authorizations nearly used",
    ),
    Wait(Heap("authorizations", "overrun", "", ""), "failed", "Authorizations overrun"),
    Wait(Heap("authorizations", "pending", "", "starts_on"), "waiting", "Authorizations pending"),
    Wait(
        Heap("charges", "pending_authorization", "billed", "date_of_service"),
        "waiting",
        "Charges that wait for them",
    ),
)
"""What waits for a client coordinator: case managers and authorizations."""
ALARMS = (
    Wait(Heap("emergencies", "to_review", "", "began"), "failed", "Emergency access to review"),
)
"""What administrators are to see before all else."""
WAITS_OF = {
    "administrator": (*ALARMS, *WAITS),
    "client coordinator": CARE,
    "denial specialist": DENIALS,
}
