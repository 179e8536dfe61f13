"""Finding an ISA anywhere in a text, and taking its delimiters from it."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from rcm_tui.x12.delimiters import Delimiters
from rcm_tui.x12.envelope import Interchange

LONGEST = 600
_START = re.compile(r"ISA([^0-9A-Za-z ])")
_BLANK = " \r\n\t"
# How an element may look, by its position: qualifiers, blanks or ids, date, time, version, …
_SHAPES = tuple(
    re.compile(shape)
    for shape in (
        r".{0,2}",
        r".{0,10}",
        r".{0,2}",
        r".{0,10}",
        r"[0-9A-Za-z]{0,2}",
        r".{0,35}",
        r"[0-9A-Za-z]{0,2}",
        r".{0,35}",
        r"[0-9]{6}|[0-9]{8}|",
        r"[0-9]{4,8}|",
        r".?",
        r"[0-9]{5}",
        r"[0-9A-Za-z]{1,14}",
        r".?",
        r"[A-Za-z]?",
    )
)


class Search(Enum):
    """Why no header came back."""

    NONE = "none"
    INCOMPLETE = "incomplete"


@dataclass(slots=True)
class Header:
    """An ISA that was found: where it starts, where the next segment may start, what it says."""

    start: int
    end: int
    interchange: Interchange


def find_header(text: str, at_end: bool) -> Header | tuple[Search, int]:
    """The first real ISA of the text.

    An `ISA` inside of a name is none: the fifteen elements must look like an ISA's.  Where the
    text ends before that can be said (and more may come), `INCOMPLETE` and the position.
    """
    for match in _START.finditer(text):
        found = _parsed(text, match.start(), match[1], at_end)
        if found is Search.INCOMPLETE:
            return Search.INCOMPLETE, match.start()
        if isinstance(found, Header):
            return found
    return Search.NONE, len(text)


def _parsed(text: str, start: int, separator: str, at_end: bool) -> Header | Search:
    window = text[start : start + LONGEST]
    whole = at_end or len(window) == LONGEST
    parts = window.split(separator, 16)
    if separator not in "\r\n":  # the header may be wrapped
        parts[:16] = [part.replace("\r", "").replace("\n", "") for part in parts[:16]]
    complete = parts[1:-1] if len(parts) < 17 else parts[1:16]
    for shape, part in zip(_SHAPES, complete, strict=False):
        if shape.fullmatch(part.strip(_BLANK)) is None:
            return Search.NONE
    if len(parts) < 17 or not parts[16].strip(_BLANK if separator not in _BLANK else " "):
        return Search.NONE if whole else Search.INCOMPLETE
    ends = _ends(parts[16], separator, whole)
    if ends is None:
        return Search.INCOMPLETE
    component, terminator, length = ends
    values = [part.strip(_BLANK) for part in parts[:16]]
    repetition = parts[11].strip(" ")
    if repetition.isalnum() or repetition in (separator, component, terminator):
        repetition = ""
    delimiters = Delimiters(separator, component, repetition, terminator)
    end = start + len(window) - len(parts[16]) + length
    return Header(start, end, _interchange(values, delimiters))


def _ends(rest: str, separator: str, whole: bool) -> tuple[str, str, int] | None:
    """Component separator, terminator, and how much of `rest` they take; None: needs more."""
    follows = rest[1:].lstrip(_BLANK)
    if len(follows) < 4 and not whole:
        return None
    if follows.startswith((f"GS{separator}", f"TA1{separator}", f"IEA{separator}")):
        blanks = rest[1 : len(rest) - len(follows)]
        if not blanks:  # ISA16 is empty: the character is the terminator
            return "", rest[0], 1
        return _line_ends(rest, separator, whole)
    blank = len(rest) - 1 - len(rest[1:].lstrip(" "))
    if len(rest) <= 1 + blank:
        return rest[0], "~", len(rest)
    if rest[1 + blank] in "\r\n":
        return _line_ends(rest, separator, whole)
    return rest[0], rest[1 + blank], 2 + blank


def _line_ends(rest: str, separator: str, whole: bool) -> tuple[str, str, int] | None:
    """The same where a line ends after the first character: CR, LF, or `~` without ISA16."""
    blank = len(rest) - 1 - len(rest[1:].lstrip(" "))
    at = 1 + blank
    if rest[at] == "\r" and rest[at + 1 : at + 2] == "\n" and separator != "\n":
        at += 1
    terminator = rest[at] if rest[at] in "\r\n" else "\n"
    line, found, _ = rest[at + 1 :].lstrip(_BLANK).partition(terminator)
    if not found and not whole:
        return None
    if line.rstrip(_BLANK).endswith(rest[0]):
        return "", rest[0], 1
    return rest[0], terminator, at + 1


def _interchange(values: list[str], delimiters: Delimiters) -> Interchange:
    return Interchange(
        sender_qualifier=values[5],
        sender=values[6],
        receiver_qualifier=values[7],
        receiver=values[8],
        created=moment(values[9], values[10]),
        control_number=values[13],
        usage_indicator=values[15],
        version=values[12],
        acknowledgement_requested=values[14] == "1",
        delimiters=delimiters,
    )


def moment(day: str, time: str) -> datetime | None:
    """A date (YYMMDD or CCYYMMDD) and a time (HHMM, HHMMSS, and hundredths dropped)."""
    if len(day) == 6:
        day = "20" + day
    digits = day + (time or "0000")[:6]
    if len(day) != 8 or not (digits.isascii() and digits.isdigit()):
        return None
    try:
        return datetime.strptime(digits, "%Y%m%d%H%M" if len(digits) == 12 else "%Y%m%d%H%M%S")
    except ValueError:
        return None
