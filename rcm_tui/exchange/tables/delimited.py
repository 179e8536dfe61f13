"""Reading csv: whatever the encoding and the delimiter, a row at a time.

Which they are is found out from the bytes themselves, and said. Nothing is guessed silently: text
that is no UTF-8 is Windows-1252 where all its bytes mean something there, else Latin-1.
"""

import codecs
import csv
import io
from collections import Counter
from collections.abc import Callable, Iterator
from typing import BinaryIO

from rcm_tui.exchange.tables.source import SourceRow, SourceTable, TableRefused, source_row

Opener = Callable[[], BinaryIO]
"""Opens the bytes from their start; called once for each pass over them."""

SAMPLE = 64 << 10
CHUNK = 64 << 10
DELIMITERS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig", "UTF-8 with a byte order mark"),
    (codecs.BOM_UTF32_LE, "", ""),
    (codecs.BOM_UTF32_BE, "", ""),
    (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
)
UNUSED_IN_1252 = frozenset(b"\x81\x8d\x8f\x90\x9d")
SAMPLED_ROWS = 30


def open_delimited(opener: Opener, size: int) -> SourceTable:
    """A csv table of `size` bytes. Raises TableRefused for a file without text."""
    encoding, called = _encoding(opener)
    start = _start(opener, encoding)
    if not start.strip():
        raise TableRefused("the file is empty")
    named = _named_delimiter(start)
    delimiter = named or _delimiter(start)
    described = f"csv, {called}, parted by {DELIMITERS.get(delimiter, repr(delimiter))}"
    rows = _rows(opener, encoding, delimiter, skip=bool(named))
    return SourceTable(described, rows, size * max(1, start.count("\n")) // len(start.encode()))


def _encoding(opener: Opener) -> tuple[str, str]:
    """Python's name of the encoding, and what people call it."""
    with opener() as stream:
        head = stream.read(4096)
    for mark, encoding, called in MARKS:
        if head.startswith(mark):
            if not encoding:
                raise TableRefused("the file is in UTF-32: save it as csv in UTF-8")
            return encoding, called
    if nulls := head.count(0):
        # UTF-16 of Western text has a zero byte in every character.
        even = head[0::2].count(0)
        if nulls * 3 > len(head):
            low_first = even * 2 < nulls
            return ("utf-16-le" if low_first else "utf-16-be"), "UTF-16 without a mark"
    return _eight_bits(opener)


def _eight_bits(opener: Opener) -> tuple[str, str]:
    decoder = codecs.getincrementaldecoder("utf-8")()
    seen: set[int] = set()
    utf8 = True
    with opener() as stream:
        while chunk := stream.read(CHUNK):
            seen.update(chunk)
            if utf8:
                try:
                    decoder.decode(chunk)
                except UnicodeDecodeError:
                    utf8 = False
    if utf8:
        try:
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            utf8 = False
    if utf8:
        return "utf-8", "UTF-8"
    if seen & UNUSED_IN_1252:
        return "latin-1", "Latin-1 (it is not UTF-8: look at the accents)"
    return "cp1252", "Windows-1252 (it is not UTF-8: look at the accents)"


def _text(opener: Opener, encoding: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(opener(), encoding=encoding, errors="replace", newline="")


def _start(opener: Opener, encoding: str) -> str:
    with _text(opener, encoding) as text:
        return text.read(SAMPLE)


def _named_delimiter(start: str) -> str:
    """Excel names the delimiter in a first line of its own: sep=;"""
    line = start.lstrip("\ufeff").splitlines()[0].strip().strip('"')
    return line[4] if len(line) == 5 and line.lower().startswith("sep=") else ""


def _delimiter(start: str) -> str:
    """What parts the first rows into the same number of cells most often; commas for one column."""
    whole = start if len(start) < SAMPLE else start.rpartition("\n")[0]
    best, delimiter = (0.0, 0), ","
    for candidate in DELIMITERS:
        widths = Counter[int]()
        try:
            for row in csv.reader(io.StringIO(whole, newline=""), delimiter=candidate):
                if any(cell.strip() for cell in row):
                    widths[len(row)] += 1
                if widths.total() >= SAMPLED_ROWS:
                    break
        except csv.Error:
            continue
        wide = [(count / widths.total(), width) for width, count in widths.items() if width > 1]
        if wide and max(wide) > best:
            best, delimiter = max(wide), candidate
    return delimiter


def _rows(opener: Opener, encoding: str, delimiter: str, skip: bool) -> Iterator[SourceRow]:
    number = 0
    with _text(opener, encoding) as text:
        reader = csv.reader(text, delimiter=delimiter)
        while True:
            number += 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                # Where a quotation mark is never closed, the rest of the file is one cell.
                row = SourceRow(number, [])
                row.faults[0] = (
                    f"cannot be read, nor can the rows after it ({error}):"
                    " is a quotation mark missing?"
                )
                yield row
                return
            if skip and number == 1:
                continue
            yield source_row(number, list(cells))
