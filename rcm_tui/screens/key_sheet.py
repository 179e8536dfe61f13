"""All keys of a screen, grouped, with why a key does nothing now."""

from __future__ import annotations

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from rcm_tui.screens.actions import actions_of
from rcm_tui.screens.frame import SECTIONS, Frame
from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.key_line import key_name
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.queue_table import QueueTable
from rcm_tui.widgets.row_list import Row, RowList
from rcm_tui.widgets.written import folded, written

KEYS = 16
WIDTH = 70


class KeySheet(Dialog[None]):
    """Lists the keys of the screen below it."""

    DEFAULT_CSS = """
    KeySheet > #box { height: 90%; }
    KeySheet RowList { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [Binding("question_mark", "leave", show=False)]

    def __init__(self, frame: Frame) -> None:
        super().__init__("Keys")
        self._frame = frame

    def parts(self) -> ComposeResult:
        yield RowList(self._rows())

    def keys(self) -> list[tuple[str, str]]:
        return [("esc", "close")]

    def _rows(self) -> list[Row]:
        situation = self._frame.situation()
        groups: dict[str, list[Row]] = {}
        for action in actions_of(self._frame.area):
            reason = action.why_not(situation)
            keys = " ".join(key_name(key) for key in self._frame.keymap.keys_of(action))
            keys = keys or key_name("ctrl+p")
            rows = groups.setdefault(action.group, [])
            rows += _key_rows(keys, action.help)
            if reason:
                rows += [
                    Row(line)
                    for line in folded(" " * KEYS, f"not now: {reason}", WIDTH, "$text-muted")
                ]
        if self._frame.query(QueueTable):
            groups["Move and mark"] = [
                row
                for binding in QueueTable.BINDINGS
                if isinstance(binding, Binding)
                for row in _key_rows(
                    " ".join(key_name(k) for k in binding.key.split(",")), binding.description
                )
            ]
        groups["Everywhere"] = [
            *(row for key, _, title in SECTIONS for row in _key_rows(key, title)),
            *_key_rows("number again", "The lists of a section that has several"),
            *_key_rows("ctrl+q", "Quit"),
        ]
        found = []
        for title, rows in groups.items():
            found += [Row(written((title, "bold"))), *rows, Row(written(""))]
        return found[:-1]


def _key_rows(keys: str, words: str) -> list[Row]:
    start = (cell(keys, KEYS), "bold $secondary")
    return [Row(line) for line in folded(start, words, WIDTH)]
