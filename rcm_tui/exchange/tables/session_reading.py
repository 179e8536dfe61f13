"""Reading a row of sessions: who, where, which service, from when until when, and how far it is.

Times are those that the practice's clocks show. What is wrong is said at the row, cell by cell.
"""

import datetime
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from peewee import Database

from rcm_tui.billing.charges.recording import LONGEST_SESSION, SessionRecord
from rcm_tui.billing.dated import practice_zone
from rcm_tui.billing.editing import checks
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.tables.charges import SESSION_STATUSES
from rcm_tui.exchange.tables import meanings
from rcm_tui.exchange.tables.directory import Directory
from rcm_tui.exchange.tables.meanings import NotUnderstood, text_of
from rcm_tui.exchange.tables.outcomes import TableRow

STATUS_WORDS = {
    "scheduled": "scheduled upcoming booked planned confirmed",
    "started": "started incomplete draft open pending inprogress checkedin",
    "submitted": "submitted completed complete approved signed rendered converted verified done",
    "reopened": "reopened",
    "cancelled": "cancelled canceled noshow deleted",
}
STATUSES = {word: status for status, words in STATUS_WORDS.items() for word in words.split()}
WHOSE = ("client", "client_mrn", "client_last_name")
LONGEST_ID = 80
LONGEST_SERVICE = 80


