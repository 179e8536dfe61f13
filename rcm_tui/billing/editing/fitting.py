"""Whether edited records fit: into themselves, among the others, and to what they refer to."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple, Self

from peewee import Database

from rcm_tui.billing.editing.declared import KINDS
from rcm_tui.billing.editing.field import Field, RecordKind
from rcm_tui.billing.editing.reading import python_value, titles
from rcm_tui.billing.editing.writing import Edit
from rcm_tui.data.bulk import read_by_keys


def misfits(
    database: Database, kind: RecordKind, edits: Sequence[Edit]
) -> dict[int, dict[str, str]]:
    """What is wrong with edits, by record and field; records without a fault are left out."""
    wrong: dict[int, dict[str, str]] = defaultdict(dict)
    for edit in edits:
        before = {name: python_value(kind, name, raw) for name, raw in edit.now.raw.items()}
        after = {name: python_value(kind, name, raw) for name, raw in edit.after().items()}
        for check in kind.checks:
            # What did not fit before, and was not touched, does not keep the rest from being saved.
            known = check(before) if edit.now.id > 0 else {}
            wrong[edit.now.id].update(
                {name: why for name, why in check(after).items() if known.get(name) != why}
            )
    for field in kind.fields:
        if field.reference:
            _check_references(database, kind, field, edits, wrong)
    for group in kind.unique:
        _check_unique(database, kind, group, edits, wrong)
    if kind.apart:
        _check_terms(database, kind, edits, wrong)
    _check_among_others(database, kind, edits, wrong)
    return {key: problems for key, problems in wrong.items() if problems}


def _check_among_others(
    database: Database,
    kind: RecordKind,
    edits: Sequence[Edit],
    wrong: dict[int, dict[str, str]],
) -> None:
    """The kind's own rules; as above, what was not right before does not stand in the way."""
    touched = [edit for edit in edits if edit.changes and not wrong[edit.now.id]]
    for check in kind.fits if touched else ():
        found = check(database, [(edit.now.id, edit.after()) for edit in touched])
        there = [(edit.now.id, edit.now.raw) for edit in touched if edit.now.id > 0]
        known = check(database, there) if found and there else {}
        for key, problems in found.items():
            before = known.get(key, {})
            wrong[key].update(
                {name: why for name, why in problems.items() if before.get(name) != why}
            )


def _check_references(
    database: Database,
    kind: RecordKind,
    field: Field,
    edits: Sequence[Edit],
    wrong: dict[int, dict[str, str]],
) -> None:
    """What is referred to exists, and belongs to the same client (or payer) as the record."""
    touched = [edit for edit in edits if {field.name, field.within} & edit.changes.keys()]
    keys = {edit.after()[field.name] for edit in touched} - {None}
    if not keys:
        return
    target = KINDS[field.reference]
    owner = target.column(field.within).column_name if field.within else "id"
    found = dict(
        read_by_keys(
            database,
            f'SELECT id, "{owner}" FROM "{target.table_name}" WHERE id IN ({{keys}})',
            keys,
        )
    )
    for edit in touched:
        after = edit.after()
        key = after[field.name]
        if key is None:
            continue
        if key not in found:
            wrong[edit.now.id][field.name] = (
                f"{field.label} {key} is no {target.label}: choose one of the list."
            )
        elif field.within and found[key] != after[field.within]:
            title = titles(database, target, [key])[key]
            whose = kind.field(field.within).label.lower()
            wrong[edit.now.id][field.name] = (
                f"{field.label} {title} belongs to another {whose}: choose one of this {whose}."
            )


def _check_unique(
    database: Database,
    kind: RecordKind,
    group: Sequence[str],
    edits: Sequence[Edit],
    wrong: dict[int, dict[str, str]],
) -> None:
    """No two records share the values of the group, neither edited ones nor others.

    Nothing is shared where the last field is empty: who has no NPI yet has not another's.
    """
    touched = [edit for edit in edits if set(group) & edit.changes.keys()]
    if not touched:
        return
    columns = [str(kind.column(name).column_name) for name in group]
    listed = ", ".join(f'"{column}"' for column in columns)
    taken = {
        tuple(values): key
        for key, *values in read_by_keys(
            database,
            f'SELECT id, {listed} FROM "{kind.table_name}" WHERE "{columns[0]}" IN ({{keys}})',
            {edit.after()[group[0]] for edit in touched},
        )
    }
    for edit in touched:
        values = tuple(edit.after()[name] for name in group)
        if values[-1] in ("", None):
            continue
        other = taken.setdefault(values, edit.now.id)
        if other != edit.now.id:
            name = group[-1]
            wrong[edit.now.id][name] = (
                f"{kind.field(name).label} {_said(values[-1])} is taken by"
                f" {titles(database, kind, [other]).get(other, 'another')}: another is needed."
            )


class _Term(NamedTuple):
    """When a record holds; ISO days, open where nothing is said."""

    key: int
    starts_on: str | None
    ends_on: str | None

    def meets(self, other: Self) -> bool:
        """Whether the two hold on one day."""
        return (self.starts_on or "") <= (other.ends_on or "~") and (other.starts_on or "") <= (
            self.ends_on or "~"
        )

    def __str__(self) -> str:
        return f"{self.starts_on or 'ever'} to {self.ends_on or 'open'}"


def _check_terms(
    database: Database,
    kind: RecordKind,
    edits: Sequence[Edit],
    wrong: dict[int, dict[str, str]],
) -> None:
    """Records of one thing (a payer's fees for a code) do not hold on the same day."""
    touched = [
        edit for edit in edits if {*kind.apart, "starts_on", "ends_on"} & edit.changes.keys()
    ]
    if not touched:
        return
    # By the one field that is always filled; an empty one is found by no list of keys.
    first = next(name for name in reversed(kind.apart) if kind.field(name).required)
    columns = ", ".join(f'"{kind.column(name).column_name}"' for name in kind.apart)
    edited, looked_at = {edit.now.id for edit in edits}, {edit.now.id for edit in touched}
    terms: dict[tuple[Any, ...], list[_Term]] = defaultdict(list)
    for key, starts_on, ends_on, *values in read_by_keys(
        database,
        f'SELECT id, starts_on, ends_on, {columns} FROM "{kind.table_name}"'
        f' WHERE "{kind.column(first).column_name}" IN ({{keys}}) ORDER BY starts_on, id',
        {edit.after()[first] for edit in touched},
    ):
        if key not in edited:
            terms[tuple(values)].append(_Term(key, starts_on, ends_on))
    for edit in edits:
        after = edit.after()
        term = _Term(edit.now.id, after["starts_on"], after["ends_on"])
        group = terms[tuple(after[name] for name in kind.apart)]
        other = next((one for one in group if one.meets(term)), None)
        group.append(term)
        if other is not None and edit.now.id in looked_at:
            title = titles(database, kind, [other.key]).get(other.key, f"another {kind.label}")
            wrong[edit.now.id]["starts_on"] = (
                f"From {_said(term.starts_on)} meets {title}, which holds from {other}:"
                " end that one the day before, or begin after it."
            )


def _said(value: Any) -> str:
    return "empty" if value in (None, "") else str(value)
