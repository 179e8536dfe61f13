"""A line of text with a cursor in it, without a screen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(slots=True)
class TypedLine:
    """What stands in a field while it is typed into. `fresh` text is replaced by the first letter.

    Letters beyond `longest` are not taken.
    """

    text: str = ""
    cursor: int = 0
    fresh: bool = False
    longest: int = 80

    @classmethod
    def of(cls, text: str, longest: int) -> TypedLine:
        """A field just entered: all of it is replaced by what is typed, or kept by moving in it."""
        return cls(text, len(text), bool(text), max(longest, len(text)))

    def insert(self, letters: str) -> None:
        if self.fresh:
            self.text, self.cursor, self.fresh = "", 0, False
        room = self.longest - len(self.text)
        letters = letters[: max(0, room)]
        self.text = self.text[: self.cursor] + letters + self.text[self.cursor :]
        self.cursor += len(letters)

    def edit(self, key: str) -> bool:
        """Does what a key does in a line of text; False where it does nothing there."""
        if key not in _EDITING:
            return False
        _EDITING[key](self)
        return True

    def rub_out(self, by: int) -> None:
        """Takes away a letter before (-1) or under (1) the cursor; all where the text is fresh."""
        if self.fresh:
            self.set("")
        elif by < 0 and self.cursor:
            self.text = self.text[: self.cursor - 1] + self.text[self.cursor :]
            self.cursor -= 1
        elif by > 0:
            self.text = self.text[: self.cursor] + self.text[self.cursor + 1 :]

    def rub_out_word(self) -> None:
        """Takes away the word before the cursor."""
        if self.fresh:
            self.set("")
            return
        start = len(self.text[: self.cursor].rstrip().rpartition(" ")[0])
        start += 1 if start else 0
        self.text = self.text[:start] + self.text[self.cursor :]
        self.cursor = start

    def rub_out_to(self, way: int) -> None:
        """Takes away all before or behind the cursor."""
        self.fresh = False
        if way < 0:
            self.text, self.cursor = self.text[self.cursor :], 0
        else:
            self.text = self.text[: self.cursor]

    def move(self, by: int) -> None:
        self.fresh = False
        self.cursor = min(max(0, self.cursor + by), len(self.text))

    def end(self, way: int) -> None:
        self.fresh = False
        self.cursor = 0 if way < 0 else len(self.text)

    def set(self, text: str) -> None:
        self.text, self.cursor, self.fresh = text, len(text), False

    @property
    def word(self) -> tuple[int, int]:
        """Where the word around the cursor starts and ends."""
        start = self.text.rfind(" ", 0, self.cursor) + 1
        end = self.text.find(" ", self.cursor)
        return start, len(self.text) if end < 0 else end


_EDITING: dict[str, Callable[[TypedLine], None]] = {
    "backspace": lambda line: line.rub_out(-1),
    "delete": lambda line: line.rub_out(1),
    "left": lambda line: line.move(-1),
    "right": lambda line: line.move(1),
    "home": lambda line: line.end(-1),
    "ctrl+a": lambda line: line.end(-1),
    "end": lambda line: line.end(1),
    "ctrl+e": lambda line: line.end(1),
    "ctrl+u": lambda line: line.rub_out_to(-1),
    "ctrl+k": lambda line: line.rub_out_to(1),
    "ctrl+w": lambda line: line.rub_out_word(),
}
