"""Draft claims that stand on what was edited: validated again, and which of them changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from peewee import Database

from rcm_tui.billing.claims.validation import validate_claims
from rcm_tui.billing.editing.field import RecordKind
from rcm_tui.billing.editing.writing import Edit
from rcm_tui.data.bulk import chunked, read_by_keys, read_numbers
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.work import Work


@dataclass(frozen=True, slots=True)
class ChangedClaim:
    """A Draft whose findings are others now: how many errors and warnings before and now."""

    id: int
    number: str
    errors_before: int
    errors: int
    warnings_before: int
    warnings: int


def revalidate(work: Work, kind: RecordKind, edits: Sequence[Edit]) -> list[ChangedClaim]:
    """Validates the Draft claims that stand on edited records, where a rule looks at the change."""
    keys = [edit.now.id for edit in edits if any(name in _checked(kind) for name in edit.changes)]
    return revalidate_claims(work, drafts_on(work.database, kind, keys))


def drafts_on(database: Database, kind: RecordKind, keys: Iterable[int]) -> list[int]:
    """The Draft claims that stand on some records."""
    if not kind.claims_sql:
        return []
    return sorted({row[0] for row in read_by_keys(database, kind.claims_sql, keys)})


def revalidate_claims(work: Work, claims: Iterable[int]) -> list[ChangedClaim]:
    """Validates claims again; those whose findings differ from what was found before."""
    changed = []
    for keys in chunked(claims):
        before, numbers = _findings(work.database, keys)
        validate_claims(work, keys)
        after, _ = _findings(work.database, keys)
        changed += [
            ChangedClaim(
                key,
                numbers[key],
                _count(before[key], "error"),
                _count(after[key], "error"),
                _count(before[key], "warning"),
                _count(after[key], "warning"),
            )
            for key in keys
            if key in numbers and before[key] != after[key]
        ]
    return changed


def _findings(
    database: Database, keys: Sequence[int]
) -> tuple[dict[int, list[Any]], dict[int, str]]:
    found: dict[int, list[Any]] = {key: [] for key in keys}
    for claim, severity, *rest in read_by_keys(
        database,
        "SELECT claim_id, severity, rule, field, line, reason FROM claim_validation"
        " WHERE claim_id IN ({keys}) ORDER BY id",
        keys,
    ):
        found[claim].append((severity, *rest))
    return found, read_numbers(database, Claim, keys)


def _count(findings: Iterable[Any], severity: str) -> int:
    return sum(finding[0] == severity for finding in findings)


def _checked(kind: RecordKind) -> frozenset[str]:
    return frozenset(field.name for field in kind.fields if field.changes_claims)
