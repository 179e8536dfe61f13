"""Reads any X12 file, whatever its delimiters and whatever is wrong with it."""

import io
from collections.abc import Callable, Iterator
from typing import BinaryIO

from rcm_tui.x12.acknowledgement_reader import AcknowledgementReader, interchange_acknowledgement
from rcm_tui.x12.claim_acknowledgement_reader import ClaimAcknowledgementReader
from rcm_tui.x12.claim_reader import ClaimReader
from rcm_tui.x12.envelope import Group, Interchange, TransactionSet
from rcm_tui.x12.events import (
    Event,
    FindingRead,
    InterchangeAcknowledged,
    InterchangeClosed,
    InterchangeOpened,
    SetClosed,
    SetOpened,
    UnreadSet,
)
from rcm_tui.x12.findings import Finding, Severity
from rcm_tui.x12.interchange_header import Header, moment
from rcm_tui.x12.remittance_reader import RemittanceReader
from rcm_tui.x12.segmenter import Left, Run, Segmenter
from rcm_tui.x12.set_reader import Elements, SetReader
from rcm_tui.x12.set_types import set_type

# No segment that is read has more elements; what a handler looks at is always there.
_PADDING = ("",) * 25
_MOST_FINDINGS = 10_000
_READERS: dict[str, Callable[[TransactionSet, list[Event]], SetReader]] = {
    "835": RemittanceReader,
    "837P": ClaimReader,
    "277CA": ClaimAcknowledgementReader,
    "277": ClaimAcknowledgementReader,
    "999": AcknowledgementReader,
    "997": AcknowledgementReader,
}
# A set whose ST was lost is known by its first segment and the group it stands in.
_FIRST = {
    ("BPR", ""): "835",
    ("AK1", ""): "999",
    ("BHT", "0019"): "837",
    ("BHT", "0085"): "277",
}
_CUT = {
    "junk": "{0} characters outside of any interchange were left out; they begin {1!r}.",
    "cut": "The file breaks off inside this segment, which was left out: {1!r}.",
    "overlong": "A segment of more than {0} characters was left out; it begins {1!r}.",
}


def read(stream: BinaryIO) -> Iterator[Event]:
    """The events of a file, in its order, as the bytes come in.

    Needs no more memory for a large file than for a small one.  Raises nothing about what the
    file holds, only what reading the stream raises: what is wrong comes as `FindingRead`.
    """
    return _Reading().events(stream)


def read_all(content: bytes) -> list[Event]:
    """All events of a file that is in memory."""
    return list(read(io.BytesIO(content)))


def file_type(stream: BinaryIO) -> str:
    """The type of the first transaction set; TA1 where only those are; else `unknown`."""
    kind = "unknown"
    for event in read(stream):
        if isinstance(event, SetOpened):
            return event.set.type
        if isinstance(event, InterchangeAcknowledged):
            kind = "TA1"
    return kind


class _UnreadReader(SetReader):
    """Counts the segments of a set that has no reader."""

    def other(self, elements: Elements) -> None:
        """Nothing is read."""

    def finish(self, complete: bool, cut: bool) -> None:
        count = self.number - self.set.segment_number + 1
        self.out.append(UnreadSet(self.set, count))


