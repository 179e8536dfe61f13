"""What patients pay: taken with a method and a memo, posted as unapplied money, taken back.

A payment's journal puts cash on the patient payments and the same on unapplied money, for no
claim is there yet, or none that the payer has answered (`applying.py` does the rest).
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass

from rcm_tui.billing.ledger import (
    NewEntry,
    NewJournal,
    post_journals,
    refresh_balances,
    reverse_journals,
)
from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.rights import TAKE_BACK_PATIENTS, TAKE_PAYMENTS, needs
from rcm_tui.billing.units import CLIENT, INVOICE, PATIENT_PAYMENT
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.fields import dollars
from rcm_tui.data.plain import plain
from rcm_tui.data.tables.invoices import (
    METHODS,
    POSTED,
    SETTLED,
    TAKEN_BACK,
    Invoice,
    PatientPayment,
    PaymentApplication,
)
from rcm_tui.data.tables.ledger import PATIENT_PAYMENTS, UNAPPLIED
from rcm_tui.data.work import Work

COPAY = "copay"
"""The memo that is offered (seed 003)."""
INSURANCE = "insurance"


@dataclass(frozen=True, slots=True)
class Taken:
    """A payment that was taken: its key, number and cents, and what the patient still owes."""

    id: int
    number: str
    amount: int
    balance: int


@dataclass(frozen=True, slots=True)
class _Invoice:
    id: int
    number: str
    client: int
    billed: int
    patient_share: int
    paid: int
    written_off: int
    state: str
    version: int

    @property
    def owes(self) -> int:
        return self.patient_share - self.paid - self.written_off


def why_not_method(method: str) -> str:
    """Why money of a patient cannot be taken so; "" when it can. A payer's method is refused."""
    if method.strip().lower() == INSURANCE:
        return (
            "Insurance is the method of what a payer pays after the claim: a patient pays by"
            f" {_listed()}"
        )
    return "" if method in METHODS else f"{method!r} is not a payment method: {_listed()}"


@needs(TAKE_PAYMENTS, invoice_id=INVOICE)
def take_payment(
    work: Work,
    invoice_id: int,
    amount: int,
    method: str,
    memo: str = COPAY,
    reference: str = "",
    received_on: datetime.date | None = None,
) -> Taken:
    """Takes cents from a patient on an invoice. `reference` is a check's or slip's number.

    What its claim already leaves to the patient is paid with it at once; the rest stays unapplied
    until the payer answers. Raises Refused for the Insurance method and for unknown ones, for
    nothing or less, for more than the invoice bills (ours), and for a day to come.
    """
    from rcm_tui.billing.invoices.applying import apply_payments

    if problem := why_not_method(method):
        raise Refused(problem)
    invoice = _invoice(work, invoice_id)
    if invoice.state == SETTLED:
        raise Refused(f"invoice {invoice.number} is settled: revert it first (R)")
    if amount <= 0:
        raise Refused(f"{dollars(amount):,} is no payment: more than nothing is needed")
    if amount > invoice.billed - invoice.paid:
        raise Refused(
            f"{dollars(amount):,} is more than invoice {invoice.number} has open:"
            f" {dollars(invoice.billed):,} billed, {dollars(invoice.paid):,} paid"
        )
    day = received_on or work.today
    if day > work.today:
        raise Refused(f"{day} is still to come: a payment is of a day until {work.today}")
    with work.undoable(f"Take {dollars(amount):,} on {invoice.number}", PatientPayment):
        key, number = _keep(
            work,
            invoice.client,
            invoice.id,
            amount,
            method,
            memo,
            reference,
            day,
            invoice.number,
        )
        _set_paid(work, invoice, invoice.paid + amount)
        work.record(
            "payment taken",
            "invoice",
            invoice.id,
            payment=number,
            amount=amount,
            method=method,
            memo=plain(memo, 80),
        )
        apply_payments(work, [invoice.id])
    return Taken(key, number, amount, invoice.owes - amount)


@needs(TAKE_PAYMENTS, client_id=CLIENT)
def take_payment_on_account(
    work: Work,
    client_id: int,
    amount: int,
    method: str,
    memo: str = "",
    reference: str = "",
    received_on: datetime.date | None = None,
) -> Taken:
    """Takes cents from a client for no invoice, as an answer to a statement; applies them.

    They go onto the oldest claim lines that leave something to the patient; the rest stays
    unapplied. `balance` is what is still open of the client's. Raises Refused as `take_payment`.
    """
    from rcm_tui.billing.invoices.applying import apply_on_account

    if problem := why_not_method(method):
        raise Refused(problem)
    if amount <= 0:
        raise Refused(f"{dollars(amount):,} is no payment: more than nothing is needed")
    day = received_on or work.today
    if day > work.today:
        raise Refused(f"{day} is still to come: a payment is of a day until {work.today}")
    with work.undoable(f"Take {dollars(amount):,} on account", PatientPayment):
        key, number = _keep(work, client_id, None, amount, method, memo, reference, day, "account")
        work.record(
            "payment taken", "client", client_id, payment=number, amount=amount, method=method
        )
        apply_on_account(work, [client_id])
    ((owed,),) = read_rows(
        work.database,
        "SELECT COALESCE(SUM(patient_balance), 0) FROM claim WHERE client_id = ?",
        client_id,
    )
    return Taken(key, number, amount, int(owed))


