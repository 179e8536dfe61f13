"""Amounts typed into the cells of lines: digits begin, tab and enter go on to the next cell."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from textual.events import Key

from rcm_tui.widgets.row_list import Row, RowList

LONGEST = 12
FORWARD, BACKWARD = ("tab", "enter", "right"), ("shift+tab", "left")
VERTICAL = {"down": 1, "up": -1}


class MoneyGrid(RowList):
    """Lines of which some columns are cents that are typed.

    `draw` makes the lines anew, with `key`, `column` and `buffer` as they are; `typed` takes the
    cents of a cell. In the columns of `asked` the screen asks for more than an amount.
    """

    def __init__(
        self,
        columns: Sequence[str],
        draw: Callable[[], Sequence[Row]],
        typed: Callable[[object, str, int], None],
        *,
        asked: Callable[[str], None],
        asked_columns: frozenset[str],
        wrong: Callable[[str], None],
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self._columns = list(columns)
        self._draw, self._typed, self._asked, self._wrong = draw, typed, asked, wrong
        self._asked_columns = asked_columns
        self.column = self._columns[0]
        self.buffer: str | None = None

    def redraw(self) -> None:
        """Draws the lines again; the cursor stays on its line."""
        self.show(self._draw())
        # The cell that the cursor left is drawn with it.
        self.refresh()

    def begin(self, key: object) -> None:
        """Puts the cursor into the first cell of a line."""
        self.column, self.buffer = self._columns[0], None
        self.redraw()
        self.go(key)
        self.redraw()

    def finish(self) -> bool:
        """Takes what is being typed; false, with a sentence, where it is no amount."""
        if self.buffer is None:
            return True
        text = self.buffer.strip()
        try:
            amount = Decimal(text or "0") * 100
            cents = int(amount)
            if amount != cents:
                raise ValueError
        except (InvalidOperation, ValueError):
            self._wrong(f"'{text}' is no amount: write 25 or 25.00.")
            return False
        self.buffer = None
        if self.key is not None:
            self._typed(self.key, self.column, cents)
        self.redraw()
        return True

    def on_key(self, event: Key) -> None:
        letter = event.character or ""
        if self.key is None:
            return
        if letter and letter in "0123456789.-":
            self._stop(event)
            if self.column in self._asked_columns:
                self._asked(letter)
            elif len(self.buffer or "") < LONGEST:
                self.buffer = (self.buffer or "") + letter
                self.redraw()
        elif event.key == "backspace":
            self._stop(event)
            self.buffer = (self.buffer or "")[:-1]
            self.redraw()
        elif event.key == "escape" and self.buffer is not None:
            self._stop(event)
            self.buffer = None
            self.redraw()
        elif event.key == "enter" and self.column in self._asked_columns:
            self._stop(event)
            self._asked("")
        elif event.key in (*FORWARD, *BACKWARD):
            self._stop(event)
            if self.finish():
                self._step(1 if event.key in FORWARD else -1)
        elif event.key in VERTICAL:
            self._stop(event)
            if self.finish():
                self.action_move(VERTICAL[event.key])
                self.redraw()
        elif not self.finish():
            self._stop(event)

    def _stop(self, event: Key) -> None:
        event.stop()
        event.prevent_default()

    def _step(self, by: int) -> None:
        place = self._columns.index(self.column) + by
        if not 0 <= place < len(self._columns):
            before = self.key
            self.action_move(by)
            if self.key == before:
                return
            place %= len(self._columns)
        self.column = self._columns[place]
        self.redraw()
