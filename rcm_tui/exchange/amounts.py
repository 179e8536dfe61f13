"""Money and units of service from the wire, in the whole numbers that the store holds."""

from decimal import ROUND_HALF_UP, Decimal

MOST_CENTS = 10**13
MOST_THOUSANDTHS = 10**12


def to_cents(amount: Decimal) -> tuple[int, str]:
    """Cents, and a sentence where the amount cannot be held exactly (empty where it can).

    Fractions of a cent are rounded half up; an amount of a hundred thousand million dollars or
    more becomes zero.
    """
    scaled = amount * 100
    if not abs(scaled) < MOST_CENTS:
        return 0, f"The amount {amount:.6g} is too large to be true; it was taken as zero."
    whole = int(scaled)
    if scaled == whole:
        return whole, ""
    rounded = int(scaled.quantize(Decimal(1), ROUND_HALF_UP))
    return rounded, f"The amount {amount} has fractions of a cent; it was rounded to whole cents."


def to_units(units: Decimal) -> tuple[Decimal, str]:
    """Units with at most three decimals, and a sentence where they had more or made no sense."""
    thousandths = units * 1000
    if not abs(thousandths) < MOST_THOUSANDTHS:
        return Decimal(0), f"The units {units:.6g} are too many to be true; they were taken as 0."
    if thousandths == int(thousandths):
        return units, ""
    rounded = units.quantize(Decimal("0.001"), ROUND_HALF_UP)
    return rounded, f"The units {units} have more than three decimals; they were rounded."
