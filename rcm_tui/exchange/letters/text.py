"""A letter as plain text, 78 columns."""

import textwrap
from collections.abc import Iterable

from rcm_tui.data.plain import plain

WIDTH = 78


def letter_text(letter: str) -> str:
    """The letter with its paragraphs folded; ends with a line end."""
    return "\n".join(folded(letter, WIDTH)) + "\n"


def letters_text(letters: Iterable[str]) -> str:
    """Several, each on a page of its own (form feed)."""
    return "\f".join(letter_text(letter) for letter in letters)


def folded(letter: str, width: int) -> list[str]:
    """The lines of a letter, none wider than `width`; those that begin with blanks keep them."""
    lines: list[str] = []
    for raw in letter.split("\n"):
        words = plain(raw, len(raw) + 1)
        indent = " " * min(len(raw) - len(raw.lstrip(" ")), width // 2)
        lines += textwrap.wrap(
            words,
            width,
            initial_indent=indent,
            subsequent_indent=indent,
            drop_whitespace=bool(not indent),
            replace_whitespace=False,
        ) or [""]
    return lines
