"""Sessions as they are held, and the charge items that follow them."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from rcm_tui.billing.charges.as_billed import keep_as_billed
from rcm_tui.billing.charges.lifecycle import AFTER_SESSION, after_session
from rcm_tui.billing.charges.pricing import Item
from rcm_tui.billing.charges.resolution import resolve
from rcm_tui.billing.charges.stored import siblings_of, store_changed, stored_items
from rcm_tui.billing.dated import practice_zone
from rcm_tui.billing.outcome import Left, Outcome
from rcm_tui.billing.rights import ENTER_SESSIONS, needs
from rcm_tui.billing.units import SESSION, part_of_new
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.fields import moment_to_store
from rcm_tui.data.tables.charges import (
    AWAITING_RESUBMISSION,
    CANCELLED,
    NEW,
    PENDING_AUTHORIZATION,
    SESSION_STATUSES,
    ChargeItem,
    Session,
)
from rcm_tui.data.work import Work

SESSION_COLUMNS = (
    "id client practitioner business_unit location service procedure_code"
    " starts_at ends_at telehealth modifiers status source external_id"
).split()
LONGEST_SESSION = datetime.timedelta(hours=24)
"""What lasts longer is a mistake in one of its two ends (ours)."""
CHARGE_COLUMNS = (
    "id number session status client practitioner business_unit location coverage authorization"
    " date_of_service minutes procedure_code modifiers units billed expected place_of_service"
    " telehealth notes created_at"
).split()


@dataclass(slots=True)
class SessionRecord:
    """A session to record: who, where, which service, when (UTC). References are row ids.

    `status` is the session's: scheduled, started, submitted, reopened or cancelled. `modifiers`
    are those beyond what the payer's rules add. `external_id` is its id in the system that it came
    from (`source`), if it came from one.
    """

    client: int
    practitioner: int
    business_unit: int
    location: int | None
    service: str
    procedure_code: str
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    telehealth: bool = False
    status: str = "submitted"
    modifiers: str = ""
    source: str = ""
    external_id: str = ""


@needs(ENTER_SESSIONS)
def record_sessions(work: Work, records: Iterable[SessionRecord]) -> Outcome:
    """Stores sessions with one charge item each, priced by coverage, benefit and fee on the day.

    The charge item's status follows the session's; it is Pending Authorization when a submitted
    session's authorization is pending. `done` are the sessions, `made` the charge items, `amount`
    the cents billed; a record that makes no sense is left, its `key` being its place in `records`.
    """
    accepted, left = part_of_new(work, "session", records, _problem)
    outcome = Outcome(left=left)
    if not accepted:
        return outcome
    zone = practice_zone(work.database)
    session_ids = work.next_ids(Session, len(accepted))
    charge_ids = work.next_ids(ChargeItem, len(accepted))
    items = [_item(key, record, zone) for key, record in zip(charge_ids, accepted, strict=True)]
    live = [
        item for item, record in zip(items, accepted, strict=True) if record.status != "cancelled"
    ]
    siblings = siblings_of(work.database, live)
    resolve(work.database, [*live, *(sibling.item for sibling in siblings)])
    work.insert(
        Session,
        SESSION_COLUMNS,
        (_session_row(key, record) for key, record in zip(session_ids, accepted, strict=True)),
    )
    first = work.next_number("charge item", len(items))
    work.insert(
        ChargeItem,
        CHARGE_COLUMNS,
        (
            _charge_row(f"CH-{first + place:06d}", session, item, record, work.now)
            for place, (session, item, record) in enumerate(
                zip(session_ids, items, accepted, strict=True)
            )
        ),
    )
    store_changed(work, siblings)
    outcome.done = list(session_ids)
    outcome.made = list(charge_ids)
    outcome.amount = sum(item.billed for item in items)
    work.record(
        "sessions recorded",
        "session",
        count=len(items),
        first=session_ids[0],
        last=session_ids[-1],
        billed=outcome.amount,
    )
    return outcome


@needs(ENTER_SESSIONS, session_ids=SESSION)
def set_session_status(work: Work, session_ids: Iterable[int], status: str) -> Outcome:
    """Moves sessions on, and their charge items with them. `done` are the charge items.

    Reopening a session whose claim line exists makes the item Awaiting Resubmission, for the
    biller to decide, and keeps what was billed. Which sessions are left says `after_session`.
    Raises ValueError for a status that no session has.
    """
    if status not in SESSION_STATUSES:
        raise ValueError(f"a session's status is one of {', '.join(SESSION_STATUSES)}")
    outcome = Outcome()
    moved: list[tuple[str, int, int]] = []
    sessions: list[int] = []
    old: dict[str, int] = {}
    for charge, number, session, charge_status, version in read_by_keys(
        work.database,
        "SELECT id, number, session_id, status, version FROM charge_item"
        " WHERE session_id IN ({keys}) ORDER BY id",
        sorted(set(session_ids)),
    ):
        target, refusal = after_session(charge_status, status)
        if refusal:
            outcome.left.append(Left(charge, number, refusal))
            continue
        sessions.append(session)
        outcome.done.append(charge)
        if target != charge_status:
            moved.append((target, version + 1, charge))
            old[charge_status] = old.get(charge_status, 0) + 1
    keep_as_billed(work, [row[-1] for row in moved if row[0] == AWAITING_RESUBMISSION])
    work.set_all(Session, {"status": status}, sessions)
    work.update(ChargeItem, ["status", "version"], moved)
    refresh_charges(work, [row[-1] for row in moved])
    if sessions:
        work.record("sessions moved", "session", to=status, sessions=len(sessions), charges=old)
    return outcome


def refresh_charges(work: Work, charge_ids: Iterable[int]) -> Outcome:
    """Looks up again what charge items are billed under: after a coverage, fee or authorization
    changed. Items whose line stands, billed externally or cancelled keep what they have.

    An item that waited for its authorization becomes New once it is approved, and the reverse.
    `done` are the items that changed.
    """
    chosen = stored_items(work.database, sorted(set(charge_ids)))
    days = {(one.item.client, one.item.day) for one in chosen}
    others = siblings_of(
        work.database, [one.item for one in chosen], {one.item.id for one in chosen}
    )
    everyone = [one for one in (*chosen, *others) if one.status != CANCELLED]
    resolve(work.database, [one.item for one in everyone])
    done = store_changed(work, everyone)
    if done:
        work.record("charges looked up again", "charge_item", changed=len(done), days=len(days))
    return Outcome(done=done)


def _problem(record: SessionRecord) -> str:
    if record.status not in SESSION_STATUSES:
        return f"status {record.status!r}: one of {', '.join(SESSION_STATUSES)} is needed"
    if record.starts_at.tzinfo is None or record.ends_at.tzinfo is None:
        return "start and end need a time zone"
    if record.ends_at <= record.starts_at:
        return f"the end {record.ends_at:%Y-%m-%d %H:%M} is not after the start"
    if record.ends_at - record.starts_at > LONGEST_SESSION:
        hours = (record.ends_at - record.starts_at).total_seconds() / 3600
        return f"it lasts {hours:.4g} hours: a session lasts 24 hours at most"
    if not record.procedure_code.strip():
        return "there is no procedure code"
    return ""


def _item(key: int, record: SessionRecord, zone: datetime.tzinfo) -> Item:
    """The charge item of a session, still to be resolved."""
    return Item(
        key,
        record.client,
        record.business_unit,
        record.location,
        record.starts_at.astimezone(zone).date().isoformat(),
        int((record.ends_at - record.starts_at).total_seconds() // 60),
        record.procedure_code,
        record.telehealth,
        own_modifiers=record.modifiers,
        practitioner=record.practitioner,
        starts_at=moment_to_store(record.starts_at),
        submitted=record.status == "submitted",
    )


def _session_row(key: int, record: SessionRecord) -> tuple[object, ...]:
    return (
        key,
        record.client,
        record.practitioner,
        record.business_unit,
        record.location,
        record.service,
        record.procedure_code,
        record.starts_at,
        record.ends_at,
        record.telehealth,
        record.modifiers,
        record.status,
        record.source,
        record.external_id,
    )


def _charge_row(
    number: str, session: int, item: Item, record: SessionRecord, now: datetime.datetime
) -> tuple[object, ...]:
    status = AFTER_SESSION[record.status]
    if status == NEW and item.authorization_pending:
        status = PENDING_AUTHORIZATION
    return (
        item.id,
        number,
        session,
        status,
        item.client,
        record.practitioner,
        item.business_unit,
        item.location,
        item.coverage,
        item.authorization,
        item.day,
        item.minutes,
        item.code,
        item.modifiers,
        item.units,
        item.billed,
        item.expected,
        item.place_of_service,
        item.telehealth,
        item.notes,
        now,
    )
