"""Opening submitted sessions again, and changing them: what that does to their charge items."""

from collections.abc import Iterable, Mapping
from typing import Any

from rcm_tui.billing.charges.as_billed import keep_as_billed
from rcm_tui.billing.charges.lifecycle import ON_A_CLAIM, REMEDIES, SESSION, SUBMITTED, may
from rcm_tui.billing.charges.recording import refresh_charges, set_session_status
from rcm_tui.billing.dated import practice_zone
from rcm_tui.billing.outcome import Left, Outcome, Refused, counted
from rcm_tui.billing.rights import ENTER_SESSIONS, needs
from rcm_tui.billing.units import SESSION as OF_SESSION
from rcm_tui.data.bulk import chunked, read_by_keys
from rcm_tui.data.spans import spans
from rcm_tui.data.tables.charges import (
    AWAITING_RESUBMISSION,
    BILLED_EXTERNALLY,
    CLAIM_LINE_CREATED,
    NEW,
    READY_TO_BILL,
    ChargeItem,
    Session,
)
from rcm_tui.data.work import Work

OF_THE_CHARGE = (
    "client practitioner business_unit location procedure_code starts_at ends_at telehealth"
    " modifiers"
).split()
"""What of a session its charge item is made of; the rest may change without touching it."""
CHANGEABLE = (*OF_THE_CHARGE, "service", "note", "source", "external_id")
COPIED = "client practitioner business_unit location procedure_code telehealth".split()

Values = Mapping[str, Any]


@needs(ENTER_SESSIONS, session_ids=OF_SESSION)
def reopen_sessions(work: Work, session_ids: Iterable[int], reason: str) -> Outcome:
    """Opens submitted sessions again for their practitioners. `done` are the charge items.

    An item whose claim line exists goes to Awaiting Resubmission and keeps what was billed; others
    await their submission again. What was not submitted, or was billed externally, is left.
    Raises Refused without a reason.
    """
    if not reason.strip():
        raise Refused("a reason is needed to open sessions again")
    outcome = Outcome()
    wanted = []
    for session in _sessions(work, session_ids):
        if session.status == SUBMITTED:
            wanted.append(session.id)
        else:
            text = f"its session is {session.status}, not submitted: there is nothing to open again"
            outcome.left.append(Left(session.charge.id, session.charge.number, text))
    with work.undoable("Reopen sessions", Session) as action:
        moved = set_session_status(work, wanted, "reopened")
        action.title = f"Reopen {counted(len(moved.done), 'session')}"
        action.worth_undoing = bool(moved.done)
    if moved.done:
        work.record(
            "sessions reopened", "charge_item", ids=spans(moved.done), reason=reason.strip()
        )
    outcome.done = moved.done
    outcome.left += moved.left
    return outcome


@needs(ENTER_SESSIONS, changes=OF_SESSION)
def change_sessions(work: Work, changes: Mapping[int, Values]) -> Outcome:
    """Changes sessions: new values by field name (`CHANGEABLE`), for each session's key.

    Charge items follow: they are priced anew, what was Ready to Bill is New again, since something
    else was approved, and what has a claim line goes to Awaiting Resubmission. `done` are the
    charge items of sessions that changed; values that were so already change nothing. A session
    that was billed externally, or that would no longer make sense, is left with the reason.
    Raises ValueError for a field that cannot be changed.
    """
    unknown = sorted({name for values in changes.values() for name in values} - set(CHANGEABLE))
    if unknown:
        raise ValueError(f"of a session {', '.join(CHANGEABLE)} can be changed, not {unknown[0]}")
    outcome = Outcome()
    changed: list[tuple[Any, dict[str, list[Any]]]] = []
    for session in _sessions(work, changes):
        differing = _differing(session, changes[session.id])
        if not differing:
            continue
        problem = _problem(session, differing)
        if problem:
            outcome.left.append(Left(session.charge.id, session.charge.number, problem))
        else:
            changed.append((session, differing))
    with work.undoable(f"Change {counted(len(changed), 'session')}", Session):
        _store(work, changed)
    outcome.done = [session.charge.id for session, _ in changed]
    return outcome


