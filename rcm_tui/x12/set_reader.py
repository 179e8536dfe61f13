"""What the readers of all transaction sets share: values, findings, and their bounds."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal

from rcm_tui.x12.adjustments import Adjustment
from rcm_tui.x12.delimiters import Delimiters
from rcm_tui.x12.envelope import TransactionSet
from rcm_tui.x12.events import Event, FindingRead
from rcm_tui.x12.findings import Finding, Severity, UnreadSegment
from rcm_tui.x12.parties import Contact, Party
from rcm_tui.x12.remittance import ZERO

Elements = list[str]
Handler = Callable[[Elements], None]

# Ours: far beyond any real claim, near enough that a hostile file cannot eat the memory.
LARGEST_CLAIM = 20_000
_CACHED = 20_000
_NUMBER = re.compile(r"[+-]?(?:[0-9]{1,16}(?:\.[0-9]{0,8})?|\.[0-9]{1,8})")

_numbers: dict[str, Decimal] = {}
_days: dict[str, date] = {}


def number(text: str) -> Decimal:
    """A decimal number as X12 writes one.  Raises ValueError for anything else (`1E5`, `NaN`)."""
    known = _numbers.get(text)
    if known is not None:
        return known
    stripped = text.strip()
    if _NUMBER.fullmatch(stripped) is None:
        raise ValueError(f"{text!r} is not a number")
    value = Decimal(stripped)
    if len(_numbers) >= _CACHED:
        _numbers.clear()
    _numbers[text] = value
    return value


def day(text: str) -> date:
    """A date written CCYYMMDD.  Raises ValueError for anything else."""
    known = _days.get(text)
    if known is not None:
        return known
    stripped = text.strip()
    if len(stripped) == 6 and stripped.isdigit():
        stripped = "20" + stripped
    if len(stripped) != 8 or not (stripped.isascii() and stripped.isdigit()):
        raise ValueError(f"{text!r} is not a date written CCYYMMDD")
    value = date(int(stripped[:4]), int(stripped[4:6]), int(stripped[6:]))
    if len(_days) >= _CACHED:
        _days.clear()
    _days[text] = value
    return value


class SetReader:
    """Reads the segments of one set, by `handlers`, and puts events into `out`.

    Elements come padded with empty ones, so that a handler may look at any position.
    """

    def __init__(self, opened: TransactionSet, out: list[Event]) -> None:
        self.set = opened
        self.out = out
        self.number = opened.segment_number
        self.delimiters: Delimiters = opened.interchange.delimiters
        self.component = self.delimiters.component or "\0"
        self.handlers: dict[str, Handler] = {}
        self.notes: list[Finding] = []
        self.unread: list[UnreadSegment] = []
        self.started = opened.segment_number
        self.skipping = False
        self._every: dict[str, Handler] = {}

    def finish(self, complete: bool, cut: bool) -> None:
        """The set ends: by its SE (`complete`), by a next one, or with the file (`cut`)."""
        raise NotImplementedError

    def overflow(self) -> None:
        """The claim at hand is larger than any claim can be: give up on the rest of it."""

    def check_size(self) -> None:
        """Called once a chunk: a hostile claim must not grow without end."""
        if self.number - self.started > LARGEST_CLAIM:
            self.overflow()
            self.started = self.number

    def give_up(self, until: dict[str, Handler]) -> None:
        """Leave out, without a word, everything before one of these segments."""
        self.skipping = True
        self._every, self.handlers = self.handlers, until

    def resume(self) -> None:
        """Such a segment has come."""
        if self.skipping:
            self.skipping = False
            self.handlers = self._every

    def other(self, elements: Elements) -> None:
        """A segment that no handler wants."""
        if self.skipping:
            return
        self.keep(elements)
        self.say("warning", elements, f"{elements[0]} is not expected in this transaction.")

    def keep(self, elements: Elements) -> None:
        """Keep a segment for a person, without a word: it is legal, but no field holds it."""
        text = self.delimiters.element.join(elements).rstrip(self.delimiters.element)
        if len(self.unread) < LARGEST_CLAIM:
            self.unread.append(UnreadSegment(self.number, elements[0], text))

    def stray(self, elements: Elements) -> None:
        """A known segment where it cannot stand."""
        self.keep(elements)
        self.say("warning", elements, f"{elements[0]} stands where nothing can hold it.")

    def say(self, severity: Severity, elements: Elements, reason: str) -> None:
        """A finding about the segment at hand, for the file and for the claim it stands in."""
        finding = Finding(severity, self.number, elements[0], reason)
        if len(self.notes) < 1000:
            self.notes.append(finding)
        self.out.append(FindingRead(self.set, finding))

    # values, by their position in a segment

    def amount(self, elements: Elements, position: int) -> Decimal:
        """Money that has to be there; zero, with a finding, where it is not."""
        value = _numbers.get(elements[position])
        if value is not None:
            return value
        value = self.optional_amount(elements, position)
        if value is None:
            if not elements[position].strip():
                self.say("error", elements, f"{elements[0]}{position:02} has no amount.")
            return ZERO
        return value

    def optional_amount(self, elements: Elements, position: int) -> Decimal | None:
        """Money or a quantity that may be missing; None, with a finding, where it is not one."""
        text = elements[position]
        if not text or text.isspace():
            return None
        try:
            return number(text)
        except ValueError:
            self.say("error", elements, f"{elements[0]}{position:02} {text!r} is not an amount.")
            return None

    def on(self, elements: Elements, position: int) -> date | None:
        """A date that may be missing."""
        text = elements[position]
        if not text:
            return None
        try:
            return day(text)
        except ValueError:
            self.say(
                "warning",
                elements,
                f"{elements[0]}{position:02} {text!r} is not a date of the calendar (CCYYMMDD).",
            )
            return None

    def period(self, elements: Elements, position: int) -> tuple[date | None, date | None]:
        """A date or range, with its format (D8, RD8) in the element before it."""
        text = elements[position]
        if elements[position - 1] != "RD8" and "-" not in text:
            return self.on(elements, position), None
        first, _, last = text.partition("-")
        try:
            return day(first), day(last)
        except ValueError:
            self.say(
                "warning",
                elements,
                f"{elements[0]}{position:02} {text!r} is not a range of dates (CCYYMMDD-CCYYMMDD).",
            )
            return None, None

    def count(self, elements: Elements, position: int) -> int:
        """A whole number; 0 where it is missing or, with a finding, is none."""
        text = elements[position].strip()
        if not text:
            return 0
        if len(text) <= 10 and text.isascii() and text.isdigit():
            return int(text)
        self.say("warning", elements, f"{elements[0]}{position:02} {text!r} is not a whole number.")
        return 0

    def composite(self, text: str) -> list[str]:
        """The components of an element, at least eight of them."""
        parts = text.split(self.component)
        parts.extend(("",) * 8)
        return parts

    def really_used(self, elements: Elements, text: str, shape: re.Pattern[str]) -> None:
        """Some files declare one component separator and use another: take the one used.

        `shape` matches `text` where it is such a composite, with the separator as its group.
        """
        if not text or self.component in text:
            return
        match = shape.fullmatch(text)
        if match is not None:
            self.say(
                "warning",
                elements,
                f"ISA16 declares {self.delimiters.component!r} between components, but "
                f"{match[1]!r} is used; read so from here on.",
            )
            self.component = match[1]

    def adjustments(self, elements: Elements, into: list[Adjustment]) -> Decimal:
        """Appends the up to six triples of a CAS; their sum."""
        group = elements[1]
        total = ZERO
        for at in range(2, 20, 3):
            reason = elements[at]
            if not reason:
                if not elements[at + 1]:
                    continue
                self.say("warning", elements, f"CAS{at:02} has an amount but no reason code.")
            amount = self.amount(elements, at + 1)
            quantity = self.optional_amount(elements, at + 2) if elements[at + 2] else None
            into.append(Adjustment(group, reason, amount, quantity))
            total += amount
        if any(elements[20:]):
            self.say("error", elements, "CAS has more than six adjustments.")
        return total

    def contact(self, elements: Elements, known: Contact | None = None) -> Contact:
        """A PER; its numbers are added to those of an earlier one."""
        numbers = {
            "TE": known.telephone if known else "",
            "EX": known.extension if known else "",
            "FX": known.fax if known else "",
            "EM": known.email if known else "",
            "UR": known.website if known else "",
        }
        for at in (3, 5, 7):
            if elements[at] in numbers:
                numbers[elements[at]] = elements[at + 1]
        name = elements[2] or (known.name if known else "")
        return Contact(
            name, numbers["TE"], numbers["EX"], numbers["FX"], numbers["EM"], numbers["UR"]
        )


def party(elements: Elements) -> Party:
    """An NM1 as a name with one identifier."""
    return Party(
        elements[2],
        elements[3].strip(),
        elements[4].strip(),
        elements[5].strip(),
        elements[7].strip(),
        elements[8],
        elements[9].strip(),
    )
