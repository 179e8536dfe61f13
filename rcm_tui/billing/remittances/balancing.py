"""The three balances of a payment (835 guide 005010X221A1, 1.10.2.1), computed from the cents.

Line: charge − its adjustments = paid. Claim: charge − all adjustments = paid. Payment: claims
paid − provider adjustments = the payment. A payment that fails one of them is held.
"""

from collections.abc import Iterable

from rcm_tui.billing.remittances.received import ReceivedClaim, ReceivedRemittances
from rcm_tui.data.fields import dollars

MOST_REASONS = 100


class HeldReasons:
    """The sentences by which a payment is held; only the first hundred are kept, all counted."""

    def __init__(self) -> None:
        self.count = 0
        self._kept: dict[str, None] = {}

    def add(self, sentences: Iterable[str]) -> None:
        """Adds sentences; one that is there already counts once."""
        for sentence in sentences:
            if sentence in self._kept:
                continue
            self.count += 1
            if len(self._kept) < MOST_REASONS:
                self._kept[sentence] = None

    def sentences(self) -> list[str]:
        """What to show, ending in how many more there are."""
        more = self.count - len(self._kept)
        return [*self._kept, *([f"and {more} more"] if more else [])]


def claim_imbalances(claim: ReceivedClaim) -> list[str]:
    """A sentence per line that does not balance, and one for the claim."""
    failed = []
    adjusted = sum([adjustment.amount for adjustment in claim.adjustments])
    for position, line in enumerate(claim.lines, 1):
        of_line = sum([adjustment.amount for adjustment in line.adjustments])
        adjusted += of_line
        if line.charge - of_line != line.paid:
            failed.append(
                f"line {position} of {_named(claim)}: " + _figures(line.charge, of_line, line.paid)
            )
    if claim.charge - adjusted != claim.paid:
        failed.append(f"{_named(claim)}: " + _figures(claim.charge, adjusted, claim.paid))
    return failed


def payment_imbalances(received: ReceivedRemittances, claims_paid: int) -> list[str]:
    """A sentence when the claims and provider adjustments do not make up the payment."""
    payment = received.payment
    taken = sum(adjustment.amount for adjustment in received.provider_adjustments)
    if claims_paid - taken == payment.amount:
        return []
    return [
        f"payment {payment.trace_number or 'without a number'}: claims paid"
        f" {dollars(claims_paid)} − provider adjustments {dollars(taken)}"
        f" = {dollars(claims_paid - taken)}, the payment says {dollars(payment.amount)},"
        f" off by {dollars(abs(claims_paid - taken - payment.amount))}"
    ]


def _named(claim: ReceivedClaim) -> str:
    return f"claim {claim.patient_control_number or 'without a number'}"


def _figures(charge: int, adjusted: int, paid: int) -> str:
    left = charge - adjusted
    return (
        f"charged {dollars(charge)} − adjusted {dollars(adjusted)} = {dollars(left)},"
        f" paid says {dollars(paid)}, off by {dollars(abs(left - paid))}"
    )
