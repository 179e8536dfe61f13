"""Statements as PDF, US letter, one or more pages each, with ReportLab's canvas.

The fonts are those that every reader has, which hold Windows-1252: what they do not hold is
written without its accents, else as a question mark. Nothing of a name is ever read as PDF.
"""

import unicodedata
from collections.abc import Iterable
from typing import BinaryIO

from reportlab.lib.pagesizes import letter
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from rcm_tui.billing.statements.content import BUCKETS, StatementContent
from rcm_tui.data.plain import plain
from rcm_tui.exchange.statements.words import day, money

FONT, BOLD = "Helvetica", "Helvetica-Bold"
WIDTH, HEIGHT = letter
MARGIN, LEADING = 54, 14
RIGHT = WIDTH - MARGIN
WINDOW = HEIGHT - 190
"""Where the client's address shows through the window of an envelope."""


def write_statements_pdf(contents: Iterable[StatementContent], file: BinaryIO) -> int:
    """Writes statements one after the other, each beginning a page. Returns how many pages."""
    canvas = Canvas(file, pagesize=letter, invariant=1, pageCompression=1)
    canvas.setTitle("Statements")
    pages = 0
    for content in contents:
        pages += _Page(canvas, content).drawn()
    canvas.save()
    return pages


class _Page:
    """One statement on its way down the page."""

    def __init__(self, canvas: Canvas, content: StatementContent) -> None:
        self._canvas, self._content = canvas, content
        self._y = 0.0
        self._pages = 0

    def drawn(self) -> int:
        content = self._content
        self._begin()
        if content.previous:
            number, _, told = content.previous.partition(" of ")
            self._row(day(told), f"Balance of statement {number}", "", content.before)
        for line in content.lines:
            words = ", ".join(filter(None, (line.words, line.claim)))
            self._row(day(line.day), words, day(line.services), line.amount)
        self._room(130)
        self._rule()
        self._down()
        self._text(MARGIN, "Please pay", BOLD, 12)
        self._amount(RIGHT, content.due, BOLD, 12)
        self._down(2)
        step = (RIGHT - MARGIN) / len(BUCKETS)
        for place, (name, cents) in enumerate(zip(BUCKETS, content.ageing, strict=True), 1):
            self._right(MARGIN + step * place, f"{name} days", FONT, 8)
            self._y -= LEADING
            self._amount(MARGIN + step * place, cents)
            self._y += LEADING
        self._down(3)
        if content.unapplied > 0:
            waits = (
                f"{money(content.unapplied)} of your payments waits for your insurance's answer."
            )
            self._text(MARGIN, waits)
            self._down()
        self._text(MARGIN, "Please send payments to", FONT, 8)
        self._down()
        for address in content.remit_to:
            self._text(MARGIN, address)
            self._down()
        self._canvas.showPage()
        return self._pages

    def _begin(self) -> None:
        content = self._content
        self._pages += 1
        self._y = HEIGHT - MARGIN
        self._text(MARGIN, content.remit_to[0] if content.remit_to else "", BOLD, 14)
        self._right(RIGHT, f"Statement {content.number}", BOLD, 12)
        self._down()
        for place, line in enumerate([*content.remit_to[1:], content.phone]):
            self._text(MARGIN, line)
            right = (
                f"Date {day(content.day)}",
                f"Account {content.account}",
                f"Page {self._pages}",
            )
            if place < len(right):
                self._right(RIGHT, right[place])
            self._down()
        self._y = WINDOW
        for line in (content.client, *content.address):
            self._text(MARGIN, line)
            self._down()
        self._y = min(self._y, WINDOW - 90)
        for x, words in ((MARGIN, "Date"), (MARGIN + 70, "What"), (MARGIN + 290, "Services of")):
            self._text(x, words, BOLD)
        self._right(RIGHT, "Amount", BOLD)
        self._rule()
        self._down()

    def _row(self, when: str, words: str, services: str, cents: int) -> None:
        self._room(LEADING)
        self._text(MARGIN, when)
        self._text(MARGIN + 70, words, room=215)
        self._text(MARGIN + 290, services, room=140)
        self._amount(RIGHT, cents)
        self._down()

    def _room(self, needed: float) -> None:
        if self._y - needed < MARGIN:
            self._canvas.showPage()
            self._begin()

    def _down(self, lines: int = 1) -> None:
        self._y -= LEADING * lines

    def _rule(self) -> None:
        self._canvas.setLineWidth(0.5)
        self._canvas.line(MARGIN, self._y - 4, RIGHT, self._y - 4)

    def _text(
        self, x: float, words: str, font: str = FONT, size: float = 10, room: float = 300
    ) -> None:
        self._canvas.setFont(font, size)
        self._canvas.drawString(x, self._y, fitted(words, font, size, room))

    def _right(self, x: float, words: str, font: str = FONT, size: float = 10) -> None:
        self._canvas.setFont(font, size)
        self._canvas.drawRightString(x, self._y, fitted(words, font, size, 200))

    def _amount(self, x: float, cents: int, font: str = FONT, size: float = 10) -> None:
        self._right(x, money(cents), font, size)


def printable(text: str) -> str:
    """The text in the letters that the fonts have: without accents they lack, else a "?"."""
    letters = []
    for letter_of in plain(text):
        try:
            letter_of.encode("cp1252")
            letters.append(letter_of)
        except UnicodeEncodeError:
            bare = unicodedata.normalize("NFKD", letter_of).encode("ascii", "ignore").decode()
            letters.append(bare or "?")
    return "".join(letters)


def fitted(text: str, font: str, size: float, room: float) -> str:
    """The text cut with an ellipsis to so many points."""
    words = printable(text)
    if stringWidth(words, font, size) <= room:
        return words
    while words and stringWidth(f"{words}…", font, size) > room:
        words = words[:-1]
    return f"{words}…"
