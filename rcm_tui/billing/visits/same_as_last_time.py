"""Same as last time (SALT): what the last visit of its kind was for, copied to a new one."""

from collections.abc import Iterable
from typing import Any

from peewee import Database

from rcm_tui.billing.outcome import Left, Outcome, counted
from rcm_tui.billing.rights import BOOK_VISITS, needs
from rcm_tui.billing.units import VISIT
from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.fields import units_from_store
from rcm_tui.data.tables.visits import BOOKED, CHECKED_IN, CHECKED_OUT, Visit, VisitService
from rcm_tui.data.work import Work


@needs(BOOK_VISITS, visit_ids=VISIT)
def same_as_last_time(work: Work, visit_ids: Iterable[int]) -> Outcome:
    """Copies services, codes and the date of current illness of the last completed visit of the
    same client and appointment type (seed 003). `done` took something over.

    What a visit has already stays: services are copied where it has none, the date where it has
    none (ours). Visits that are over, and those without anything to take over, are left.
    """
    outcome = Outcome()
    with work.undoable("Same as last time", Visit) as action:
        for visit in read_by_keys(
            work.database,
            "SELECT v.id, v.number, v.status, v.illness_on, v.version, v.client_id,"
            " v.appointment_type_id, v.visit_on, v.begins, t.name,"
            " (SELECT count(*) FROM visit_service s WHERE s.visit_id = v.id)"
            " FROM visit v JOIN appointment_type t ON t.id = v.appointment_type_id"
            " WHERE v.id IN ({keys}) ORDER BY v.id",
            sorted(set(visit_ids)),
        ):
            if problem := _copy(work, visit):
                outcome.left.append(Left(visit[0], visit[1], problem))
            else:
                outcome.done.append(visit[0])
        action.title = f"Same as last time for {counted(len(outcome.done), 'visit')}"
    return outcome


def last_visit_like(
    database: Database, client: int, appointment_type: int, day: str, begins: str
) -> int | None:
    """The client's last checked-out visit of an appointment type before a day and hour."""
    rows = read_rows(
        database,
        "SELECT id FROM visit WHERE client_id = ? AND appointment_type_id = ? AND visit_on <= ?"
        " AND status = ? AND (visit_on < ? OR begins < ?)"
        " ORDER BY visit_on DESC, begins DESC, id DESC LIMIT 1",
        client,
        appointment_type,
        day,
        CHECKED_OUT,
        day,
        begins,
    )
    return int(rows[0][0]) if rows else None


def _copy(work: Work, visit: Any) -> str:
    """Copies onto one visit; why not, where nothing is copied."""
    key, _, status, illness_on, version, client, kind, day, begins, kind_name, has = visit
    if status not in (BOOKED, CHECKED_IN):
        return f"it is {status}: only what is to come is filled in"
    last = last_visit_like(work.database, client, kind, day, begins)
    if last is None:
        return f"this client has no completed {kind_name} before it"
    ((last_number, last_illness),) = read_rows(
        work.database, "SELECT number, illness_on FROM visit WHERE id = ?", last
    )
    services = [] if has else _services(work.database, last)
    takes_date = illness_on is None and last_illness is not None
    if not services and not takes_date:
        return "it has its services already" if has else f"{last_number} has nothing to take over"
    work.insert(
        VisitService,
        ("visit", "position", "procedure_code", "units", "modifiers", "diagnoses"),
        ((key, *service) for service in services),
    )
    # The version goes up, so that a form opened before shows what came in.
    row = {"version": version + 1} | ({"illness_on": last_illness} if takes_date else {})
    work.update(Visit, list(row), [(*row.values(), key)])
    work.record("same as last time", "visit", key, copied_from=last_number, services=len(services))
    return ""


def _services(database: Database, visit: int) -> list[tuple[object, ...]]:
    return [
        (position, code, units_from_store(units), modifiers, diagnoses)
        for position, code, units, modifiers, diagnoses in read_rows(
            database,
            "SELECT position, procedure_code, units, modifiers, diagnoses FROM visit_service"
            " WHERE visit_id = ? ORDER BY position",
            visit,
        )
    ]
