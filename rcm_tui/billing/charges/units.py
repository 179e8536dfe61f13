"""Billable units of service from minutes, under the payer's rounding policy.

Medicare's bands (8-22 minutes are one unit, 23-37 two …) are the midpoint of a 15-minute unit;
for other units of measure the midpoint is used as well (ours).
"""

from collections.abc import Sequence
from decimal import Decimal

EIGHT_MINUTE = "eight minute"
AGGREGATED = "eight minute aggregated"
WHOLE_UNITS = "whole units"


def billable_units(minutes: int, unit_minutes: int, policy: str, half_unit: str) -> Decimal:
    """Units of service that one session's minutes come to.

    `policy` is a payer's rounding: "whole units" drops what is left over; both eight-minute
    policies round at the midpoint. `half_unit` ("up" or "down") decides exactly half a unit.
    Raises ValueError for negative minutes, a unit that is not positive, or an unknown policy.
    """
    if minutes < 0 or unit_minutes <= 0:
        raise ValueError(f"{minutes} minutes cannot be billed in units of {unit_minutes} minutes")
    whole, rest = divmod(minutes, unit_minutes)
    if policy == WHOLE_UNITS:
        return Decimal(whole)
    if policy not in (EIGHT_MINUTE, AGGREGATED):
        raise ValueError(f"the rounding policy {policy!r} is not known")
    return Decimal(whole + _rounds_up(rest, unit_minutes, half_unit))


def aggregated_units(
    minutes: Sequence[int],
    unit_minutes: int,
    half_unit: str,
    billed_minutes: int = 0,
    billed_units: int = 0,
) -> list[Decimal]:
    """Units of several sessions of one patient and day whose minutes count together.

    All minutes decide how many units there are; they are shared out: every session gets its whole
    units, and what is left goes one by one to the largest remainders, of equal ones to the longer
    session, then to the earlier. Sessions that are billed already count with their minutes and
    keep their units; where they have more than their share, the others get fewer.
    """
    total = billable_units(sum(minutes) + billed_minutes, unit_minutes, AGGREGATED, half_unit)
    shares = [value // unit_minutes for value in minutes]
    extra = max(int(total) - billed_units, 0) - sum(shares)
    by_remainder = sorted(
        range(len(minutes)),
        key=lambda place: (-(minutes[place] % unit_minutes), -minutes[place], place),
    )
    for place in by_remainder[: max(extra, 0)]:
        if minutes[place] % unit_minutes:
            shares[place] += 1
    for place in reversed(by_remainder):
        taken = min(shares[place], max(-extra, 0))
        shares[place] -= taken
        extra += taken
    return [Decimal(units) for units in shares]


def _rounds_up(rest: int, unit_minutes: int, half_unit: str) -> int:
    if rest * 2 == unit_minutes:
        return int(half_unit == "up")
    return int(rest * 2 > unit_minutes)
