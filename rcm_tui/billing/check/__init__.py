"""Proving the store: ledger, balances, payments, audit chain, references, control numbers.

Each check recomputes from the rows what other columns or the audit trail say of them, by SQL sums
and in pages, so that memory does not grow with the store. Whatever was altered behind the
program's back makes one of them fail.
"""

from collections.abc import Callable

from peewee import Database

from rcm_tui.billing.check import books, cases, claims, payments, store
from rcm_tui.billing.check.result import CheckResult
from rcm_tui.billing.outcome import Progress
from rcm_tui.data.keys import AuditKey

__all__ = ["CHECKS", "CheckResult", "check_store"]

CHECKS: dict[str, Callable[[Database, AuditKey, CheckResult], None]] = {
    "journals sum to zero": books.journals,
    "ledger as posted": books.seals,
    "claim balances": books.claim_balances,
    "line balances": books.line_balances,
    "billed is accounted for": books.submitted_claims,
    "payments": payments.payments,
    "patient payments": payments.patient_payments,
    "invoices": payments.invoices,
    "charge periods": claims.charge_days,
    "audit trail": store.audit_trail,
    "references": store.references,
    "control numbers": claims.control_numbers,
    "transmissions": claims.transmissions,
    "contracts": books.contracts,
    "cases": cases.cases,
    "open denials": cases.denials,
    "denial history": cases.denial_history,
}


def check_store(
    database: Database, audit_key: AuditKey, progress: Progress | None = None
) -> list[CheckResult]:
    """Runs every check. `progress` counts them. Nothing is changed."""
    results = []
    for done, (name, check) in enumerate(CHECKS.items()):
        if progress:
            progress(done, len(CHECKS))
        result = CheckResult(name)
        check(database, audit_key, result)
        results.append(result)
    if progress:
        progress(len(CHECKS), len(CHECKS))
    return results
