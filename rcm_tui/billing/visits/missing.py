"""What a visit still lacks for its claim, and the field that mends each thing.

It is found by walking the whole road in a unit of work that is then given up: the very rules that
decide on the claim say what is missing, and nothing stays of it.
"""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from peewee import Database

from rcm_tui.billing.charges.approval import NO_PRICE
from rcm_tui.billing.claims.rules import ERROR
from rcm_tui.billing.claims.validation import Finding
from rcm_tui.billing.editing.places import Place, place_of
from rcm_tui.billing.outcome import Left, Outcome, Progress
from rcm_tui.billing.rights import trying
from rcm_tui.billing.visits.claims import (
    VisitCharge,
    charges_of,
    claim_visit,
    one_click_claims,
    why_no_claim,
)
from rcm_tui.data.actor import Actor
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.store import Store
from rcm_tui.data.tables.charges import PENDING_AUTHORIZATION
from rcm_tui.data.work import Work

ON_VISIT = {
    "place_of_service": "location",
    "facility": "location",
    "first_service_date": "visit_on",
    "last_service_date": "visit_on",
}
"""Fields of a claim that come from its visit."""
ON_SERVICE = {
    "procedure_code": "procedure_code",
    "modifiers": "modifiers",
    "units": "units",
    "pointers": "diagnoses",
    "diagnoses": "diagnoses",
}
"""Fields of a claim or line that come from a line item of its visit."""
AMONG_CLIENTS = {
    "coverage": "coverage",
    "payer": "coverage",
    "authorization": "authorization",
    "authorization_number": "authorization",
    "rendering": "case_manager",
}
"""Fields of a claim that come from records of the client."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that keeps a visit from its claim: why, what to do, and where (if anywhere)."""

    reason: str
    how_to_fix: str = ""
    place: Place | None = None
    severity: str = ERROR


class _GivenUp(Exception):
    """Ends the unit of work in which a claim was only tried."""


def missing_for_claim(
    store: Store, actor: Actor, now: datetime.datetime, visit_id: int
) -> list[Missing]:
    """What keeps a checked-out visit from a Ready to Submit claim, warnings last; nothing is
    changed. Empty errors mean that the one-click claim is offered.
    """
    found: list[Missing] = []
    try:
        with store.work(actor, now) as work, trying(work):
            found += _tried(work, visit_id)
            raise _GivenUp
    except _GivenUp:
        pass
    found.sort(key=lambda one: one.severity != ERROR)
    return found


@dataclass(slots=True)
class ClaimedVisits(Outcome):
    """What became of visits that were claimed together; `lacking` says what the others lack."""

    lacking: dict[int, list[Missing]] = field(default_factory=dict)


def claim_what_is_complete(
    store: Store,
    actor: Actor,
    now: datetime.datetime,
    visit_ids: Iterable[int],
    progress: Progress | None = None,
) -> ClaimedVisits:
    """One-click claims of those visits to which nothing is missing, in one unit of work.

    `progress` counts visits that were looked at; raises Cancelled, and then nothing is claimed,
    when it does.
    """
    keys = sorted(set(visit_ids))
    outcome = ClaimedVisits()
    for done, key in enumerate(keys):
        if progress is not None:
            progress(done, len(keys))
        errors = [one for one in missing_for_claim(store, actor, now, key) if one.severity == ERROR]
        if errors:
            outcome.lacking[key] = errors
    complete = [key for key in keys if key not in outcome.lacking]
    if complete:
        with store.work(actor, now) as work:
            claimed = one_click_claims(work, complete)
        outcome.done, outcome.made, outcome.amount = claimed.done, claimed.made, claimed.amount
        outcome.left = claimed.left
    return outcome


def _tried(work: Work, visit_id: int) -> Iterator[Missing]:
    if reason := why_no_claim(work, visit_id):
        yield Missing(f"The visit has nothing to claim: {reason}.")
        return
    claimed = claim_visit(work, visit_id)
    charges = charges_of(work, visit_id)
    for left in claimed.left:
        yield _unbilled(work.database, next(one for one in charges if one.id == left.key), left)
    for claim, findings in claimed.found.items():
        for finding in findings:
            place = _before_the_claim(work.database, visit_id, claim, finding)
            yield Missing(finding.reason, finding.how_to_fix, place, finding.severity)


def _unbilled(database: Database, charge: VisitCharge, left: Left) -> Missing:
    """Why a charge item cannot be approved, and where that is changed."""
    place: Place | None = Place("visit_service", charge.service, "units")
    if charge.status == PENDING_AUTHORIZATION and charge.authorization is not None:
        place = Place("authorization", charge.authorization, "status")
    elif left.reason.startswith(NO_PRICE):
        place = Place("payer", charge.payer, among="fee") if charge.payer is not None else None
        if place is None:
            client = _column(database, "charge_item", "client_id", charge.id)
            place = Place("client", client, among="coverage")
    return Missing(f"Charge {charge.number} cannot be billed: {left.reason}.", "", place)


def _before_the_claim(
    database: Database, visit_id: int, claim: int, finding: Finding
) -> Place | None:
    """Where a finding is mended while there is no claim yet: on what the claim is made of."""
    place = place_of(database, claim, finding)
    if place.kind not in ("claim", "claim_line"):
        return place
    name = place.field
    if place.kind == "claim_line" and name == "billed":
        payer = _column(database, "claim", "payer_id", claim)
        return Place("payer", payer, among="fee")
    if name in ON_SERVICE:
        return Place("visit_service", _service(database, visit_id, place), ON_SERVICE[name])
    if name in ON_VISIT:
        return Place("visit", visit_id, ON_VISIT[name])
    client = _column(database, "claim", "client_id", claim)
    if name in AMONG_CLIENTS or place.among == "case_manager":
        return Place("client", client, among=AMONG_CLIENTS.get(name, place.among))
    if name == "referring":
        return Place("client", client, name)
    return Place("visit", visit_id, among="visit_service")


def _service(database: Database, visit_id: int, place: Place) -> int:
    """The line item of a claim line, or the first one where the whole claim is meant."""
    line = place.id if place.kind == "claim_line" else 0
    rows = read_rows(
        database,
        "SELECT s.id FROM visit_service s LEFT JOIN charge_item c ON c.session_id = s.session_id"
        " WHERE s.visit_id = ? ORDER BY CASE WHEN c.claim_line_id = ? THEN 0 ELSE 1 END, s.position"
        " LIMIT 1",
        visit_id,
        line,
    )
    return int(rows[0][0])


def _column(database: Database, table: str, column: str, key: int) -> int:
    return int(read_rows(database, f'SELECT {column} FROM "{table}" WHERE id = ?', key)[0][0])
