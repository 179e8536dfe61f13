"""Two people on one record: what fits together is merged, what does not is shown to the second.

Every edit is in the audit trail with its old and new values and the version that it made. From
there comes what a form was filled with: the value of a field at the version that it was read at.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from rcm_tui.billing.editing.reading import Stored
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.work import Work

EDITED = "edited"
"""The audit action of an edit: {"version": the new one, field: [old, new] …} in stored values."""

Keep = Literal["mine", "theirs"]


class Clash(NamedTuple):
    """A field that two people changed: what it was, what I typed, what somebody else saved."""

    base: Any
    mine: Any
    theirs: Any


@dataclass(frozen=True, slots=True)
class Conflict:
    """Nothing was saved: somebody saved other values of the same fields in between.

    To go on, save again with `version` as the base, and `keep` "mine" or "theirs" for each field.
    `by` is who saved what is there now, as far as it is known.
    """

    theirs: dict[str, Clash]
    version: int
    by: str = ""


@dataclass(slots=True)
class Merged:
    """What is left to write (raw, by field), and what clashes."""

    changes: dict[str, Any] = field(default_factory=dict)
    clashes: dict[str, Clash] = field(default_factory=dict)
    by: str = ""


def merge(
    work: Work, table: str, now: Stored, base_version: int, mine: Mapping[str, Any]
) -> Merged:
    """Puts my changes (raw) upon a record, where the form was filled from `base_version`.

    A field that nobody else changed since takes my value; one that somebody else set to the same
    needs nothing; otherwise the two clash.
    """
    merged = Merged()
    base = dict(now.raw)
    if base_version != now.version:
        base, merged.by = _as_of(work, table, now, base_version)
    for name, value in mine.items():
        theirs = now.raw[name]
        if value == theirs:
            continue
        if base[name] == theirs:
            merged.changes[name] = value
        elif value != base[name]:
            merged.clashes[name] = Clash(base[name], value, theirs)
    return merged


def _as_of(work: Work, table: str, now: Stored, version: int) -> tuple[dict[str, Any], str]:
    """The raw values of a record at an earlier version, and who has changed it last since.

    Fields that were not edited since are as they are now: whatever else counts a version up (a
    status that moves on) touches no field that can be edited.
    """
    base = dict(now.raw)
    records = read_rows(
        work.database,
        "SELECT actor, action, details FROM audit_record"
        " WHERE subject = ? AND subject_id = ? AND action = ? ORDER BY id",
        table,
        now.id,
        EDITED,
    )
    by = ""
    seen: set[str] = set()
    for actor, action, details in [*records, *work.recorded(table, now.id)]:
        if action != EDITED:
            continue
        changes = json.loads(details)
        if changes.pop("version") <= version:
            continue
        by = actor
        for name, change in changes.items():
            if name in base and name not in seen:
                seen.add(name)
                base[name] = change[0]
    return base, by
