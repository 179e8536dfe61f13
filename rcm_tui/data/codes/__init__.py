"""Code values that claims are checked against: values only, the lists' wording belongs to others.

`icd10cm.txt` is made by tools/icd10cm_codes.py (ICD-10-CM of fiscal year 2026). Places of service
and HCPCS modifiers are CMS's, states the postal service's. Each list is read when first needed.
"""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

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


def is_diagnosis(code: str) -> bool:
    """Whether this is a billable ICD-10-CM code, written without its decimal point."""
    rests = _categories().get(code[:3])
    return rests is not None and code.isalnum() and f" {code[3:] or '-'} " in rests


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
def _categories() -> dict[str, str]:
    lines = (FOLDER / "icd10cm.txt").read_text(encoding="ascii").splitlines()
    return {line[:3]: f"{line[3:]} " for line in lines}
