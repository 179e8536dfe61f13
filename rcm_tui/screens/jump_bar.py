"""Finding rows while one types: the list goes along with the letters."""

from __future__ import annotations

from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.message import Message
from textual.widgets import Static

from rcm_tui.widgets.entry import Entry
from rcm_tui.widgets.line import EMPTY, Line
from rcm_tui.widgets.written import written


class JumpBar(Horizontal):
    """Closed it takes no place. Tells every change of the letters; esc or enter ends it."""

    DEFAULT_CSS = """
    JumpBar { height: 1; display: none; }
    JumpBar.open { display: block; }
    JumpBar Static { width: auto; padding: 0 1; color: $accent; }
    JumpBar Entry { width: 30; }
    JumpBar Line { width: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("escape,enter", "leave", show=False)]

    class Typed(Message):
        """The letters are others now."""

        def __init__(self, letters: str) -> None:
            super().__init__()
            self.letters = letters

    class Left(Message):
        """The bar was left; the cursor stays where it is."""

    def __init__(
        self, says: str = "jump to", placeholder: str = "first letters", **options: Any
    ) -> None:
        super().__init__(**options)
        self._says, self._placeholder = says, placeholder

    def compose(self) -> ComposeResult:
        yield Static(self._says, markup=False)
        yield Entry(placeholder=self._placeholder, max_length=60)
        yield Line(id="jumped")

    @property
    def entry(self) -> Entry:
        """The field that one types in."""
        return self.query_one(Entry)

    def open(self, letters: str = "") -> None:
        self.add_class("open")
        self.query_one(Entry).value = letters
        self.tell("")
        self.query_one(Entry).focus()

    def tell(self, sentence: str) -> None:
        """Says that nothing begins so; an empty sentence takes that away."""
        self.query_one(Line).show(written((sentence, "$warning")) if sentence else EMPTY)

    def on_input_changed(self, event: Entry.Changed) -> None:
        event.stop()
        if self.has_class("open"):
            self.post_message(self.Typed(event.value))

    def action_leave(self) -> None:
        self.remove_class("open")
        self.post_message(self.Left())
