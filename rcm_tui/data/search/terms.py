"""What a text typed into the search may mean: name words, numbers and ids, a day, an amount."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from rcm_tui.data.plain import REPLACEMENT, plain
from rcm_tui.data.queues import values
from rcm_tui.data.queues.values import Days

LONGEST = 200  # characters
MOST_TERMS = 6
YEARS = range(1900, 2101)
WHOLE_DOLLARS = 6  # digits of a bare number that may also be an amount


@dataclass(frozen=True, slots=True)
class Terms:
    """Words in small letters, codes as typed, and cents; `whole_dollars` of a bare number too."""

    words: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    days: Days | None = None
    cents: int | None = None
    whole_dollars: int | None = None

    @property
    def narrowed(self) -> bool:
        """Whether there is a day or an amount among the terms."""
        return self.days is not None or self.cents is not None

    def as_amount(self) -> Terms:
        """The bare number taken for an amount."""
        return replace(self, codes=(), cents=self.whole_dollars, whole_dollars=None)


def read_terms(text: str, today: date) -> Terms:
    """Sorts the terms of a text; what is more than six is not looked at."""
    words: list[str] = []
    codes: list[str] = []
    days: Days | None = None
    cents: int | None = None
    for term in plain(text, LONGEST).replace(REPLACEMENT, " ").split()[:MOST_TERMS]:
        term = term.strip(",;")
        if (amount := _amount(term)) is not None and cents is None:
            cents = amount
        elif (meant := _days(term, today)) is not None and days is None:
            days = meant
        elif any(letter.isdigit() for letter in term):
            codes.append(term)
        else:
            parts = (part.strip(".'") for part in term.lower().split("-"))
            words += [part for part in parts if part]
    whole = None
    if len(codes) == 1 and not words and cents is None and _is_bare(codes[0]):
        whole = int(codes[0]) * 100
    return Terms(tuple(words[:MOST_TERMS]), tuple(codes), days, cents, whole)


def _amount(term: str) -> int | None:
    """Cents of `1,440.00` or `$320`; a bare whole number is a number first."""
    return values.money(term) if set(term) & {"$", ",", "."} else None


def _days(term: str, today: date) -> Days | None:
    if not (set(term) & {"/", "-", "+"} or term.lower() in values.NAMED):
        return None
    meant = values.days(term, today)
    # 1234-5 is more likely a record number than a month.
    return meant if meant is not None and meant.first.year in YEARS else None


def _is_bare(code: str) -> bool:
    return code.isascii() and code.isdigit() and len(code) <= WHOLE_DOLLARS
