"""Identifiers of clients, masked: what is left readable says which one it is, and no more."""

import re

MASK = "•"
SHOWN = 2  # characters of a member id or telephone number
_YEAR = re.compile(r"\d{4}")
_CLIENT = re.compile(r"^([^–]*) (\d{4})-\d\d-\d\d$")  # MRN and date of birth
_MEMBER = re.compile(r"(\S+)(?= \((?:primary|secondary|rank \d+)\)$)")


def masked_code(code: str) -> str:
    """A member id or telephone number of which only the last two characters can be read."""
    hidden = len(code) - SHOWN
    return MASK * max(hidden, SHOWN) + (code[hidden:] if hidden >= SHOWN else "")


def masked_day(day: object) -> str:
    """A date of birth (a date, or ISO text) of which only the year can be read."""
    year = _YEAR.match(str(day))
    return f"{MASK * 2}/{MASK * 2}/{year.group() if year else MASK * 4}"


def masked_value(value: object, kind: str) -> str | None:
    """A value of a column or field; what is not there stays so. `kind` is "date" or any other."""
    if value is None or value == "":
        return None if value is None else ""
    return masked_day(value) if kind == "date" else masked_code(str(value))


def masked_title(text: str) -> str:
    """What a coverage or client is called, without the member id or date of birth in it."""
    return _MEMBER.sub(lambda found: masked_code(found.group()), _CLIENT.sub(r"\1 \2", text))
