"""Identifiers of clients, masked: what is left readable says which one it is, and no more."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

IDENTIFIERS = {
    "birth_date": "date",
    "holder_birth_date": "date",
    "member_id": "code",
    "phone": "code",
}
"""Fields of these names are masked in what is on record, of whatever it is: a telephone number that
was called may be the client's (ours)."""
DETAILS = "details"  # the kind of a column, as queues call it
MASK = "•"
SHOWN = 2  # characters of a member id or telephone number
_YEAR = re.compile(r"\d{4}")
_CLIENT = re.compile(r"^([^–]*) (\d{4})-\d\d-\d\d$")  # MRN and date of birth
_FILTERED = re.compile(r"(?i)(\bmember(?:_id)?\s*[:=<>]+\s*)(\"[^\"]*\"|[^\s|()]+)")
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
    """A value of a column or field; what is not there stays so.

    `kind` is "date", "details" (of an audit record, as JSON) or any other.
    """
    if value is None or value == "":
        return None if value is None else ""
    if kind == DETAILS:
        return masked_json(str(value))
    return masked_day(value) if kind == "date" else masked_code(str(value))


def masked_title(text: str) -> str:
    """What a coverage or client is called, without the member id or date of birth in it."""
    return _MEMBER.sub(lambda found: masked_code(found.group()), _CLIENT.sub(r"\1 \2", text))


def masked_text(text: str) -> str:
    """What was done, in words, without the member ids of coverages and of filters in it."""
    text = _MEMBER.sub(lambda found: masked_code(found.group()), text)
    return _FILTERED.sub(lambda found: found[1] + masked_code(found[2]), text)


def masked_details(details: Mapping[str, Any]) -> dict[str, Any]:
    """Details of an audit record, with the identifiers of clients in them masked.

    Those are old and new values of `IDENTIFIERS`, and member ids in what a coverage is called and
    in filters that were read by.
    """
    return {name: _masked(name, value) for name, value in details.items()}


def masked_json(details: str) -> str:
    """The same of details as the store holds them; what is no JSON stays as it is."""
    try:
        read = json.loads(details)
    except ValueError:
        return details
    if not isinstance(read, dict):
        return details
    return json.dumps(masked_details(read), sort_keys=True, separators=(",", ":"))


def identifiers_in(details: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What is masked in details of an audit record: the names of its fields, and its values."""
    for name, value in details.items():
        yield from _identifiers(name, value)


def _masked(name: str, value: Any) -> Any:
    if isinstance(value, dict):
        return {inner: _masked(inner, one) for inner, one in value.items()}
    if isinstance(value, list):
        return [_masked(name, one) for one in value]
    if name in IDENTIFIERS:
        return masked_value(value, IDENTIFIERS[name])
    return masked_text(value) if isinstance(value, str) else value


def _identifiers(name: str, value: Any) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict):
        yield from identifiers_in(value)
    elif isinstance(value, list):
        for one in value:
            yield from _identifiers(name, one)
    elif _masked(name, value) != value:
        yield name, str(value)
