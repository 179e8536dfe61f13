"""What a terminal shows of a workstation: the text alone, read cheaply beside twenty of them."""

import codecs
import re

TOKENS = re.compile(
    r"\x1b\[(?P<row>\d*);?(?P<column>\d*)H"
    r"|(?P<clear>\x1b\[2J|\x1b\[\?1049[hl])"
    r"|\x1b\[[<>=?]?[0-9;:]*\$?[A-Za-z]"
    r"|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)"
    r"|\x1b[^\[\]]"
    r"|(?P<end>[\r\n])"
    r"|(?P<text>[^\x1b\r\n]+)"
)
LONGEST = 64  # characters that a sequence may wait for its rest


class Picture:
    """The cells of a screen. Colours are left out; Textual moves by row and column alone."""

    def __init__(self, columns: int, rows: int) -> None:
        self._columns = columns
        self._cells = [[" "] * columns for _ in range(rows)]
        self._row = self._column = 0
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._rest = ""

    def feed(self, data: bytes) -> None:
        """Takes what the program has written."""
        text = self._rest + self._decoder.decode(data)
        self._rest = ""
        begun = text.rfind("\x1b", max(0, len(text) - LONGEST))
        if begun >= 0 and not TOKENS.match(text, begun):
            text, self._rest = text[:begun], text[begun:]
        for token in TOKENS.finditer(text):
            kind = token.lastgroup
            if kind == "text":
                self._write(token["text"])
            elif kind in ("row", "column"):
                self._row = int(token["row"] or 1) - 1
                self._column = int(token["column"] or 1) - 1
            elif kind == "end":
                self._column = 0
                self._row += token["end"] == "\n"
            elif kind == "clear":
                self._cells = [[" "] * self._columns for _ in self._cells]

    @property
    def text(self) -> str:
        """The lines, as they stand on the screen."""
        return "\n".join("".join(line) for line in self._cells)

    def _write(self, text: str) -> None:
        if self._row < len(self._cells):
            line = self._cells[self._row]
            line[self._column : self._column + len(text)] = text
            del line[self._columns :]
        self._column += len(text)
