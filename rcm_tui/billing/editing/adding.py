"""New records, and removing what nothing refers to. A claim's sums follow its lines."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from peewee import Database

from rcm_tui.billing.cases.numbering import new_case_number
from rcm_tui.billing.cases.steps import begin_case, end_case, usual_kind
from rcm_tui.billing.claims.grouping import MOST_LINES
from rcm_tui.billing.claims.numbering import line_control_number
from rcm_tui.billing.editing.around import look_around
from rcm_tui.billing.editing.declared import KINDS
from rcm_tui.billing.editing.declared.cases import CASE
from rcm_tui.billing.editing.declared.claims import CLAIM, CLAIM_LINE
from rcm_tui.billing.editing.field import RecordKind
from rcm_tui.billing.editing.fitting import misfits
from rcm_tui.billing.editing.following import sum_claims
from rcm_tui.billing.editing.naming import name_of
from rcm_tui.billing.editing.reading import Stored, raw_value, stored_records
from rcm_tui.billing.editing.revalidation import ChangedClaim, drafts_on, revalidate_claims
from rcm_tui.billing.editing.values import Invalid, read_values
from rcm_tui.billing.editing.who_may import of_kind, refuse_other_units
from rcm_tui.billing.editing.writing import Edit
from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.rights import needs
from rcm_tui.billing.visits.booking import visit_number
from rcm_tui.billing.visits.changes import next_position, why_not_removed
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.references import first_reference
from rcm_tui.data.tables.charges import READY_TO_BILL, ChargeItem
from rcm_tui.data.work import Work

NEW = 0
"""The key of a record that is not there yet."""

MADE_OTHERWISE = {
    "claim": "claims are made of charge items: generate them",
    "clearinghouse": "connections are set up by rcm-tui init",
}


@dataclass(frozen=True, slots=True)
class Added:
    """A new record, and the Draft claims whose findings are others now."""

    id: int
    claims: list[ChangedClaim] = field(default_factory=list)


def blank(kind: str) -> dict[str, Any]:
    """The values that the form of a new record begins with."""
    declared = KINDS[kind]
    return {one.name: _default(declared, one.name) for one in declared.fields}


@needs(of_kind)
def add(work: Work, record_kind: str, values: Mapping[str, Any]) -> Added:
    """Makes a new record; fields that are left out begin as in `blank`.

    A claim line is numbered after the last, a diagnosis placed after the last, a case is New.
    Raises Invalid with a sentence for each wrong field, Refused when the claim is locked or full,
    or when such records are not made by hand.
    """
    kind = KINDS[record_kind]
    if record_kind in MADE_OTHERWISE:
        raise Refused(f"a {kind.label} is not made by hand: {MADE_OTHERWISE[record_kind]}")
    refuse_other_units(work, record_kind, [], values)
    given = {**blank(record_kind), **PLACED.get(record_kind, _nothing)(work.database, values)}
    taken, problems = read_values(kind, {**given, **values})
    if problems:
        raise Invalid(problems)
    raw = {name: raw_value(kind, name, value) for name, value in taken.items()}
    now = Stored(NEW, 0, "", "", dict.fromkeys(raw))
    if wrong := misfits(work.database, kind, [Edit(now, raw)]):
        raise Invalid(wrong[NEW])
    more = OUR_OWN[record_kind](work, taken) if record_kind in OUR_OWN else {}
    with work.undoable(f"Add {kind.label}", kind.table) as action:
        if kind.own is not None:
            key = kind.own.make(work, taken)
        else:
            key = work.next_ids(kind.table, 1)[0]
        around = look_around(work, kind, [(key, None, raw)])
        if kind.own is None:
            row = {"id": key, **taken, **more}
            work.insert(kind.table, list(row), [list(row.values())])
        work.record("added", kind.table_name, key, **raw)
        around()
        if kind is CLAIM_LINE:
            sum_claims(work, [taken["claim"]])
        elif kind is CASE:
            begin_case(work, key, raw["parent"])
        action.title = f"Add {name_of(work.database, kind.table_name, key)}"
        claims = revalidate_claims(work, drafts_on(work.database, kind, [key]))
    return Added(key, claims)


@needs(of_kind)
def remove(work: Work, record_kind: str, key: int, base_version: int) -> list[ChangedClaim]:
    """Removes a record that nothing refers to; the Draft claims whose findings are others now.

    The charge items of a claim line are Ready to Bill again. Raises Refused when the record is
    locked, gone, referred to, or was changed since `base_version`.
    """
    kind = KINDS[record_kind]
    refuse_other_units(work, record_kind, [key], {})
    now = stored_records(work.database, kind, [key]).get(key)
    if now is None:
        raise Refused(f"there is no {kind.label} {key} any more: it was deleted")
    if now.locked:
        raise Refused(now.locked)
    if now.version != base_version:
        raise Refused(f"{kind.label} {now.title} was changed by somebody: look at it again first")
    if kind.name == "visit_service" and (reason := why_not_removed(work.database, key)):
        raise Refused(f"{kind.label} {now.title} cannot be removed: {reason}")
    freed = FREED.get(kind.name, frozenset())
    found = first_reference(work.database, kind.table_name, [key], freed)
    if found is not None:
        name = name_of(work.database, found[0], found[1])
        raise Refused(f"{kind.label} {now.title} cannot be removed: {name} refers to it")
    drafts = drafts_on(work.database, kind, [key])
    with work.undoable(f"Remove {kind.label} {now.title}", kind.table):
        if kind is CLAIM_LINE:
            _free_charges(work, key)
        if kind is CASE:
            end_case(work, key, now.raw["parent"])
        work.record("removed", kind.table_name, key, **now.raw)
        around = look_around(work, kind, [(key, now.raw, None)])
        work.delete(kind.table, [key])
        around()
        if kind is CLAIM_LINE:
            sum_claims(work, [now.raw["claim"]])
        return revalidate_claims(work, drafts)


def _default(kind: RecordKind, name: str) -> Any:
    column = kind.column(name)
    default = column.default() if callable(column.default) else column.default
    if default is None and not column.null and kind.field(name).kind in ("text", "code"):
        return ""
    return column.python_value(column.db_value(default)) if default is not None else None


def _nothing(database: Database, values: Mapping[str, Any]) -> dict[str, Any]:
    return {}


def _next_position(database: Database, values: Mapping[str, Any]) -> dict[str, Any]:
    rows = read_rows(
        database,
        "SELECT COALESCE(MAX(position), 0) + 1 FROM client_diagnosis WHERE client_id = ?",
        values.get("client"),
    )
    return {"position": rows[0][0]}


def _next_step(database: Database, values: Mapping[str, Any]) -> dict[str, Any]:
    rows = read_rows(
        database,
        "SELECT COALESCE(MAX(position), 0) + 1 FROM case_kind_step WHERE kind_id = ?",
        values.get("kind"),
    )
    return {"position": rows[0][0]}


def _place_of_claim(database: Database, values: Mapping[str, Any]) -> dict[str, Any]:
    """A new line is given where the claim's other services were, on the claim's first day."""
    for place, day in read_rows(
        database,
        "SELECT place_of_service, first_service_date FROM claim WHERE id = ?",
        values.get("claim"),
    ):
        first = values.get("first_service_date", day)
        return {"place_of_service": place, "first_service_date": first, "last_service_date": first}
    return {}


PLACED: dict[str, Callable[[Database, Mapping[str, Any]], dict[str, Any]]] = {
    "case_kind_step": _next_step,
    "client_diagnosis": _next_position,
    "claim_line": _place_of_claim,
}


def _new_line(work: Work, values: Mapping[str, Any]) -> dict[str, Any]:
    """Position and control number of a claim's next line."""
    claim = values["claim"]
    now = stored_records(work.database, CLAIM, [claim])[claim]
    if now.locked:
        raise Refused(now.locked)
    ((count, last, control_number),) = read_rows(
        work.database,
        "SELECT (SELECT count(*) FROM claim_line WHERE claim_id = c.id),"
        " (SELECT COALESCE(MAX(position), 0) FROM claim_line WHERE claim_id = c.id),"
        " c.patient_control_number FROM claim c WHERE c.id = ?",
        claim,
    )
    if count >= MOST_LINES:
        raise Refused(f"claim {now.title} has {count} lines: no more can be sent on one claim")
    return {
        "position": last + 1,
        "line_control_number": line_control_number(control_number, last + 1),
    }


