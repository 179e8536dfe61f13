"""Invoices of visits: their lines are the visits' charge items, and say what those say.

The patient's share is the copay of the coverage, of what is billed at most; of what no coverage
holds it is all, though that has no price until one is known (ours). It is spread over the lines
by what they bill, to the cent.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from rcm_tui.billing.outcome import Outcome
from rcm_tui.billing.remittances.entries import spread
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.fields import units_from_store
from rcm_tui.data.tables.invoices import Invoice, InvoiceLine
from rcm_tui.data.work import Work

INVOICE_COLUMNS = (
    "id number visit client business_unit coverage invoiced_on billed payer_share patient_share"
).split()
LINE_COLUMNS = (
    "invoice position charge_item procedure_code modifiers units billed patient_share"
).split()
PRICE_COLUMNS = ("procedure_code", "modifiers", "units", "billed", "patient_share")

CHARGES_OF_VISITS = (
    "SELECT s.visit_id, c.id, c.procedure_code, c.modifiers, c.units, c.billed, c.coverage_id,"
    " v.copay, c.client_id, c.business_unit_id FROM visit_service s"
    " JOIN charge_item c ON c.session_id = s.session_id"
    " LEFT JOIN coverage v ON v.id = c.coverage_id"
    " WHERE s.visit_id IN ({keys}) ORDER BY s.visit_id, s.position"
)


def make_invoices(work: Work, visit_ids: Iterable[int]) -> Outcome:
    """Makes the invoices (`made`) of checked-out visits, dated today; `amount` is what they bill.

    Raises nothing for a visit that has one: the store refuses a second.
    """
    charges: dict[int, list[Any]] = defaultdict(list)
    for visit, *charge in read_by_keys(work.database, CHARGES_OF_VISITS, visit_ids):
        charges[visit].append(charge)
    outcome = Outcome(made=list(work.next_ids(Invoice, len(charges))))
    first = work.next_number("invoice", len(charges)) if charges else 0
    invoices, lines = [], []
    for place, (visit, rows) in enumerate(charges.items()):
        key = outcome.made[place]
        shares = _patient_shares(rows)
        billed = sum(row[4] for row in rows)
        outcome.amount += billed
        number = f"I-{first + place:06d}"
        coverage, client, unit = _coverage(rows), rows[0][7], rows[0][8]
        whose = (visit, client, unit, coverage, work.today)
        amounts = (billed, billed - sum(shares), sum(shares))
        invoices.append((key, number, *whose, *amounts))
        for position, (row, share) in enumerate(zip(rows, shares, strict=True), 1):
            lines.append((key, position, row[0], *_price(row), share))
        work.record("invoice made", "invoice", key, number=number, visit=visit, billed=billed)
    work.insert(Invoice, INVOICE_COLUMNS, invoices)
    work.insert(InvoiceLine, LINE_COLUMNS, lines)
    return outcome


def follow_charges(work: Work, charge_ids: Iterable[int]) -> list[int]:
    """Lets invoices say again what their charge items say, after these were priced anew.

    Returns the invoices that changed.
    """
    visits = [
        row[0]
        for row in read_by_keys(
            work.database,
            "SELECT DISTINCT i.visit_id FROM invoice_line l JOIN invoice i ON i.id = l.invoice_id"
            " WHERE l.charge_item_id IN ({keys})",
            charge_ids,
        )
    ]
    charges: dict[int, list[Any]] = defaultdict(list)
    for visit, *charge in read_by_keys(work.database, CHARGES_OF_VISITS, sorted(set(visits))):
        charges[visit].append(charge)
    now, line_of = _as_they_are(work, charges)
    invoices, lines = [], []
    for visit, rows in charges.items():
        key, version, *before = now[visit]
        shares = _patient_shares(rows)
        billed, share = sum(row[4] for row in rows), sum(shares)
        for row, own in zip(rows, shares, strict=True):
            line, *line_before = line_of[row[0]]
            after = [row[1], row[2], row[3], row[4], own]
            if after != line_before:
                lines.append((*_price(row), own, line))
        after = [_coverage(rows), rows[0][8], billed, billed - share, share]
        if after != before:
            invoices.append((*after, version + 1, key))
            work.record("invoice follows", "invoice", key, billed=[before[2], billed])
    work.update(InvoiceLine, PRICE_COLUMNS, lines)
    work.update(
        Invoice,
        "coverage business_unit billed payer_share patient_share version".split(),
        invoices,
    )
    return [int(str(row[-1])) for row in invoices]


def _as_they_are(work: Work, visits: Iterable[int]) -> tuple[dict[int, Any], dict[int, Any]]:
    """Invoices by visit, and invoice lines by charge item, as the store holds them."""
    invoices = {}
    lines = {}
    for visit, *invoice in read_by_keys(
        work.database,
        "SELECT visit_id, id, version, coverage_id, business_unit_id, billed, payer_share,"
        " patient_share FROM invoice WHERE visit_id IN ({keys})",
        visits,
    ):
        invoices[visit] = invoice
    for charge, *line in read_by_keys(
        work.database,
        "SELECT charge_item_id, id, procedure_code, modifiers, units, billed, patient_share"
        " FROM invoice_line WHERE invoice_id IN ({keys})",
        [invoice[0] for invoice in invoices.values()],
    ):
        lines[charge] = line
    return invoices, lines


def _price(row: Sequence[Any]) -> tuple[Any, ...]:
    return row[1], row[2], units_from_store(row[3]), row[4]


def _coverage(rows: Sequence[Any]) -> int | None:
    return next((row[5] for row in rows if row[5] is not None), None)


def _patient_shares(rows: Sequence[Any]) -> list[int]:
    """What the patient pays of each charge: all that no coverage holds, and the copay once."""
    copay = next((row[6] for row in rows if row[5] is not None and row[6]), 0)
    covered = [row[4] if row[5] is not None else 0 for row in rows]
    copays = spread(min(copay, sum(covered)), covered)
    return [
        share if row[5] is not None else row[4] for row, share in zip(rows, copays, strict=True)
    ]
