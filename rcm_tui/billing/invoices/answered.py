"""What follows by itself on invoices when a payer answered, corrected or reversed.

Copays that were taken go onto what the answer leaves to the patient; what stood on a share that
was taken back is unapplied again, and goes along to what the submission chain leaves to the
patient now; and where the location has auto-pay, the payer's money goes onto the invoice.
"""

from collections.abc import Iterable

from rcm_tui.billing.invoices.applying import apply_along_chains, apply_payments, take_off
from rcm_tui.billing.invoices.insurance import auto_pay
from rcm_tui.billing.invoices.shares import invoices_of_claims
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.work import Work

USED = "SELECT 1 WHERE EXISTS (SELECT 1 FROM invoice) OR EXISTS (SELECT 1 FROM payment_application)"


def follow_answers(work: Work, claim_ids: Iterable[int]) -> None:
    """Brings the invoices of claims up to date after their answers changed."""
    if not read_rows(work.database, USED):
        return
    claims = sorted(set(claim_ids))
    take_off(work, claims)
    apply_along_chains(work, claims)
    invoices = invoices_of_claims(work.database, claims)
    if invoices:
        apply_payments(work, invoices)
        auto_pay(work, invoices)
