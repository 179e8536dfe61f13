"""Sessions as they are typed: a day, from when until when on the practice's clocks, or how long."""

import datetime
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from peewee import Database

from rcm_tui.billing.charges.lifecycle import REMEDIES
from rcm_tui.billing.charges.recording import (
    LONGEST_SESSION,
    SessionRecord,
    record_sessions,
    set_session_status,
)
from rcm_tui.billing.charges.reopening import change_sessions
from rcm_tui.billing.dated import practice_zone
from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.rights import ENTER_SESSIONS, needs
from rcm_tui.billing.units import SESSION
from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.fields import moment_from_store
from rcm_tui.data.tables.charges import (
    AWAITING_RESUBMISSION,
    BILLED_EXTERNALLY,
    CLAIM_LINE_CREATED,
)
from rcm_tui.data.work import Work

WHEN = ("day", "start", "end", "minutes")
AS_TYPED = (
    "client practitioner day start end minutes service procedure_code modifiers telehealth"
    " location business_unit status"
).split()
"""The fields of a session in the order in which they are typed."""
CHANGED_AS_THEY_ARE = (
    "client practitioner business_unit location service procedure_code modifiers telehealth".split()
)


def read_sessions(
    database: Database, keys: Iterable[int]
) -> Iterator[tuple[int, int, str, str, list[Any]]]:
    """Sessions for their form: key, version, title, why one is locked, values as `AS_TYPED`.

    A session that ends on another day than it began has its minutes, every other its end.
    """
    zone = practice_zone(database)
    for (
        key,
        version,
        client,
        charge_status,
        client_id,
        practitioner,
        service,
        code,
        modifiers,
        telehealth,
        location,
        unit,
        status,
        starts_at,
        ends_at,
        visit,
    ) in read_by_keys(
        database,
        "SELECT s.id, s.version, k.last_name || ', ' || k.first_name, c.status, s.client_id,"
        " s.practitioner_id, s.service, s.procedure_code, s.modifiers, s.telehealth, s.location_id,"
        " s.business_unit_id, s.status, s.starts_at, s.ends_at, v.number FROM session s"
        " JOIN client k ON k.id = s.client_id LEFT JOIN charge_item c ON c.session_id = s.id"
        " LEFT JOIN visit_service o ON o.session_id = s.id LEFT JOIN visit v ON v.id = o.visit_id"
        " WHERE s.id IN ({keys})",
        keys,
    ):
        start, end = _local(starts_at, zone), _local(ends_at, zone)
        same_day = start.date() == end.date()
        minutes = None if same_day else int((end - start).total_seconds() // 60)
        locked = ""
        if charge_status == BILLED_EXTERNALLY:
            locked = f"its charge is {charge_status}: {REMEDIES[charge_status]}"
        elif visit and charge_status not in (CLAIM_LINE_CREATED, AWAITING_RESUBMISSION):
            locked = f"it is of visit {visit}: change it there, and session and charge follow"
        yield (
            key,
            version,
            f"{client} {start:%m/%d/%Y}",
            locked,
            [
                client_id,
                practitioner,
                start.date().isoformat(),
                f"{start:%H:%M}",
                f"{end:%H:%M}" if same_day else "",
                minutes,
                service,
                code,
                modifiers,
                telehealth,
                location,
                unit,
                status,
            ],
        )


@needs(ENTER_SESSIONS)
def enter_session(work: Work, values: Mapping[str, Any]) -> int:
    """Records a session that was typed, with its charge. Returns the session's key.

    Without a business unit it is the location's, else the client's, else the only one there is.
    Raises Refused where there is none, or for who may not enter sessions.
    """
    start, end = when(work.database, values)
    unit = values["business_unit"] or _unit_of(work.database, values)
    if unit is None:
        raise Refused("which business unit the session belongs to is not known: choose one")
    code = values["procedure_code"]
    record = SessionRecord(
        values["client"],
        values["practitioner"],
        unit,
        values["location"],
        values["service"] or _service_of(work.database, code),
        code,
        start,
        end,
        bool(values["telehealth"]),
        values["status"],
        values["modifiers"],
    )
    outcome = record_sessions(work, [record])
    if outcome.left:
        raise Refused(outcome.left[0].reason)
    return outcome.done[0]


@needs(ENTER_SESSIONS, key=SESSION)
def change_session(
    work: Work, key: int, changes: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """Changes a session that was typed over; its charge follows, see `change_sessions`.

    Raises Refused, and then nothing of it is written, when it cannot become so.
    """
    wanted = {name: changes[name] for name in CHANGED_AS_THEY_ARE if name in changes}
    if "telehealth" in wanted:
        wanted["telehealth"] = bool(wanted["telehealth"])
    if set(WHEN) & changes.keys():
        wanted["starts_at"], wanted["ends_at"] = when(work.database, after)
    left = list(change_sessions(work, {key: wanted}).left) if wanted else []
    if "status" in changes and not left:
        left += set_session_status(work, [key], changes["status"]).left
    if left:
        raise Refused(f"the session cannot be changed: {left[0].reason}")


def times_fit(values: Mapping[str, Any]) -> Mapping[str, str]:
    """What is wrong with day, start, end and minutes as they are typed, by field."""
    start, end, minutes = values["start"], values["end"], values["minutes"]
    if not (values["day"] and start):
        return {}
    if not end and minutes is None:
        return {"end": "End is empty and so are the minutes: one of them is needed."}
    if minutes is not None and not 0 < minutes <= LONGEST_SESSION.total_seconds() // 60:
        return {"minutes": f"Minutes {minutes} is no length of a session: 1 to 1440 are needed."}
    if end and minutes is None and end <= start:
        return {"end": f"End {end} is not after the start {start}: a later time is needed."}
    if end and minutes is not None and _minutes_between(start, end) != minutes:
        return {"minutes": f"Minutes {minutes} and the end {end} do not agree: empty one of them."}
    return {}


def when(
    database: Database, values: Mapping[str, Any]
) -> tuple[datetime.datetime, datetime.datetime]:
    """Start and end in UTC of what was typed. Raises Refused in the hour that clocks leave out."""
    zone = practice_zone(database)
    day = values["day"]
    if isinstance(day, str):
        day = datetime.date.fromisoformat(day)
    start = _moment(day, values["start"], zone)
    if values["minutes"] is not None:
        return start, start + datetime.timedelta(minutes=values["minutes"])
    return start, _moment(day, values["end"], zone)


def _moment(day: datetime.date, clock: str, zone: ZoneInfo) -> datetime.datetime:
    local = datetime.datetime.combine(day, datetime.time.fromisoformat(clock))
    moment = local.replace(tzinfo=zone).astimezone(datetime.UTC)
    if moment.astimezone(zone).replace(tzinfo=None) != local:
        raise Refused(f"{clock} on {day} is in the hour by which clocks are put forward that night")
    return moment


def _minutes_between(start: str, end: str) -> int:
    first, last = (datetime.time.fromisoformat(one) for one in (start, end))
    return (last.hour - first.hour) * 60 + last.minute - first.minute


def _local(moment: str, zone: ZoneInfo) -> datetime.datetime:
    return moment_from_store(moment).astimezone(zone)


def _unit_of(database: Database, values: Mapping[str, Any]) -> int | None:
    """Of the location, else of the client, else the only active one."""
    for table, key in (("location", values["location"]), ("client", values["client"])):
        rows = read_rows(database, f"SELECT business_unit_id FROM {table} WHERE id = ?", key)
        if rows and rows[0][0] is not None:
            return int(rows[0][0])
    units = read_rows(database, "SELECT id FROM business_unit WHERE active = 1")
    return int(units[0][0]) if len(units) == 1 else None


def _service_of(database: Database, code: str) -> str:
    rows = read_rows(database, "SELECT min(service) FROM benefit WHERE procedure_code = ?", code)
    return str(rows[0][0] or code)
