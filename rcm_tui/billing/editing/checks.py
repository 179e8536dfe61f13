"""What a value has to look like. Each check says how a sentence about it ends, or nothing.

The same facts are checked on claims (billing/claims/rules); here they are checked where they are
typed, so that what is wrong is never saved. What is missing may be saved: claims say so.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any
from zoneinfo import available_timezones

from rcm_tui.billing.charges.modifier_rules import TELEHEALTH_MODIFIERS
from rcm_tui.billing.claims.diagnoses import dotted
from rcm_tui.billing.claims.rules.diagnoses import MOST_DIAGNOSES, MOST_POINTERS
from rcm_tui.billing.claims.rules.lines import MOST_MODIFIERS, PROCEDURE
from rcm_tui.billing.claims.rules.postal import zip_digits
from rcm_tui.billing.claims.rules.providers import TAXONOMY
from rcm_tui.billing.npi import is_npi
from rcm_tui.billing.rights import PEOPLE
from rcm_tui.data.codes import is_diagnosis, is_modifier, is_place_of_service, is_state
from rcm_tui.data.tables.practice import QUALIFICATIONS

MEMBER_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z -]*")


def upper(text: str) -> str:
    """Codes are written in capitals, without blanks around or doubled."""
    return " ".join(text.upper().split())


def diagnosis_codes(text: str) -> str:
    """Diagnoses as people read them (F84.0), parted by one blank; commas part them too."""
    return " ".join(dotted(code) for code in text.replace(",", " ").split())


def codes(text: str) -> str:
    """Codes in capitals, parted by one blank; commas part them too."""
    return upper(text.replace(",", " "))


def npi(value: str) -> str:
    return "" if is_npi(value) else "is not an NPI: ten digits, of which the last is a check digit"


def taxonomy(value: str) -> str:
    right = TAXONOMY.fullmatch(value)
    return "" if right else "is not a taxonomy code: ten characters ending in X, as 103K00000X"


def time_zone(value: str) -> str:
    return "" if value in available_timezones() else "is not a time zone, as America/New_York"


def state(value: str) -> str:
    return "" if is_state(value) else "is not a state: its two letters are needed, as NY"


def zip_code(value: str) -> str:
    return (
        "" if zip_digits(value) in (5, 9) else "is not a zip code: five or nine digits are needed"
    )


def long_zip_code(value: str) -> str:
    right = zip_digits(value) == 9
    return (
        "" if right else "is not a whole zip code: a billing provider's needs nine digits (ZIP+4)"
    )


def tax_id(value: str) -> str:
    digits = value.replace("-", "")
    right = len(digits) == 9 and digits.isascii() and digits.isdigit()
    return "" if right else "is not a tax id: nine digits are needed"


def phone(value: str) -> str:
    digits = re.sub(r"[ ().+-]", "", value)
    right = digits.isascii() and digits.isdigit() and 10 <= len(digits) <= 11
    return "" if right else "is not a telephone number: ten digits are needed"


def roles(value: str) -> str:
    """Roles of people, parted by commas."""
    wrong = [role for role in value.split(",") if role.strip() not in PEOPLE]
    return f"names no role {wrong[0].strip()!r}: there are {', '.join(PEOPLE)}" if wrong else ""


def member_id(value: str) -> str:
    right = MEMBER_ID.fullmatch(value)
    return "" if right else "is not a member id: letters, digits and hyphens are needed"


def procedure(value: str) -> str:
    right = PROCEDURE.fullmatch(value)
    return "" if right else "is not a procedure code: five letters and digits are needed, as 97153"


def procedures(value: str) -> str:
    wrong = [one for one in value.split() if procedure(one)]
    return f"cannot be billed: {wrong[0]} {procedure(wrong[0])}" if wrong else ""


def modifier(value: str) -> str:
    right = is_modifier(value)
    return "" if right else "is not a modifier of the HCPCS list: two letters or digits, as HO"


def known_modifiers(value: str) -> str:
    wrong = [one for one in value.split() if modifier(one)]
    return f"has {wrong[0]}, which {modifier(wrong[0])}" if wrong else ""


def places_of_service(value: str) -> str:
    wrong = [one for one in value.split() if place_of_service(one)]
    return f"has {wrong[0]}, which {place_of_service(wrong[0])}" if wrong else ""


def place_of_service(value: str) -> str:
    right = is_place_of_service(value)
    return "" if right else "is not a place of service: two digits of CMS's list are needed, as 11"


def modifiers(value: str) -> str:
    given = value.split()
    unknown = [one for one in given if not is_modifier(one)]
    if unknown:
        return f"cannot be billed: {', '.join(unknown)} is not a modifier of the HCPCS list"
    if len(set(given)) < len(given):
        return "has one modifier twice: each may stand once"
    if len(given) > MOST_MODIFIERS:
        return f"has {len(given)} modifiers: a line has room for {MOST_MODIFIERS}"
    ordered = sorted(given, key=lambda one: one in TELEHEALTH_MODIFIERS)
    if given != ordered:
        return f"is out of order: the telehealth modifier comes last, {' '.join(ordered)}"
    return ""


def qualifications(text: str) -> str:
    """Qualifications as they are listed, of which one is needed, parted by a slash."""
    listed = {known.upper(): known for known in QUALIFICATIONS}
    words = text.replace("/", " ").replace(",", " ").split()
    return "/".join(listed.get(word.upper(), word) for word in words)


def known_qualifications(value: str) -> str:
    unknown = [one for one in value.split("/") if one not in QUALIFICATIONS]
    if not unknown:
        return ""
    return f"has {', '.join(unknown)}, which is none of {', '.join(QUALIFICATIONS)}"


def diagnosis(value: str) -> str:
    right = is_diagnosis(value.replace(".", ""))
    return (
        "" if right else "is not a diagnosis that can be billed: a whole ICD-10-CM code is needed"
    )


def diagnoses(value: str) -> str:
    given = value.split()
    for code in given:
        if diagnosis(code):
            return f"cannot be billed: {code} {diagnosis(code)}"
    if len(set(given)) < len(given):
        return "has one diagnosis twice: each may stand once"
    if len(given) > MOST_DIAGNOSES:
        return f"has {len(given)} diagnoses: a claim has room for {MOST_DIAGNOSES}"
    return ""


def pointers(value: str) -> str:
    given = value.split()
    right = all(
        one.isascii() and one.isdigit() and 1 <= int(one) <= MOST_DIAGNOSES for one in given
    )
    if not right or len(set(given)) < len(given) or len(given) > MOST_POINTERS:
        return (
            f"does not point to diagnoses: up to {MOST_POINTERS} different numbers from 1 to"
            f" {MOST_DIAGNOSES} are needed, as 1 2"
        )
    return ""


def not_negative(value: Any) -> str:
    return "" if value >= 0 else "is less than nothing: zero or more is needed"


def more_than_zero(value: Any) -> str:
    return "" if value > 0 else "is not enough: more than zero is needed"


def in_order(first: str, last: str, what: str) -> Callable[[Mapping[str, Any]], Mapping[str, str]]:
    """A record whose last day does not come before its first."""

    def check(values: Mapping[str, Any]) -> Mapping[str, str]:
        begin, end = values[first], values[last]
        if begin is None or end is None or begin <= end:
            return {}
        return {last: f"{what} {end} is before {begin}, when it begins: a later day is needed"}

    return check
