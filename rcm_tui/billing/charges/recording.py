"""Sessions as they are held, and the charge items that follow them."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from peewee import Database

from rcm_tui.billing.charges.resolution import Item, aggregating_payers, resolve
from rcm_tui.billing.dated import practice_zone
from rcm_tui.billing.outcome import Left, Outcome
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.fields import units_from_store
from rcm_tui.data.tables.charges import (
    AWAITING_RESUBMISSION,
    AWAITING_SUBMISSION,
    BILLED_EXTERNALLY,
    CANCELLED,
    CLAIM_LINE_CREATED,
    NEW,
    ON_HOLD,
    PENDING_AUTHORIZATION,
    READY_TO_BILL,
    SCHEDULED,
    SESSION_STATUSES,
    ChargeItem,
    Session,
)
from rcm_tui.data.work import Work

STATUS_OF_SESSION = {
    "scheduled": SCHEDULED,
    "started": AWAITING_SUBMISSION,
    "submitted": NEW,
    "reopened": AWAITING_SUBMISSION,
    "cancelled": CANCELLED,
}
NOT_SUBMITTED = (SCHEDULED, AWAITING_SUBMISSION)
NOT_ON_A_CLAIM = (*NOT_SUBMITTED, NEW, PENDING_AUTHORIZATION, ON_HOLD, READY_TO_BILL)

SESSION_COLUMNS = (
    "id client practitioner business_unit location service procedure_code"
    " starts_at ends_at telehealth modifiers status"
).split()
CHARGE_COLUMNS = (
    "id number session status client practitioner business_unit location coverage authorization"
    " date_of_service minutes procedure_code modifiers units billed expected place_of_service"
    " telehealth notes created_at"
).split()
PRICED_COLUMNS = (
    "status coverage authorization modifiers units billed expected place_of_service notes version"
).split()


@dataclass(slots=True)
class SessionRecord:
    """A session to record: who, where, which service, when (UTC). References are row ids.

    `status` is the session's: scheduled, started, submitted, reopened or cancelled. `modifiers`
    are those beyond what the payer's rules add.
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


def record_sessions(work: Work, records: Iterable[SessionRecord]) -> Outcome:
    """Stores sessions with one charge item each, priced by coverage, benefit and fee on the day.

    The charge item's status follows the session's; it is Pending Authorization when a submitted
    session's authorization is pending. `done` are the sessions, `made` the charge items, `amount`
    the cents billed; a record that makes no sense is left, its `key` being its place in `records`.
    """
    outcome = Outcome()
    accepted: list[SessionRecord] = []
    for place, record in enumerate(records):
        problem = _problem(record)
        if problem:
            outcome.left.append(Left(place, f"session {place + 1}", problem))
        else:
            accepted.append(record)
    if not accepted:
        return outcome
    zone = practice_zone(work.database)
    session_ids = work.next_ids(Session, len(accepted))
    charge_ids = work.next_ids(ChargeItem, len(accepted))
    items = [
        Item(
            charge_id,
            record.client,
            record.business_unit,
            record.location,
            record.starts_at.astimezone(zone).date().isoformat(),
            int((record.ends_at - record.starts_at).total_seconds() // 60),
            record.procedure_code,
            record.telehealth,
            own_modifiers=record.modifiers,
        )
        for charge_id, record in zip(charge_ids, accepted, strict=True)
    ]
    live = [
        item for item, record in zip(items, accepted, strict=True) if record.status != "cancelled"
    ]
    siblings = _siblings(work.database, live)
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
    _store_changed(work, siblings)
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


def set_session_status(work: Work, session_ids: Iterable[int], status: str) -> Outcome:
    """Moves sessions on, and their charge items with them. `done` are the charge items.

    Reopening a session whose claim line exists makes the item Awaiting Resubmission, for the
    biller to decide. A session can only be cancelled before it was submitted; others are left.
    Raises ValueError for a status that no session has.
    """
    if status not in SESSION_STATUSES:
        raise ValueError(f"a session's status is one of {', '.join(SESSION_STATUSES)}")
    outcome = Outcome()
    moved: list[tuple[str, int, int]] = []
    sessions: list[tuple[str, int]] = []
    old: dict[str, int] = {}
    for charge, number, session, charge_status, version in read_by_keys(
        work.database,
        "SELECT id, number, session_id, status, version FROM charge_item"
        " WHERE session_id IN ({keys}) ORDER BY id",
        sorted(set(session_ids)),
    ):
        target, refusal = _after(charge_status, status)
        if refusal:
            outcome.left.append(Left(charge, number, refusal))
            continue
        sessions.append((status, session))
        outcome.done.append(charge)
        if target != charge_status:
            moved.append((target, version + 1, charge))
            old[charge_status] = old.get(charge_status, 0) + 1
    work.update(Session, ["status"], sessions)
    work.update(ChargeItem, ["status", "version"], moved)
    refresh_charges(work, [row[-1] for row in moved])
    if sessions:
        work.record("sessions moved", "session", to=status, sessions=len(sessions), charges=old)
    return outcome


def refresh_charges(work: Work, charge_ids: Iterable[int]) -> Outcome:
    """Looks up again what charge items are billed under: after a coverage, fee or authorization
    changed. Items that are on a claim, billed externally or cancelled keep what they have.

    An item that waited for its authorization becomes New once it is approved, and the reverse.
    `done` are the items that changed.
    """
    chosen = _existing(work.database, sorted(set(charge_ids)))
    open_ones = [one for one in chosen if not one.item.fixed]
    days = {(one.item.client, one.item.day) for one in chosen}
    others = _siblings(work.database, [one.item for one in chosen], {one.item.id for one in chosen})
    cancelled = [one for one in open_ones if one.status == CANCELLED]
    everyone = [one for one in (*open_ones, *others) if one not in cancelled]
    resolve(work.database, [one.item for one in everyone])
    done = _store_changed(work, everyone)
    if done:
        work.record("charges looked up again", "charge_item", changed=len(done), days=len(days))
    return Outcome(done=done)


@dataclass(slots=True)
class _Stored:
    """A charge item in the store, with what it was before it is priced again."""

    item: Item
    status: str
    version: int
    before: tuple[object, ...]
    notes: str

    def now(self) -> tuple[object, ...]:
        return _priced(self.item)


def _priced(item: Item) -> tuple[object, ...]:
    return (
        item.coverage,
        item.authorization,
        item.modifiers,
        item.units,
        item.billed,
        item.expected,
        item.place_of_service,
    )


def _problem(record: SessionRecord) -> str:
    if record.status not in SESSION_STATUSES:
        return f"status {record.status!r}: one of {', '.join(SESSION_STATUSES)} is needed"
    if record.starts_at.tzinfo is None or record.ends_at.tzinfo is None:
        return "start and end need a time zone"
    if record.ends_at <= record.starts_at:
        return f"the end {record.ends_at:%Y-%m-%d %H:%M} is not after the start"
    if not record.procedure_code.strip():
        return "there is no procedure code"
    return ""


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
    )


