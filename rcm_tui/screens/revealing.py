"""Identifiers of one record, shown when asked for and gone with the next key."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.app import ComposeResult

from rcm_tui.screens.words import date_text
from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.line import Line
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.written import written

if TYPE_CHECKING:
    from rcm_tui.screens.frame import Frame

LABEL = 28


class IdentifiersDialog(Dialog[None]):
    """What was masked, in full."""

    def __init__(self, identifiers: Sequence[tuple[str, str]]) -> None:
        super().__init__("Identifiers")
        self._identifiers = identifiers

    def parts(self) -> ComposeResult:
        for label, value in self._identifiers:
            yield Line(written((f"{cell(label, LABEL)}  ", "$text-muted"), value))
        yield Line(written(("That you saw them is on record.", "$text-muted")))

    def keys(self) -> list[tuple[str, str]]:
        return [("enter", "close"), ("esc", "close")]


async def show_identifiers(frame: Frame, subject: str, key: int) -> None:
    """Records that the identifiers of a record are revealed, and shows them."""
    from rcm_tui.billing.people.identifiers import reveal_identifiers

    app = frame.workstation
    found = await app.change(reveal_identifiers, subject, key)
    await app.ask(IdentifiersDialog([(label, _words(value)) for label, value in found]))


def _words(value: str) -> str:
    """A value for people: a date as all dates are written."""
    import datetime

    try:
        return date_text(datetime.date.fromisoformat(value))
    except ValueError:
        return value
