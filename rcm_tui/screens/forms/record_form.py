"""What a record's form is, declared: which of its fields on which tab, and how each looks."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from rcm_tui.billing.editing import Added, Conflict, Saved
from rcm_tui.billing.editing.field import Field, RecordKind
from rcm_tui.screens.frame import Frame
from rcm_tui.widgets.form.field import FormField, FormTab
from rcm_tui.widgets.plain_text import cell

Listed = tuple[int, tuple[str, ...]]
Visible = Callable[[Mapping[str, Any]], bool]


@dataclass(frozen=True, slots=True)
class Look:
    """How a field differs from what its kind says: width in cells, help, when it is shown."""

    width: int = 0
    help: str = ""
    visible: Visible | None = None


@dataclass(frozen=True, slots=True)
class Tab:
    """A tab by the sections of the record's fields that stand on it."""

    title: str
    sections: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Belonging:
    """Records that belong to this one and are listed on a tab: a client's coverages.

    `noun` is one of them in words; `addable` offers to make another. Those with the same `tab`
    stand under each other on it.
    """

    kind: str
    title: str
    noun: str
    addable: bool = True
    tab: str = ""


Write = Callable[..., Saved | Added | Conflict]
"""Writes a record: (work, kind, key, version, changes, keep), as `save_or_add` does."""


@dataclass(frozen=True, slots=True)
class Saving:
    """A record of the form, `before` (None for a new one) and `after` it is saved."""

    kind: str
    key: int
    before: Mapping[str, Any] | None
    after: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RecordForm:
    """The form of one kind of record. Without tabs all sections stand under each other."""

    kind: RecordKind
    section: str
    tabs: tuple[Tab, ...] = ()
    looks: Mapping[str, Look] = field(default_factory=dict)
    belongings: tuple[Belonging, ...] = ()
    afterwards: Callable[[Frame, int], Awaitable[Any]] | None = None
    """What follows on saving a record from its queue, by its key: a draft claim is submitted."""
    saved: Callable[[Frame, Saving, str], Awaitable[str]] | None = None
    """What is asked whenever a record was saved, such as whether charges are priced anew, unless
    that is decided (what `tried` gave); gives a sentence about it."""
    tried: Callable[[Frame, Saving], Awaitable[str]] | None = None
    """Shows what saving would change; gives "save", "apply" (and do what follows), "" to go on."""
    foreseen: Callable[[Frame, Saving], Awaitable[Write | None]] | None = None
    """Asks, before anything is saved, about what would follow; gives what saves, None to go on."""
    foretold: Callable[[Frame, Sequence[int], Mapping[str, Any]], Awaitable[list[str]]] | None = (
        None
    )
    """What would follow on saving these values to many records, by their keys, as sentences."""

    def form_tabs(
        self,
        new: bool,
        given: Collection[str],
        belonging: Mapping[str, Sequence[Listed]],
        masked: bool = False,
    ) -> list[FormTab]:
        """The tabs as the form widget takes them; `belonging` are keys and words by kind.

        Fields that are `given` to a new record are settled with it; with `masked` identifiers of a
        record that is there are masked.
        """
        names = list(dict.fromkeys(one.section for one in self.kind.fields))
        tabs = self.tabs or (Tab(self.kind.label.capitalize(), tuple(names)),)
        made = [
            FormTab(
                tab.title,
                tab.title,
                [
                    self._field(one, not new or one.name in given, masked and not new)
                    for section in tab.sections
                    for one in self.kind.fields
                    if one.section == section
                ],
            )
            for tab in tabs
        ]
        if not new:
            made += self._listed(belonging)
        return made

    def _listed(self, belonging: Mapping[str, Sequence[Listed]]) -> list[FormTab]:
        """The tabs of what belongs to the record."""
        tabs: dict[str, FormTab] = {}
        for one in self.belongings:
            rows = belonging.get(one.kind, ())
            if not rows and not one.addable:
                continue
            lines = _lines(one, rows)
            if one.tab in tabs:
                tab = tabs[one.tab]
                tabs[one.tab] = replace(tab, fields=[*tab.fields, *lines])
            elif one.tab:
                tabs[one.tab] = FormTab(one.tab, one.tab, lines)
            else:
                tabs[one.kind] = FormTab(one.kind, f"{one.title} {len(rows)}", lines)
        return list(tabs.values())

    def _field(self, one: Field, settled: bool, masked: bool) -> FormField:
        look = self.looks.get(one.name, Look())
        masked = masked and one.identifier
        return FormField(
            one.name,
            one.label,
            one.kind,
            one.required,
            look.width,
            look.help,
            one.choices,
            lookup=bool(one.codes) or one.kind == "reference",
            many=one.many,
            fixed=masked or (one.fixed and settled),
            longest=one.longest,
            heading=one.section,
            visible=look.visible,
            check=one.check,
            normalise=one.normalise,
            masked=masked,
        )


def _lines(one: Belonging, rows: Sequence[Listed]) -> list[FormField]:
    widths = [max(map(len, column)) for column in zip(*(words for _, words in rows), strict=True)]
    lines = []
    for key, words in rows:
        parts = (cell(word, width) for word, width in zip(words, widths, strict=True))
        lines.append(FormField(f"{one.kind} {key}", "  ".join(parts), "record", heading=one.title))
    if one.addable:
        new = f"+ new {one.noun}"
        lines.append(FormField(f"{one.kind} 0", new, "record", heading=one.title))
    return lines
