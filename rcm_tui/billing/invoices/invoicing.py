"""Invoices of visits: their lines are the visits' charge items, and say what those say.

Whose share a line is follows the ledger (`shares.py`): these columns are found anew whenever a
balance of the claim changes, and never stand in the way of undoing.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from peewee import Database

from rcm_tui.billing.invoices.shares import charges_of_visits, invoices_of_claims, shares_of
from rcm_tui.billing.outcome import Outcome
from rcm_tui.billing.rights import INVOICE_VISITS, needs
from rcm_tui.billing.units import VISIT
from rcm_tui.data.bulk import read_by_keys, update_rows
from rcm_tui.data.fields import units_from_store
from rcm_tui.data.tables.invoices import OPEN, Invoice, InvoiceLine
from rcm_tui.data.work import Work

INVOICE_COLUMNS = (
    "id number visit client business_unit coverage invoiced_on billed payer_share patient_share"
).split()
LINE_COLUMNS = (
    "invoice position charge_item procedure_code modifiers units billed patient_share"
).split()
PRICE_COLUMNS = ("procedure_code", "modifiers", "units", "billed", "patient_share")


@needs(INVOICE_VISITS, visit_ids=VISIT)
def make_invoices(work: Work, visit_ids: Iterable[int]) -> Outcome:
    """Makes the invoices (`made`) of checked-out visits, dated today; `amount` is what they bill.

    Raises nothing for a visit that has one: the store refuses a second.
    """
    charges = charges_of_visits(work.database, visit_ids)
    whose_share = shares_of(work.database, charges)
    outcome = Outcome(made=list(work.next_ids(Invoice, len(charges))))
    first = work.next_number("invoice", len(charges)) if charges else 0
    invoices, lines = [], []
    for place, (visit, rows) in enumerate(charges.items()):
        key = outcome.made[place]
        shares = [whose_share[row[0]].patient for row in rows]
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
    charges = charges_of_visits(work.database, sorted(set(visits)))
    whose_share = shares_of(work.database, charges)
    now, line_of = _as_they_are(work, charges)
    invoices, lines = [], []
    for visit, rows in charges.items():
        key, version, *before = now[visit]
        shares = [whose_share[row[0]].patient for row in rows]
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


def follow_ledger(database: Database, claim_ids: Iterable[int]) -> list[int]:
    """Lets the invoices of claims say what the ledger says: shares, write-offs, payers' money.

    A settled one whose figures change is open again. Returns the invoices that changed. These
    columns are derived, as balances are: they are written past the images of undoable actions.
    """
    invoices = invoices_of_claims(database, claim_ids)
    if not invoices:
        return []
    now = {
        visit: (key, row)
        for key, visit, *row in read_by_keys(
            database,
            "SELECT id, visit_id, billed, patient_share, written_off, payer_paid, state, settled_on"
            " FROM invoice WHERE id IN ({keys}) ORDER BY id",
            sorted(invoices),
        )
    }
    before = {
        charge: (line, share)
        for charge, line, share in read_by_keys(
            database,
            "SELECT charge_item_id, id, patient_share FROM invoice_line"
            " WHERE invoice_id IN ({keys})",
            sorted(invoices),
        )
    }
    visits = charges_of_visits(database, sorted(now))
    shares = shares_of(database, visits)
    changed, lines = [], []
    for visit, rows in visits.items():
        key, (billed, *figures, state, settled_on) = now[visit]
        own = [shares[row[0]] for row in rows if row[0] in before]
        after = [sum(one.patient for one in own)]
        after += [sum(one.written_off for one in own), sum(one.payer_paid for one in own)]
        if after != figures:
            state, settled_on = OPEN, None
            changed.append((billed - after[0], *after, state, settled_on, key))
        for row in rows:
            line, share = before.get(row[0], (0, 0))
            if line and share != shares[row[0]].patient:
                lines.append((shares[row[0]].patient, line))
    update_rows(database, InvoiceLine, ["patient_share"], lines)
    columns = "payer_share patient_share written_off payer_paid state settled_on".split()
    update_rows(database, Invoice, columns, changed)
    return [int(str(row[-1])) for row in changed]
