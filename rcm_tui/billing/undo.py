"""Taking a person's last action back, as one unit of work, as long as nothing has built on it.

What rows held before is kept while an action is done (`Work.undoable`, data/before_images.py).
Undoing puts it back field by field, deletes the rows that are new, brings deleted ones back, and
takes journals back by reversal: ledger and audit trail are never shortened. Only `version` does
not go back: it goes on counting, so that a form that somebody opened in between cannot be saved
over what is there now.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from peewee import Database

from rcm_tui.billing.cases.claims import active_cases
from rcm_tui.billing.cases.families import FAMILY_FIGURES, refresh_families
from rcm_tui.billing.cases.totals import FIGURES, refresh_totals, refresh_totals_of_claims
from rcm_tui.billing.claims.validation import validate_claims
from rcm_tui.billing.denials.open_denials import refresh_denials, refresh_denials_of
from rcm_tui.billing.editing.declared import KINDS
from rcm_tui.billing.editing.merging import EDITED
from rcm_tui.billing.editing.naming import name_of
from rcm_tui.billing.ledger import refresh_balances, reverse_journals
from rcm_tui.billing.outcome import Outcome, Progress, Refused
from rcm_tui.billing.remittances.adjudication import refresh_underpaid
from rcm_tui.billing.rights import UNDO, needs
from rcm_tui.data.before_images import (
    CHANGED,
    DELETED,
    INSERTED,
    VERSION,
    Part,
    forget,
    parts_of,
    read_columns,
    read_part,
    read_sets,
)
from rcm_tui.data.bulk import (
    chunked,
    delete_owned,
    delete_rows,
    insert_stored,
    read_by_keys,
    read_rows,
    update_stored,
)
from rcm_tui.data.fields import moment_from_store
from rcm_tui.data.references import first_reference
from rcm_tui.data.spans import spans
from rcm_tui.data.tables.claims import DRAFT, ClaimValidation
from rcm_tui.data.tables.every import ALL_TABLES
from rcm_tui.data.tables.personal import ClaimHold
from rcm_tui.data.tables.row import Row
from rcm_tui.data.tables.undo import UndoableAction
from rcm_tui.data.work import Work

TABLES: dict[str, type[Row]] = {str(table._meta.table_name): table for table in ALL_TABLES}
FOUND_ANEW = frozenset(
    (
        ("claim", "error_count"),
        ("claim", "warning_count"),
        *(("case_file", figure) for figure in (*FIGURES, *FAMILY_FIGURES)),
    )
)
"""What validation finds, and what a case comes to, is found again when it has changed since; it
never stands in the way."""

GONE = "it is gone"


@dataclass(frozen=True, slots=True)
class Undoable:
    """An action that can be taken back, in the words of who did it."""

    id: int
    title: str
    subject: str
    done_at: datetime


@dataclass(slots=True)
class _Undoing:
    """What has been put back so far."""

    work: Work
    title: str
    touched: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))
    stale: set[int] = field(default_factory=set)
    """Claims whose findings are no longer those that the action left."""


def last_undoable(database: Database, actor: str) -> Undoable | None:
    """The last action of a person (by login) that was not taken back yet; None without one."""
    rows = read_rows(
        database,
        "SELECT id, title, subject, done_at FROM undoable_action"
        " WHERE login = ? AND state = 'done' ORDER BY id DESC LIMIT 1",
        actor,
    )
    for key, title, subject, done_at in rows:
        return Undoable(key, title, subject, moment_from_store(done_at))
    return None


@needs(UNDO)
def undo(work: Work, action_id: int, progress: Progress | None = None) -> Outcome:
    """Takes an action back whole: `done` are the rows that it was done to.

    Raises Refused, and then the unit of work cannot be committed, when something has built on it
    (a row no longer holds what the action left in it, newer rows refer to new ones, a claim was
    sent), when it was taken back before or is too old, and when somebody else did it; an
    administrator may all the same.
    `progress` counts steps; raises Cancelled when it does.
    """
    action = _action(work, action_id)
    undoing = _Undoing(work, action.title)
    with work.whole(f"undoing {action.title}"):
        parts = parts_of(work.database, action_id)
        for done, key in enumerate(parts):
            if progress is not None:
                progress(done, len(parts))
            _take_back(undoing, read_part(work.database, key))
        _validate_again(undoing)
        refresh_underpaid(work.database, _claims_of_lines(undoing))
        refresh_totals(work, undoing.touched.get("case_file", ()))
        refresh_families(work, undoing.touched.get("case_file", ()))
        refresh_totals_of_claims(work, undoing.touched.get("claim", ()))
        refresh_denials(work, undoing.touched.get("claim", ()))
        if undoing.touched.keys() & {"denial_action", "payer"}:
            refresh_denials_of(work, "1 = 1")
        UndoableAction.update(state="undone", undone_at=work.now).where(
            UndoableAction.id == action_id
        ).execute()
        forget(work.database, [action_id], only_parts=True)
    for table, ids in undoing.touched.items():
        work.record("undone", table, title=action.title, ids=spans(set(ids)))
    return Outcome(done=sorted(set(undoing.touched.get(action.subject, ()))))


def _action(work: Work, key: int) -> Any:
    action = UndoableAction.get_or_none(UndoableAction.id == key)
    if action is None:
        raise Refused("there is nothing to undo: what was done is kept for 30 days, 200 actions")
    if action.state == "undone":
        raise Refused(f"{action.title} was undone already")
    if action.login != work.actor.login and work.actor.role != "administrator":
        raise Refused(f"{action.title} was done by {action.login}: only they can undo it")
    return action


def _take_back(undoing: _Undoing, part: Part) -> None:
    if part.table == "journal":
        _reverse(undoing, part)
    elif part.kind == CHANGED:
        _put_back(undoing, part)
    elif part.kind == INSERTED:
        _take_away(undoing, part)
    elif part.kind == DELETED:
        _bring_back(undoing, part)
    else:
        _put_back_sets(undoing, part)


def _put_back(undoing: _Undoing, part: Part) -> None:
    """Rows that the action changed get the values that they had before."""
    work = undoing.work
    again = all((part.table, column) in FOUND_ANEW for column in part.columns)
    rows = _rows_now(undoing, part, part.columns)
    before, after = list(zip(*part.before, strict=True)), list(zip(*part.after, strict=True))
    version = part.columns.index(VERSION) if VERSION in part.columns else -1
    names = _field_names(part.table, part.columns)
    if part.table == "case_claim":
        _refuse_second_case(undoing, part)
    kind = KINDS.get(part.table)
    editable = kind.columns() if kind else ()
    edited = [(place, names[place]) for place, name in enumerate(part.columns) if name in editable]
    restored = []
    for place, key in enumerate(part.ids):
        row = rows.get(key)
        differs = GONE if row is None else _difference(part.columns, row, after[place])
        if row is None or differs:
            if again:
                undoing.stale.add(key)
                continue
            raise _changed_since(undoing, part.table, key, differs)
        values = list(before[place])
        if version >= 0:
            values[version] = row[version] + 1
            if edited:
                _record_edit(work, part, key, row, values, edited)
        restored.append((*values, key))
    update_stored(work.database, TABLES[part.table], names, restored)
    if not again:
        undoing.touched[part.table] += [row[-1] for row in restored]


def _record_edit(
    work: Work,
    part: Part,
    key: int,
    now: Sequence[Any],
    before: Sequence[Any],
    edited: Sequence[tuple[int, str]],
) -> None:
    """Editable fields are recorded one by one: saving finds in it what a form was filled with."""
    changes = {
        name: [now[place], before[place]] for place, name in edited if now[place] != before[place]
    }
    if changes:
        version = before[part.columns.index(VERSION)]
        work.record(EDITED, part.table, key, version=version, undone=True, **changes)


def _take_away(undoing: _Undoing, part: Part) -> None:
    """Rows that the action made are deleted, unless they were changed or are referred to."""
    database = undoing.work.database
    rows = _rows_now(undoing, part, part.columns)
    after = list(zip(*part.after, strict=True))
    for place, key in enumerate(part.ids):
        row = rows.get(key)
        differs = GONE if row is None else _difference(part.columns, row, after[place], part.table)
        if differs:
            raise _changed_since(undoing, part.table, key, differs)
    if part.table == "claim":
        _let_go(undoing, part.ids)
    _refuse_when_referred_to(undoing, part)
    delete_rows(database, TABLES[part.table], part.ids)
    undoing.touched[part.table] += part.ids
    undoing.stale.difference_update(part.ids if part.table == "claim" else ())


def _bring_back(undoing: _Undoing, part: Part) -> None:
    """Rows that the action deleted come back with their keys."""
    database = undoing.work.database
    columns = ["id", *_field_names(part.table, part.columns)]
    if part.table == "case_claim":
        _refuse_second_case(undoing, part)
    rows = zip(part.ids, *part.before, strict=True)
    insert_stored(database, TABLES[part.table], columns, rows)
    undoing.touched[part.table] += part.ids


def _put_back_sets(undoing: _Undoing, part: Part) -> None:
    """What was found out anew gives way to what was found before, where nothing newer stands."""
    database, table = undoing.work.database, TABLES[part.table]
    before, after = part.sets
    now = read_sets(database, part.table, part.columns, part.ids)
    owners = []
    for owner in part.ids:
        if [list(row) for row in now.get(owner, ())] == after.get(owner, []):
            owners.append(owner)
        else:
            undoing.stale.add(owner)
    names = _field_names(part.table, part.columns)
    delete_owned(database, table, names[0], owners)
    rows = [[owner, *row] for owner in owners for row in before.get(owner, ())]
    insert_stored(database, table, names, rows)


def _reverse(undoing: _Undoing, part: Part) -> None:
    """Journals are taken back by their opposites, and the balances follow."""
    reverse_journals(undoing.work, dict.fromkeys(part.ids, f"undone: {undoing.title}"))
    rows = read_by_keys(
        undoing.work.database,
        "SELECT DISTINCT claim_id FROM entry WHERE claim_id IS NOT NULL AND journal_id IN ({keys})",
        part.ids,
    )
    refresh_balances(undoing.work, sorted({row[0] for row in rows}))
    undoing.touched[part.table] += part.ids


def _claims_of_lines(undoing: _Undoing) -> list[int]:
    """The claims of lines that hold again what they held: what they are short of is a sum."""
    sql = "SELECT DISTINCT claim_id FROM claim_line WHERE id IN ({keys})"
    lines = sorted(set(undoing.touched.get("claim_line", ())))
    return [claim for (claim,) in read_by_keys(undoing.work.database, sql, lines)]


def _validate_again(undoing: _Undoing) -> None:
    for keys in chunked(sorted(undoing.stale)):
        drafts = read_by_keys(
            undoing.work.database,
            "SELECT id FROM claim WHERE id IN ({keys}) AND COALESCE(status, '') = ?",
            keys,
            DRAFT,
        )
        validate_claims(undoing.work, [row[0] for row in drafts])


def _rows_now(undoing: _Undoing, part: Part, columns: Sequence[str]) -> dict[int, Any]:
    found = read_columns(undoing.work.database, part.table, columns, part.ids)
    return {row[0]: row[1:] for row in found}


def _difference(
    columns: Sequence[str], now: Sequence[Any], left: Sequence[Any], table: str = ""
) -> str:
    """The first column that no longer holds what the action left, as text; "" when all do.

    With the `table`, what validation found on its rows does not count.
    """
    for column, mine, theirs in zip(columns, left, now, strict=True):
        if mine != theirs and column != VERSION and (table, column) not in FOUND_ANEW:
            return f"{column} is {_shown(theirs)} now, and was left as {_shown(mine)}"
    return ""


def _shown(value: Any) -> str:
    return "empty" if value in (None, "") else str(value)


def _changed_since(undoing: _Undoing, table: str, key: int, why: str) -> Refused:
    return Refused(
        f"{undoing.title} cannot be undone: {name_of(undoing.work.database, table, key)} has"
        f" changed since, {why.replace('_', ' ')}"
    )


def _refuse_when_referred_to(undoing: _Undoing, part: Part) -> None:
    database = undoing.work.database
    found = first_reference(database, part.table, part.ids)
    if found is not None:
        child, referring, to = found
        raise Refused(
            f"{undoing.title} cannot be undone: {name_of(database, child, referring)} has"
            f" come to {name_of(database, part.table, to)} since"
        )


def _refuse_second_case(undoing: _Undoing, part: Part) -> None:
    """Claims that would stand in an active case again, and stand in another one since."""
    active = [n for n, on in enumerate(part.before[part.columns.index("active")]) if on]
    if part.kind == DELETED:
        chains = [part.before[part.columns.index("chain")][n] for n in active]
    else:
        sql = "SELECT chain FROM case_claim WHERE id IN ({keys})"
        keys = [part.ids[n] for n in active]
        chains = [row[0] for row in read_by_keys(undoing.work.database, sql, keys)]
    held = active_cases(undoing.work.database, chains)
    for chain in chains:
        if chain in held:
            claim = name_of(undoing.work.database, "claim", chain)
            raise Refused(
                f"{undoing.title} cannot be undone: {claim} has come to case {held[chain][1]} since"
            )


def _let_go(undoing: _Undoing, claims: Sequence[int]) -> None:
    """New claims that go away: their findings go, and so does who undoes them working on them."""
    database = undoing.work.database
    for claim, login in read_by_keys(
        database, "SELECT claim_id, login FROM claim_hold WHERE claim_id IN ({keys})", claims
    ):
        if login != undoing.work.actor.login:
            raise Refused(
                f"{undoing.title} cannot be undone: {login} is working on"
                f" {name_of(database, 'claim', claim)}"
            )
    for table in (ClaimHold, ClaimValidation):
        for keys in chunked(claims):
            table.delete().where(table.claim.in_(keys)).execute()


def _field_names(table: str, columns: Sequence[str]) -> list[str]:
    names = {one.column_name: one.name for one in TABLES[table]._meta.sorted_fields}
    return [str(names[column]) for column in columns]
