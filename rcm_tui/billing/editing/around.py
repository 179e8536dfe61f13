"""What an edit changes beyond what repeats it, found out before it is written.

Case managers: Draft claims get the rendering provider that their services now have. Authorizations
and what they allow: charges are looked up again, so that those that waited for the approval are New
(or wait again), all in the same unit of work. What is done next about denials, and payers' clocks:
open denials follow.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from peewee import Database

from rcm_tui.billing.charges.recording import refresh_charges
from rcm_tui.billing.clients.case_managers import Term, terms_of
from rcm_tui.billing.clients.rendering_changes import UNSUBMITTED, rendering_changes
from rcm_tui.billing.denials.actions import ANY_REASON
from rcm_tui.billing.denials.open_denials import refresh_denials_of
from rcm_tui.billing.editing.declared.claims import CLAIM
from rcm_tui.billing.editing.field import RecordKind
from rcm_tui.billing.editing.reading import stored_records
from rcm_tui.billing.editing.writing import Edit, write
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.work import Work

Values = Mapping[str, Any]
Change = tuple[int, Values | None, Values | None]
"""A record's key, and its raw values before (None: it is new) and after (None: it is removed)."""


def look_around(work: Work, kind: RecordKind, changes: Sequence[Change]) -> Callable[[], None]:
    """Looks at what hangs on records about to change; what it gives is called when they have."""
    look = AROUND.get(kind.name)
    return look(work, changes) if look is not None and changes else _nothing


def changes_of(edits: Iterable[Edit]) -> list[Change]:
    """Edits of records that are there, as changes."""
    return [(edit.now.id, edit.now.raw, edit.after()) for edit in edits if edit.changes]


def _nothing() -> None:
    return None


def _case_managers(work: Work, changes: Sequence[Change]) -> Callable[[], None]:
    drafts: dict[int, int | None] = {}
    for client, after in managers_after(work.database, changes).items():
        found = rendering_changes(work.database, client, after)
        drafts |= {draft.key: draft.practitioner for draft in found.drafts}

    def follow() -> None:
        found = stored_records(work.database, CLAIM, drafts)
        edits = [Edit(now, {"rendering": drafts[key]}) for key, now in found.items()]
        write(work, CLAIM, edits, because="case manager")

    return follow


def managers_after(database: Database, changes: Sequence[Change]) -> dict[int, list[Term]]:
    """All case managers of the clients concerned, as they will be."""
    clients = {values["client"] for _, *each in changes for values in each if values is not None}
    now = terms_of(database, clients)
    gone = {key for key, _, _ in changes}
    found = {client: [t for t in now.get(client, ()) if t.id not in gone] for client in clients}
    for key, _, after in changes:
        if after is not None:
            found[after["client"]].append(Term.of(key, after))
    return found


def _authorizations(work: Work, changes: Sequence[Change]) -> Callable[[], None]:
    return _refreshing(work, [values for _, *each in changes for values in each if values])


def _authorized_services(work: Work, changes: Sequence[Change]) -> Callable[[], None]:
    keys = {values["authorization"] for _, *each in changes for values in each if values}
    owners = [
        {"client": client, "starts_on": starts_on, "ends_on": ends_on}
        for client, starts_on, ends_on in read_by_keys(
            work.database,
            'SELECT client_id, starts_on, ends_on FROM "authorization" WHERE id IN ({keys})',
            sorted(keys),
        )
    ]
    return _refreshing(work, owners)


def _refreshing(work: Work, spans: Sequence[Values]) -> Callable[[], None]:
    """Looks up again the charges of clients that are not on a claim, within some days of each."""

    def follow() -> None:
        within: dict[int, list[tuple[str, str]]] = {}
        for span in spans:
            within.setdefault(span["client"], []).append((span["starts_on"], span["ends_on"]))
        statuses = ", ".join(f"'{status}'" for status in UNSUBMITTED)
        charges = [
            key
            for key, client, day in read_by_keys(
                work.database,
                "SELECT id, client_id, date_of_service FROM charge_item"
                f" WHERE client_id IN ({{keys}}) AND COALESCE(status, '') IN ({statuses})",
                sorted(within),
            )
            if any(first <= day <= last for first, last in within[client])
        ]
        if charges:
            refresh_charges(work, charges)

    return follow


def _denial_actions(work: Work, changes: Sequence[Change]) -> Callable[[], None]:
    reasons = {values["reason_code"] for _, *each in changes for values in each if values}

    def follow() -> None:
        if ANY_REASON in reasons:
            refresh_denials_of(work, "1 = 1")
        for reason in sorted(reasons - {ANY_REASON}):
            refresh_denials_of(work, "reason_code = ?", reason)

    return follow


def _payers(work: Work, changes: Sequence[Change]) -> Callable[[], None]:
    clocks = ("corrected_days", "appeal_days", "filing_days")
    changed = [
        key
        for key, before, after in changes
        if before and after and any(before[name] != after[name] for name in clocks)
    ]

    def follow() -> None:
        for payer in changed:
            refresh_denials_of(work, "payer_id = ?", payer)

    return follow


AROUND: dict[str, Callable[[Work, Sequence[Change]], Callable[[], None]]] = {
    "case_manager": _case_managers,
    "authorization": _authorizations,
    "authorized_service": _authorized_services,
    "denial_action": _denial_actions,
    "payer": _payers,
}
