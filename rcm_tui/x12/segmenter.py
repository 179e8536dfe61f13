"""Cutting a stream into interchanges and segments, a chunk at a time."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from rcm_tui.x12.delimiters import Delimiters
from rcm_tui.x12.interchange_header import Header, Search, find_header
from rcm_tui.x12.text import CHUNK, CONTROLS, chunks, restored

LONGEST_SEGMENT = CHUNK
_BLANK = " \t"
_NOTHING = " \t\r\n\0\x1a"
_CLOSING = ("SE", "GE", "IEA")


@dataclass(slots=True)
class Run:
    """Segments of one interchange.  `notes` say, by index, what had to be replaced in them."""

    segments: list[str]
    notes: dict[int, str]


@dataclass(slots=True)
class Left:
    """Text that was left out: `junk` outside of interchanges, a `cut` or an `overlong` segment."""

    kind: str
    length: int
    sample: str


class Segmenter:
    """Yields headers, runs of segments and what was left out, in the order of the file.

    Never holds more than two chunks.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._chunks = chunks(stream)
        self._buffer = ""
        self._at_end = False
        self._delimiters: Delimiters | None = None
        self._skipping = False
        self._terminator = ""
        self._junk = 0
        self._sample = ""

    def parts(self) -> Iterator[Header | Run | Left]:
        """All of the file."""
        self._more()
        while self._buffer or not self._at_end:
            if self._delimiters is None:
                yield from self._search()
            else:
                yield from self._body(self._delimiters)
        yield from self._junk_found()

    def _more(self) -> None:
        chunk = next(self._chunks, None)
        if chunk is None:
            self._at_end = True
        else:
            self._buffer += chunk

    def _open(self, header: Header) -> None:
        self._buffer = self._buffer[header.end :]
        self._delimiters = header.interchange.delimiters
        self._terminator = self._delimiters.segment
        self._skipping = False

    def _search(self) -> Iterator[Header | Left]:
        found = find_header(self._buffer, self._at_end)
        if isinstance(found, Header):
            self._pass_over(found.start)
            found_length = found.end - found.start
            yield from self._junk_found()
            self._open(Header(0, found_length, found.interchange))
            yield found
            return
        search, position = found
        if search is Search.NONE:
            position = len(self._buffer) if self._at_end else max(0, len(self._buffer) - 3)
        self._pass_over(position)
        self._more()

    def _pass_over(self, length: int) -> None:
        passed, self._buffer = self._buffer[:length], self._buffer[length:]
        blank = _NOTHING + self._terminator
        self._sample = (self._sample + passed[:1000]).lstrip(blank)[:40]
        self._junk += len(passed) if self._junk else len(passed.lstrip(blank))

    def _junk_found(self) -> Iterator[Left]:
        if self._junk:
            yield Left("junk", self._junk, restored(self._sample.rstrip(_NOTHING), "")[0])
        self._junk, self._sample = 0, ""

    def _body(self, delimiters: Delimiters) -> Iterator[Header | Run | Left]:
        """One step inside of an interchange: up to its end, the next one, or what is there."""
        header = find_header(self._buffer, self._at_end)
        limit = header.start if isinstance(header, Header) else header[1]
        closed = self._closed(delimiters, limit)
        if closed is not None:
            yield from self._run(self._buffer[:closed], delimiters, True)
            self._buffer = self._buffer[closed:]
            self._delimiters = None
        elif isinstance(header, Header):
            yield from self._run(self._buffer[:limit], delimiters, True)
            self._open(header)
            yield header
        elif self._at_end:
            yield from self._run(self._buffer, delimiters, True)
            self._buffer = ""
        else:
            cut = self._buffer.rfind(delimiters.segment, 0, limit) + 1
            yield from self._run(self._buffer[:cut], delimiters, False)
            self._buffer = self._buffer[cut:]
            if len(self._buffer) > LONGEST_SEGMENT:
                yield from self._overlong()
            self._more()

    def _overlong(self) -> Iterator[Left]:
        if not self._skipping:
            yield Left("overlong", len(self._buffer), restored(self._buffer[:40], "")[0])
        self._skipping = True
        self._buffer = self._buffer[-3:]

    def _closed(self, delimiters: Delimiters, limit: int) -> int | None:
        """The position after the IEA's terminator, where an IEA stands before `limit`."""
        buffer, start = self._buffer, 0
        while (at := buffer.find("IEA" + delimiters.element, start, limit)) >= 0:
            before = buffer[max(0, at - 200) : at].rstrip(" \t\r\n")
            if not before or before.endswith(delimiters.segment):
                end = buffer.find(delimiters.segment, at)
                if end >= 0:
                    return end + 1
                return len(buffer) if self._at_end else None
            start = at + 3
        return None

    def _run(self, body: str, delimiters: Delimiters, whole: bool) -> Iterator[Run | Left]:
        terminator = delimiters.segment
        if self._skipping:
            _, found, body = body.partition(terminator)
            if not found:
                return
            self._skipping = False
        segments = self._split(body, delimiters)
        last = segments.pop()
        left = None
        if whole and last:
            if last.partition(delimiters.element)[0] in _CLOSING:
                segments.append(last)
            elif last.strip(_NOTHING):
                left = Left("cut", len(last), restored(last[:40], "")[0])
        if segments:
            yield Run(segments, self._restore(segments, body, delimiters))
        if left is not None:
            yield left

    @staticmethod
    def _split(body: str, delimiters: Delimiters) -> list[str]:
        terminator = delimiters.segment
        used = delimiters.element + delimiters.component + delimiters.repetition + terminator
        for end_of_line in "\r\n":
            if end_of_line not in used:
                body = body.replace(end_of_line, "")
        segments = body.split(terminator)
        if f" {terminator}" in body or f"{terminator} " in body or "\t" in body or body[:1] == " ":
            segments = [segment.strip(_BLANK) for segment in segments]
        if terminator * 2 in body or "" in segments[:-1]:
            segments = [*(segment for segment in segments[:-1] if segment), segments[-1]]
        return segments

    @staticmethod
    def _restore(segments: list[str], body: str, delimiters: Delimiters) -> dict[int, str]:
        used = delimiters.element + delimiters.component + delimiters.repetition
        octets = body.encode("latin-1")
        harmless = (used + delimiters.segment + "\r\n\t").encode("latin-1")
        hostile = CONTROLS.translate(None, harmless)
        if body.isascii() and len(octets.translate(None, hostile)) == len(octets):
            return {}
        notes = {}
        for index, segment in enumerate(segments):
            if not segment.isascii() or not segment.isprintable():
                segments[index], said = restored(segment, used)
                if said:
                    notes[index] = said
        return notes
