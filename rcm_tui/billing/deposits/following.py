"""What follows by itself when a payment comes in: the deposit that waited for it is found."""

from rcm_tui.billing.deposits.reconciling import SHORTEST_TRACE, reconcile
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.work import Work

MAY_BE_IT = (
    "SELECT deposit.id FROM deposit, payment WHERE payment.id = ? AND payment.amount <> 0"
    " AND deposit.matched <> deposit.amount AND deposit.set_aside = ''"
    " AND (deposit.amount - deposit.matched = payment.amount"
    f" OR LENGTH(payment.trace_number) >= {SHORTEST_TRACE} AND"
    " REPLACE(deposit.reference || ' ' || deposit.description, payment.trace_number, '')"
    " <> deposit.reference || ' ' || deposit.description)"
)


def follow_payment(work: Work, payment_id: int) -> list[int]:
    """Reconciles the open deposits that a payment may be part of, where they are beyond doubt.

    Returns those that were. The bank is often quicker than the remittance.
    """
    keys = [key for (key,) in read_rows(work.database, MAY_BE_IT, payment_id)]
    return reconcile(work, keys).done if keys else []
