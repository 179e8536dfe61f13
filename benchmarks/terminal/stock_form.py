"""A peer: a form of Textual's own labels and fields, as many as our client form has."""

from textual.app import App, ComposeResult
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Footer, Header, Input, Label

FIELDS = (
    *("Last name", "First name", "Middle name", "Suffix", "Birth date", "Gender", "Record number"),
    *("Address", "Address, line 2", "City", "State", "Zip", "Phone"),
)


class StockForm(App[None]):
    CSS = "Horizontal { height: 3; } Label { width: 24; padding: 1; } Input { width: 60; }"

    def compose(self) -> ComposeResult:
        yield Header()
        with VerticalScroll(can_focus=False):
            for name in FIELDS:
                with Horizontal():
                    yield Label(name)
                    yield Input()
        yield Footer()


StockForm().run()
