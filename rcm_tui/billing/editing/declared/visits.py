"""Visits, their services, and what they may be booked as."""

import re

from rcm_tui.billing.editing import checks
from rcm_tui.billing.editing.declared.clients import CLIENT_FIELD
from rcm_tui.billing.editing.declared.common import modifiers, procedure
from rcm_tui.billing.editing.field import Field, RecordKind
from rcm_tui.data.tables.charges import (
    AWAITING_RESUBMISSION,
    BILLED_EXTERNALLY,
    CLAIM_LINE_CREATED,
)
from rcm_tui.data.tables.visits import (
    BOOKED,
    CANCELLED,
    CHECKED_IN,
    NO_SHOW,
    AppointmentType,
    Visit,
    VisitService,
)

LONGEST_DAY = 24 * 60
BILLED = (CLAIM_LINE_CREATED, AWAITING_RESUBMISSION, BILLED_EXTERNALLY)
BILLED_ALREADY = (
    "(SELECT min(c.number) FROM visit_service s JOIN charge_item c ON c.session_id = s.session_id"
    f" WHERE s.visit_id = locker.id AND c.status IN {BILLED})"
)
CLOCK = re.compile(r"(?P<hour>\d{1,2})[:.]?(?P<minute>\d\d)(?P<half>[AP]M?)?", re.IGNORECASE)


def clock_time(text: str) -> str:
    """A time as it is kept: 9:30, 0930, 9.30 and 9:30am are 09:30. What is none stays."""
    found = CLOCK.fullmatch(text.replace(" ", ""))
    if found is None:
        return text
    hour, half = int(found["hour"]), (found["half"] or "").upper()
    if half and 1 <= hour <= 12:
        hour = hour % 12 + (12 if half[0] == "P" else 0)
    return f"{hour:02d}:{found['minute']}"


def is_clock_time(value: str) -> str:
    right = re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value)
    return "" if right else "is not a time of day: one such as 09:30 is needed"


def visit_minutes(value: int) -> str:
    right = 0 < value <= LONGEST_DAY
    return "" if right else f"is not how long a visit takes: 1 to {LONGEST_DAY} minutes are needed"


def whole_units(value: object) -> str:
    right = value == int(value) and value > 0  # type: ignore[call-overload, operator]
    return "" if right else "is no number of units of a visit: whole ones, 1 or more, are needed"


def visit_locked(number: str, status: str, charge: str | None) -> str:
    """Why a visit cannot be edited, and what to do; "" when it can (ours)."""
    if status in (CANCELLED, NO_SHOW):
        return f"visit {number} is {status}: book it again first (i)"
    if charge:
        return f"visit {number} is billed with charge {charge}: correct its claim instead"
    return ""


LOCK = f"locker.number, locker.status, {BILLED_ALREADY}"

APPOINTMENT_TYPE = RecordKind(
    "appointment_type",
    "appointment type",
    AppointmentType,
    (
        Field("name", "Name", "text", True, longest=40, changes_claims=False),
        Field("minutes", "Usual minutes", "number", True, check=visit_minutes),
        Field("active", "Active", "flag", changes_claims=False),
    ),
    title_sql="t.name",
    detail_sql="t.minutes || ' minutes'",
    search_sql=("t.name",),
    unique=(("name",),),
)

VISIT = RecordKind(
    "visit",
    "visit",
    Visit,
    (
        CLIENT_FIELD,
        Field("appointment_type", "Booked as", "reference", True, reference="appointment_type"),
        Field("practitioner", "Practitioner", "reference", True, reference="practitioner"),
        Field("business_unit", "Business unit", "reference", True, reference="business_unit"),
        Field("location", "Location", "reference", reference="location"),
        Field("visit_on", "Day", "date", True),
        Field("begins", "Begins at", "code", True, normalise=clock_time, check=is_clock_time),
        Field("minutes", "Minutes", "number", True, check=visit_minutes),
        Field("telehealth", "Telehealth", "flag"),
        Field("illness_on", "Date of current illness", "date", section="Treatment"),
        Field("note", "Note", "text", section="Treatment", longest=200),
    ),
    title_sql="t.number",
    detail_sql="t.visit_on || ' ' || t.begins",
    search_sql=("t.number",),
    locked_from="JOIN visit AS locker ON locker.id = t.id",
    locked_sql=LOCK,
    locked=visit_locked,
    checks=(checks.in_order("illness_on", "visit_on", "Day"),),
)

VISIT_SERVICE = RecordKind(
    "visit_service",
    "service",
    VisitService,
    (
        Field("visit", "Visit", "reference", True, reference="visit", fixed=True),
        procedure(),
        Field("units", "Units", "units", True, check=whole_units),
        modifiers(),
        Field(
            "diagnoses",
            "Diagnoses",
            "code",
            codes="diagnosis",
            many=True,
            normalise=checks.diagnosis_codes,
            check=checks.diagnoses,
            longest=120,
        ),
    ),
    title_sql=(
        "(SELECT number FROM visit WHERE visit.id = t.visit_id) || ' service ' || t.position"
    ),
    detail_sql="t.procedure_code",
    locked_from="JOIN visit AS locker ON locker.id = t.visit_id",
    locked_sql=LOCK,
    locked=visit_locked,
)

KINDS = (APPOINTMENT_TYPE, VISIT, VISIT_SERVICE)
OPEN = (BOOKED, CHECKED_IN)
"""Services are added to and taken from visits that are so; of others they are charges."""
