"""Which screen shows which section, queue or record: one table, read when a screen is wanted.

A screen's module is imported only then, so that the first one need not wait for the others.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rcm_tui.screens.frame import Frame

FORM = "form "
"""What the names of forms begin with; the kind of record follows."""

SCREENS = {
    "activities": "activities.ActivitiesScreen",
    "administration": "administration.AdministrationScreen",
    "appeal": "appeals.AppealScreen",
    "appeals": "appeals.AppealsScreen",
    "answered_lines": "answered_lines.AnsweredLinesScreen",
    "audit": "audit.AuditScreen",
    "audit_record": "audit_record.AuditRecordScreen",
    "authorization": "authorizations.AuthorizationScreen",
    "authorizations": "authorizations.AuthorizationsScreen",
    "case": "case.CaseScreen",
    "case_insights": "case_insights.CaseInsightsScreen",
    "case_rule_runs": "case_rules.CaseRuleRunsScreen",
    "case_rules": "case_rules.CaseRulesScreen",
    "cases": "cases.CasesScreen",
    "charge": "charge.ChargeScreen",
    "charge_periods": "charge_periods.ChargePeriodsScreen",
    "charges": "charges.ChargesScreen",
    "charts": "charts.ChartsScreen",
    "claim": "claim.ClaimScreen",
    "claims": "claims.ClaimsScreen",
    "denials": "denials.DenialsScreen",
    "denial_insights": "denial_insights.DenialInsightsScreen",
    "denied_before": "denied_before.DeniedBeforeScreen",
    "deposit": "deposits.DepositScreen",
    "deposits": "deposits.DepositsScreen",
    "emergencies": "emergencies.EmergenciesScreen",
    "home": "home.HomeScreen",
    "invoice": "invoices.InvoiceScreen",
    "invoices": "invoices.InvoicesScreen",
    "jobs": "jobs.JobsScreen",
    "orphan": "orphan.OrphanScreen",
    "orphan_line": "line_orphan.LineOrphanScreen",
    "paper": "paper.PaperScreen",
    "patient_ageing": "reports.PatientAgeingScreen",
    "payer_ageing": "reports.PayerAgeingScreen",
    "payment": "payment.PaymentScreen",
    "payments": "remittances.PaymentsScreen",
    "remittance_preview": "remittance_preview.RemittancePreviewScreen",
    "provider_adjustments": "provider_adjustments.ProviderAdjustmentsScreen",
    "remittance_lines": "remittances.RemittanceLinesScreen",
    "remittances": "remittances.RemittancesScreen",
    "purge_policies": "purging.PurgePoliciesScreen",
    "purge_runs": "purging.PurgeRunsScreen",
    "payer_underpayments": "underpayments.PayerUnderpaymentsScreen",
    "responses": "responses.ResponsesScreen",
    "transactions": "responses.TransactionsScreen",
    "patient_payments": "patient_payments.PatientPaymentsScreen",
    "refunds": "patient_payments.RefundsScreen",
    "reports": "reports.ReportsScreen",
    "underpayments": "underpayments.UnderpaymentsScreen",
    "statements": "statements.StatementsScreen",
    "statements_due": "statements.StatementsDueScreen",
    "visit": "visit.VisitScreen",
    "visits": "visits.VisitsScreen",
    "write_offs": "write_offs.WriteOffsScreen",
}
"""Name of a screen → its module here and its class."""

RECORD_QUEUES = {
    "appeal_levels": "appeal_level",
    "appointment_types": "appointment_type",
    "benefits": "benefit",
    "business_units": "business_unit",
    "case_kinds": "case_kind",
    "case_managers": "case_manager",
    "clearinghouses": "clearinghouse",
    "clients": "client",
    "coverages": "coverage",
    "denial_actions": "denial_action",
    "diagnoses": "client_diagnosis",
    "escalation_rules": "escalation_rule",
    "fees": "fee",
    "legal_holds": "legal_hold",
    "letter_templates": "letter_template",
    "locations": "location",
    "modifier_rules": "modifier_rule",
    "mues": "mue",
    "patient_billing_rules": "patient_billing_rule",
    "payer_rules": "payer_rule",
    "payers": "payer",
    "plans": "plan",
    "practices": "practice",
    "practitioners": "practitioner",
    "sessions": "session",
    "write_off_reasons": "write_off_reason",
}
"""Queues of records that are opened as forms, with the kind of record."""

ROOMS = {
    "charges": ("charges", "charge_periods"),
    "claims": ("claims", "underpayments", "payer_underpayments", "write_offs"),
    "cases": ("cases", "denials", "appeals", "activities"),
    "remittances": (
        "remittances",
        "payments",
        "remittance_lines",
        "provider_adjustments",
        "deposits",
        "responses",
        "transactions",
    ),
    "clients": ("clients", "authorizations", "case_managers", "diagnoses"),
    "invoices": (
        *("invoices", "visits", "statements_due", "statements"),
        *("patient_payments", "refunds"),
    ),
    "reports": (
        *("reports", "charts", "payer_ageing", "patient_ageing"),
        *("case_insights", "denial_insights", "answered_lines", "denied_before"),
    ),
}
"""The lists of a section that has several: its number key, pressed again there, shows them."""


def screen_named(name: str) -> Frame:
    """A new screen by its name. Raises KeyError for one that is not in the tables."""
    return _maker(name)(name=name)


def _maker(name: str) -> Callable[..., Frame]:
    if name.startswith(FORM):
        return partial(_found("form_screen.FormScreen"), name.removeprefix(FORM))
    if name in RECORD_QUEUES:
        return partial(_found("record_queue.RecordQueueScreen"), RECORD_QUEUES[name])
    return _found(SCREENS[name])


def _found(path: str) -> Callable[..., Frame]:
    module, _, name = path.partition(".")
    found: Callable[..., Frame] = getattr(import_module(f"rcm_tui.screens.{module}"), name)
    return found
