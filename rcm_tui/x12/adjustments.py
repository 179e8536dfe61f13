"""CAS: why an amount was not paid."""

from dataclasses import dataclass
from decimal import Decimal


@dataclass(slots=True)
class Adjustment:
    """One group, reason and amount of a CAS.  A positive amount lowers the payment.

    `group` is CO, PR, OA or PI; `reason` a claim adjustment reason code (CARC).
    """

    group: str
    reason: str
    amount: Decimal
    quantity: Decimal | None = None