def _charge_row(
    number: str, session: int, item: Item, record: SessionRecord, now: datetime.datetime
) -> tuple[object, ...]:
    status = STATUS_OF_SESSION[record.status]
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


def _after(charge_status: str, session_status: str) -> tuple[str, str]:
    """The charge item's status once its session has that status, or why the session stays."""
    if session_status == "cancelled":
        if charge_status in (*NOT_SUBMITTED, CANCELLED):
            return CANCELLED, ""
        return charge_status, f"the session was submitted already (it is {charge_status})"
    if charge_status in (CLAIM_LINE_CREATED, AWAITING_RESUBMISSION):
        reopened = session_status in ("started", "reopened")
        return (AWAITING_RESUBMISSION if reopened else charge_status), ""
    if charge_status == BILLED_EXTERNALLY:
        return charge_status, "it was billed externally"
    if session_status == "submitted" and charge_status not in (*NOT_SUBMITTED, CANCELLED):
        return charge_status, ""
    return STATUS_OF_SESSION[session_status], ""


def _siblings(
    database: Database, items: Sequence[Item], apart_from: Iterable[int] = ()
) -> list[_Stored]:
    """The stored items of the same clients and days, where a payer counts minutes together."""
    if not aggregating_payers(database):
        return []
    days = {(item.client, item.day) for item in items}
    excluded = set(apart_from)
    keys = [
        key
        for key, client, day, status in read_by_keys(
            database,
            "SELECT id, client_id, date_of_service, status FROM charge_item"
            " WHERE client_id IN ({keys}) AND date_of_service BETWEEN ? AND ?",
            sorted({client for client, _ in days}),
            min((day for _, day in days), default=""),
            max((day for _, day in days), default=""),
        )
        if (client, day) in days and key not in excluded and status != CANCELLED
    ]
    return _existing(database, keys)


def _existing(database: Database, keys: Sequence[int]) -> list[_Stored]:
    found = []
    for row in read_by_keys(
        database,
        "SELECT c.id, c.client_id, c.business_unit_id, c.location_id, c.date_of_service,"
        " c.minutes, c.procedure_code, c.telehealth, c.status, c.version, c.coverage_id,"
        " c.authorization_id, c.modifiers, c.units, c.billed, c.expected, c.place_of_service,"
        " c.notes, v.payer_id, s.modifiers FROM charge_item c"
        " JOIN session s ON s.id = c.session_id LEFT JOIN coverage v ON v.id = c.coverage_id"
        " WHERE c.id IN ({keys}) ORDER BY c.id",
        keys,
    ):
        key, client, unit, location, day, minutes, code, telehealth, status, version = row[:10]
        fixed = status not in (*NOT_ON_A_CLAIM, CANCELLED)
        item = Item(key, client, unit, location, day, minutes, code, bool(telehealth), fixed)
        item.coverage, item.authorization, item.modifiers = row[10:13]
        item.units, item.billed, item.expected = units_from_store(row[13]), row[14], row[15]
        item.place_of_service, item.payer, item.own_modifiers = row[16], row[18], row[19]
        found.append(_Stored(item, status, version, _priced(item), row[17]))
    return found


def _store_changed(work: Work, stored: Iterable[_Stored]) -> list[int]:
    rows = []
    for one in stored:
        status = one.status
        if status == NEW and one.item.authorization_pending:
            status = PENDING_AUTHORIZATION
        elif status == PENDING_AUTHORIZATION and not one.item.authorization_pending:
            status = NEW
        if one.item.fixed or (one.now() == one.before and status == one.status):
            continue
        notes = one.notes or one.item.notes
        rows.append((status, *one.now(), notes, one.version + 1, one.item.id))
    work.update(ChargeItem, PRICED_COLUMNS, rows)
    return [int(str(row[-1])) for row in rows]
