"""The form of the fields that marked records can share: what is filled in changes, no more."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from textual.app import ComposeResult

from rcm_tui.billing.editing.field import Field, RecordKind
from rcm_tui.screens.forms.record_form import RecordForm
from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.form.field import FormField, FormTab, Offer
from rcm_tui.widgets.form.form import Find, Form
from rcm_tui.widgets.form.form_state import FormState
from rcm_tui.widgets.form.typed_line import TypedLine
from rcm_tui.widgets.line import Line
from rcm_tui.widgets.written import written

EMPTIED = "\0"
"""The value of a field that is to be emptied: nobody can type it."""
NONE = "none"
"""What is typed to empty a field, as filters have it for empty ones."""
YES_NO = {"yes": "yes", "no": "no"}
AROUND = 9
"""Lines of the screen that the box has besides its fields."""
LEAST_LINES = 9
"""Lines of a short form: what is offered for a field lies below it."""


def shared_fields(kind: RecordKind) -> list[Field]:
    """The fields that many records can have the same value of: not each one's own, nor fixed."""
    own = {group[0] for group in kind.unique if len(group) == 1}
    return [one for one in kind.fields if not (one.fixed or one.within or one.name in own)]


class SharedState(FormState):
    """Fields of which none has a value until it is filled in; `none` means to empty it."""

    def __init__(self, form: RecordForm, today: datetime.date) -> None:
        self.kind = form.kind
        shared = {one.name for one in shared_fields(form.kind)}
        tabs = form.form_tabs(True, (), {})
        fields = [_open(one) for tab in tabs for one in tab.fields if one.name in shared]
        super().__init__([FormTab("", "", fields)], dict.fromkeys(shared), {}, today)

    def text(self, name: str) -> str:
        if name not in self.unread and self.values[name] in (None, EMPTIED):
            if self.values[name] is None:
                return ""
            return self.fields[name].choices.get(EMPTIED, NONE)
        return super().text(name)

    def read(self) -> None:
        typed = bool(self.name) and not self.field.picks
        if typed and self.typing.text.strip().lower() == NONE:
            if self.values[self.name] != EMPTIED:
                self.put(self.name, EMPTIED)
        else:
            super().read()

    def put(self, name: str, value: Any, label: str = "") -> None:
        """Gives a field a value for all; rubbed out, it is left as each record has it."""
        if value != EMPTIED:
            super().put(name, None if value == "" else value, label)
            return
        super().put(name, None, label)
        if self.kind.field(name).required:
            self.wrong[name] = f"is needed in every {self.kind.label}: it cannot be emptied"
        else:
            self.values[name] = EMPTIED
            if name == self.name:
                self.typing = TypedLine.of(self.text(name), self.field.longest)

    def offers(self) -> list[Offer]:
        return [
            replace(one, detail="") if one.value == EMPTIED else one for one in super().offers()
        ]

    def shared(self) -> dict[str, Any]:
        """What all records get, by field, as the store of records takes it."""
        self.read()
        return {name: self._value(name) for name, value in self.values.items() if value is not None}

    def _value(self, name: str) -> Any:
        value, declared = self.values[name], self.kind.field(name)
        if value == EMPTIED:
            return "" if declared.kind in ("text", "code", "choice") else None
        return value == "yes" if declared.kind == "flag" else value

    def sentences_of_changes(self) -> list[str]:
        """`Owner becomes ann`, of every field that was filled in."""
        return [f"{self.fields[name].label} becomes {self.words(name)}" for name in self.shared()]

    def words(self, name: str) -> str:
        """What a field becomes."""
        emptied = self.values[name] == EMPTIED and EMPTIED not in self.fields[name].choices
        return "empty" if emptied else self.text(name)

    def refuse(self, problems: Mapping[str, str]) -> None:
        """Says at its field what cannot be."""
        for name, sentence in problems.items():
            self.wrong[name] = sentence.removeprefix(self.fields[name].label).strip()


def _open(one: FormField) -> FormField:
    """A field as it may be left as it is: not needed, yes and no to choose from, or none."""
    choices = YES_NO if one.kind == "flag" else one.choices
    if "" in choices:
        choices = {code or EMPTIED: words for code, words in choices.items()}
    elif one.kind == "choice" and not one.required:
        choices = {**choices, EMPTIED: "(none)"}
    kind = "choice" if one.kind == "flag" else one.kind
    return replace(one, kind=kind, choices=choices, required=False, visible=None)


class SharedFieldsDialog(Dialog[bool]):
    """Asks which fields get which values in all of the records. Gives True to go on."""

    DEFAULT_CSS = """
    SharedFieldsDialog Form { margin-top: 1; }
    """

    def __init__(self, title: str, state: SharedState, find: Find, field: str = "") -> None:
        super().__init__(title)
        self.state, self._find, self._field = state, find, field

    def parts(self) -> ComposeResult:
        hint = "Only what is filled in changes; none empties a field."
        yield Line(written((hint, "$text-muted")))
        yield Form(self._find)
        yield Line(id="chosen")

    def keys(self) -> list[tuple[str, str]]:
        return [("ctrl+s", "go on"), ("tab", "next field"), ("esc", "cancel")]

    def on_mount(self) -> None:
        form = self.query_one(Form)
        headings = len({one.heading for one in self.state.fields.values()})
        lines = len(self.state.fields) + (headings if headings > 1 else 0)
        form.styles.height = max(LEAST_LINES, min(lines, self.app.size.height - AROUND))
        form.show(self.state)
        if self._field:
            form.go(self._field)
        form.focus()
        self._tell()

    def _tell(self) -> None:
        touched = self.state.touched
        names = ", ".join(self.state.fields[name].label for name in touched) or "nothing yet"
        self.line("chosen", written(("Changes: ", "$text-muted"), names))
        self.problem("")

    def on_form_changed(self, event: Form.Changed) -> None:
        event.stop()
        self._tell()

    def on_form_moved(self, event: Form.Moved) -> None:
        """Esc leaves at once where nothing would be lost."""
        event.stop()
        self._tell()
        if not self.query_one(Form).typing:
            if not self.state.touched:
                self.dismiss(None)
            else:
                self.problem("esc again leaves; enter goes on typing.")

    def action_accept(self) -> None:
        self.run_worker(self._accept(), exit_on_error=False)

    async def _accept(self) -> None:
        form = self.query_one(Form)
        await form.finish()
        if self.state.wrong:
            form.list_errors()
            form.step_wrong(1)
        elif not self.state.shared():
            self.problem("Nothing is filled in: nothing would change.")
        else:
            self.dismiss(True)


def found_by(screen: Any, kind: RecordKind) -> Find:
    """Looks up what is typed into a field of these records; what may be empty offers none."""
    from rcm_tui.screens import form_reading

    async def find(field: FormField, text: str, state: FormState) -> Sequence[Offer]:
        app = screen.workstation
        given = {name: value for name, value in state.values.items() if value != EMPTIED}
        offers: list[Offer] = await app.read(
            form_reading.offers, app.store.database, kind.name, field.name, text, given
        )
        empties = field.kind == "reference" and not kind.field(field.name).required
        if empties and NONE.startswith(text.strip().lower()):
            offers = [*offers, Offer(EMPTIED, f"({NONE})")]
        return offers

    return find
