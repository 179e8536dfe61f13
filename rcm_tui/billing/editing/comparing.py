"""What differs between a submission of a claim and the one before it, field by field."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from peewee import Database

from rcm_tui.billing.claims.superseding import takes_place
from rcm_tui.billing.editing.declared import KINDS
from rcm_tui.billing.editing.field import Field
from rcm_tui.billing.editing.reading import labels_of, python_value, stored_records
from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.tables.claims import VOID

ABOUT_THE_SUBMISSION = ("frequency", "original_reference", "claim_note")
"""What differs in every correction: it says nothing of the services."""
EXPECTED = ("expected",)
"""What the payer is not told."""


@dataclass(frozen=True, slots=True)
class Change:
    """A field that differs; `line` is the position of the line in the newer claim, 0 the claim.

    Values are as a form has them, the labels say in words what references and codes mean.
    """

    line: int
    field: Field
    before: Any
    after: Any
    before_label: str = ""
    after_label: str = ""


@dataclass(slots=True)
class Comparison:
    """A claim beside the submission before it. `added` and `left_out` are lines, in words."""

    earlier: int
    earlier_number: str
    frequency: str
    changes: list[Change] = field(default_factory=list)
    added: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)

    @property
    def same(self) -> bool:
        """Whether the services are billed as before: what payers call a duplicate (CO-18)."""
        about = (change.field.name for change in self.changes)
        return not (self.added or self.left_out or set(about).difference(ABOUT_THE_SUBMISSION))

    @property
    def duplicate(self) -> bool:
        """As `same`, where something should differ: a void says the same on purpose."""
        return self.same and self.frequency != VOID


def compare(database: Database, claim_id: int) -> Comparison | None:
    """A claim compared with the one before it in its submission chain; None for a first one."""
    rows = read_rows(
        database,
        "SELECT p.id, p.number, c.frequency FROM claim c JOIN claim p ON p.id = c.previous_id"
        " WHERE c.id = ?",
        claim_id,
    )
    if not rows:
        return None
    result = Comparison(*rows[0])
    earlier = result.earlier
    result.changes += _changes(database, "claim", 0, earlier, claim_id, ())
    _compare_lines(database, result, claim_id)
    return result


def corrections_among(database: Database, claim_ids: Iterable[int]) -> list[int]:
    """Those of some claims that are to take the place of an earlier submission."""
    return [
        key
        for key, frequency, supersedes in read_by_keys(
            database,
            "SELECT id, frequency, supersedes FROM claim WHERE id IN ({keys})"
            " AND previous_id IS NOT NULL ORDER BY id",
            claim_ids,
        )
        if takes_place(frequency, supersedes)
    ]


def _compare_lines(database: Database, result: Comparison, claim_id: int) -> None:
    before = _lines(database, result.earlier)
    for key, (position, previous, what) in _lines(database, claim_id).items():
        if previous not in before:
            result.added.append(f"line {position}: {what}")
            continue
        del before[previous]
        unseen = (*EXPECTED, "claim")
        result.changes += _changes(database, "claim_line", position, previous, key, unseen)
    result.left_out += [f"line {position}: {what}" for position, _, what in before.values()]


def _lines(database: Database, claim: int) -> dict[int, tuple[int, int, str]]:
    """Key → position, key of the line before, and what it bills in words."""
    rows = read_rows(
        database,
        "SELECT id, position, previous_id, procedure_code, modifiers, first_service_date"
        " FROM claim_line WHERE claim_id = ? ORDER BY position",
        claim,
    )
    return {
        key: (position, previous, " ".join(filter(None, (code, modifiers, f"on {day}"))))
        for key, position, previous, code, modifiers, day in rows
    }


def _changes(
    database: Database, name: str, line: int, before: int, after: int, unseen: Iterable[str]
) -> list[Change]:
    kind = KINDS[name]
    stored = stored_records(database, kind, [before, after])
    one, two = (
        {field: python_value(kind, field, raw) for field, raw in stored[key].raw.items()}
        for key in (before, after)
    )
    differ = [field for field in one if field not in unseen and one[field] != two[field]]
    labels, labels_after = (
        labels_of(database, kind, {field: values[field] for field in differ})
        for values in (one, two)
    )
    return [_change(kind.field(field), line, one, two, labels, labels_after) for field in differ]


def _change(
    declared: Field,
    line: int,
    before: Mapping[str, Any],
    after: Mapping[str, Any],
    labels: Mapping[str, str],
    labels_after: Mapping[str, str],
) -> Change:
    name = declared.name
    return Change(
        line,
        declared,
        before[name],
        after[name],
        labels.get(name, ""),
        labels_after.get(name, ""),
    )
