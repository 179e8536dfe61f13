"""Payments of which nothing was posted: a better copy may take their place; one is dismissed."""

import json
from collections.abc import Iterable

from rcm_tui.billing.outcome import Left, Outcome, Refused, counted
from rcm_tui.billing.rights import POST, needs
from rcm_tui.billing.units import PAYMENT
from rcm_tui.data.plain import plain
from rcm_tui.data.tables.deposits import Deposit, DepositedPayment
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
LONGEST_REASON = 200


@needs(POST)
def came_again(work: Work, payment: Payment, incoming_file: int) -> None:
    """Notes in the history of a payment that it came in once more; it was not posted again."""
    work.record("payment came again", payment, incoming_file=incoming_file)


@needs(POST, payment_ids=PAYMENT)
def dismiss_payments(work: Work, payment_ids: Iterable[int], reason: str) -> Outcome:
    """Says that payments will never be posted here: they were posted by hand, or elsewhere.

    They stay whole and in sight, and the same payment does not come in again. Left with the
    reason are those of which something is posted. Undoable. Raises Refused without a reason.
    """
    reason = plain(reason, LONGEST_REASON).strip()
    if not reason:
        raise Refused("a reason is needed: where the payment was posted, and by whom")
    outcome = Outcome()
    payments = list(Payment.select().where(Payment.id.in_(list(payment_ids))).order_by(Payment.id))
    with work.undoable(f"Dismiss {counted(len(payments), 'payment')}", Payment) as action:
        for payment in payments:
            named = payment.trace_number or f"No. {payment.id}"
            if payment.state not in UNPOSTED:
                outcome.left.append(Left(payment.id, named, f"it is {payment.state}"))
                continue
            why = json.dumps([f"dismissed: {reason}"], ensure_ascii=False)
            work.update(Payment, ("state", "held_reasons"), [("dismissed", why, payment.id)])
            work.record("payment dismissed", payment, was=payment.state, reason=reason)
            outcome.done.append(payment.id)
            outcome.amount += payment.amount
        action.worth_undoing = bool(outcome.done)
    return outcome


def may_give_way(payment: Payment) -> bool:
    """Whether nothing of a payment was ever posted, not even what was taken back since."""
    return payment.state in UNPOSTED and payment.posted_at is None


@needs(POST, payment_id=PAYMENT)
def give_way(work: Work, payment_id: int) -> None:
    """Removes a waiting payment that came in once more; the file that brought it stays whole.

    A remittance that was cut off on its way, or did not balance, comes again under the same
    number. The bank's deposit waits for the new one. Raises Refused, with nothing changed, for a
    payment that was posted.
    """
    payment = Payment.get_by_id(payment_id)
    if not may_give_way(payment):
        raise Refused(f"payment {payment.trace_number} is {payment.state}: it cannot give way")
    for deposited in DepositedPayment.select().where(DepositedPayment.payment == payment):
        matched = Deposit.matched - payment.amount
        Deposit.update(matched=matched).where(Deposit.id == deposited.deposit).execute()
        deposited.delete_instance()
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
