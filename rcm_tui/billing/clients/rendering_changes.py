"""Whose rendering provider changes when a client's case managers do, before anything is written.

Looked at is what was not sent: charge items without a claim line, whose claims will name another,
and Draft claims. A Draft follows (ours) where it names whom it would have named before and where
all its services get the same one; others are left, with the reason.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from peewee import Database

from rcm_tui.billing.charges.benefits import load_benefits
from rcm_tui.billing.claims.rendering import Renderers, Service, load_renderers
from rcm_tui.billing.clients.case_managers import Term, names_of
from rcm_tui.billing.clients.spans import ALWAYS_AFTER
from rcm_tui.billing.outcome import Left
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.tables.charges import (
    AWAITING_SUBMISSION,
    NEW,
    ON_HOLD,
    PENDING_AUTHORIZATION,
    READY_TO_BILL,
    SCHEDULED,
)
from rcm_tui.data.tables.claims import DRAFT

UNSUBMITTED = (
    SCHEDULED,
    AWAITING_SUBMISSION,
    NEW,
    PENDING_AUTHORIZATION,
    ON_HOLD,
    READY_TO_BILL,
)
NOBODY = "nobody"
SERVICE = (
    "c.client_id, c.practitioner_id, v.payer_id, c.authorization_id, c.procedure_code,"
    " c.date_of_service"
)
CHARGES = "FROM charge_item c LEFT JOIN coverage v ON v.id = c.coverage_id"


@dataclass(frozen=True, slots=True)
class Changed:
    """A charge item or Draft whose rendering provider becomes another. Names are for people."""

    key: int
    number: str
    day: str
    old: str
    new: str
    practitioner: int | None


@dataclass(slots=True)
class RenderingChanges:
    """What follows from a change of case managers; `left` are Drafts that stay as they are."""

    charges: list[Changed] = field(default_factory=list)
    drafts: list[Changed] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.charges or self.drafts or self.left)


@dataclass(slots=True)
class _Draft:
    """A Draft, with whom its services would name before and after."""

    number: str
    day: str
    rendering: int | None
    before: set[int | None] = field(default_factory=set)
    after: set[int | None] = field(default_factory=set)

    def stays(self) -> str:
        """Why it keeps the rendering provider that it has; "" where it follows."""
        if len(self.after) > 1:
            return (
                "its services get different rendering providers:"
                " take its lines off, and generate claims of their charges again"
            )
        if self.before != {self.rendering}:
            return "its rendering provider was chosen by hand"
        return ""


def rendering_changes(database: Database, client: int, after: Sequence[Term]) -> RenderingChanges:
    """What changes when the client's case managers are these instead of those in the store."""
    statuses = ", ".join(f"'{status}'" for status in UNSUBMITTED)
    charges = list(
        read_by_keys(
            database,
            f"SELECT {SERVICE}, c.id, c.number {CHARGES}"
            f" WHERE c.client_id IN ({{keys}}) AND COALESCE(c.status, '') IN ({statuses})"
            " AND c.claim_line_id IS NULL ORDER BY c.date_of_service, c.id",
            [client],
        )
    )
    on_drafts = list(
        read_by_keys(
            database,
            f"SELECT {SERVICE}, k.id, k.number, k.first_service_date, k.rendering_id {CHARGES}"
            " JOIN claim_line l ON l.id = c.claim_line_id JOIN claim k ON k.id = l.claim_id"
            f" WHERE k.client_id IN ({{keys}}) AND COALESCE(k.status, '') = '{DRAFT}'"
            " ORDER BY k.id, c.id",
            [client],
        )
    )
    services = [Service(*row[:6]) for row in (*charges, *on_drafts)]
    before = _renderers(database, client, services)
    then = before.with_case_managers(client, _dated(after))
    changes = RenderingChanges()
    found = []
    for *service, key, number in charges:
        old, new = (each.of(Service(*service)).practitioner for each in (before, then))
        if old != new:
            found.append((key, number, service[5], old, new))
    drafts: dict[int, _Draft] = {}
    for *service, key, number, day, rendering in on_drafts:
        draft = drafts.setdefault(key, _Draft(number, day, rendering))
        draft.before.add(before.of(Service(*service)).practitioner)
        draft.after.add(then.of(Service(*service)).practitioner)
    moved = []
    for key, draft in drafts.items():
        if draft.before == draft.after:
            continue
        if reason := draft.stays():
            changes.left.append(Left(key, draft.number, reason))
        elif draft.after != {draft.rendering}:
            moved.append((key, draft.number, draft.day, draft.rendering, next(iter(draft.after))))
    names = names_of(database, {who for row in (*found, *moved) for who in row[3:] if who})
    changes.charges = _named(found, names)
    changes.drafts = _named(moved, names)
    return changes


def _named(
    rows: Iterable[tuple[int, str, str, int | None, int | None]], names: Mapping[int, str]
) -> list[Changed]:
    return [
        Changed(key, number, day, names.get(old or 0, NOBODY), names.get(new or 0, NOBODY), new)
        for key, number, day, old, new in rows
    ]


def _dated(terms: Iterable[Term]) -> dict[str, list[tuple[int, str, str | None]]]:
    """Case managers by service line, as the rendering provider is looked up."""
    found: dict[str, list[tuple[int, str, str | None]]] = defaultdict(list)
    for term in terms:
        last = None if term.span.last == ALWAYS_AFTER else term.span.last.isoformat()
        found[term.service_line].append((term.practitioner, term.span.first.isoformat(), last))
    return found


def _renderers(database: Database, client: int, services: Sequence[Service]) -> Renderers:
    payers = {one.payer for one in services if one.payer is not None}
    return load_renderers(
        database,
        load_benefits(database, payers),
        clients=[client],
        practitioners={one.practitioner for one in services},
        authorizations={one.authorization for one in services if one.authorization is not None},
    )