class SessionReader:
    """Reads rows of sessions against the people and places of the practice."""

    def __init__(self, database: Database, source: str) -> None:
        self.zone = practice_zone(database)
        self.names = Directory(database)
        self._source = source
        self._units_of_locations = self.names.column("location", "business_unit_id")
        self._units_of_clients = self.names.column("client", "business_unit_id")
        self._active_units = [
            row[0] for row in read_rows(database, "SELECT id FROM business_unit WHERE active = 1")
        ]
        self._services: dict[str, str] = dict(
            read_rows(
                database,
                "SELECT procedure_code, min(service) FROM benefit GROUP BY procedure_code",
            )
        )

    def read(self, row: TableRow) -> SessionRecord | None:
        """The session that a row says; None where something is wrong, which the row then says."""
        client = self._client(row)
        practitioner = self._practitioner(row)
        unit = self._reference(row, "business_unit", "business_unit")
        location = self._reference(row, "location", "location", within=unit)
        whose = self._units_of_locations.get(location or 0)
        if unit is not None and whose is not None and whose != unit:
            shown = text_of(row.values["location"])
            row.fault("location", shown, "belongs to another business unit than the row names")
        starts_at, ends_at = self._times(row)
        code = self._code(row)
        telehealth = _taken(row, "telehealth", meanings.flag)
        status = self._status(row)
        modifiers = self._modifiers(row)
        external_id = text_of(row.values.get("external_id"))
        if len(external_id) > LONGEST_ID:
            row.fault("external_id", external_id[:20], f"is longer than {LONGEST_ID} characters")
        if row.faults or client is None or practitioner is None:
            return None
        assert starts_at is not None
        assert ends_at is not None
        unit = unit or self._unit(row, client, location)
        if unit is None:
            return None
        return SessionRecord(
            client,
            practitioner,
            unit,
            location,
            text_of(row.values.get("service"))[:LONGEST_SERVICE]
            or self._services.get(code)
            or code,
            code,
            starts_at,
            ends_at,
            bool(telehealth),
            status,
            modifiers,
            source=self._source if external_id else "",
            external_id=external_id,
        )

    def _client(self, row: TableRow) -> int | None:
        born = ""
        if "client_birth_date" in row.values:
            day = _taken(row, "client_birth_date", meanings.day)
            born = day.isoformat() if day else ""
        return self._person(row, "client", ("client_mrn", "client"), "client", born)

    def _practitioner(self, row: TableRow) -> int | None:
        columns = ("practitioner_npi", "practitioner")
        return self._person(row, "practitioner", columns, "practitioner", "")

    def _person(
        self, row: TableRow, kind: str, columns: Sequence[str], prefix: str, born: str
    ) -> int | None:
        """By the first of these columns that says something, else by last and first name."""
        for column in columns:
            if column in row.values:
                text = text_of(row.values[column])
                if column == "practitioner_npi" and (wrong := checks.npi(text)):
                    row.fault(column, text, wrong)
                    return None
                return self._named(row, column, kind, text, born)
        last, first = f"{prefix}_last_name", f"{prefix}_first_name"
        if last in row.values:
            text = text_of(row.values[last])
            if first in row.values:
                text += f", {text_of(row.values[first])}"
            return self._named(row, last, kind, text, born)
        known = [one for one in (*columns, last) if one in row.headings]
        row.fault(known[0] if known else columns[0], "", "is empty: it is needed")
        return None

    def _reference(self, row: TableRow, column: str, kind: str, within: Any = None) -> int | None:
        if column not in row.values:
            return None
        return self._named(row, column, kind, text_of(row.values[column]), "", within)

    def _named(
        self, row: TableRow, column: str, kind: str, text: str, born: str, within: Any = None
    ) -> int | None:
        try:
            return self.names.find(kind, text, within, born=born)
        except NotUnderstood as error:
            row.fault(column, text, str(error))
            return None

    def _times(self, row: TableRow) -> tuple[datetime.datetime | None, datetime.datetime | None]:
        """Start and end in UTC, of what the practice's clocks show."""
        day = _taken(row, "date", meanings.day)
        if day is None and "date" in row.values:
            return None, None
        start = self._moment(row, "start", day)
        if start is None:
            return None, None
        if "end" in row.values:
            end = self._moment(row, "end", start.astimezone(self.zone).date())
        else:
            end = self._after(row, start)
        if end is None:
            return start, None
        shown = text_of(row.values.get("end")) or text_of(row.values.get("minutes"))
        column = "end" if "end" in row.values else "minutes" if "minutes" in row.values else "hours"
        if end <= start:
            clock = start.astimezone(self.zone).strftime("%m/%d/%Y %H:%M")
            row.fault(column, shown, f"is not after the start, {clock}: a later time is needed")
        elif end - start > LONGEST_SESSION:
            hours = (end - start).total_seconds() / 3600
            row.fault(
                column,
                shown,
                f"makes a session of {hours:.4g} hours: 24 hours are the most, look at its date",
            )
        elif day is not None and start.astimezone(self.zone).date() != day:
            other = start.astimezone(self.zone).date()
            row.fault("start", text_of(row.values["start"]), f"is on {other}, the date is {day}")
        return start, end

    def _moment(
        self, row: TableRow, column: str, day: datetime.date | None
    ) -> datetime.datetime | None:
        if column not in row.values:
            row.fault(column, "", "is empty: it is needed")
            return None
        value = row.values[column]
        try:
            return _utc(meanings.moment(value, day), self.zone)
        except NotUnderstood as error:
            row.fault(column, text_of(value), str(error))
            return None

    def _after(self, row: TableRow, start: datetime.datetime) -> datetime.datetime | None:
        for column, per_unit in (("minutes", 1), ("hours", 60)):
            if column not in row.values:
                continue
            value = row.values[column]
            try:
                minutes = meanings.minutes(value, per_unit)
                return start + datetime.timedelta(minutes=minutes)
            except (NotUnderstood, OverflowError) as error:
                said = str(error) if isinstance(error, NotUnderstood) else "is out of reach"
                row.fault(column, text_of(value), said)
                return None
        known = [one for one in ("end", "minutes", "hours") if one in row.headings]
        row.fault(known[0], "", "is empty: when the session ended is needed")
        return None

    def _code(self, row: TableRow) -> str:
        code = checks.upper(text_of(row.values.get("procedure_code")))
        if not code:
            row.fault("procedure_code", "", "is empty: it is needed")
        elif wrong := checks.procedure(code):
            row.fault("procedure_code", code, wrong)
        elif self._services and code not in self._services:
            listed = ", ".join(sorted(self._services)[:12])
            row.fault(
                "procedure_code",
                code,
                f"is a code that no payer's benefits have: {listed} are known",
            )
        return code

    def _modifiers(self, row: TableRow) -> str:
        text = checks.codes(text_of(row.values.get("modifiers")))
        if text and (wrong := checks.modifiers(text)):
            row.fault("modifiers", text, wrong)
        return text

    def _status(self, row: TableRow) -> str:
        if "status" not in row.values:
            return "submitted"
        text = text_of(row.values["status"])
        status = STATUSES.get(re.sub(r"[^a-z]", "", text.casefold()))
        if status is None:
            row.fault("status", text, f"is none of {', '.join(SESSION_STATUSES)}")
            return ""
        return status

    def _unit(self, row: TableRow, client: int, location: int | None) -> int | None:
        """Of the location, else of the client, else the only one there is."""
        unit = self._units_of_locations.get(location or 0) or self._units_of_clients.get(client)
        if unit is None and len(self._active_units) == 1:
            unit = self._active_units[0]
        if unit is None:
            row.fault(
                "business_unit",
                "",
                "There is no business unit, nor does location or client say it: name it in a column"
                if "business_unit" not in row.headings
                else "is empty, and neither location nor client says it: it is needed",
            )
        return unit


def as_written(row: TableRow) -> str:
    """Whose session a row is about, as the file says it."""
    person = next((text_of(row.values[one]) for one in WHOSE if one in row.values), "")
    when = text_of(row.values.get("date")) or text_of(row.values.get("start"))
    return " ".join(filter(None, (person[:40], when[:20])))


def _taken(row: TableRow, column: str, read: Callable[[Any], Any]) -> Any:
    """A cell's meaning; None for an empty one, and for one that is wrong, which is said."""
    if column not in row.values:
        return None
    value = row.values[column]
    try:
        return read(value)
    except NotUnderstood as error:
        row.fault(column, text_of(value), str(error))
        return None


@lru_cache(4096)
def _utc(local: datetime.datetime, zone: ZoneInfo) -> datetime.datetime:
    """The moment that clocks of a zone show. Raises NotUnderstood where they are put forward."""
    try:
        if local.tzinfo is not None:
            return local.astimezone(datetime.UTC)
        moment = local.replace(tzinfo=zone).astimezone(datetime.UTC)
    except OverflowError:
        raise NotUnderstood("is out of reach") from None
    if moment.astimezone(zone).replace(tzinfo=None) != local:
        raise NotUnderstood("is in the hour by which clocks are put forward that night")
    return moment
