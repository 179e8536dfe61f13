"""A visit that is edited after it was checked out: its sessions, charges and invoice follow."""

from collections.abc import Iterable
from typing import Any

from peewee import Database

from rcm_tui.billing.charges.recording import refresh_charges
from rcm_tui.billing.invoices.invoicing import follow_charges
from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.visits.laying_out import LaidOut, lay_out
from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.tables.charges import ChargeItem, Session
from rcm_tui.data.tables.visits import BOOKED, CHECKED_IN
from rcm_tui.data.work import Work

SESSION_COLUMNS = (
    "practitioner business_unit location procedure_code starts_at ends_at telehealth modifiers"
).split()
CHARGE_COLUMNS = (
    "practitioner business_unit location date_of_service minutes procedure_code telehealth version"
).split()


def follow_visits(work: Work, visit_ids: Iterable[int]) -> list[int]:
    """Lays checked-out visits out again and prices their charges anew, as long as none of them is
    billed (the records are locked then). Returns the charge items that were looked at.
    """
    held = [one for one in lay_out(work.database, visit_ids) if _has_sessions(one)]
    sessions = {
        service.session: (visit, service)
        for visit in held
        for service in visit.services
        if service.session is not None
    }
    work.update(
        Session,
        SESSION_COLUMNS,
        (
            (
                visit.practitioner,
                visit.business_unit,
                visit.location,
                service.procedure_code,
                service.starts_at,
                service.ends_at,
                visit.telehealth,
                service.modifiers,
                session,
            )
            for session, (visit, service) in sessions.items()
        ),
    )
    charges = list(
        read_by_keys(
            work.database,
            "SELECT session_id, id, version FROM charge_item WHERE session_id IN ({keys})",
            sessions,
        )
    )
    work.update(
        ChargeItem,
        CHARGE_COLUMNS,
        [_charge(*sessions[session], version + 1, key) for session, key, version in charges],
    )
    keys = [row[1] for row in charges]
    refresh_charges(work, keys)
    follow_charges(work, keys)
    return keys


def next_position(database: Database, visit_id: int | None) -> int:
    """Where a new service of a visit stands. Raises Refused when the visit takes none any more."""
    for number, status in read_rows(
        database, "SELECT number, status FROM visit WHERE id = ?", visit_id
    ):
        if status not in (BOOKED, CHECKED_IN):
            raise Refused(
                f"visit {number} is {status}: its services are charges by now; take the check-out"
                " back (u) to add one"
            )
    rows = read_rows(
        database,
        "SELECT COALESCE(MAX(position), 0) + 1 FROM visit_service WHERE visit_id = ?",
        visit_id,
    )
    return int(rows[0][0])


def why_not_removed(database: Database, service_id: int) -> str:
    """Why a service cannot be taken from its visit; "" when it can."""
    rows = read_rows(
        database,
        "SELECT c.number FROM visit_service s JOIN charge_item c ON c.session_id = s.session_id"
        " WHERE s.id = ?",
        service_id,
    )
    return f"it is charge {rows[0][0]} by now: take the check-out back (u) first" if rows else ""


def _has_sessions(visit: LaidOut) -> bool:
    return any(service.session is not None for service in visit.services)


def _charge(visit: LaidOut, service: Any, version: int, key: int) -> tuple[object, ...]:
    return (
        visit.practitioner,
        visit.business_unit,
        visit.location,
        visit.day,
        service.minutes,
        service.procedure_code,
        visit.telehealth,
        version,
        key,
    )
