"""What could come next while a filter is typed: fields, operators, values."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from rcm_tui.data.queues.queue import Field, Kind, Queue

Values = Callable[[Field, str], Iterable[str]]

_VALUE = re.compile(r"([^\W\d]\w*)(:|!=|<=|>=|=|<|>)(?:\([^()]*\|\s*|\()?(\"[^\"]*|[^\s()|\"]*)$")
_NAME = re.compile(r"(?:^|[\s(|-])([^\W\d]\w*)?$")

OPERATORS: dict[Kind, str] = {
    "text": ":",
    "details": ":",
    "code": ":",
    "codes": ":",
    "diagnosis": ":",
    "person": ":",
    "state": ":",
}
EXAMPLES: dict[Kind, tuple[str, ...]] = {
    "date": ("today", "yesterday", "thisweek", "lastweek", "thismonth", "lastmonth", "+7d", "-2w"),
    "datetime": ("today", "yesterday", "thisweek", "lastweek", "thismonth", "lastmonth", "-2w"),
    "person": ("me", "none"),
    "age": ("30", "60", "90"),
}
MEANINGS: dict[Kind, str] = {
    "text": "words",
    "details": "words of what changed",
    "code": "code, or its beginning and *",
    "codes": "one of the codes, or its beginning and *",
    "diagnosis": "words of its description",
    "person": "name or me",
    "state": "one of a few",
    "money": "amount",
    "count": "number",
    "units": "units",
    "date": "date",
    "datetime": "date",
    "age": "days",
}


@dataclass(frozen=True, slots=True)
class Completion:
    """A text to put in place of `start`…`end` of the filter, and what it means."""

    text: str
    start: int
    end: int
    help: str = ""


def complete(
    text: str, cursor: int, queue: Queue, values: Values | None = None
) -> list[Completion]:
    """What may stand at the cursor, best first; nothing where a bare word is being typed.

    `values` finds values in the store for fields that have no fixed choices (a payer's names); it
    is given the field and what was typed so far.
    """
    before = text[:cursor]
    if before.count('"') % 2 and not _VALUE.search(before):
        return []  # inside the quotation marks of a word
    if match := _VALUE.search(before):
        field = queue.field(match[1])
        return [] if field is None else _values(field, match[3], match.start(3), cursor, values)
    if match := _NAME.search(before):
        typed = (match[1] or "").lower()
        return _names(typed, cursor - len(typed), cursor, queue)
    return []


def _names(typed: str, start: int, end: int, queue: Queue) -> list[Completion]:
    found = []
    for name, field in queue.filterable.items():
        names = (name, *field.synonyms)
        fits = next((n for n in names if n.startswith(typed)), None)
        if fits is not None:
            sign = OPERATORS.get(field.kind, "")
            # A figure or a date is asked for in six ways, offered once its name is complete.
            signs = (sign,) if sign or fits != typed else (":", ">", "<", ">=", "<=", "!=")
            found += [
                Completion(fits + s, start, end, field.help or MEANINGS[field.kind]) for s in signs
            ]
    return found


def _values(
    field: Field, typed: str, start: int, end: int, values: Values | None
) -> list[Completion]:
    wanted = typed.lstrip('"').lower()
    known = [(c.label, "") for c in field.choices]
    known += [(text, "") for text in EXAMPLES.get(field.kind, ())]
    fitting = [k for k in known if k[0].lower().startswith(wanted)]
    if values is not None and not field.choices:
        fitting += [(text, "") for text in values(field, wanted)]
    return [Completion(_quoted(text), start, end, help) for text, help in fitting]


def _quoted(text: str) -> str:
    plain = text.replace('"', "")
    return plain if re.fullmatch(r"[^\s()|\":=<>!]+", plain) else f'"{plain}"'
