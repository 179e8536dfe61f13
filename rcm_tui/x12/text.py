"""From bytes to text, without ever failing.

The reader works on Latin-1 text, in which every byte is one character, because delimiters may be
any byte and a chunk may end inside a character.  A segment that is not plain ASCII is given its
real characters by `restored`, once it stands alone.
"""

import codecs
import re
from collections.abc import Iterator
from typing import BinaryIO

CHUNK = 1 << 16

_MARKS: tuple[tuple[bytes, str | None], ...] = (
    (codecs.BOM_UTF8, None),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"I\0S\0A\0", "utf-16-le"),
    (b"\0I\0S\0A", "utf-16-be"),
)
CONTROLS = bytes([*range(0x20), 0x7F])
# C0 and C1 controls, and the characters that turn the direction of what follows.
_HOSTILE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def chunks(stream: BinaryIO) -> Iterator[str]:
    """The stream as Latin-1 text in pieces of bounded size.

    A UTF-8 mark is dropped; UTF-16, with its mark or plain to see, comes out as the bytes of its
    UTF-8.  Raises only what reading the stream raises.
    """
    first = stream.read(CHUNK)
    while first and len(first) < 6:
        more = stream.read(CHUNK)
        if not more:
            break
        first += more
    mark, encoding = next((known for known in _MARKS if first.startswith(known[0])), (b"", None))
    if mark and mark[0] >= 0xEF:
        first = first[len(mark) :]
    if encoding is None:
        while first:
            yield first.decode("latin-1")
            first = stream.read(CHUNK)
        return
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    while first:
        yield decoder.decode(first).encode("utf-8", "replace").decode("latin-1")
        first = stream.read(CHUNK)
    yield decoder.decode(b"", True).encode("utf-8", "replace").decode("latin-1")


def restored(raw: str, delimiters: str) -> tuple[str, str]:
    """The segment with its real characters, and a sentence about what had to be replaced.

    The sentence is empty where nothing was.  Control and direction characters become U+FFFD.
    """
    said = ""
    text = raw
    if not raw.isascii() and delimiters.isascii():
        octets = raw.encode("latin-1")
        try:
            text = octets.decode("utf-8")
        except UnicodeDecodeError:
            text = octets.decode("cp1252", "replace")
            said = "It has bytes that are not UTF-8; they were read as Windows-1252."
    cleaned = _HOSTILE.sub(lambda m: m[0] if m[0] in delimiters else "\ufffd", text)
    if cleaned != text:
        said = f"{said} Control characters in it were replaced.".strip()
    return cleaned, said
