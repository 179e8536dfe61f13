"""Chance that is always the same for the same seed and name, whatever the order of asking."""

import hashlib

PLACES = 16
"""How many independent throws one name has."""


class Throws:
    """The throws of one name. Each place is a throw of its own."""

    __slots__ = ("_digest",)

    def __init__(self, digest: bytes) -> None:
        self._digest = digest

    def below(self, sides: int, place: int) -> int:
        """A whole number from 0 up to, not including, `sides` (at most 65,536)."""
        at = 2 * place
        return (int.from_bytes(self._digest[at : at + 2]) * sides) >> 16

    def number(self, digits: int) -> int:
        """A number of at most `digits` digits, made of the whole digest."""
        return int.from_bytes(self._digest) % int(10**digits)


def throws(seed: int, *names: str) -> Throws:
    """The throws that belong to some names under a seed."""
    text = "\x1f".join((str(seed), *names))
    return Throws(hashlib.blake2b(text.encode(), digest_size=2 * PLACES).digest())
