"""The one way in which text from data reaches the screen: plain, of known width, never as markup.

Files and people can put escape codes, direction changes and invisible characters into names. What
could move the cursor, reorder a line or hide is replaced by a visible sign; what is left is as wide
as it was measured. The result is for `Segment`, `Content` and `Text`, never for a markup string.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import Literal

from rich.cells import cell_len, get_character_cell_size

REPLACEMENT = "\ufffd"
CUT = "…"

# Control, format (direction, zero width), surrogate, private, unassigned, line and paragraph.
_NEVER = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_SIGNS = {"\n": "⏎", "\r": "⏎", "\t": "⇥"}
# Letters by category, but blank: they could hide a difference between two names.
_BLANK_LETTERS = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
MOST_MARKS = 2  # combining marks on one letter; more climb over the lines above and below


def plain(text: str) -> str:
    """The text with nothing in it that acts on a terminal or hides from the eye."""
    if text.isascii() and text.isprintable():
        return text
    return _made_plain(text)


def cell(text: str, width: int, align: Literal["left", "right"] = "left") -> str:
    """The plain text in exactly `width` cells: padded, or cut with `…`."""
    text = plain(text)
    size = len(text) if text.isascii() else cell_len(text)
    if size > width:
        text, size = _cut(text, width)
    padding = " " * (width - size)
    return padding + text if align == "right" else text + padding


@lru_cache(maxsize=4096)
def _made_plain(text: str) -> str:
    drawn: list[str] = []
    marks = MOST_MARKS  # a mark with no letter before it would land on the neighbouring column
    for letter in unicodedata.normalize("NFC", text.replace("\r\n", "\n")):
        category = unicodedata.category(letter)
        if category in ("Mn", "Me"):
            sign = _mark(letter, marks)
            marks += sign == letter
        else:
            sign = _sign(letter, category)
            marks = 0
        drawn.append(sign)
    return "".join(drawn)


def _mark(letter: str, before: int) -> str:
    if "\ufe00" <= letter <= "\ufe0f" or "\U000e0100" <= letter <= "\U000e01ef":
        return ""  # these only choose a picture's style, and terminals disagree on its width
    return REPLACEMENT if before >= MOST_MARKS or letter in _BLANK_LETTERS else letter


def _sign(letter: str, category: str) -> str:
    if letter in _SIGNS:
        return _SIGNS[letter]
    if category in _NEVER or letter in _BLANK_LETTERS:
        return REPLACEMENT
    if category == "Zs":
        return " "
    if "\U0001f1e6" <= letter <= "\U0001f1ff":  # half a flag: as wide as the terminal likes
        return chr(ord(letter) - 0x1F1E6 + ord("A"))
    if "\U0001f3fb" <= letter <= "\U0001f3ff":  # a skin tone: joins or not, as the terminal likes
        return ""
    # What has no width of its own has been handled as a mark; the rest must take a place.
    return letter if get_character_cell_size(letter) else REPLACEMENT


def _cut(text: str, width: int) -> tuple[str, int]:
    """As much of the text as fits beside the sign that it was cut, and the cells it takes."""
    if width <= 0:
        return "", 0
    if text.isascii():
        return text[: width - 1] + CUT, width
    size = 0
    for end, letter in enumerate(text):
        wide = get_character_cell_size(letter)
        if size + wide > width - 1:
            return text[:end] + CUT, size + 1
        size += wide
    return text, size
