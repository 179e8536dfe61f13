"""What a form writes when it is saved, and how two people's changes of a field are told."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from peewee import Database

from rcm_tui.billing.editing import KINDS, Added, Conflict, RecordKind, Saved, add, save
from rcm_tui.billing.editing.merging import Clash as ClashOfValues
from rcm_tui.billing.editing.merging import Keep
from rcm_tui.data.personal.drafts import discard_draft
from rcm_tui.data.work import Work
from rcm_tui.screens.form_dialogs import Clash
from rcm_tui.screens.form_reading import words_of
from rcm_tui.screens.forms.record_form import Write
from rcm_tui.widgets.form.field import FormField
from rcm_tui.widgets.form.reading import value_text


def write_with_draft(
    work: Work,
    kind: str,
    key: int,
    version: int,
    changes: Mapping[str, Any],
    keep: Mapping[str, Keep] | None,
    write: Write,
) -> Saved | Added | Conflict:
    """Saves or makes the record; its draft ends with it, in the same unit of work."""
    saved = write(work, kind, key, version, changes, keep)
    if not isinstance(saved, Conflict):
        discard_draft(work, KINDS[kind].table_name, key)
    return saved


def save_or_add(
    work: Work,
    kind: str,
    key: int,
    version: int,
    changes: Mapping[str, Any],
    keep: Mapping[str, Keep] | None,
) -> Saved | Added | Conflict:
    """Saves the record, or makes it where it is new."""
    if not key:
        return add(work, kind, changes)
    return save(work, kind, key, version, changes, keep=keep)


def clashes(
    database: Database,
    kind: RecordKind,
    fields: Mapping[str, FormField],
    theirs: Mapping[str, ClashOfValues],
    masked: bool,
) -> list[Clash]:
    """The fields that somebody else has changed too, with all three values as they are read."""
    told = []
    for name, values in theirs.items():
        field, words = fields[name], words_of(database, kind, name, values, masked)
        base, mine, other = (
            value_text(field, value, word) for value, word in zip(values, words, strict=True)
        )
        told.append(Clash(name, field.label, base, mine, other))
    return told