def change_refusal(charge_status: str, fields: Iterable[str]) -> str:
    """Why these fields of a session cannot change while its charge is there; "" when they can."""
    touched = set(fields)
    if charge_status == BILLED_EXTERNALLY and touched & set(OF_THE_CHARGE):
        return f"it is {charge_status}: {REMEDIES[charge_status]}"
    if charge_status in ON_A_CLAIM and "client" in touched:
        return "it is on a claim of this client: another client's session is one of its own"
    return ""


def _sessions(work: Work, keys: Iterable[int]) -> list[Any]:
    """Sessions with their charge items, which every session has one of."""
    found: list[Any] = []
    for part in chunked(sorted(set(keys))):
        charges = {
            charge.__data__["session"]: charge
            for charge in ChargeItem.select().where(ChargeItem.session.in_(part))
        }
        rows: Any = Session.select().where(Session.id.in_(part)).order_by(Session.id)
        for session in rows:
            if session.id in charges:
                session.charge = charges[session.id]
                found.append(session)
    return found


def _differing(session: Any, values: Values) -> dict[str, list[Any]]:
    """Old and new value of each field that really changes; references as keys."""
    differing = {}
    for name, value in values.items():
        before = session.__data__[name]
        now = getattr(value, "id", value)
        if before != now:
            differing[name] = [before, now]
            session.__data__[name] = now
    return differing


def _problem(session: Any, differing: Mapping[str, Any]) -> str:
    if why := change_refusal(session.charge.status, differing):
        return why
    for name in ("starts_at", "ends_at"):
        if session.__data__[name].tzinfo is None:
            return "start and end need a time zone"
    if session.ends_at <= session.starts_at:
        return f"the end {session.ends_at:%Y-%m-%d %H:%M} is not after the start"
    if not session.procedure_code.strip():
        return "there is no procedure code"
    return ""


def _store(work: Work, changed: Iterable[tuple[Any, Mapping[str, Any]]]) -> None:
    billed = [one for one in changed if set(one[1]) & set(OF_THE_CHARGE)]
    keep_as_billed(work, [s.charge.id for s, _ in billed if s.charge.status in ON_A_CLAIM])
    beside = _same_day(work, [session.charge for session, _ in billed])
    work.update(
        Session,
        [*CHANGEABLE, "version"],
        (
            (*(session.__data__[name] for name in CHANGEABLE), session.version + 1, session.id)
            for session, _ in changed
        ),
    )
    zone = practice_zone(work.database)
    rows = []
    for session, _ in billed:
        charge = session.charge
        rows.append(
            (
                _after_change(charge.status),
                *(session.__data__[name] for name in COPIED),
                session.starts_at.astimezone(zone).date(),
                int((session.ends_at - session.starts_at).total_seconds() // 60),
                charge.version + 1,
                charge.id,
            )
        )
    work.update(ChargeItem, ["status", *COPIED, "date_of_service", "minutes", "version"], rows)
    refresh_charges(work, {*beside, *(session.charge.id for session, _ in billed)})
    for session, differing in changed:
        work.record("session changed", "session", session.id, **_recorded(differing))


def _after_change(status: str) -> str:
    """What a charge item becomes when what it bills has changed under it."""
    for after, before in ((AWAITING_RESUBMISSION, CLAIM_LINE_CREATED), (NEW, READY_TO_BILL)):
        if status == before and may(before, after, SESSION):
            return after
    return status


def _same_day(work: Work, charges: Iterable[Any]) -> list[int]:
    """The other items of the clients' days: a session that leaves a day may change their units."""
    days = {(charge.client_id, charge.date_of_service.isoformat()) for charge in charges}
    return [
        key
        for key, client, day in read_by_keys(
            work.database,
            "SELECT id, client_id, date_of_service FROM charge_item WHERE client_id IN ({keys})"
            " AND date_of_service BETWEEN ? AND ?",
            sorted({client for client, _ in days}),
            min((day for _, day in days), default=""),
            max((day for _, day in days), default=""),
        )
        if (client, day) in days
    ]


def _recorded(differing: Mapping[str, Any]) -> dict[str, Any]:
    return {
        # The note is the practitioner's: that it changed is on record, and not what it says.
        name: "changed" if name == "note" else [_text(value) for value in values]
        for name, values in differing.items()
    }


def _text(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value
