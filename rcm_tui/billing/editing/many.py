"""Many records of a kind at once, each with values of its own: new ones, and changes to others.

The same checks as for one record, in a few queries for all of them. What would be wrong is known
before anything is written, so that an import can be tried first.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from peewee import Database

from rcm_tui.billing.editing.adding import MADE_OTHERWISE, PLACED, _nothing, blank
from rcm_tui.billing.editing.around import changes_of, look_around
from rcm_tui.billing.editing.declared import KINDS
from rcm_tui.billing.editing.field import RecordKind
from rcm_tui.billing.editing.fitting import misfits
from rcm_tui.billing.editing.following import complete, follow
from rcm_tui.billing.editing.reading import Stored, python_value, raw_value, stored_records
from rcm_tui.billing.editing.revalidation import (
    ChangedClaim,
    drafts_on,
    revalidate,
    revalidate_claims,
)
from rcm_tui.billing.editing.values import read_values
from rcm_tui.billing.editing.who_may import of_kind, refuse_other_units
from rcm_tui.billing.editing.writing import Edit, write
from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.rights import needs
from rcm_tui.data.work import Work

MOST_LOOKS = 20


@dataclass(slots=True)
class Row:
    """New values for a record: of one that is there (`key`), or a new one (0).

    After planning, `wrong` says by field what cannot be, "" standing for the record as a whole;
    `old` and `new` are the stored values that would change, by field.
    """

    values: Mapping[str, Any]
    key: int = 0
    wrong: dict[str, str] = field(default_factory=dict)
    old: dict[str, Any] = field(default_factory=dict)
    new: dict[str, Any] = field(default_factory=dict)
    edit: Edit | None = None


def plan_many(database: Database, record_kind: str, rows: Sequence[Row]) -> None:
    """Says of each row what is wrong with it, or what it would change.

    Rows are looked at together: of two that cannot both be, the first stays. Raises Refused for a
    kind that is not made by hand.
    """
    if record_kind in MADE_OTHERWISE:
        kind_label = KINDS[record_kind].label
        raise Refused(f"a {kind_label} is not made by hand: {MADE_OTHERWISE[record_kind]}")
    kind = KINDS[record_kind]
    stored = stored_records(database, kind, {row.key for row in rows if row.key})
    positions = Counter[Any]()
    for place, row in enumerate(rows):
        if row.key:
            _plan_change(kind, row, stored.get(row.key))
        else:
            _plan_new(database, kind, row, -1 - place, positions)
    fitting = {row.edit.now.id: row for row in rows if row.edit is not None and not row.wrong}
    wrong = _misfits(database, kind, [row.edit for row in fitting.values() if row.edit])
    for key, problems in wrong.items():
        fitting[key].wrong.update(problems)


@needs(of_kind)
def write_many(work: Work, record_kind: str, rows: Sequence[Row]) -> list[ChangedClaim]:
    """Writes the rows that nothing is wrong with; new ones get their `key`.

    Every record is in the audit trail by itself. Gives the Draft claims whose findings are others
    now. Plan the rows in the same unit of work.
    """
    kind = KINDS[record_kind]
    for row in rows:
        refuse_other_units(work, record_kind, [row.key] if row.key else [], row.values)
    good = [row for row in rows if row.edit is not None and not row.wrong]
    added = [row for row in good if not row.key]
    edits = [row.edit for row in good if row.key and row.edit is not None and row.edit.changes]
    if not added and not edits:
        return []
    with work.undoable(f"Import {kind.label}s", kind.table):
        for key, row in zip(work.next_ids(kind.table, len(added)), added, strict=True):
            row.key = key
        complete(work.database, kind, edits)
        made = [(row.key, None, row.new) for row in added]
        around = look_around(work, kind, [*made, *changes_of(edits)])
        _insert(work, kind, added)
        write(work, kind, edits)
        follow(work, kind, edits)
        around()
        claims = revalidate(work, kind, edits)
        drafts = drafts_on(work.database, kind, [row.key for row in added])
        return claims + revalidate_claims(work, drafts)


def _misfits(
    database: Database, kind: RecordKind, edits: Sequence[Edit]
) -> dict[int, dict[str, str]]:
    """What does not fit, where a record that is refused stands in the way of no other.

    The first that does not fit is refused, and the others are looked at again without it: so often
    that a few mistakes do not hold back what is right; very many are all refused as first found.
    """
    refused: dict[int, dict[str, str]] = {}
    left = list(edits)
    among_others = bool(kind.unique or kind.apart or kind.fits)
    for _ in range(MOST_LOOKS):
        wrong = misfits(database, kind, left)
        first = next((edit for edit in left if edit.now.id in wrong), None)
        if first is None or not among_others or len(wrong) == 1:
            break
        refused[first.now.id] = wrong[first.now.id]
        left = [edit for edit in left if edit is not first]
    return refused | wrong


def _plan_change(kind: RecordKind, row: Row, now: Stored | None) -> None:
    if now is None:
        row.wrong[""] = f"there is no such {kind.label} any more"
        return
    if now.locked:
        row.wrong[""] = now.locked
        return
    values, row.wrong = read_values(kind, row.values)
    raw = {name: raw_value(kind, name, value) for name, value in values.items()}
    changes = {name: value for name, value in raw.items() if value != now.raw[name]}
    for name in changes:
        if kind.field(name).fixed:
            row.wrong[name] = (
                f"{kind.field(name).label} of a {kind.label} cannot be changed: make a new one."
            )
    row.new = changes
    row.old = {name: now.raw[name] for name in changes}
    row.edit = Edit(now, changes)


def _plan_new(
    database: Database, kind: RecordKind, row: Row, number: int, positions: Counter[Any]
) -> None:
    given = {**blank(kind.name), **PLACED.get(kind.name, _nothing)(database, row.values)}
    if "position" in given and "position" not in row.values:
        owner = row.values.get(kind.fields[0].name)
        given["position"] += positions[owner]
        positions[owner] += 1
    values, row.wrong = read_values(kind, {**given, **row.values})
    row.new = {name: raw_value(kind, name, value) for name, value in values.items()}
    # Before it is there it has no values, and a number that no stored record has.
    row.edit = Edit(Stored(number, 0, "", "", dict.fromkeys(row.new)), row.new)


def _insert(work: Work, kind: RecordKind, rows: Sequence[Row]) -> None:
    if not rows:
        return
    names = [one.name for one in kind.fields]
    values = []
    for row in rows:
        values.append([row.key, *(python_value(kind, name, row.new[name]) for name in names)])
        work.record("added", kind.table_name, row.key, **row.new)
    work.insert(kind.table, ["id", *names], values)
