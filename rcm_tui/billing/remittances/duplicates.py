"""The same payment twice: the keys that tell, and the refusal."""

import datetime
from typing import Any

from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.remittances.received import ReceivedPayment
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.fields import dollars
from rcm_tui.data.tables.exchange import IncomingFile
from rcm_tui.data.tables.remittances import Payment
from rcm_tui.data.work import Work


class DuplicatePayment(Refused):
    """The payment came in before. `payment_id` is the one it repeats."""

    def __init__(self, sentence: str, payment_id: int) -> None:
        super().__init__(sentence)
        self.payment_id = payment_id


def payment_key(
    payer_identifier: str,
    trace_number: str,
    amount: int,
    effective_date: datetime.date | None,
    set_key: str,
) -> str:
    """What makes a payment one of a kind: payer, TRN02, BPR02 (cents) and BPR16.

    Remittances that pay nothing share all four legitimately, and without a trace number they say
    too little: then the set that carried it (`set_key`) is part of the key.
    """
    day = effective_date.isoformat() if effective_date else ""
    parts = [payer_identifier.strip(), trace_number.strip(), str(amount), day]
    if amount == 0 or not trace_number.strip():
        parts.append(set_key)
    return "|".join(part.replace("|", "/") for part in parts)


def refuse_duplicate(work: Work, payment: ReceivedPayment) -> None:
    """Raises DuplicatePayment when the payment, or the set that carries it, came in before."""
    # Nearly every payment is new: the whole of an earlier one is read only where there is one.
    keys = (payment.set_key, payment.payment_key)
    if not read_rows(
        work.database, "SELECT 1 FROM payment WHERE set_key = ? OR payment_key = ?", *keys
    ):
        return
    earlier: Any = (
        Payment.select(Payment, IncomingFile.name.alias("file_name"))
        .left_outer_join(IncomingFile)
        .where((Payment.set_key == payment.set_key) | (Payment.payment_key == payment.payment_key))
        .order_by(Payment.id)
        .objects()
        .first()
    )
    file_name = f" in {earlier.file_name}" if earlier.file_name else ""
    raise DuplicatePayment(
        f"payment {payment.trace_number or 'without a number'} of"
        f" {payment.payer_name or 'an unnamed payer'} over {dollars(payment.amount)} repeats"
        f" payment {earlier.trace_number or 'without a number'} over {dollars(earlier.amount)}"
        f" received on {earlier.received_at.date().isoformat()}{file_name}:"
        " it was not posted again",
        earlier.id,
    )
