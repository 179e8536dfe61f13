"""Reversals (status 22): a payer takes back exactly what it had said of a claim before.

A reversal states the amounts of its original as negatives. It is posted by reversing the journal
of that original, so that the claim stands as it did before. In a file, a reversal and its
correction may come in any order.
"""

from collections.abc import Sequence

from rcm_tui.billing.remittances.standing import Standing
from rcm_tui.billing.remittances.storing import StoredRemittance


def original_of(
    reversal: StoredRemittance, payment_id: int, candidates: Sequence[Standing]
) -> Standing | None:
    """Which of a claim's standing remittances a reversal takes back; None where none fits."""
    exact = [
        candidate
        for candidate in candidates
        if (candidate.charge, candidate.paid) == (-reversal.charge, -reversal.paid)
    ]
    number = reversal.payer_claim_control_number
    for same_number in (True, False):
        for candidate in exact:
            if same_number == (candidate.payer_claim_control_number == number):
                earlier = candidate.payment != payment_id
                # What the same file says under another number is the correction, not the original.
                if earlier or same_number or not number:
                    return candidate
    return None
