"""A record in a form as it is seen: its fields, what is wrong in them, and what keys do now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from textual.app import ComposeResult
from textual.content import Content

from rcm_tui.billing.editing import Invalid, Record
from rcm_tui.data.personal.presence import Present
from rcm_tui.screens import form_reading
from rcm_tui.screens.actions import Situation, footer_of
from rcm_tui.screens.forms.registry import form_of
from rcm_tui.screens.frame import Frame
from rcm_tui.screens.record_screen import Walk
from rcm_tui.widgets.form.field import FormField, Offer
from rcm_tui.widgets.form.form import Form
from rcm_tui.widgets.form.form_state import FormState
from rcm_tui.widgets.key_line import KeyLine, key_name
from rcm_tui.widgets.line import EMPTY, Line
from rcm_tui.widgets.signs import ascii_wanted, sign
from rcm_tui.widgets.tab_line import TabLine
from rcm_tui.widgets.written import Piece, written


class FormFrame(Frame):
    """Shows a record in the form of its kind, and moves among its fields and tabs."""

    area = "form"

    DEFAULT_CSS = """
    FormFrame > #body > #title { text-style: bold; }
    FormFrame > #body > #tabs { border-bottom: solid $panel; height: 2; }
    """

    def __init__(self, kind: str, **options: Any) -> None:
        super().__init__(**options)
        self.form = form_of(kind)
        self.section = self.form.section
        self.key = 0
        self.record: Record | None = None
        self._given: Mapping[str, Any] = {}
        self._walk: Walk | None = None
        self._others: Sequence[Present] = ()
        """Who else has the record open."""
        self._belonging: Mapping[str, Any] = {}
        self._mounted = False

    def body(self) -> ComposeResult:
        yield Line(id="title")
        yield TabLine(id="tabs")
        yield Form(self._find)

    @property
    def widget(self) -> Form:
        return self.query_one(Form)

    @property
    def state(self) -> FormState | None:
        return self.widget.state if self._mounted else None

    async def _find(self, field: FormField, text: str, state: FormState) -> Sequence[Offer]:
        app = self.workstation
        return await app.read(
            form_reading.offers,
            app.store.database,
            self.form.kind.name,
            field.name,
            text,
            dict(state.values),
            app.actor.masked,
        )

    # -- what is shown ----------------------------------------------------------------------

    def _fill(self, record: Record) -> None:
        """Puts a record into the form as it is in the store."""
        self.record = record
        tabs = self.form.form_tabs(
            not record.id, self._given, self._belonging, self.workstation.actor.masked
        )
        self.widget.show(FormState(tabs, record.values, record.labels, self.workstation.today))
        self._draw()

    def _jump(self, field: str) -> None:
        state = self.state
        assert state is not None
        if field in state.fields:
            self.widget.go(field)
        elif any(tab.name == field for tab in state.tabs):
            self.widget.go_tab(field)
        elif listed := next((name for name in state.fields if name.startswith(f"{field} ")), ""):
            self.widget.go(listed)

    def _draw(self) -> None:
        record, state = self.record, self.state
        if record is None or state is None:
            self.query_one("#title", Line).show(EMPTY)
            return
        kind = self.form.kind.label.capitalize()
        left = written((f"{kind}  ", "$text-muted"), (record.title, "bold $secondary"))
        self.query_one("#title", Line).show(left, self._standing(record))
        tabs = []
        for tab in state.tabs:
            count = sum(field.name in state.wrong for field in tab.fields)
            mark = f" {sign('failed', ascii_wanted())}{count}" if count else ""
            tabs.append((tab.name, tab.title + mark))
        self.query_one("#tabs", TabLine).show(tabs, state.tab.name)
        self.refresh_footer()

    def _standing(self, record: Record) -> Content:
        pieces: list[Piece] = []
        if self._others:
            names = ", ".join(dict.fromkeys(one.login for one in self._others))
            pieces.append((f"{sign('warning', ascii_wanted())} {names} has this open", "$warning"))
        if record.locked:
            pieces.append(("   locked", "$warning"))
        elif self.state is not None and (count := len(self.state.touched)):
            pieces.append((f"   {sign('open', ascii_wanted())} {count} not saved", "$accent"))
        if self._walk is not None and self._walk.where:
            pieces.append((f"   {self._walk.where}", "$text-muted"))
        return written(*pieces)

    def refresh_footer(self) -> None:
        keys = footer_of(self.situation(), self.keymap)
        if self._mounted and self.widget.typing:
            # Letters go into the field until esc makes them keys again.
            keys = [(key, words) for key, words in keys if len(key_name(key)) > 1]
            keys = [(key, words) for key, words in keys if key != "escape"]
            keys += [("enter", "next"), ("escape", "keys")]
        self.query_one("#footer", KeyLine).show(keys)

    def situation(self) -> Situation:
        state = self.state
        row = {
            "typing": bool(self._mounted and self.widget.typing),
            "locked": self.record.locked if self.record is not None else "",
            "wrong": bool(state is not None and state.wrong),
            "walk": self._walk is not None,
            "belonging": state is not None and _belongs(state),
            "kind": self.form.kind.name,
            "tried": self.form.tried is not None,
        }
        return Situation(self.area, self.workstation.actor.role, row=row)

    # -- what is wrong ----------------------------------------------------------------------

    def _refuse(self, error: Invalid) -> None:
        """Shows why values cannot be saved, each at its field."""
        state = self.state
        assert state is not None
        for name, sentence in error.problems.items():
            if name in state.fields:
                state.wrong[name] = sentence.removeprefix(state.fields[name].label).strip()
            else:
                self.say(sentence, "$error")
        self._list_wrong()

    def _list_wrong(self) -> None:
        state = self.state
        assert state is not None
        self.widget.list_errors()
        if state.name not in state.wrong:
            self.widget.step_wrong(1)
        self._draw()

    def _clear(self) -> None:
        """Nothing is left to lose: what is in the fields is what is in the store."""
        state = self.state
        if state is not None:
            state.base, state.unread = dict(state.values), {}

    # -- moving within ----------------------------------------------------------------------

    def on_form_moved(self, event: Form.Moved) -> None:
        event.stop()
        self._draw()

    def on_tab_line_chosen(self, event: TabLine.Chosen) -> None:
        if event.tab_line.id == "tabs":
            event.stop()
            self.widget.go_tab(event.name)

    def do_next_part(self) -> None:
        self.widget.turn(1)

    def do_previous_part(self) -> None:
        self.widget.turn(-1)

    def do_next_wrong(self) -> None:
        self._step_wrong(1)

    def do_previous_wrong(self) -> None:
        self._step_wrong(-1)

    def _step_wrong(self, by: int) -> None:
        if not self.widget.step_wrong(by):
            self.say("Nothing is wrong in this form.")


def _belongs(state: FormState) -> bool:
    """Whether the line under the cursor stands for a record that is there."""
    return state.field.kind == "record" and not state.name.endswith(" 0")
