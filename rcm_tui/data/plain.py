"""Text from outside, made harmless where it enters: files, file names, what a person pastes.

Control characters (C0, C1) and characters that turn the direction of what follows never get into
the store. They are replaced by U+FFFD, so that a person sees that something stood there.
"""

import re

LONGEST = 255
REPLACEMENT = "\ufffd"
HOSTILE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")


def plain(text: str, longest: int = LONGEST) -> str:
    """The text without its hostile characters and no longer than `longest` characters.

    Surrounding blanks are dropped. Ordinary text comes back as it is. Surrogates, which UTF-8
    cannot hold, are replaced too.
    """
    if len(text) <= longest and text.isascii() and text.isprintable():
        return text.strip()
    cleaned = HOSTILE.sub(REPLACEMENT, text[: longest + 1].strip())
    cleaned = cleaned.encode("utf-8", "replace").decode("utf-8")
    return cleaned if len(cleaned) <= longest else cleaned[: longest - 1] + "…"


def plain_name(name: str) -> str:
    """The last part of a file's path as plain text; never empty."""
    return plain(name.replace("\\", "/").rstrip("/").rpartition("/")[2]) or "unnamed"
