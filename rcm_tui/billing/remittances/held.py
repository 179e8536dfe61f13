"""Payments of which nothing was posted: a better copy may take their place; one is dismissed."""

from rcm_tui.billing.outcome import Refused
from rcm_tui.data.tables.remittances import (
    Adjustment,
    Payment,
    ProviderAdjustment,
    Remark,
    Remittance,
    RemittanceLine,
)
from rcm_tui.data.work import Work

UNPOSTED = ("held", "to review")


def came_again(work: Work, payment: Payment, incoming_file: int) -> None:
    """Notes in the history of a payment that it came in once more; it was not posted again."""
    work.record("payment came again", payment, incoming_file=incoming_file)


def give_way(work: Work, payment_id: int) -> None:
    """Removes a waiting payment that came in once more; the file that brought it stays whole.

    A remittance that was cut off on its way, or did not balance, comes again under the same
    number. Raises Refused, with nothing changed, for a payment that was posted.
    """
    payment = Payment.get_by_id(payment_id)
    if payment.state not in UNPOSTED:
        raise Refused(f"payment {payment.trace_number} is {payment.state}: it cannot give way")
    remittances = Remittance.select(Remittance.id).where(Remittance.payment == payment)
    for table in (Remark, Adjustment, RemittanceLine):
        table.delete().where(table.remittance.in_(remittances)).execute()
    Remittance.delete().where(Remittance.payment == payment).execute()
    ProviderAdjustment.delete().where(ProviderAdjustment.payment == payment).execute()
    file = payment.incoming_file
    work.record(
        f"{payment.state} payment gave way",
        payment,
        trace_number=payment.trace_number,
        amount=payment.amount,
        incoming_file=file.id if file else None,
    )
    payment.delete_instance()
