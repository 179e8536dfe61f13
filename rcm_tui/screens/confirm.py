"""Asking before something is done, with the count and the money of it."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult

from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.line import Line
from rcm_tui.widgets.written import written


class Confirm(Dialog[bool]):
    """Says what will happen; enter does it."""

    def __init__(self, title: str, sentences: Sequence[str], verb: str) -> None:
        super().__init__(title)
        self._sentences = sentences
        self._verb = verb

    def parts(self) -> ComposeResult:
        for sentence in self._sentences:
            yield Line(written(sentence))

    def keys(self) -> list[tuple[str, str]]:
        return [("enter", self._verb), ("esc", "cancel")]

    def action_accept(self) -> None:
        self.dismiss(True)

    def action_leave(self) -> None:
        self.dismiss(False)