def _new_case(work: Work, values: Mapping[str, Any]) -> dict[str, Any]:
    kind = values["kind"] or usual_kind(work.database)
    return {"number": new_case_number(work), "opened_at": work.now, "kind": kind}


def _new_visit(work: Work, values: Mapping[str, Any]) -> dict[str, Any]:
    return {"number": visit_number(work.next_number("visit"))}


def _new_service(work: Work, values: Mapping[str, Any]) -> dict[str, Any]:
    return {"position": next_position(work.database, values["visit"])}


OUR_OWN: dict[str, Callable[[Work, Mapping[str, Any]], dict[str, Any]]] = {
    "claim_line": _new_line,
    "case_file": _new_case,
    "visit": _new_visit,
    "visit_service": _new_service,
}
"""What new records of a kind get besides what is typed."""


FREED = {"claim_line": frozenset(("charge_item",)), "case_file": frozenset(("case_step",))}
"""What refers to a record and does not keep it: charge items are freed, a case's steps go too."""


def _free_charges(work: Work, line: int) -> None:
    rows = read_rows(
        work.database, "SELECT id FROM charge_item WHERE claim_line_id = ? ORDER BY id", line
    )
    keys = [row[0] for row in rows]
    work.set_all(ChargeItem, {"status": READY_TO_BILL, "claim_line": None}, keys)
    if keys:
        work.record("charges freed", "charge_item", ids=keys, claim_line=line)
