"""Whether a file has come as a whole, told by its end alone."""

import re

_BEFORE = b"\xef\xbb\xbf \t\r\n"
_TAIL = 400


def lacks_end(content: bytes) -> bool:
    """True for an empty file, and for one that starts as an interchange (ISA) whose last segment
    is no whole IEA: most often an upload that has stalled. What is no X12 has no end to miss.

    Rule: X12.5, every interchange ends with IEA, which repeats the nine digits of ISA13.
    """
    start = content.lstrip(_BEFORE)
    if not start:
        return True
    if len(start) < 4:
        return b"ISA".startswith(start.upper())
    if start[:3].upper() != b"ISA":
        return False
    return _end_by(start[3:4]).search(content[-_TAIL:]) is None


def _end_by(separator: bytes) -> re.Pattern[bytes]:
    """Its own terminator may be missing behind nine digits; with fewer, the number may be cut."""
    element = re.escape(separator)
    number = rb"[^\W_]"
    return re.compile(
        rb"[^\w" + element + rb"]\s*IEA" + element + rb"\s*" + number + rb"+\s*" + element
        + rb"\s*(?:" + number + rb"{9}\W*|" + number + rb"+[ ]*[^\w ]\W*)\Z",
        re.IGNORECASE,
    )  # fmt: skip
