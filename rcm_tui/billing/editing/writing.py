"""Writing edits: in bulk, each with its next version, and every old and new value on record."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rcm_tui.billing.editing.field import RecordKind
from rcm_tui.billing.editing.merging import EDITED
from rcm_tui.billing.editing.reading import Stored, python_value
from rcm_tui.data.work import Work


@dataclass(slots=True)
class Edit:
    """A record as it is, and raw values for some of its fields."""

    now: Stored
    changes: dict[str, Any]

    @property
    def version(self) -> int:
        """The version that the record will have."""
        return self.now.version + 1 if self.changes else self.now.version

    def after(self) -> dict[str, Any]:
        """All raw values as they will be."""
        return {**self.now.raw, **self.changes}


def write(work: Work, kind: RecordKind, edits: Sequence[Edit], **because: Any) -> None:
    """Writes edits and records each; those of a kind with a way of its own are written already.

    `because` goes into the audit record too.
    """
    alike: dict[tuple[str, ...], list[list[Any]]] = defaultdict(list)
    for edit in edits:
        if not edit.changes:
            continue
        values = [python_value(kind, name, raw) for name, raw in edit.changes.items()]
        alike[tuple(edit.changes)].append([*values, edit.version, edit.now.id])
        changes = {name: [edit.now.raw[name], raw] for name, raw in edit.changes.items()}
        work.record(
            EDITED, kind.table_name, edit.now.id, version=edit.version, **because, **changes
        )
    for names, rows in alike.items() if kind.own is None else ():
        work.update(kind.table, [*names, "version"], rows)
