"""The National Provider Identifier and its check digit."""

from functools import lru_cache

LENGTH = 10
PREFIX_SUM = 24
"""What the prefix 80840 of US health identifiers adds to the Luhn sum."""


@lru_cache(maxsize=4096)
def is_npi(text: str) -> bool:
    """Whether ten digits carry the right check digit (ISO 7812 Luhn over the prefix 80840)."""
    if len(text) != LENGTH or not (text.isascii() and text.isdigit()) or text[0] not in "12":
        return False
    total = PREFIX_SUM
    for place, digit in enumerate(reversed(text)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0
