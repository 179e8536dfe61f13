"""Every queue that can be listed, by its name."""

from rcm_tui.data.queues.activities import ACTIVITIES
from rcm_tui.data.queues.ageing import PATIENT_AGEING, PAYER_AGEING
from rcm_tui.data.queues.answered_lines import ANSWERED_LINES
from rcm_tui.data.queues.appeals import APPEALS
from rcm_tui.data.queues.appointment_types import APPOINTMENT_TYPES
from rcm_tui.data.queues.audit import AUDIT
from rcm_tui.data.queues.authorizations import AUTHORIZATIONS
from rcm_tui.data.queues.case_kinds import CASE_KINDS
from rcm_tui.data.queues.case_managers import CASE_MANAGERS
from rcm_tui.data.queues.case_rules import CASE_RULE_RUNS, CASE_RULES
from rcm_tui.data.queues.cases import CASES
from rcm_tui.data.queues.charge_periods import CHARGE_PERIODS
from rcm_tui.data.queues.charges import CHARGES
from rcm_tui.data.queues.claims import CLAIMS
from rcm_tui.data.queues.clearinghouses import CLEARINGHOUSES
from rcm_tui.data.queues.clients import CLIENTS, COVERAGES
from rcm_tui.data.queues.denials import DENIAL_ACTIONS
from rcm_tui.data.queues.denied_before import DENIED_BEFORE
from rcm_tui.data.queues.deposits import DEPOSITS
from rcm_tui.data.queues.diagnoses import DIAGNOSES
from rcm_tui.data.queues.emergencies import EMERGENCIES
from rcm_tui.data.queues.escalations import ESCALATION_RULES
from rcm_tui.data.queues.fees import BENEFITS, FEES, MODIFIER_RULES, MUES, PLANS
from rcm_tui.data.queues.invoices import INVOICES
from rcm_tui.data.queues.jobs import RUNS
from rcm_tui.data.queues.letters import APPEAL_LEVELS, LETTER_TEMPLATES
from rcm_tui.data.queues.open_denials import OPEN_DENIALS
from rcm_tui.data.queues.patient_payments import PATIENT_PAYMENTS, REFUNDS
from rcm_tui.data.queues.patient_side import (
    PATIENT_BILLING_RULES,
    WRITE_OFF_REASONS,
    WRITE_OFFS,
)
from rcm_tui.data.queues.payer_rules import PAYER_RULES
from rcm_tui.data.queues.payers import PAYERS
from rcm_tui.data.queues.practice import (
    BUSINESS_UNITS,
    LOCATIONS,
    PRACTICES,
    PRACTITIONERS,
)
from rcm_tui.data.queues.provider_adjustments import PROVIDER_ADJUSTMENTS
from rcm_tui.data.queues.purging import LEGAL_HOLDS, PURGE_POLICIES, PURGE_RUNS
from rcm_tui.data.queues.queue import Queue
from rcm_tui.data.queues.remittance_lines import REMITTANCE_LINES
from rcm_tui.data.queues.remittances import PAYMENTS, REMITTANCES
from rcm_tui.data.queues.responses import RESPONSES, TRANSACTIONS
from rcm_tui.data.queues.sessions import SESSIONS
from rcm_tui.data.queues.statements import STATEMENTS, STATEMENTS_DUE
from rcm_tui.data.queues.underpayments import PAYER_UNDERPAYMENTS, UNDERPAYMENTS
from rcm_tui.data.queues.visits import VISITS

QUEUES: dict[str, Queue] = {
    queue.name: queue
    for queue in (
        CHARGES,
        CHARGE_PERIODS,
        CLAIMS,
        CASES,
        ACTIVITIES,
        APPEALS,
        CASE_RULES,
        CASE_RULE_RUNS,
        PAYMENTS,
        REMITTANCES,
        REMITTANCE_LINES,
        PROVIDER_ADJUSTMENTS,
        DEPOSITS,
        RESPONSES,
        TRANSACTIONS,
        EMERGENCIES,
        RUNS,
        CLIENTS,
        COVERAGES,
        DIAGNOSES,
        AUTHORIZATIONS,
        CASE_MANAGERS,
        CASE_KINDS,
        CLEARINGHOUSES,
        PAYERS,
        PRACTITIONERS,
        PRACTICES,
        BUSINESS_UNITS,
        LOCATIONS,
        PLANS,
        BENEFITS,
        FEES,
        MUES,
        MODIFIER_RULES,
        SESSIONS,
        VISITS,
        INVOICES,
        STATEMENTS_DUE,
        STATEMENTS,
        PATIENT_PAYMENTS,
        REFUNDS,
        WRITE_OFFS,
        WRITE_OFF_REASONS,
        PATIENT_BILLING_RULES,
        OPEN_DENIALS,
        DENIAL_ACTIONS,
        APPEAL_LEVELS,
        LETTER_TEMPLATES,
        ESCALATION_RULES,
        APPOINTMENT_TYPES,
        PAYER_AGEING,
        PATIENT_AGEING,
        UNDERPAYMENTS,
        PAYER_UNDERPAYMENTS,
        ANSWERED_LINES,
        DENIED_BEFORE,
        PAYER_RULES,
        AUDIT,
        PURGE_POLICIES,
        LEGAL_HOLDS,
        PURGE_RUNS,
    )
}
