"""The dialogs of a timeline: what is asked for an entry, and an entry that is only read."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.entry import DateEntry, Entry
from rcm_tui.widgets.line import Line
from rcm_tui.widgets.row_list import Row, RowList
from rcm_tui.widgets.text_box import TextBox
from rcm_tui.widgets.written import written

LINE, DAY, BOX = "line", "day", "box"


@dataclass(frozen=True, slots=True)
class Asked:
    """A field of a dialog: one line, a day, or a box of several lines."""

    name: str
    label: str
    kind: str = LINE
    value: str = ""
    placeholder: str = ""
    needed: bool = False


class EntryDialog(Dialog["dict[str, Any] | None"]):
    """Asks for the fields of an entry. Gives their values: text, and a date or None for days."""

    DEFAULT_CSS = """
    EntryDialog .label { width: 12; }
    EntryDialog #body-lines { margin-top: 1; }
    """

    def __init__(
        self,
        title: str,
        asked: Sequence[Asked],
        today: datetime.date,
        verb: str,
        notes: Sequence[str] = (),
    ) -> None:
        super().__init__(title)
        self._asked, self._today, self._verb, self._notes = asked, today, verb, notes
        self._warned = False

    def parts(self) -> ComposeResult:
        for field in self._asked:
            if field.kind == BOX:
                yield Line(written((field.label, "$text-muted")))
                yield TextBox(field.value, id=field.name)
                continue
            with Horizontal(classes="row"):
                yield Static(field.label, classes="label", markup=False)
                made = DateEntry if field.kind == DAY else Entry
                yield made(
                    field.value,
                    id=field.name,
                    placeholder=field.placeholder,
                    max_length=200,
                    select_on_focus=field.kind == DAY,
                )
        for note in self._notes:
            yield Line(written((note, "$text-muted")))

    def keys(self) -> list[tuple[str, str]]:
        box = any(field.kind == BOX for field in self._asked)
        accept = "ctrl+s" if box else "enter"
        return [(accept, self._verb), ("tab", "next field"), ("esc", "cancel")]

    def on_mount(self) -> None:
        self.query_one(f"#{self._asked[0].name}").focus()

    def _text(self, field: Asked) -> str:
        if field.kind == BOX:
            return self.query_one(f"#{field.name}", TextBox).text
        return self.query_one(f"#{field.name}", Entry).value

    def action_accept(self) -> None:
        values: dict[str, Any] = {}
        for field in self._asked:
            text = self._text(field).strip()
            if field.needed and not text:
                self._wrong(field, f"{field.label} is needed.")
                return
            if field.kind != DAY:
                values[field.name] = text
                continue
            try:
                day = self.query_one(f"#{field.name}", DateEntry).days(self._today)
            except ValueError as error:
                self._wrong(field, str(error))
                return
            values[field.name] = None if day is None else day.first
        self.dismiss(values)

    def action_leave(self) -> None:
        typed = any(self._text(field).strip() != field.value.strip() for field in self._asked)
        if typed and not self._warned:
            self._warned = True
            self.problem(f"esc again throws away what you typed; {self.keys()[0][0]} keeps it.")
        else:
            self.dismiss(None)

    def _wrong(self, field: Asked, sentence: str) -> None:
        self.problem(sentence)
        self.query_one(f"#{field.name}").focus()


class EntrySheet(Dialog[str]):
    """An entry as it stands, with what it said before. Gives "export" when that is wanted."""

    DEFAULT_CSS = """
    EntrySheet RowList { height: auto; max-height: 16; }
    """

    def __init__(self, title: str, rows: Sequence[Row], exports: bool = False) -> None:
        super().__init__(title)
        self._rows, self._exports = rows, exports

    def parts(self) -> ComposeResult:
        if self._exports:
            self._bindings.bind("E", "export", show=False)
        yield RowList(self._rows)

    def keys(self) -> list[tuple[str, str]]:
        return [*([("E", "export")] if self._exports else []), ("enter", "close")]

    def on_mount(self) -> None:
        self.query_one(RowList).focus()

    def action_export(self) -> None:
        self.dismiss("export")

    def action_accept(self) -> None:
        self.dismiss("")

    def action_leave(self) -> None:
        self.dismiss("")