@needs(TAKE_BACK_PATIENTS, payment_id=PATIENT_PAYMENT)
def take_back_payment(work: Work, payment_id: int, reason: str) -> Taken:
    """Takes a payment back by reversal: a check that bounced, money that was given back.

    What of it stood on claims is owed there again. Raises Refused without a reason, and when it
    was taken back before.
    """
    text = plain(reason, 200)
    if not text:
        raise Refused("a reason is needed: it is what the next person goes by")
    rows = read_rows(
        work.database,
        "SELECT number, invoice_id, client_id, amount, refunded, state, journal_id, version"
        " FROM patient_payment WHERE id = ?",
        payment_id,
    )
    if not rows:
        raise Refused(f"there is no payment {payment_id}")
    number, invoice_id, client, amount, refunded, state, journal, version = rows[0]
    if state != POSTED:
        raise Refused(f"payment {number} was taken back before")
    if refunded:
        raise Refused(
            f"{dollars(refunded):,} of {number} was given back: take that refund back first"
        )
    invoice = _invoice(work, invoice_id) if invoice_id is not None else None
    applied = read_rows(
        work.database,
        "SELECT id, journal_id, claim_id, version FROM payment_application"
        " WHERE payment_id = ? AND state = ? ORDER BY id",
        payment_id,
        POSTED,
    )
    with work.undoable(f"Take back payment {number}", PatientPayment):
        memo = f"{number} taken back: {text}"
        reverse_journals(work, dict.fromkeys([*(row[1] for row in applied), journal], memo))
        refresh_balances(work, sorted({row[2] for row in applied}))
        work.update(
            PaymentApplication,
            ["state", "version"],
            [(TAKEN_BACK, row[3] + 1, row[0]) for row in applied],
        )
        work.update(
            PatientPayment,
            ["state", "reason", "applied", "version"],
            [(TAKEN_BACK, text, 0, version + 1, payment_id)],
        )
        if invoice is not None:
            _set_paid(work, invoice, invoice.paid - amount)
        work.record(
            "payment taken back",
            "invoice" if invoice else "client",
            invoice.id if invoice else client,
            payment=number,
            amount=amount,
            reason=text,
        )
    return Taken(payment_id, number, amount, invoice.owes + amount if invoice else amount)


def _keep(
    work: Work,
    client: int,
    invoice: int | None,
    amount: int,
    method: str,
    memo: str,
    reference: str,
    day: datetime.date,
    on: str,
) -> tuple[int, str]:
    """Writes a payment and its journal; returns its key and number."""
    text = plain(memo, 80)
    entries: list[NewEntry] = [
        (PATIENT_PAYMENTS, None, None, amount),
        (UNAPPLIED, None, None, -amount),
    ]
    words = f"{on}, {method}" + (f": {text}" if text else "")
    (journal,) = post_journals(work, [NewJournal("patient payment", None, entries, words)])
    key = work.next_ids(PatientPayment, 1)[0]
    number = f"P-{work.next_number('patient payment'):06d}"
    row: Mapping[str, object] = {
        "id": key,
        "number": number,
        "client": client,
        "invoice": invoice,
        "method": method,
        "reference": plain(reference, 40),
        "memo": text,
        "amount": amount,
        "received_on": day,
        "journal": journal,
    }
    work.insert(PatientPayment, list(row), [list(row.values())])
    return key, number


def _invoice(work: Work, key: int) -> _Invoice:
    for row in read_rows(
        work.database,
        "SELECT id, number, client_id, billed, patient_share, paid, written_off, state, version"
        " FROM invoice WHERE id = ?",
        key,
    ):
        return _Invoice(*row)
    raise Refused(f"there is no invoice {key}: check the visit out first, which makes one")


def _set_paid(work: Work, invoice: _Invoice, paid: int) -> None:
    work.update(Invoice, ["paid", "version"], [(paid, invoice.version + 1, invoice.id)])


def _listed() -> str:
    return f"{', '.join(METHODS[:-1])} or {METHODS[-1]}"
