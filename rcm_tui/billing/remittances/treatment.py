"""What an adjustment (CAS) does to a claim's money, by the table of data/codes/treatments.py."""

from rcm_tui.data.codes.treatments import (
    CONTRACTUAL,
    OPEN,
    PATIENT,
    PRIOR_PAYER,
    TREATMENTS,
    Treatment,
)

__all__ = [
    "CONTRACTUAL",
    "LOWERS_ALLOWED",
    "OPEN",
    "PATIENT",
    "PRIOR_PAYER",
    "TREATMENTS",
    "Treatment",
    "allowed_amount",
    "treatment",
]

LOWERS_ALLOWED = frozenset({("CO", "45"), ("CO", "131"), ("CO", "P12"), ("CO", "94"), ("OA", "94")})
"""Contractual adjustments between the charge and the allowed amount; the others come after it."""


def treatment(group_code: str, reason_code: str) -> Treatment:
    """What an adjustment does to the claim's money."""
    return TREATMENTS.get((group_code, reason_code), OPEN)


def allowed_amount(
    charge: int, paid: int, adjustments: list[tuple[str, str, int]], given: int | None
) -> int | None:
    """What the payer allowed for a line, in cents: as given (AMT*B6), else from what it did.

    None for a line on which nothing was paid and nothing settled: a denied line has no price.
    `adjustments` are (group, CARC, cents).
    """
    if given is not None:
        return given
    open_amount = reductions = settled = 0
    for group, reason, amount in adjustments:
        if (group, reason) in LOWERS_ALLOWED:
            reductions += amount
        elif treatment(group, reason) == OPEN:
            open_amount += amount
        else:
            settled += amount
    if not paid and not settled:
        return None
    return charge - reductions - open_amount
