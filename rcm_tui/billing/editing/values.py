"""Values of fields: as they are given, as the store holds them, and as a person reads them."""

import datetime
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from rcm_tui.billing.editing.field import Field, RecordKind
from rcm_tui.billing.outcome import Refused
from rcm_tui.data.fields import cents, dollars, units_to_store
from rcm_tui.data.plain import HOSTILE, plain

MOST_NUMBER = 2**31 - 1
MOST_CENTS = 10**12
EARLIEST = datetime.date(1900, 1, 1)


class Invalid(Refused):
    """Values that cannot be saved: a sentence for each field that is wrong, by its name."""

    def __init__(self, problems: Mapping[str, str]) -> None:
        self.problems = dict(problems)
        super().__init__(" ".join(self.problems.values()))


def read_values(
    kind: RecordKind, given: Mapping[str, Any]
) -> tuple[dict[str, Any], dict[str, str]]:
    """Given values as the table takes them, and a sentence for each that is wrong.

    Besides what `field.Kind` says, ISO text is taken for dates, text for units and numbers, and
    dollars as `Decimal` for money: what a kept draft or a script has. Raises KeyError for a field
    that the kind does not have.
    """
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for name, value in given.items():
        field = kind.field(name)
        try:
            values[name] = _read(field, value)
        except _Wrong as wrong:
            problems[name] = wrong.sentence(field, value)
    return values, problems


def shown(field: Field, value: Any) -> str:
    """A value as a sentence quotes it."""
    if value is None or value == "":
        return "empty"
    if field.kind == "money" and isinstance(value, int):
        return f"{dollars(value):,}"
    if field.kind == "flag":
        return "yes" if value else "no"
    return HOSTILE.sub("\ufffd", str(value))[:80]


class _Wrong(Exception):
    """What is wrong with a value: the end of the sentence."""

    def sentence(self, field: Field, value: Any) -> str:
        if self.args[0] == "":
            return f"{field.label} is empty: it is needed."
        return f"{field.label} {shown(field, value)} {self.args[0]}."


def _read(field: Field, value: Any) -> Any:
    read = READERS[field.kind](field, value)
    if read is None or (read == "" and field.kind != "choice"):
        if field.required:
            raise _Wrong("")
        return read
    if field.check is not None and (why := field.check(read)):
        raise _Wrong(why)
    return read


def _text(field: Field, value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise _Wrong("is not text")
    if HOSTILE.search(value):
        raise _Wrong("has characters that cannot be shown: type it again without them")
    text = plain(value, len(value) + 1)
    if field.kind == "code":
        text = " ".join(text.split())
    if field.normalise is not None:
        text = field.normalise(text)
    if len(text) > field.longest:
        raise _Wrong(f"is too long: {field.longest} characters are the most")
    return text


def _date(field: Field, value: Any) -> datetime.date | None:
    if value is None or value == "":
        return None
    if isinstance(value, str):
        try:
            value = datetime.date.fromisoformat(value)
        except ValueError:
            raise _Wrong("is not a date: a day such as 2026-03-14 is needed") from None
    if isinstance(value, datetime.datetime) or not isinstance(value, datetime.date):
        raise _Wrong("is not a date: a day such as 2026-03-14 is needed")
    if value < EARLIEST:
        raise _Wrong("is too long ago: a day from 1900 on is needed")
    return value


def _money(field: Field, value: Any) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, Decimal):
        try:
            value = cents(value)
        except (ValueError, InvalidOperation, OverflowError):
            raise _Wrong("is not an amount: dollars and whole cents are needed") from None
    if isinstance(value, bool) or not isinstance(value, int) or abs(value) > MOST_CENTS:
        raise _Wrong("is not an amount: dollars and whole cents are needed")
    return value


def _units(field: Field, value: Any) -> Decimal | None:
    if value is None or value == "":
        return None
    try:
        if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
            raise ValueError
        units = Decimal(value)
        units_to_store(units)
    except (ValueError, InvalidOperation, OverflowError):
        raise _Wrong("is not a number of units: up to three decimals are taken") from None
    if abs(units) > MOST_NUMBER:
        raise _Wrong("is more than any service has")
    return units


def _number(field: Field, value: Any) -> int | None:
    if value is None or value == "":
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value[:12])
    if isinstance(value, bool) or not isinstance(value, int):
        raise _Wrong("is not a whole number")
    if abs(value) > MOST_NUMBER:
        raise _Wrong("is too large a number")
    return value


def _flag(field: Field, value: Any) -> bool:
    if value not in (True, False):
        raise _Wrong("is neither yes nor no")
    return bool(value)


def _choice(field: Field, value: Any) -> str:
    code = "" if value is None else value
    if code not in field.choices:
        raise _Wrong(f"is not among the choices: {', '.join(c for c in field.choices if c)}")
    return str(code)


READERS = {
    "text": _text,
    "code": _text,
    "date": _date,
    "money": _money,
    "units": _units,
    "number": _number,
    "flag": _flag,
    "choice": _choice,
    "reference": _number,
}
