"""Booking visits: an appointment of a client, with the services it is booked for."""

import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rcm_tui.billing.outcome import Outcome
from rcm_tui.billing.rights import BOOK_VISITS, needs
from rcm_tui.billing.units import part_of_new
from rcm_tui.data.tables.visits import Visit, VisitService
from rcm_tui.data.work import Work

CLOCK = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
LONGEST = 24 * 60

VISIT_COLUMNS = (
    "id number client appointment_type practitioner business_unit location visit_on begins"
    " minutes telehealth illness_on note"
).split()
SERVICE_COLUMNS = ("visit", "position", "procedure_code", "units", "modifiers", "diagnoses")


@dataclass(frozen=True, slots=True)
class Service:
    """A line item to be: whole units of a procedure code; codes parted by blanks."""

    procedure_code: str
    units: int = 1
    modifiers: str = ""
    diagnoses: str = ""


@dataclass(frozen=True, slots=True)
class Booking:
    """A visit to book. `visit_on` and `begins` (HH:MM) are the practice's clock; keys are rows'."""

    client: int
    appointment_type: int
    practitioner: int
    business_unit: int
    location: int | None
    visit_on: datetime.date
    begins: str
    minutes: int = 60
    telehealth: bool = False
    services: Sequence[Service] = ()
    illness_on: datetime.date | None = None
    note: str = ""


@needs(BOOK_VISITS)
def book_visits(work: Work, bookings: Iterable[Booking]) -> Outcome:
    """Books visits (`made`). What makes no sense is left, its key being its place."""
    accepted, left = part_of_new(work, "visit", bookings, _problem)
    outcome = Outcome(left=left)
    if not accepted:
        return outcome
    with work.undoable(f"Book {len(accepted)} visits", Visit):
        keys = list(work.next_ids(Visit, len(accepted)))
        first = work.next_number("visit", len(accepted))
        work.insert(
            Visit,
            VISIT_COLUMNS,
            (
                (key, visit_number(first + place), *_columns(booking))
                for place, (key, booking) in enumerate(zip(keys, accepted, strict=True))
            ),
        )
        work.insert(
            VisitService,
            SERVICE_COLUMNS,
            (
                (
                    key,
                    position,
                    one.procedure_code,
                    Decimal(one.units),
                    one.modifiers,
                    one.diagnoses,
                )
                for key, booking in zip(keys, accepted, strict=True)
                for position, one in enumerate(booking.services, 1)
            ),
        )
        work.record("visits booked", "visit", keys[0], last=keys[-1], count=len(keys))
    outcome.made = keys
    return outcome


def visit_number(number: int) -> str:
    """A visit's number as people read it."""
    return f"V-{number:06d}"


def _columns(booking: Booking) -> tuple[object, ...]:
    return (
        booking.client,
        booking.appointment_type,
        booking.practitioner,
        booking.business_unit,
        booking.location,
        booking.visit_on,
        booking.begins,
        booking.minutes,
        booking.telehealth,
        booking.illness_on,
        booking.note,
    )


def _problem(booking: Booking) -> str:
    if not CLOCK.fullmatch(booking.begins):
        return f"it begins at {booking.begins!r}: a time such as 09:30 is needed"
    if not 0 < booking.minutes <= LONGEST:
        return f"it takes {booking.minutes} minutes: 1 to {LONGEST} are needed"
    for service in booking.services:
        if service.units < 1:
            return f"{service.procedure_code} has {service.units} units: 1 or more are needed"
    return ""
