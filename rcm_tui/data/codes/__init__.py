"""Code values that claims are checked against: values only, the lists' wording belongs to others.

`icd10cm*` are made by tools/icd10cm_codes.py (ICD-10-CM of April 2026, and what changed since
January 2021). Places of service and HCPCS modifiers are CMS's, states the postal service's. Each
list is read when first needed.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parent


def is_place_of_service(code: str) -> bool:
    """Whether CMS has assigned this two-digit place of service."""
    return code in _words("places_of_service")


def is_modifier(code: str) -> bool:
    """Whether this is a HCPCS level I or II modifier."""
    return code in _words("modifiers")


def is_state(code: str) -> bool:
    """Whether this is a state, a territory or a military post of the United States."""
    return code in _words("states")


class Term(NamedTuple):
    """From when until when a code is billable, ISO days; None: ever, or to this day."""

    since: str | None = None
    until: str | None = None


def is_diagnosis(code: str) -> bool:
    """Whether this is a billable ICD-10-CM code of any time, without its decimal point."""
    return diagnosis_term(code) is not None


def diagnosis_term(code: str) -> Term | None:
    """When a diagnosis (without its decimal point) is billable; None when it never is.

    What was added or taken out between two releases that are years apart is taken to hold for the
    longest time that may be right.
    """
    rests = _categories().get(code[:3])
    if rests is not None and code.isalnum() and f" {code[3:] or '-'} " in rests:
        return Term(since=_changes("from").get(code))
    until = _changes("until").get(code)
    return Term(_changes("from").get(code), until) if until else None


def diagnoses_from(beginning: str) -> Iterator[str]:
    """Billable ICD-10-CM codes that begin so (no decimal point in it), with their point (F84.0).

    Nothing for fewer than two characters: too many begin with one.
    """
    if len(beginning) < 2:
        return
    for category, rests in _categories().items():
        if category.startswith(beginning[:3]):
            for rest in rests.split():
                code = category if rest == "-" else f"{category}.{rest}"
                if code.replace(".", "").startswith(beginning):
                    yield code


def known_modifiers() -> list[str]:
    """All HCPCS modifiers, in order."""
    return sorted(_words("modifiers"))


def known_states() -> list[str]:
    """The two letters of all states, in order."""
    return sorted(_words("states"))


@cache
def _words(name: str) -> frozenset[str]:
    return frozenset((FOLDER / f"{name}.txt").read_text(encoding="ascii").split())


@cache
def _changes(word: str) -> dict[str, str]:
    """Codes with the day from which (or until which) they hold."""
    found = {}
    for line in (FOLDER / "icd10cm_changes.txt").read_text(encoding="ascii").splitlines():
        kind, day, *codes = line.split()
        if kind == word:
            found.update(dict.fromkeys(codes, day))
    return found


@cache
def _categories() -> dict[str, str]:
    lines = (FOLDER / "icd10cm.txt").read_text(encoding="ascii").splitlines()
    return {line[:3]: f"{line[3:]} " for line in lines}
