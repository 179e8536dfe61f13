"""One invoice with its lines, what the patient paid, and where its claims stand."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from peewee import Database

from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.records.further_lines import further_lines
from rcm_tui.data.records.history import Event, history_of
from rcm_tui.data.records.visit import ClaimOfVisit, claims_of, payments_of, with_units
from rcm_tui.data.snapshot import one_moment
from rcm_tui.data.tables.clients import Client, Coverage
from rcm_tui.data.tables.invoices import InsurancePayment, Invoice, PatientPayment, Refund
from rcm_tui.data.tables.visits import Visit


@dataclass(frozen=True, slots=True)
class LineOfInvoice:
    """A charge on an invoice, and what its claim line came to so far. Cents."""

    position: int
    charge: str
    procedure_code: str
    modifiers: str
    units: Decimal
    billed: int
    patient_share: int
    claim: str
    payer_paid: int
    patient_balance: int


@dataclass(frozen=True, slots=True)
class InvoiceRecord:
    """An invoice as its screen needs it."""

    invoice: Invoice
    client: Client
    coverage: Coverage | None
    visit: Visit
    lines: list[LineOfInvoice]
    payments: list[PatientPayment]
    insurance: list[InsurancePayment]
    refunds: list[Refund]
    claims: list[ClaimOfVisit]
    history: list[Event]


LINES = (
    "SELECT l.position, c.number, l.procedure_code, l.modifiers, l.units, l.billed,"
    " l.patient_share, COALESCE(cl.number, ''), COALESCE(k.paid, 0),"
    " COALESCE(k.patient_balance, 0), k.id"
    " FROM invoice_line l JOIN charge_item c ON c.id = l.charge_item_id"
    " LEFT JOIN claim_line k ON k.id = c.claim_line_id LEFT JOIN claim cl ON cl.id = k.claim_id"
    " WHERE l.invoice_id = ? ORDER BY l.position"
)

UNITS = 4
"""Where in a row of lines the units are."""


def read_invoice(database: Database, invoice_id: int) -> InvoiceRecord | None:
    """An invoice with all of this; None when there is none. Blocks."""
    with one_moment(database):
        invoice: Any = Invoice.get_or_none(Invoice.id == invoice_id)
        if invoice is None:
            return None
        return InvoiceRecord(
            invoice=invoice,
            client=invoice.client,
            coverage=invoice.coverage,
            visit=invoice.visit,
            lines=_lines(database, invoice_id),
            payments=payments_of(invoice),
            insurance=list(invoice.insurance_payments.order_by(InsurancePayment.id)),
            refunds=list(invoice.refunds.order_by(Refund.id)),
            claims=claims_of(database, invoice.visit_id),
            history=history_of("invoice", invoice_id),
        )


def _lines(database: Database, invoice_id: int) -> list[LineOfInvoice]:
    """Its lines; what payers paid and the patient owes is that of further payers as well."""
    rows = read_rows(database, LINES, invoice_id)
    further = further_lines(database, [row[-1] for row in rows if row[-1] is not None])
    more = {
        key: (paid, balance)
        for key, paid, balance in read_by_keys(
            database,
            "SELECT id, paid, patient_balance FROM claim_line WHERE id IN ({keys})",
            sorted({one for lines in further.values() for one in lines}),
        )
    }
    found = []
    for *row, paid, balance, line in rows:
        paid += sum(more[one][0] for one in further.get(line, ()))
        balance += sum(more[one][1] for one in further.get(line, ()))
        found.append(LineOfInvoice(*with_units((*row, paid, balance), UNITS)))
    return found


def invoice_of_visit(visit_id: int) -> int | None:
    """The key of a visit's invoice, if it has one. Blocks."""
    invoice = Invoice.get_or_none(Invoice.visit == visit_id)
    return int(invoice.id) if invoice is not None else None


@dataclass(frozen=True, slots=True)
class PaidByPatient:
    """A patient's payment, and what of it stands on no claim. Cents."""

    id: int
    number: str
    client: int
    invoice: int | None
    method: str
    amount: int
    unapplied: int


def of_patient_payment(database: Database, payment_id: int) -> PaidByPatient | None:
    """A patient's payment that stands or not; None when there is none. Blocks."""
    rows = read_rows(
        database,
        "SELECT id, number, client_id, invoice_id, method, amount,"
        " CASE WHEN state = 'posted' THEN amount - applied - refunded ELSE 0 END"
        " FROM patient_payment WHERE id = ?",
        payment_id,
    )
    return PaidByPatient(*rows[0]) if rows else None


def of_refund(database: Database, refund_id: int) -> tuple[int | None, int | None]:
    """The keys of the claim and of the invoice that a refund belongs to. Blocks."""
    rows = read_rows(database, "SELECT claim_id, invoice_id FROM refund WHERE id = ?", refund_id)
    return (rows[0][0], rows[0][1]) if rows else (None, None)


def owed_on(database: Database, invoice_ids: Iterable[int]) -> int:
    """What patients still owe on invoices that are open, in cents. Blocks."""
    return sum(
        max(int(owes), 0)
        for (owes,) in read_by_keys(
            database,
            "SELECT patient_share - paid - written_off FROM invoice WHERE id IN ({keys})"
            " AND state = 'open'",
            invoice_ids,
        )
    )


def claim_lines_of(database: Database, invoice_ids: Iterable[int]) -> tuple[list[int], list[int]]:
    """The claims of invoices, of further payers too, and the lines of their charges. Blocks."""
    rows = list(
        read_by_keys(
            database,
            "SELECT DISTINCT k.claim_id, k.id FROM invoice_line l"
            " JOIN charge_item c ON c.id = l.charge_item_id"
            " JOIN claim_line k ON k.id = c.claim_line_id WHERE l.invoice_id IN ({keys})",
            invoice_ids,
        )
    )
    further = further_lines(database, [line for _, line in rows])
    rows += [
        (claim, line)
        for claim, line in read_by_keys(
            database,
            "SELECT claim_id, id FROM claim_line WHERE id IN ({keys})",
            sorted({one for lines in further.values() for one in lines}),
        )
    ]
    return sorted({row[0] for row in rows}), sorted({row[1] for row in rows})
