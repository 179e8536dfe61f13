"""The filter of a queue while it is typed: completion below, and a sentence when it is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.message import Message
from textual.widgets import Static

from rcm_tui.data.queues.completion import Completion, complete
from rcm_tui.data.queues.queue import Field, Queue
from rcm_tui.widgets.entry import Entry
from rcm_tui.widgets.line import EMPTY, Line
from rcm_tui.widgets.written import Piece, written

MOST_SHOWN = 8


class FilterBar(Vertical):
    """Closed it takes no place. Enter gives the text, esc leaves it, tab takes the first offer."""

    DEFAULT_CSS = """
    FilterBar { height: 2; display: none; }
    FilterBar.open { display: block; }
    FilterBar > Horizontal { height: 1; }
    FilterBar Static { width: 3; padding: 0 1; color: $accent; }
    FilterBar #offers { color: $text-muted; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", show=False),
        Binding("tab", "take", show=False),
        Binding("enter", "give", show=False),
    ]

    class Given(Message):
        """A filter was entered."""

        def __init__(self, text: str) -> None:
            super().__init__()
            self.text = text

    class Left(Message):
        """The bar was left without a filter."""

    def __init__(self, queue: Queue, **options: Any) -> None:
        super().__init__(**options)
        self._queue = queue
        self._known: dict[str, list[str]] = {}
        self._offers: list[Completion] = []

    def compose(self) -> ComposeResult:
        with Horizontal():
            yield Static("/", markup=False)
            yield Entry(placeholder='payer:aetna balance>100 age>60 "smith"', select_on_focus=False)
        yield Line(id="offers")

    @property
    def entry(self) -> Entry:
        """The field that one types in."""
        return self.query_one(Entry)

    def open(self, text: str) -> None:
        """Opens the bar with a filter to go on with."""
        self.add_class("open")
        entry = self.query_one(Entry)
        entry.value = text + " " if text else ""
        entry.cursor_position = len(entry.value)
        entry.focus()
        self._offer()

    def close(self) -> None:
        self.remove_class("open")

    def problem(self, sentence: str) -> None:
        """Says why the filter cannot be understood."""
        self.query_one("#offers", Line).show(written((sentence, "$error")))

    def know(self, values: dict[str, list[str]]) -> None:
        """Values of the store that complete a field, by the field's name."""
        self._known = values
        self._offer()

    def _values(self, field: Field, typed: str) -> Iterable[str]:
        return [text for text in self._known.get(field.name, []) if typed in text.lower()]

    def on_input_changed(self, event: Entry.Changed) -> None:
        event.stop()
        self._offer()

    def action_give(self) -> None:
        self.post_message(self.Given(" ".join(self.query_one(Entry).value.split())))

    def action_take(self) -> None:
        if not self._offers:
            return
        entry, offer = self.query_one(Entry), self._offers[0]
        entry.value = entry.value[: offer.start] + offer.text + entry.value[offer.end :]
        entry.cursor_position = offer.start + len(offer.text)

    def action_leave(self) -> None:
        self.close()
        self.post_message(self.Left())

    def _offer(self) -> None:
        entry = self.query_one(Entry)
        self._offers = complete(entry.value, entry.cursor_position, self._queue, self._values)
        pieces: list[Piece] = []
        for number, offer in enumerate(self._offers[:MOST_SHOWN]):
            pieces += [(offer.text, "bold $secondary" if number == 0 else ""), "  "]
        if self._offers and self._offers[0].help:
            pieces.append((f"tab: {self._offers[0].help}", "$text-muted"))
        self.query_one("#offers", Line).show(written(*pieces) if pieces else EMPTY)
