"""Splitting cents so that none is lost."""

from collections.abc import Sequence


def spread(amount: int, weights: Sequence[int]) -> list[int]:
    """Splits cents by weights of zero or more so that the parts sum to `amount` exactly.

    The cents that rounding leaves go to the largest fractions, the first of equals first; no
    part outgrows its weight while `amount` does not outgrow their sum. Weights that are all zero
    count as equal.
    """
    if not any(weights):
        weights = [1] * len(weights)
    whole, sign = sum(weights), -1 if amount < 0 else 1
    parts = [divmod(abs(amount) * weight, whole) for weight in weights]
    shares = [share for share, _ in parts]
    left = abs(amount) - sum(shares)
    for place in sorted(range(len(parts)), key=lambda place: -parts[place][1])[:left]:
        shares[place] += 1
    return [sign * share for share in shares]
