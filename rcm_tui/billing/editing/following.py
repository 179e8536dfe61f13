"""What follows from an edit: a claim's payer from its coverage, its sums from its lines.

Some facts are repeated where they are used: a policy holder who is the patient, the client's name
and the authorization's number on Draft claims, the claim's place of service on its lines. Where
the repetition still says what the original said, it is edited along (ours); where it says
something else, somebody meant it to.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from peewee import Database

from rcm_tui.billing.cases.families import follow_parents
from rcm_tui.billing.cases.steps import give_steps
from rcm_tui.billing.cases.totals import refresh_totals_of_claims
from rcm_tui.billing.editing.declared.claims import CLAIM, CLAIM_LINE
from rcm_tui.billing.editing.declared.clients import COVERAGE
from rcm_tui.billing.editing.field import RecordKind
from rcm_tui.billing.editing.reading import stored_records
from rcm_tui.billing.editing.writing import Edit, write
from rcm_tui.billing.invoices.invoicing import follow_charges
from rcm_tui.billing.visits.changes import follow_visits
from rcm_tui.data.bulk import read_by_keys, read_numbers
from rcm_tui.data.tables.claims import DRAFT, Claim
from rcm_tui.data.tables.clients import Authorization
from rcm_tui.data.work import Work

SELF = "18"
HOLDER = {
    name: f"holder_{name}"
    for name in (
        "last_name first_name middle_name suffix birth_date gender line1 line2 city state zip"
    ).split()
}


def complete(database: Database, kind: RecordKind, edits: Sequence[Edit]) -> None:
    """Adds to edits what goes with them on the same record."""
    if kind is CLAIM:
        _number_authorizations(database, edits)


def follow(work: Work, kind: RecordKind, edits: Sequence[Edit]) -> None:
    """Edits what repeats, or is made of, what was edited."""
    if edits and kind.name in FOLLOWING:
        FOLLOWING[kind.name](work, edits)


def _number_authorizations(database: Database, edits: Sequence[Edit]) -> None:
    """A claim carries the number of the authorization that is chosen on it."""
    chosen = [
        edit
        for edit in edits
        if "authorization" in edit.changes and "authorization_number" not in edit.changes
    ]
    keys = {edit.changes["authorization"] for edit in chosen} - {None}
    numbers = read_numbers(database, Authorization, keys)
    for edit in chosen:
        number = numbers.get(edit.changes["authorization"], "")
        if number != edit.now.raw["authorization_number"]:
            edit.changes["authorization_number"] = number


def _of_claims(work: Work, edits: Sequence[Edit]) -> None:
    _payers_of_claims(work, [edit.now.id for edit in edits if "coverage" in edit.changes])
    moved = {
        edit.now.id: (edit.now.raw["place_of_service"], edit.changes["place_of_service"])
        for edit in edits
        if "place_of_service" in edit.changes
    }
    lines = read_by_keys(
        work.database,
        "SELECT id, claim_id, place_of_service FROM claim_line WHERE claim_id IN ({keys})",
        moved,
    )
    _edit(
        work,
        CLAIM_LINE,
        {
            line: {"place_of_service": moved[claim][1]}
            for line, claim, place in lines
            if place and place == moved[claim][0]
        },
    )


def _payers_of_claims(work: Work, claims: Iterable[int]) -> None:
    """A claim's payer is its coverage's."""
    rows = [
        (payer, key)
        for key, payer, now in read_by_keys(
            work.database,
            "SELECT c.id, v.payer_id, c.payer_id FROM claim c"
            " LEFT JOIN coverage v ON v.id = c.coverage_id WHERE c.id IN ({keys})",
            claims,
        )
        if payer != now
    ]
    work.update(Claim, ["payer"], rows)


def _of_lines(work: Work, edits: Sequence[Edit]) -> None:
    sum_claims(work, {edit.now.raw["claim"] for edit in edits})


def sum_claims(work: Work, claims: Iterable[int]) -> None:
    """What a claim bills and expects is the sum of its lines; its dates are those of its lines."""
    rows = []
    for key, version, count, billed, expected, first, last in read_by_keys(
        work.database,
        "SELECT c.id, c.version, count(l.id), CAST(COALESCE(SUM(l.billed), 0) AS BIGINT),"
        " CAST(COALESCE(SUM(l.expected), 0) AS BIGINT),"
        " COALESCE(MIN(l.first_service_date), c.first_service_date),"
        " COALESCE(MAX(l.last_service_date), c.last_service_date)"
        " FROM claim c LEFT JOIN claim_line l ON l.claim_id = c.id WHERE c.id IN ({keys})"
        " GROUP BY c.id, c.version, c.first_service_date, c.last_service_date",
        claims,
    ):
        rows.append((count, billed, expected, first, last, version + 1, key))
    work.update(
        Claim,
        "line_count billed expected first_service_date last_service_date version".split(),
        rows,
    )
    refresh_totals_of_claims(work, [row[-1] for row in rows])


def _of_clients(work: Work, edits: Sequence[Edit]) -> None:
    named = {
        edit.now.id: edit.after()
        for edit in edits
        if {"last_name", "first_name"} & edit.changes.keys()
    }
    rows = read_by_keys(
        work.database,
        "SELECT id, client_id FROM claim WHERE client_id IN ({keys})"
        f" AND COALESCE(status, '') = '{DRAFT}'",
        named,
    )
    work.update(
        Claim, ["patient_name"], [(patient_name(named[client]), claim) for claim, client in rows]
    )
    _edit(work, COVERAGE, _holders(work, {edit.now.id: edit for edit in edits}))


def patient_name(client: Any) -> str:
    """How a client is named on claims."""
    last, first = client["last_name"], client["first_name"]
    return f"{last}, {first}" if first else str(last)


def _holders(work: Work, clients: dict[int, Edit]) -> dict[int, dict[str, Any]]:
    """Policy holders who are the patient: what they repeat of the client."""
    coverages = read_by_keys(
        work.database,
        f"SELECT id, client_id FROM coverage WHERE client_id IN ({{keys}})"
        f" AND relationship = '{SELF}'",
        [key for key, edit in clients.items() if HOLDER.keys() & edit.changes.keys()],
    )
    owners = dict(coverages)
    changes: dict[int, dict[str, Any]] = {}
    for key, coverage in stored_records(work.database, COVERAGE, owners).items():
        edit = clients[owners[key]]
        changes[key] = {
            HOLDER[name]: new
            for name, new in edit.changes.items()
            if name in HOLDER and coverage.raw[HOLDER[name]] == edit.now.raw[name] != ""
        }
    return changes


def _of_coverages(work: Work, edits: Sequence[Edit]) -> None:
    moved = [edit.now.id for edit in edits if "payer" in edit.changes]
    rows = read_by_keys(
        work.database,
        "SELECT c.id FROM coverage v JOIN claim c ON c.client_id = v.client_id"
        " AND c.coverage_id = v.id WHERE v.id IN ({keys})"
        f" AND COALESCE(c.status, '') = '{DRAFT}'",
        moved,
    )
    _payers_of_claims(work, [row[0] for row in rows])


def _of_authorizations(work: Work, edits: Sequence[Edit]) -> None:
    numbered = {edit.now.id: edit for edit in edits if "number" in edit.changes}
    rows = read_by_keys(
        work.database,
        "SELECT id, authorization_id, authorization_number FROM claim"
        f" WHERE authorization_id IN ({{keys}}) AND COALESCE(status, '') = '{DRAFT}'",
        numbered,
    )
    _edit(
        work,
        CLAIM,
        {
            claim: {"authorization_number": numbered[key].changes["number"]}
            for claim, key, number in rows
            if number == numbered[key].now.raw["number"]
        },
    )


def _of_charges(work: Work, edits: Sequence[Edit]) -> None:
    follow_charges(work, [edit.now.id for edit in edits])


def _of_visits(work: Work, edits: Sequence[Edit]) -> None:
    follow_visits(work, [edit.now.id for edit in edits])


def _of_services(work: Work, edits: Sequence[Edit]) -> None:
    follow_visits(work, {edit.now.raw["visit"] for edit in edits})


def _of_cases(work: Work, edits: Sequence[Edit]) -> None:
    kinds = {edit.now.id: edit.changes["kind"] for edit in edits if "kind" in edit.changes}
    if kinds:
        give_steps(work, kinds)
        rows = read_by_keys(
            work.database,
            "SELECT id, name FROM case_kind WHERE id IN ({keys})",
            sorted(set(kinds.values()) - {None}),
        )
        names = dict(rows)
        for case, kind in kinds.items():
            work.record("kind", "case_file", case, title=names.get(kind, "none"))
    moved = {
        edit.now.id: (edit.now.raw["parent"], edit.changes["parent"])
        for edit in edits
        if "parent" in edit.changes
    }
    follow_parents(work, moved)


def _edit(work: Work, kind: RecordKind, changes: dict[int, dict[str, Any]]) -> None:
    wanted = {key: change for key, change in changes.items() if change}
    found = stored_records(work.database, kind, wanted)
    write(work, kind, [Edit(found[key], change) for key, change in wanted.items()])


FOLLOWING: dict[str, Callable[[Work, Sequence[Edit]], None]] = {
    "case_file": _of_cases,
    "claim": _of_claims,
    "claim_line": _of_lines,
    "client": _of_clients,
    "coverage": _of_coverages,
    "authorization": _of_authorizations,
    "charge_item": _of_charges,
    "visit": _of_visits,
    "visit_service": _of_services,
}
