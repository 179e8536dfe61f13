"""A form without a screen: what is in its fields, what is wrong with it, and where one is."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from rcm_tui.data.identifiers import masked_value
from rcm_tui.widgets.form import reading
from rcm_tui.widgets.form.field import FormField, FormTab, Offer
from rcm_tui.widgets.form.typed_line import TypedLine
from rcm_tui.widgets.plain_text import plain


class FormState:
    """The values of a record as they came (`base`) and as they are now.

    `labels` are the names of what references refer to. `wrong` says, by field, how a sentence about
    it ends. `typing` is the line in the field that the cursor is in.
    """

    def __init__(
        self,
        tabs: Sequence[FormTab],
        values: Mapping[str, Any],
        labels: Mapping[str, str],
        today: datetime.date,
    ) -> None:
        self.tabs = [tab for tab in tabs if tab.fields]
        self.fields = {field.name: field for tab in self.tabs for field in tab.fields}
        self._open(name for name, f in self.fields.items() if not values.get(name, f.empty))
        self.today = today
        self.base = {name: values.get(name, f.empty) for name, f in self.fields.items()}
        self.values = dict(self.base)
        self.labels = dict(labels)
        self.wrong: dict[str, str] = {}
        self.unread: dict[str, str] = {}
        """Texts that mean nothing, by field: they stay as they were typed."""
        self.name = ""
        self.typing = TypedLine()
        self.go(self._first())

    # -- where one is -----------------------------------------------------------------------

    @property
    def field(self) -> FormField:
        """The field that the cursor is in."""
        return self.fields[self.name]

    @property
    def tab(self) -> FormTab:
        return next(tab for tab in self.tabs if self.field in tab.fields)

    def visible(self, tab: FormTab | None = None) -> list[FormField]:
        """The fields that are shown, of one tab or of all."""
        fields = tab.fields if tab is not None else list(self.fields.values())
        return [f for f in fields if f.visible is None or f.visible(self.values)]

    def go(self, name: str) -> None:
        """The cursor into a field; what was typed in the last one is read first."""
        self.read()
        self.name = name
        if name:
            self.typing = TypedLine.of(self.text(name), self.field.longest)

    def step(self, by: int) -> bool:
        """The next or previous field that can be entered, on this tab or the one after it."""
        names = [field.name for field in self.visible() if not field.fixed]
        at = names.index(self.name) + by
        if not 0 <= at < len(names):
            self.go(self.name)
            return False
        self.go(names[at])
        return True

    def turn(self, by: int) -> None:
        """The first field of the next or previous tab."""
        at = (self.tabs.index(self.tab) + by) % len(self.tabs)
        self.go_tab(self.tabs[at].name)

    def go_tab(self, name: str) -> None:
        """The first field of a tab."""
        tab = next(tab for tab in self.tabs if tab.name == name)
        if first := [field.name for field in self.visible(tab) if not field.fixed]:
            self.go(first[0])

    def step_wrong(self, by: int) -> bool:
        """The next or previous field with something wrong, around the end; False for none."""
        self.read()
        names = [field.name for field in self.visible()]
        wrong = [name for name in names if name in self.wrong]
        if not wrong:
            return False
        here = names.index(self.name)
        beyond = [name for name in wrong[::by] if (names.index(name) - here) * by > 0]
        self.go(beyond[0] if beyond else wrong[::by][0])
        return True

    def _first(self) -> str:
        return next((f.name for f in self.visible() if not f.fixed), next(iter(self.fields), ""))

    def unmask(self) -> list[str]:
        """Shows what was masked, and lets it be edited; gives the names of those fields."""
        self.read()
        masked = [name for name, field in self.fields.items() if field.masked]
        self._open(masked)
        return masked

    def _open(self, names: Iterable[str]) -> None:
        wanted = {name for name in names if self.fields[name].masked}
        if not wanted:
            return
        self.tabs = [
            replace(
                tab,
                fields=[
                    replace(field, masked=False, fixed=False) if field.name in wanted else field
                    for field in tab.fields
                ],
            )
            for tab in self.tabs
        ]
        self.fields = {field.name: field for tab in self.tabs for field in tab.fields}

    # -- what is in the fields --------------------------------------------------------------

    def text(self, name: str) -> str:
        """What stands in a field's box."""
        if name in self.unread:
            return self.unread[name]
        if self.fields[name].masked:
            return masked_value(self.values[name], self.fields[name].kind) or ""
        return plain(
            reading.value_text(self.fields[name], self.values[name], self.labels.get(name, ""))
        )

    def shown(self, name: str) -> str:
        """The same, with what is being typed right now."""
        return self.typing.text if name == self.name else self.text(name)

    def read(self) -> None:
        """Takes over what was typed into the field that the cursor is in."""
        if not self.name or self.field.picks or self.field.kind in ("flag", "record"):
            return
        text = self.typing.text
        if text == self.text(self.name):
            return
        try:
            value = reading.meant(self.field, text, self.today)
        except reading.NotUnderstood as error:
            self.unread[self.name] = text
            self.wrong[self.name] = f"'{plain(text)}' {error}"
            return
        self.put(self.name, value)

    def put(self, name: str, value: Any, label: str = "") -> None:
        """Gives a field a value; what was wrong with it is looked at again."""
        field = self.fields[name]
        self.unread.pop(name, None)
        self.values[name] = value
        if field.kind == "reference":
            self.labels[name] = label
        said = reading.problem(field, value)
        self.wrong.pop(name, None)
        if said:
            self.wrong[name] = said
        if name == self.name:
            self.typing = TypedLine.of(self.text(name), field.longest)

    def renew(self, values: Mapping[str, Any], labels: Mapping[str, str]) -> None:
        """The record as it is in the store now; the cursor stays. Only for an untouched form."""
        self.base = {name: values.get(name, f.empty) for name, f in self.fields.items()}
        self.values, self.labels, self.wrong = dict(self.base), dict(labels), {}
        if self.name:
            self.typing = TypedLine.of(self.text(self.name), self.field.longest)

    def pick(self, offer: Offer) -> None:
        """Takes an offer into the field that the cursor is in."""
        if self.field.many:
            start, end = self.typing.word
            text = self.typing.text
            self.typing.set(text[:start] + str(offer.value) + text[end:])
            self.read()
        else:
            self.put(self.name, offer.value, offer.title)

    def miss(self, name: str, text: str) -> None:
        """Nothing is known by the text that was typed to pick something."""
        self.unread[name] = text
        self.wrong[name] = f"nothing is known by '{plain(text)}'"

    def offers(self) -> list[Offer]:
        """What can be picked of a choice by the letters typed."""
        typed = "" if self.typing.fresh else self.typing.text.strip().lower()
        if typed == self.text(self.name).lower():
            typed = ""
        found = [
            Offer(code, words, code if code != words else "")
            for code, words in self.field.choices.items()
            if typed in words.lower() or code.lower().startswith(typed)
        ]
        found.sort(key=lambda offer: not offer.title.lower().startswith(typed))
        return found

    # -- what has become of it --------------------------------------------------------------

    def changes(self) -> dict[str, Any]:
        """The fields that have another value than they came with."""
        self.read()
        return {name: value for name, value in self.values.items() if value != self.base[name]}

    @property
    def touched(self) -> list[str]:
        """The fields in which something would be lost, what is being typed right now included."""
        return [
            name
            for name, value in self.values.items()
            if value != self.base[name] or name in self.unread or self._half_typed(name)
        ]

    def _half_typed(self, name: str) -> bool:
        field = self.fields[name]
        typed = name == self.name and not field.picks and field.kind not in ("flag", "record")
        return typed and self.typing.text != self.text(name)

    def check(self) -> bool:
        """Looks at every field; whether all can be saved."""
        self.read()
        for field in self.visible():
            if field.name in self.unread:
                continue
            said = reading.problem(field, self.values[field.name])
            if said:
                self.wrong[field.name] = said
            elif self.values[field.name] != self.base[field.name]:
                self.wrong.pop(field.name, None)
        return not self.wrong

    def sentences(self) -> list[tuple[str, str]]:
        """What is wrong as whole sentences, by field, in the order of the form."""
        return [
            (field.name, f"{field.label}: {self.wrong[field.name]}")
            for field in self.visible()
            if field.name in self.wrong
        ]

    def draft(self) -> dict[str, Any]:
        """What was typed and not saved, as JSON has it: texts, and the keys of what was picked."""
        kept: dict[str, Any] = {}
        for name in self.touched:
            field, value = self.fields[name], self.values[name]
            if self._half_typed(name):
                kept[name] = [self.typing.text]
            elif name in self.unread:
                kept[name] = [self.unread[name]]
            elif field.kind == "date":
                kept[name] = [value.isoformat() if value else None, True]
            elif field.kind == "units":
                kept[name] = [None if value is None else str(value), True]
            else:
                kept[name] = [value, True, self.labels.get(name, "")]
        return kept

    def restore(self, kept: Mapping[str, Any]) -> None:
        """Types a draft again; fields that are no longer there are left out."""
        for name, parts in kept.items():
            if name not in self.fields or not isinstance(parts, list) or not parts:
                continue
            if len(parts) == 1:
                self._type_again(name, str(parts[0]))
            else:
                self.put(name, self._thawed(self.fields[name], parts[0]), *parts[2:])
        self.typing = TypedLine.of(self.text(self.name), self.field.longest)

    def _type_again(self, name: str, text: str) -> None:
        field = self.fields[name]
        try:
            if field.picks:
                raise reading.NotUnderstood("is not known")
            self.put(name, reading.meant(field, text, self.today))
        except reading.NotUnderstood as error:
            self.unread[name], self.wrong[name] = text, f"'{plain(text)}' {error}"

    def _thawed(self, field: FormField, value: Any) -> Any:
        if field.kind in ("date", "units") and value is not None:
            return reading.meant(field, str(value), self.today)
        return value
