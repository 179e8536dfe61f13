"""Why a case is not closed: who may, what its kind wants first, and open cases below it.

Resolving asks for all of that; cancelling gives the work up, so steps and fields may be left.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from peewee import Database

from rcm_tui.billing.cases.families import descendants, parents_of
from rcm_tui.billing.editing.declared.case_kinds import REQUIRABLE
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.tables.cases import RESOLVED
from rcm_tui.data.work import Work

COLUMNS = {
    "owner": "f.owner = ''",
    "followup": "f.follow_up IS NULL",
    "payer": "f.payer_id IS NULL",
    "patient": "f.client_id IS NULL",
    "carc": "f.carc = ''",
    "settled": "f.resolved_carc = ''",
    "tags": "f.tags = ''",
    "description": "f.description = ''",
    "claims": "f.claims = 0",
}
"""When a field that a kind requires is missing, as SQL."""


@dataclass(frozen=True, slots=True)
class Below:
    """What stands open below some cases: how many, their claims, what payers owe in cents."""

    cases: list[int]
    claims: int
    outstanding: int


def open_below(database: Database, case_ids: Iterable[int]) -> Below:
    """The open cases below some, at any depth, that are not among them themselves."""
    wanted = sorted(set(case_ids))
    found = {
        key: (claims, outstanding)
        for below in descendants(database, wanted).values()
        for key, (_, claims, outstanding, is_open) in below.items()
        if is_open and key not in wanted
    }
    return Below(
        sorted(found),
        sum(claims for claims, _ in found.values()),
        sum(outstanding for _, outstanding in found.values()),
    )


def why_not_closed(work: Work, stage: str, case_ids: Collection[int]) -> dict[int, str]:
    """By case why it is not closed now; those that can be are left out.

    Cases that are closed together with all that is open below them do not stand in each other's
    way, unless one below cannot be closed itself.
    """
    database = work.database
    reasons = _by_kind(database, work.actor.role, case_ids)
    if stage == RESOLVED:
        for reason in (_fields(database, case_ids), _steps(database, case_ids)):
            reasons = {**reason, **reasons}
    below = descendants(database, sorted(case_ids))
    waiting = {
        top: {key: depth for key, (depth, _, _, is_open) in found.items() if is_open}
        for top, found in below.items()
    }
    names = _numbers(database, {key for found in waiting.values() for key in found})
    # Whatever is deepest first: it decides about those above it.
    for top in sorted(waiting, key=lambda key: max(waiting[key].values(), default=0)):
        left = [key for key in waiting[top] if key not in case_ids or key in reasons]
        if left and top not in reasons:
            first = names[min(left, key=lambda key: (waiting[top][key], key))]
            more = f" and {len(left) - 1:,} more" if len(left) > 1 else ""
            reasons[top] = f"below it is open: {first}{more}; settle that first"
    return reasons


def why_not_taken_up(database: Database, case_ids: Collection[int]) -> dict[int, str]:
    """By closed case why it does not come back: what it stands under is closed, and stays so."""
    parents = parents_of(database, case_ids)
    closed = {
        key: (number, stage)
        for key, number, stage in read_by_keys(
            database,
            "SELECT id, number, stage FROM case_file WHERE closed_at IS NOT NULL"
            " AND id IN ({keys})",
            sorted(set(parents.values())),
        )
    }
    return {
        case: f"the case above it is {closed[top][1]}: reopen {closed[top][0]} first"
        for case, top in parents.items()
        if top in closed and top not in case_ids
    }


def _by_kind(database: Database, role: str, case_ids: Collection[int]) -> dict[int, str]:
    """Who may close cases of a kind; nobody is meant where it names none."""
    found = {}
    for case, kind, closers in read_by_keys(
        database,
        "SELECT f.id, k.name, k.closers FROM case_file f JOIN case_kind k ON k.id = f.kind_id"
        " WHERE k.closers <> '' AND f.id IN ({keys})",
        case_ids,
    ):
        if role not in closers.split(", "):
            found[case] = f"of the kind {kind}, closed by {closers.replace(', ', ' or ')} only"
    return found


def _fields(database: Database, case_ids: Collection[int]) -> dict[int, str]:
    missing = ", ".join(f"CASE WHEN {sql} THEN 1 ELSE 0 END" for sql in COLUMNS.values())
    found = {}
    for case, kind, required, *flags in read_by_keys(
        database,
        f"SELECT f.id, k.name, k.required, {missing} FROM case_file f"
        " JOIN case_kind k ON k.id = f.kind_id WHERE k.required <> '' AND f.id IN ({keys})",
        case_ids,
    ):
        absent = {name for name, flag in zip(COLUMNS, flags, strict=True) if flag}
        labels = [REQUIRABLE[name] for name in required.split() if name in absent]
        if labels:
            are = "is" if len(labels) == 1 else "are"
            found[case] = f"{' and '.join(labels)} {are} empty, which the kind {kind} requires"
    return found


def _steps(database: Database, case_ids: Collection[int]) -> dict[int, str]:
    steps: dict[int, list[str]] = defaultdict(list)
    for case, title in read_by_keys(
        database,
        "SELECT case_id, title FROM case_step WHERE needed = 1 AND state = 'open'"
        " AND case_id IN ({keys}) ORDER BY case_id, position, id",
        case_ids,
    ):
        steps[case].append(title)
    found = {}
    for case, titles in steps.items():
        listed = ", ".join(titles[:3])
        more = f" and {len(titles) - 3} more" if len(titles) > 3 else ""
        what = "a needed step is" if len(titles) == 1 else f"{len(titles)} needed steps are"
        found[case] = f"{what} open: {listed}{more}"
    return found


def _numbers(database: Database, keys: Iterable[int]) -> dict[int, str]:
    sql = "SELECT id, number FROM case_file WHERE id IN ({keys})"
    return dict(read_by_keys(database, sql, sorted(keys)))
