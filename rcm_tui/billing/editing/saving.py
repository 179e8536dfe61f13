"""Saving what was edited: one record from its form, or one shared change to many marked rows.

A save is one unit of work: values are checked, merged with what others saved in between, written,
recorded with old and new values, carried over to what repeats them, and the Draft claims that
stand on the record are validated again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from rcm_tui.billing.editing.around import changes_of, look_around
from rcm_tui.billing.editing.declared import KINDS
from rcm_tui.billing.editing.field import RecordKind
from rcm_tui.billing.editing.fitting import misfits
from rcm_tui.billing.editing.following import complete, follow
from rcm_tui.billing.editing.merging import Clash, Conflict, Keep, merge
from rcm_tui.billing.editing.reading import (
    Stored,
    python_value,
    raw_value,
    stored_records,
    titles,
)
from rcm_tui.billing.editing.revalidation import ChangedClaim, revalidate
from rcm_tui.billing.editing.values import Invalid, read_values
from rcm_tui.billing.editing.who_may import of_kind, refuse_other_units
from rcm_tui.billing.editing.writing import Edit, write
from rcm_tui.billing.outcome import Left, Outcome, Progress, Refused, counted, go_on
from rcm_tui.billing.rights import needs
from rcm_tui.billing.units import OF_KIND, part
from rcm_tui.data.bulk import chunked
from rcm_tui.data.work import Work


@dataclass(frozen=True, slots=True)
class Saved:
    """A record was saved, or had these values already.

    `changed` are the fields that were written, those of others that follow from mine included.
    `claims` are the Draft claims whose findings are others now.
    """

    new_version: int
    changed: tuple[str, ...] = ()
    claims: list[ChangedClaim] = field(default_factory=list)


@dataclass(slots=True)
class SharedEdit(Outcome):
    """What became of one change to many records; `claims` have other findings now."""

    claims: list[ChangedClaim] = field(default_factory=list)


@needs(of_kind)
def save(
    work: Work,
    record_kind: str,
    key: int,
    base_version: int,
    changes: Mapping[str, Any],
    *,
    keep: Mapping[str, Keep] | None = None,
) -> Saved | Conflict:
    """Saves the changed fields of a record whose form was filled from `base_version`.

    Nobody's change is lost: where somebody else saved other fields in between the two are merged;
    where they saved another value of the same field nothing is written, and the Conflict shows
    both. It is resolved by saving again with its version and `keep`, by field "mine" or "theirs".

    Raises Invalid with a sentence for each wrong field, Refused for a record that is locked (with
    what to do) or gone, KeyError for a field that the kind does not have.
    """
    kind = KINDS[record_kind]
    refuse_other_units(work, record_kind, [key], changes)
    now = _editable(work, kind, key)
    kept = {name: value for name, value in changes.items() if (keep or {}).get(name) != "theirs"}
    values, problems = read_values(kind, kept)
    problems |= _fixed(kind, now, values)
    if problems:
        raise Invalid(problems)
    mine = {name: raw_value(kind, name, value) for name, value in values.items()}
    merged = merge(work, kind.table_name, now, base_version, mine)
    if merged.clashes:
        theirs = {
            name: Clash(*(python_value(kind, name, raw) for raw in clash))
            for name, clash in merged.clashes.items()
        }
        return Conflict(theirs, now.version, merged.by)
    edits = [Edit(now, merged.changes)] if merged.changes else []
    wrong = misfits(work.database, kind, edits)
    if wrong:
        raise Invalid(wrong[key])
    if not edits:
        return Saved(now.version)
    with work.undoable(f"Edit {kind.label} {now.title}", kind.table):
        claims = _write(work, kind, edits)
    return Saved(edits[0].version, tuple(edits[0].changes), claims)


@needs(of_kind)
def save_many(
    work: Work,
    record_kind: str,
    keys: Iterable[int],
    changes: Mapping[str, Any],
    progress: Progress | None = None,
) -> SharedEdit:
    """Gives many records the same values: `done` now have them, the others are left with reasons.

    Those that had them already count as done. Raises Invalid when a value is wrong for all of
    them. Done in steps: when `progress` stops it the rest are left untouched.
    """
    kind = KINDS[record_kind]
    values, problems = read_values(kind, changes)
    problems |= {name: _is_fixed(kind, name) for name in values if kind.field(name).fixed}
    problems |= {
        group[0]: f"{kind.field(group[0]).label} is each {kind.label}'s own: it cannot be shared."
        for group in kind.unique
        if len(group) == 1 and group[0] in values
    }
    if problems:
        raise Invalid(problems)
    raw = {name: raw_value(kind, name, value) for name, value in values.items()}
    refuse_other_units(work, record_kind, [], values)
    wanted = sorted(set(keys))
    outcome = SharedEdit()
    if record_kind in OF_KIND:
        wanted, outcome.left = part(work, OF_KIND[record_kind], wanted)
    with work.undoable(f"Edit {kind.label}s", kind.table) as action:
        done = 0
        for chunk in chunked(wanted):
            if not go_on(work, progress, done, len(wanted)):
                outcome.stop(sorted(titles(work.database, kind, wanted[done:]).items()))
                break
            _save_chunk(work, kind, chunk, raw, outcome)
            done += len(chunk)
        action.title = f"Edit {counted(len(outcome.done), kind.label)}"
    return outcome


def _save_chunk(
    work: Work, kind: RecordKind, keys: Sequence[int], raw: Mapping[str, Any], outcome: SharedEdit
) -> None:
    found = stored_records(work.database, kind, keys)
    edits = []
    for key in keys:
        now = found.get(key)
        if now is None:
            outcome.left.append(Left(key, str(key), f"there is no such {kind.label}"))
        elif now.locked:
            outcome.left.append(Left(key, now.title, now.locked))
        else:
            edits.append(
                Edit(now, {name: value for name, value in raw.items() if value != now.raw[name]})
            )
    wrong = misfits(work.database, kind, edits)
    outcome.left += [
        Left(edit.now.id, edit.now.title, " ".join(wrong[edit.now.id].values()))
        for edit in edits
        if edit.now.id in wrong
    ]
    fitting = [edit for edit in edits if edit.now.id not in wrong]
    outcome.claims += _write(work, kind, [edit for edit in fitting if edit.changes])
    outcome.done += [edit.now.id for edit in fitting]


def _write(work: Work, kind: RecordKind, edits: Sequence[Edit]) -> list[ChangedClaim]:
    complete(work.database, kind, edits)
    around = look_around(work, kind, changes_of(edits))
    if kind.own is not None:
        for edit in edits:
            kind.own.change(work, edit.now.id, edit.changes, edit.after())
    write(work, kind, edits)
    follow(work, kind, edits)
    around()
    return revalidate(work, kind, edits)


def _editable(work: Work, kind: RecordKind, key: int) -> Stored:
    now = stored_records(work.database, kind, [key]).get(key)
    if now is None:
        raise Refused(f"there is no {kind.label} {key} any more: it was deleted")
    if now.locked:
        raise Refused(now.locked)
    return now


def _fixed(kind: RecordKind, now: Stored, values: Mapping[str, Any]) -> dict[str, str]:
    return {
        name: _is_fixed(kind, name)
        for name, value in values.items()
        if kind.field(name).fixed and raw_value(kind, name, value) != now.raw[name]
    }


def _is_fixed(kind: RecordKind, name: str) -> str:
    return f"{kind.field(name).label} of a {kind.label} cannot be changed: make a new one instead."
