"""The smallest app that Textual can run: what a start costs before any line of ours."""

from textual.app import App, ComposeResult
from textual.widgets import Static


class Smallest(App[None]):
    def compose(self) -> ComposeResult:
        yield Static("C-1")


if __name__ == "__main__":
    Smallest().run()
