"""Rows as PostgreSQL's COPY writes and reads them as text: what one side sends, the other gives.

The same rows make the same bytes on either side, so that a checksum of these proves a table.
"""

from collections.abc import Sequence
from typing import Any

NULL = r"\N"
SPECIAL = "\\\t\n\r\b\f\v"
"""What is escaped within a value."""
_ESCAPED = str.maketrans(dict(zip(SPECIAL, (rf"\{letter}" for letter in "\\tnrbfv"), strict=True)))


def lines(rows: Sequence[Sequence[Any]]) -> bytes:
    """Rows of integers, text, bytes and None as lines of text, a tab between two values."""
    if not rows:
        return b""
    # Almost no value holds what must be escaped: then joining is all there is to do.
    quick = [[NULL if v is None else v if type(v) is str else str(v) for v in row] for row in rows]
    text = "\n".join(map("\t".join, quick)) + "\n"
    if _is_plain(text, rows):
        return text.encode()
    return "".join("\t".join(map(_written, row)) + "\n" for row in rows).encode()


def _is_plain(text: str, rows: Sequence[Sequence[Any]]) -> bool:
    width = len(rows[0])
    if text.count("\t") != len(rows) * (width - 1) or text.count("\n") != len(rows):
        return False
    if text.count("\\") != sum(row.count(None) for row in rows):
        return False
    if any(letter in text for letter in "\r\b\f\v"):
        return False
    return not any(bytes in map(type, row) for row in rows)


def _written(value: Any) -> str:
    if value is None:
        return NULL
    if isinstance(value, bytes | memoryview):
        return rf"\\x{bytes(value).hex()}"
    return str(value).translate(_ESCAPED)