class _Reading:
    """The envelope: where the file is, and what was opened and not yet closed."""

    def __init__(self) -> None:
        self.out: list[Event] = []
        self.number = 0
        self.interchange: Interchange | None = None
        self.group: Group | None = None
        self.reader: SetReader | None = None
        self.groups = 0
        self.sets = 0
        self.interchanges = 0
        self.findings = 0
        self.outside = False

    def events(self, stream: BinaryIO) -> Iterator[Event]:
        for part in Segmenter(stream).parts():
            if isinstance(part, Run):
                self._run(part)
                if self.reader is not None:
                    self.reader.number = self.number
                    self.reader.check_size()
            elif isinstance(part, Header):
                self._open(part.interchange)
            else:
                self._left(part)
            yield from self._given()
        self._close_interchange(cut=True)
        if not self.interchanges:
            self._say("error", "", "No interchange header (ISA) was found: this is no X12 file.")
        yield from self._given()

    def _given(self) -> list[Event]:
        """What was put out since; findings are let through up to a bound."""
        out = self.out[:]
        # The readers hold this very list.
        self.out.clear()
        count = sum(1 for event in out if type(event) is FindingRead)
        if not count:
            return out
        room = _MOST_FINDINGS - self.findings
        self.findings += count
        if count <= room:
            return out
        kept: list[Event] = []
        for event in out:
            if type(event) is FindingRead:
                room -= 1
                if room == -1:
                    event.finding = Finding(
                        "error", event.finding.segment_number, "", "More is wrong than is listed."
                    )
                if room < -1:
                    continue
            kept.append(event)
        return kept

    def _run(self, run: Run) -> None:
        interchange = self.interchange
        if interchange is None:
            return
        separator = interchange.delimiters.element
        reader = self.reader
        handlers = reader.handlers if reader is not None else {}
        number, notes, padding = self.number, run.notes, _PADDING
        for index, raw in enumerate(run.segments):
            number += 1
            elements = raw.split(separator)
            elements.extend(padding)
            if notes and index in notes:
                self.number = number
                self._say_here("warning", elements[0], notes[index])
            handler = handlers.get(elements[0])
            try:
                if handler is not None and reader is not None:
                    reader.number = number
                    handler(elements)
                    handlers = reader.handlers
                else:
                    self.number = number
                    self._envelope(elements)
                    reader = self.reader
                    handlers = reader.handlers if reader is not None else {}
            except (ValueError, ArithmeticError, LookupError) as error:
                self.number = number
                self._say_here("error", elements[0], f"This segment could not be read: {error}")
        self.number = number

    # findings

    def _say(self, severity: Severity, segment_id: str, reason: str) -> None:
        opened = self.reader.set if self.reader is not None else None
        finding = Finding(severity, self.number, segment_id, reason)
        self.out.append(FindingRead(opened, finding))

    def _say_here(self, severity: Severity, segment_id: str, reason: str) -> None:
        """A finding that also belongs to the claim that is being read."""
        if self.reader is None:
            self._say(severity, segment_id[:3], reason)
        else:
            self.reader.number = self.number
            self.reader.say(severity, [segment_id[:3]], reason)

    def _left(self, left: Left) -> None:
        reason = _CUT[left.kind].format(left.length, left.sample)
        if left.kind == "junk":
            self._say("error", "", reason)
        else:
            self._say_here("error", "", reason)

    # the envelope

    def _envelope(self, e: Elements) -> None:
        """A segment that the open set does not want."""
        name = e[0]
        if name == "ST":
            self._st(e)
        elif name == "SE":
            self._se(e)
        elif name == "GS":
            self._gs(e)
        elif name == "GE":
            self._ge(e)
        elif name == "IEA":
            self._iea(e)
        elif name == "TA1" and self.reader is None and self.interchange is not None:
            answer = interchange_acknowledgement(e)
            self.out.append(InterchangeAcknowledged(self.interchange, answer))
        elif self.reader is not None:
            self.reader.number = self.number
            self.reader.other(e)
        else:
            self._outside(e)

    def _open(self, interchange: Interchange) -> None:
        self._close_interchange(cut=False)
        self.number += 1
        self.interchange = interchange
        self.interchanges += 1
        self.groups = 0
        self.outside = False
        self.out.append(InterchangeOpened(interchange))

    def _gs(self, e: Elements) -> None:
        self._close_group(cut=False)
        self.groups += 1
        self.sets = 0
        self.outside = False
        self.group = Group(
            e[1].strip(),
            e[2].strip(),
            e[3].strip(),
            moment(e[4].strip(), e[5].strip()),
            e[6].strip(),
            e[8].strip(),
        )

    def _st(self, e: Elements) -> None:
        self._close_set(complete=False, cut=False)
        if self.group is None:
            self._say("error", "ST", "A transaction set stands outside of any group (GS).")
        guide = e[3].strip() or (self.group.guide if self.group else "")
        self._begin(e[1].strip(), e[2].strip(), guide)

    def _begin(self, identifier: str, control_number: str, guide: str) -> None:
        if self.interchange is None:
            return
        self.sets += 1
        self.outside = False
        kind = set_type(identifier, guide)
        opened = TransactionSet(
            kind, identifier, control_number, guide, self.number, self.group, self.interchange
        )
        self.out.append(SetOpened(opened))
        self.reader = _READERS.get(kind, _UnreadReader)(opened, self.out)
        if kind == "837P" and "X222" not in guide:
            self._say(
                "warning",
                "ST",
                f"The guide {guide!r} is not 005010X222A1; read as a professional claim as far as "
                "it is alike.",
            )

    def _outside(self, e: Elements) -> None:
        """A segment outside of any set: perhaps the ST was lost."""
        identifier = _FIRST.get((e[0], e[1] if e[0] == "BHT" else ""))
        if identifier is not None:
            self._say("error", e[0], "The transaction set header (ST) before this is missing.")
            self._begin(identifier, "", self.group.guide if self.group else "")
            if self.reader is not None and e[0] in self.reader.handlers:
                self.reader.handlers[e[0]](e)
        elif not self.outside:
            self.outside = True
            self._say(
                "error",
                e[0][:3],
                "From here on, segments stand outside of any transaction set; they were left out.",
            )

    def _se(self, e: Elements) -> None:
        if self.reader is None:
            self._say("warning", "SE", "SE closes nothing: no transaction set is open.")
            return
        opened = self.reader.set
        count = self.number - opened.segment_number + 1
        self._compare("SE", "SE01", e[1], count, "segments")
        if e[2].strip() != opened.control_number:
            self._say("warning", "SE", f"SE02 {e[2]!r} is not the set's {opened.control_number!r}.")
        self._close_set(complete=True, cut=False)

    def _ge(self, e: Elements) -> None:
        self._close_set(complete=False, cut=False)
        if self.group is None:
            self._say("warning", "GE", "GE closes nothing: no group is open.")
            return
        self._compare("GE", "GE01", e[1], self.sets, "transaction sets")
        if e[2].strip() != self.group.control_number:
            self._say(
                "warning", "GE", f"GE02 {e[2]!r} is not the group's {self.group.control_number!r}."
            )
        self.group = None

    def _iea(self, e: Elements) -> None:
        self._close_group(cut=False)
        interchange = self.interchange
        if interchange is None:
            return
        if self.groups:  # with acknowledgements (TA1) alone, some write 0 and some 1
            self._compare("IEA", "IEA01", e[1], self.groups, "groups")
        if e[2].strip() != interchange.control_number:
            self._say(
                "warning",
                "IEA",
                f"IEA02 {e[2]!r} is not the interchange's {interchange.control_number!r}.",
            )
        self.out.append(InterchangeClosed(interchange, self.groups, True))
        self.interchange = None

    def _compare(self, name: str, element: str, text: str, count: int, what: str) -> None:
        text = text.strip()
        if not (text.isascii() and text.isdigit()) or text.lstrip("0") != str(count).lstrip("0"):
            self._say("warning", name, f"{element} says {text!r} {what}, but there are {count}.")

    def _close_set(self, complete: bool, cut: bool) -> None:
        reader = self.reader
        if reader is None:
            return
        if not complete:
            self._say("error", "SE", "The end of this transaction set (SE) is missing.")
        reader.number = self.number
        reader.finish(complete, cut)
        count = self.number - reader.set.segment_number + 1
        self.out.append(SetClosed(reader.set, count, complete))
        self.reader = None

    def _close_group(self, cut: bool) -> None:
        self._close_set(complete=False, cut=cut)
        if self.group is not None:
            self._say("error", "GE", "The end of this group (GE) is missing.")
            self.group = None

    def _close_interchange(self, cut: bool) -> None:
        self._close_group(cut)
        if self.interchange is not None:
            self._say("error", "IEA", "The end of this interchange (IEA) is missing.")
            self.out.append(InterchangeClosed(self.interchange, self.groups, False))
            self.interchange = None
