"""One visit with what belongs to it: its services, invoice, payments, claims and history."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from peewee import Database

from rcm_tui.data.bulk import read_rows
from rcm_tui.data.fields import units_from_store
from rcm_tui.data.records.history import Event, history_of
from rcm_tui.data.snapshot import one_moment
from rcm_tui.data.tables.clients import Client, ClientDiagnosis, Coverage
from rcm_tui.data.tables.invoices import Invoice, PatientPayment
from rcm_tui.data.tables.visits import Visit


@dataclass(frozen=True, slots=True)
class ServiceOfVisit:
    """A line item, and the charge and claim that came of it ("" for none). Cents."""

    id: int
    position: int
    procedure_code: str
    units: Decimal
    modifiers: str
    diagnoses: str
    charge: str
    charge_status: str
    charge_modifiers: str
    billed: int
    claim: int | None
    notes: str


@dataclass(frozen=True, slots=True)
class ClaimOfVisit:
    """A claim that a visit or an invoice stands on. Cents; balances are the whole claim's."""

    id: int
    number: str
    status: str
    adjudication: str
    billed: int
    paid: int
    payer_balance: int
    patient_balance: int


@dataclass(frozen=True, slots=True)
class VisitRecord:
    """A visit as its screen needs it. `coverage` is the primary one of the day, if any."""

    visit: Visit
    client: Client
    coverage: Coverage | None
    services: list[ServiceOfVisit]
    diagnoses: list[str]
    invoice: Invoice | None
    payments: list[PatientPayment]
    claims: list[ClaimOfVisit]
    last_like_it: tuple[str, datetime.date] | None
    history: list[Event]


SERVICES = (
    "SELECT s.id, s.position, s.procedure_code, s.units, s.modifiers, s.diagnoses,"
    " COALESCE(c.number, ''), COALESCE(c.status, ''), COALESCE(c.modifiers, ''),"
    " COALESCE(c.billed, 0), l.claim_id, COALESCE(c.notes, '') FROM visit_service s"
    " LEFT JOIN charge_item c ON c.session_id = s.session_id"
    " LEFT JOIN claim_line l ON l.id = c.claim_line_id WHERE s.visit_id = ? ORDER BY s.position"
)
CLAIMS = (
    "SELECT DISTINCT cl.id, cl.number, cl.status, cl.adjudication, cl.billed, cl.paid,"
    " cl.payer_balance, cl.patient_balance FROM visit_service s"
    " JOIN charge_item c ON c.session_id = s.session_id"
    " JOIN claim_line l ON l.id = c.claim_line_id JOIN claim cl ON cl.id = l.claim_id"
    " WHERE s.visit_id = ? ORDER BY cl.id"
)
UNITS = 3
"""Where in a row of services the units are."""


def read_visit(database: Database, visit_id: int) -> VisitRecord | None:
    """A visit with all of this; None when there is none. Blocks."""
    with one_moment(database):
        visit = Visit.get_or_none(Visit.id == visit_id)
        if visit is None:
            return None
        invoice = Invoice.get_or_none(Invoice.visit == visit_id)
        return VisitRecord(
            visit=visit,
            client=visit.client,
            coverage=_coverage(visit),
            services=[
                ServiceOfVisit(*with_units(row, UNITS))
                for row in read_rows(database, SERVICES, visit_id)
            ],
            diagnoses=_diagnoses(visit),
            invoice=invoice,
            payments=payments_of(invoice),
            claims=claims_of(database, visit_id),
            last_like_it=_last_like_it(visit),
            history=history_of("visit", visit_id),
        )


def with_units(row: Sequence[Any], place: int) -> list[Any]:
    """A row of the store, with the units at a place as `Decimal`."""
    return [units_from_store(one) if n == place else one for n, one in enumerate(row)]


def claims_of(database: Database, visit_id: int) -> list[ClaimOfVisit]:
    """The claims that carry a charge of the visit."""
    return [ClaimOfVisit(*row) for row in read_rows(database, CLAIMS, visit_id)]


def payments_of(invoice: Invoice | None) -> list[PatientPayment]:
    """What was paid on an invoice, in order, taken back or not."""
    if invoice is None:
        return []
    query = PatientPayment.select().where(PatientPayment.invoice == invoice.id)
    return list(query.order_by(PatientPayment.received_on, PatientPayment.id))


def _coverage(visit: Any) -> Coverage | None:
    day = visit.visit_on
    query: Any = Coverage.select().where(Coverage.client == visit.client_id)
    in_force = (
        one
        for one in query.order_by(Coverage.rank, Coverage.id)
        if (one.starts_on is None or one.starts_on <= day)
        and (one.ends_on is None or one.ends_on >= day)
    )
    return next(in_force, None)


def _diagnoses(visit: Any) -> list[str]:
    day = visit.visit_on
    query: Any = ClientDiagnosis.select().where(ClientDiagnosis.client == visit.client_id)
    return [
        one.code
        for one in query.order_by(ClientDiagnosis.position)
        if (one.starts_on is None or one.starts_on <= day)
        and (one.ends_on is None or one.ends_on >= day)
    ]


def _last_like_it(visit: Any) -> tuple[str, datetime.date] | None:
    """Number and day of the last completed visit that "same as last time" would copy."""
    same = (
        (Visit.client == visit.client_id)
        & (Visit.appointment_type == visit.appointment_type_id)
        & (Visit.status == "checked out")
        & (
            (Visit.visit_on < visit.visit_on)
            | ((Visit.visit_on == visit.visit_on) & (Visit.begins < visit.begins))
        )
    )
    newest = (Visit.visit_on.desc(), Visit.begins.desc(), Visit.id.desc())
    last = Visit.select().where(same).order_by(*newest).first()
    return (last.number, last.visit_on) if last else None
