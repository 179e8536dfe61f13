"""Lines of text for the screen, put together from plain pieces and the style of each."""

from __future__ import annotations

import textwrap

from textual.content import Content

from rcm_tui.widgets.plain_text import plain

Piece = str | tuple[str, str] | Content


def written(*pieces: Piece) -> Content:
    """A line of pieces: text, (text, style) or a line made before. No piece is read as markup."""
    return Content.assemble(*(_piece(piece) for piece in pieces))


def fitted(content: Content, width: int) -> Content:
    """The line in at most `width` cells; what does not fit is cut with `…`."""
    if content.cell_length <= width:
        return content
    return content.truncate(max(0, width), ellipsis=True)


def spread(left: Content, right: Content, width: int) -> Content:
    """Two lines in one of exactly `width` cells; the left one gives way."""
    right = fitted(right, width)
    room = width - right.cell_length
    shown = fitted(left, room - 1 if right else room)
    return written(shown, " " * (room - shown.cell_length), right)


def folded(start: Piece, text: str, width: int, style: str = "") -> list[Content]:
    """A text under itself in as many lines as it needs, right of what the first one starts with."""
    first = written(start)
    indent = first.cell_length
    lines = textwrap.wrap(plain(text), max(20, width - indent)) or [""]
    return [
        written(first if number == 0 else " " * indent, (line, style))
        for number, line in enumerate(lines)
    ]


def _piece(piece: Piece) -> Content | tuple[str, str] | str:
    if isinstance(piece, Content):
        return piece
    if isinstance(piece, str):
        return plain(piece)
    return plain(piece[0]), piece[1]
