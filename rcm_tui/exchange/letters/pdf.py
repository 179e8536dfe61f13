"""Letters as PDF, US letter, with ReportLab's canvas: words are drawn, never read as PDF.

Lines that begin with blanks are set in a font of even width, so that lists keep their columns.
The fonts are those of statements (exchange/statements/pdf.py).
"""

from collections.abc import Iterable
from typing import BinaryIO

from reportlab.lib.utils import simpleSplit
from reportlab.pdfgen.canvas import Canvas

from rcm_tui.exchange.statements.pdf import BOLD, FONT, HEIGHT, LEADING, MARGIN, WIDTH, printable

EVEN, EVEN_SIZE = "Courier", 9.0
SIZE, SMALL = 10.5, 8
ROOM = WIDTH - 2 * MARGIN - 18
LEFT = MARGIN + 18
LONGEST_WORD = 200


def write_letters_pdf(letters: Iterable[tuple[str, str]], file: BinaryIO) -> int:
    """Writes letters (number, text), each beginning a page. Returns how many pages."""
    canvas = Canvas(file, invariant=1, pagesize=(WIDTH, HEIGHT), pageCompression=1)
    canvas.setTitle("Letters")
    pages = 0
    for number, letter in letters:
        pages += _Pages(canvas, number).drawn(letter)
    canvas.save()
    return pages


class _Pages:
    """One letter on its way down its pages."""

    def __init__(self, canvas: Canvas, number: str) -> None:
        self._canvas, self._number = canvas, number
        self._pages = 0
        self._y = 0.0

    def drawn(self, letter: str) -> int:
        self._begin()
        for place, line in enumerate(letter.split("\n")):
            bold = place == 0 or line.startswith("Re: ")
            self._line(line, BOLD if bold else FONT)
        self._canvas.showPage()
        return self._pages

    def _begin(self) -> None:
        self._pages += 1
        self._y = HEIGHT - MARGIN
        if self._pages > 1:
            self._canvas.setFont(FONT, SMALL)
            words = f"Appeal {printable(self._number)}, page {self._pages}"
            self._canvas.drawRightString(WIDTH - MARGIN, self._y, words)
            self._y -= 2 * LEADING

    def _line(self, line: str, font: str) -> None:
        words = _printable(line.lstrip(" "))
        font, size = (EVEN, EVEN_SIZE) if line.startswith(" ") else (font, SIZE)
        indent = (len(line) - len(line.lstrip(" "))) * EVEN_SIZE * 0.6
        indent = min(indent, ROOM / 2)
        for part in _parts(words, font, size, ROOM - indent) or [""]:
            if self._y < MARGIN:
                self._canvas.showPage()
                self._begin()
            self._canvas.setFont(font, size)
            self._canvas.drawString(LEFT + indent, self._y, part)
            self._y -= LEADING


def _printable(line: str) -> str:
    """A whole line in the letters that the fonts have, word by word: paragraphs are long."""
    pieces = (
        "".join(printable(piece) for piece in _pieces(word, LONGEST_WORD))
        for word in line.split(" ")
    )
    return " ".join(pieces)


def _parts(words: str, font: str, size: float, room: float) -> list[str]:
    """Words in lines of so many points: columns are kept where they fit."""
    if font == EVEN and len(words) * size * 0.6 <= room:
        return [words] if words else []
    return [piece for line in simpleSplit(words, font, size, room) for piece in _cut(line, room)]


def _cut(line: str, room: float) -> list[str]:
    """A word that is too long for any line, in pieces."""
    most = max(int(room / 6), 1)
    return [line] if " " in line or len(line) <= most else _pieces(line, most)


def _pieces(line: str, most: int) -> list[str]:
    return [line[start : start + most] for start in range(0, len(line), most)]
