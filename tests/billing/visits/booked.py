"""A small practice with an appointment type, and visits booked in it."""

import datetime
from dataclasses import dataclass
from typing import Any

from rcm_tui.billing.visits.booking import Booking, Service, book_visits
from rcm_tui.billing.visits.check_out import check_out
from rcm_tui.data.store import Store
from rcm_tui.data.tables.charges import ChargeItem
from rcm_tui.data.tables.clients import Coverage
from rcm_tui.data.tables.invoices import Invoice
from rcm_tui.data.tables.visits import AppointmentType, Visit, VisitService
from tests.practice_builder import BILLER, NOW, TODAY, SmallPractice, small_practice

ONE_HOUR = (Service("97155", 4),)


@dataclass
class Booked:
    """The practice, its store, and what is done with visits in it."""

    store: Store
    practice: SmallPractice
    kind: AppointmentType

    def book(self, services: tuple[Service, ...] = ONE_HOUR, **other: Any) -> Visit:
        """A visit of today at ten, with the analyst who may render."""
        practice = self.practice
        values: dict[str, Any] = {
            "client": practice.client.id,
            "appointment_type": self.kind.id,
            "practitioner": practice.supervisor.id,
            "business_unit": practice.unit.id,
            "location": practice.office.id,
            "visit_on": TODAY,
            "begins": "10:00",
            "services": services,
        }
        with self.store.work(BILLER, NOW) as work:
            outcome = book_visits(work, [Booking(**{**values, **other})])
        assert not outcome.left, outcome.left
        return Visit.get_by_id(outcome.made[0])

    def checked_out(self, services: tuple[Service, ...] = ONE_HOUR, **other: Any) -> Visit:
        """A visit that is over, with its invoice."""
        visit = self.book(services, **other)
        with self.store.work(BILLER, NOW) as work:
            outcome = check_out(work, [visit.id])
        assert outcome.done == [visit.id], outcome.left
        return Visit.get_by_id(visit.id)

    def with_copay(self, cents: int | None) -> None:
        """Sets the copay of the client's coverage."""
        Coverage.update(copay=cents).where(Coverage.id == self.practice.coverage.id).execute()


def booked(store: Store) -> Booked:
    """Fills an empty store."""
    return Booked(store, small_practice(), AppointmentType.create(name="Follow-up", minutes=60))


def charges_of(visit: Visit) -> list[ChargeItem]:
    """The charge items of a visit in the order of its services."""
    services = VisitService.select().where(VisitService.visit == visit.id)
    return [
        ChargeItem.get(ChargeItem.session == one.session_id)
        for one in services.order_by(VisitService.position)
        if one.session_id is not None
    ]


def invoice_of(visit: Visit) -> Invoice:
    return Invoice.get(Invoice.visit == visit.id)


def days(count: int) -> datetime.date:
    """So many days from the practice's today."""
    return TODAY + datetime.timedelta(days=count)
