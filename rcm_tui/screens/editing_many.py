"""Editing the marked rows together: one field, one value, for all of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textual.app import ComposeResult
from textual.containers import Horizontal
from textual.widgets import Static

from rcm_tui.billing.editing.choices import choices
from rcm_tui.billing.editing.declared import KINDS
from rcm_tui.billing.editing.field import Field, RecordKind
from rcm_tui.screens.confirm import Confirm
from rcm_tui.screens.repricing import offer_for_marked, scopes_of_marked
from rcm_tui.screens.result_sheet import ResultSheet, show_result, stopped
from rcm_tui.screens.words import count_of, money_text
from rcm_tui.widgets.chooser import Chooser, Option
from rcm_tui.widgets.dialog import Dialog
from rcm_tui.widgets.entry import Entry
from rcm_tui.widgets.form.field import FormField
from rcm_tui.widgets.form.reading import NotUnderstood, meant, value_text
from rcm_tui.widgets.line import Line
from rcm_tui.widgets.written import written

if TYPE_CHECKING:
    from rcm_tui.screens.queue_screen import QueueScreen

MOST_CHOICES = 500
EMPTY_CHOICE = ""


class ValueDialog(Dialog["str | None"]):
    """Asks for the value that all marked rows get; an empty one takes the value away."""

    DEFAULT_CSS = """
    ValueDialog .label { width: auto; max-width: 30; }
    """

    def __init__(self, label: str, problem: str = "", value: str = "") -> None:
        super().__init__(f"{label} for all of them")
        self._label, self._wrong, self._value = label, problem, value

    def parts(self) -> ComposeResult:
        with Horizontal(classes="row"):
            yield Static(self._label, classes="label", markup=False)
            yield Entry(self._value, max_length=200)
        yield Line(written(("Left empty, the field is emptied.", "$text-muted")))

    def keys(self) -> list[tuple[str, str]]:
        return [("enter", "go on"), ("esc", "cancel")]

    def on_mount(self) -> None:
        self.problem(self._wrong)

    def action_accept(self) -> None:
        self.dismiss(self.query_one(Entry).value.strip())


def shared_fields(kind: RecordKind) -> list[Field]:
    """The fields that many records can have the same value of: not each one's own, nor fixed."""
    own = {group[0] for group in kind.unique if len(group) == 1}
    return [one for one in kind.fields if not (one.fixed or one.within or one.name in own)]


async def edit_marked(screen: QueueScreen, kind_name: str) -> None:
    """Asks which field gets which value, says how many and how much, and shows what was left."""
    from rcm_tui.billing.editing.saving import save_many

    app, kind = screen.workstation, KINDS[kind_name]
    fields = shared_fields(kind)
    options = [Option(one.name, one.label, one.section) for one in fields]
    name = await app.ask(Chooser(f"Edit the marked {screen.queue.noun[1]}: which field?", options))
    if name is None:
        return
    field = kind.field(name)
    answer = await _value(screen, kind_name, field)
    if answer is None:
        return
    value, words = answer
    keys, totals = await screen.chosen_keys(), await screen.sum_marked()
    sums = [one for one in screen.queue.totals if one.kind == "money"][:1]
    money = "".join(f", {one.title} {money_text(totals[one.name])}" for one in sums)
    sentences = [
        f"{count_of(len(keys), screen.queue.noun)}{money}: {field.label} becomes"
        f" {words or 'empty'}.",
        "What is locked or does not fit is left, with the reason.",
    ]
    if not await app.ask(Confirm("Edit together", sentences, "edit")):
        return
    changes = {name: value}
    scopes = await scopes_of_marked(screen, kind_name, name, keys)
    outcome = await app.change_in_steps("Editing", save_many, kind_name, keys, changes)
    scopes += await scopes_of_marked(screen, kind_name, name, outcome.done)
    sentence = (
        f"{field.label} is {words or 'empty'} in {count_of(len(outcome.done), screen.queue.noun)}."
        f" {await offer_for_marked(screen, scopes)}"
    ).strip()
    screen.table.marks.clear()
    screen.refresh_data()
    if outcome.left:
        done = [sentence, *stopped(outcome, screen.queue.noun)]
        await show_result(screen, ResultSheet("Edited", done, outcome.left, apart=True))
    else:
        screen.say(sentence, "$success")


async def _value(screen: QueueScreen, kind: str, field: Field) -> tuple[Any, str] | None:
    """The value and how it is called; None when the person left."""
    app = screen.workstation
    title = f"{field.label} for all of them"
    if field.kind == "flag":
        options = [Option(True, "yes"), Option(False, "no")]
        chosen = await app.ask(Chooser(title, options))
        return None if chosen is None else (chosen, "yes" if chosen else "no")
    if field.reference or field.choices:
        found = await app.read(
            choices, app.store.database, kind, field.name, "", None, limit=MOST_CHOICES
        )
        options = [Option(one.value, one.label, one.detail) for one in found]
        if not field.required:
            options.append(Option(EMPTY_CHOICE, "(none)"))
        chosen = await app.ask(Chooser(title, options))
        if chosen is None:
            return None
        words = next((one.label for one in found if one.value == chosen), "")
        return (None if chosen == EMPTY_CHOICE and field.reference else chosen), words
    typed = FormField(field.name, field.label, field.kind)  # codes are put right as they are saved
    text, wrong = "", ""
    while True:
        text = await app.ask(ValueDialog(field.label, wrong, text))
        if text is None:
            return None
        try:
            value = meant(typed, text, app.today)
        except NotUnderstood as error:
            wrong = f"'{text}' {error}."
        else:
            return value, value_text(typed, value)
