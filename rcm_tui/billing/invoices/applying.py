"""Putting what patients paid onto what their claims leave to them, once the payer has said so.

The cash of a payment was received for no claim and stands as unapplied. Applying moves it: to the
claim line as a patient payment, and off its patient receivable. Every journal sums to zero, and
no cent is there twice.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rcm_tui.billing.ledger import (
    NewJournal,
    post_journals,
    refresh_balances,
    reverse_journals,
)
from rcm_tui.billing.outcome import Left, Outcome, counted
from rcm_tui.billing.rights import APPLY, needs
from rcm_tui.billing.units import INVOICE
from rcm_tui.data.bulk import read_by_keys, read_numbers
from rcm_tui.data.fields import dollars
from rcm_tui.data.records.further_lines import further_lines
from rcm_tui.data.tables.invoices import (
    POSTED,
    TAKEN_BACK,
    Invoice,
    PatientPayment,
    PaymentApplication,
)
from rcm_tui.data.tables.ledger import PATIENT_PAYMENTS, PATIENT_RECEIVABLE, UNAPPLIED
from rcm_tui.data.work import Work


@dataclass(frozen=True, slots=True)
class _Way:
    """Of what payments are applied, and why one of these is left. `memo` "" is its number."""

    title: str
    subject: str
    memo: str
    nothing_paid: str
    nothing_open: str


BY_INVOICE = _Way(
    "Apply payments",
    "invoice",
    "",
    "nothing that was paid on it is unapplied",
    "its claim leaves nothing to the patient (yet)",
)
ON_ACCOUNT = _Way(
    "Apply payments on account",
    "client",
    "account",
    "nothing paid on the account is unapplied",
    "no claim leaves anything to the patient",
)


@needs(APPLY, invoice_ids=INVOICE)
def apply_payments(work: Work, invoice_ids: Iterable[int]) -> Outcome:
    """Applies the unapplied payments of invoices to the patient balances of their claim lines.

    The oldest payment goes first, onto the lines in the invoice's order. `done` are invoices of
    which something was applied, `amount` the cents; the others are left with the reason.
    """
    keys = sorted(set(invoice_ids))
    payments = _by_invoice(
        work,
        "SELECT invoice_id, id, amount - applied - refunded, applied, version, number"
        " FROM patient_payment"
        " WHERE invoice_id IN ({keys}) AND state = ? AND amount > applied + refunded"
        " ORDER BY received_on, id",
        keys,
        POSTED,
    )
    lines = _owing_lines(work, keys)
    names = read_numbers(work.database, Invoice, keys)
    return _apply_each(work, BY_INVOICE, names, payments, lines)


def apply_on_account(work: Work, client_ids: Iterable[int]) -> Outcome:
    """Applies what clients paid on their account, for no invoice, to their oldest open lines.

    `done` are the clients, `amount` the cents; others are left with the reason.
    """
    keys = sorted(set(client_ids))
    payments = _by_invoice(
        work,
        "SELECT client_id, id, amount - applied - refunded, applied, version, number"
        " FROM patient_payment WHERE client_id IN ({keys}) AND invoice_id IS NULL AND state = ?"
        " AND amount > applied + refunded ORDER BY received_on, id",
        keys,
        POSTED,
    )
    lines = _by_invoice(
        work,
        "SELECT claim.client_id, claim.id, l.id, l.patient_balance FROM claim"
        " JOIN claim_line l ON l.claim_id = claim.id"
        " WHERE claim.client_id IN ({keys}) AND l.patient_balance > 0"
        " ORDER BY l.first_service_date, l.id",
        sorted(payments),
    )
    mrns = read_by_keys(
        work.database, "SELECT id, mrn FROM client WHERE id IN ({keys}) ORDER BY id", keys
    )
    return _apply_each(work, ON_ACCOUNT, dict(mrns), payments, lines)


def _apply_each(
    work: Work,
    way: _Way,
    names: Mapping[int, str],
    payments: Mapping[int, list[Any]],
    lines: Mapping[int, list[Any]],
) -> Outcome:
    """Applies the payments of each invoice or client to its lines, as far as both go."""
    outcome = Outcome()
    with work.undoable(way.title, PatientPayment) as action:
        owed: dict[int, int] = {}
        for key, name in names.items():
            memo = way.memo or name
            if not payments.get(key):
                outcome.left.append(Left(key, name, way.nothing_paid))
            elif not (amount := _apply(work, memo, payments[key], lines.get(key, []), owed)):
                outcome.left.append(Left(key, name, way.nothing_open))
            else:
                outcome.done.append(key)
                outcome.amount += amount
                work.record("payments applied", way.subject, key, amount=amount)
        refresh_balances(work, sorted({row[0] for key in outcome.done for row in lines[key]}))
        action.title = f"Apply payments of {counted(len(outcome.done), way.subject)}"
        action.worth_undoing = bool(outcome.done)
    return outcome


def take_off(work: Work, claim_ids: Iterable[int]) -> int:
    """Takes applications off claim lines that owe their patient more than they left to them.

    A payer's share that was taken back leaves what was paid on it as a credit: the newest
    applications are reversed until none is left. Returns the cents; they are unapplied again.
    """
    rows = list(
        read_by_keys(
            work.database,
            "SELECT a.id, a.version, a.amount, a.journal_id, p.id, p.applied, p.version,"
            " a.claim_id, l.id, l.patient_balance FROM payment_application a"
            " JOIN claim_line l ON l.id = a.claim_line_id"
            " JOIN patient_payment p ON p.id = a.payment_id"
            " WHERE a.claim_id IN ({keys}) AND a.state = ? AND l.patient_balance < 0"
            " ORDER BY a.id DESC",
            sorted(set(claim_ids)),
            POSTED,
        )
    )
    credits: dict[int, int] = {}
    applied: dict[int, tuple[int, int]] = {}
    memos: dict[int, str] = {}
    taken, claims, total = [], set(), 0
    for key, version, amount, journal, payment, of_payment, its, claim, line, balance in rows:
        credit = credits.setdefault(line, -balance)
        if credit <= 0:
            continue
        credits[line] = credit - amount
        memos[journal] = "the share that it was paid on was taken back"
        taken.append((TAKEN_BACK, version + 1, key))
        before, its = applied.get(payment, (of_payment, its))
        applied[payment] = before - amount, its
        claims.add(claim)
        total += amount
    if memos:
        reverse_journals(work, memos)
        work.update(PaymentApplication, ["state", "version"], taken)
        work.update(
            PatientPayment,
            ["applied", "version"],
            [(cents, version + 1, payment) for payment, (cents, version) in applied.items()],
        )
        refresh_balances(work, sorted(claims))
    return total


def apply_along_chains(work: Work, claim_ids: Iterable[int]) -> int:
    """Puts what was taken off a claim onto what its submission chain leaves to the patient now.

    So a payment goes along when a payer takes its answer to the earlier submission back and answers
    the correction, in whichever order. The oldest payment goes first. Returns the cents.
    """
    chains = _by_invoice(
        work,
        "SELECT DISTINCT c.chain, p.id, p.amount - p.applied - p.refunded, p.applied, p.version,"
        " p.number, p.received_on FROM claim AS c JOIN claim AS e ON e.chain = c.chain"
        " JOIN payment_application AS a ON a.claim_id = e.id"
        " JOIN patient_payment AS p ON p.id = a.payment_id"
        " WHERE c.id IN ({keys}) AND a.state = ? AND p.state = ?"
        " AND p.amount > p.applied + p.refunded ORDER BY p.received_on, p.id",
        sorted(set(claim_ids)),
        TAKEN_BACK,
        POSTED,
    )
    if not chains:
        return 0
    lines = _by_invoice(
        work,
        "SELECT claim.chain, claim.id, l.id, l.patient_balance FROM claim"
        " JOIN claim_line l ON l.claim_id = claim.id"
        " WHERE claim.chain IN ({keys}) AND claim.patient_balance > 0 AND l.patient_balance > 0"
        " ORDER BY claim.id DESC, l.position",
        sorted(chains),
    )
    total = 0
    owed: dict[int, int] = {}
    spent: dict[int, tuple[int, int, int]] = {}
    for chain, payments in chains.items():
        # A payment that two chains share has less left for the second.
        left = [
            [key, *spent.get(key, (rest, applied, version)), number]
            for key, rest, applied, version, number, _ in payments
        ]
        for row in left:
            used = _apply(work, "the submission chain", [row], lines.get(chain, []), owed)
            key, rest, applied, version, _ = row
            spent[key] = (rest - used, applied + used, version + bool(used))
            total += used
    refresh_balances(work, sorted({row[0] for chain in lines.values() for row in chain}))
    return total


def _owing_lines(work: Work, invoices: list[int]) -> dict[int, list[Any]]:
    """Invoice → claim, line and cents that its patient owes, in its order, then by payer's turn."""
    own = _by_invoice(
        work,
        "SELECT l.invoice_id, c.claim_line_id FROM invoice_line l"
        " JOIN charge_item c ON c.id = l.charge_item_id"
        " WHERE l.invoice_id IN ({keys}) AND c.claim_line_id IS NOT NULL ORDER BY l.position",
        invoices,
    )
    every = {line for lines in own.values() for (line,) in lines}
    further = further_lines(work.database, every)
    owes = {
        line: [claim, line, cents]
        for line, claim, cents in read_by_keys(
            work.database,
            "SELECT id, claim_id, patient_balance FROM claim_line"
            " WHERE id IN ({keys}) AND patient_balance > 0",
            sorted(every.union(*further.values())),
        )
    }
    return {
        invoice: [
            owes[one] for (line,) in lines for one in (line, *further.get(line, ())) if one in owes
        ]
        for invoice, lines in own.items()
    }


def _by_invoice(work: Work, sql: str, keys: list[int], *parameters: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = {}
    for invoice, *row in read_by_keys(work.database, sql, keys, *parameters):
        found.setdefault(invoice, []).append(row)
    return found


def _apply(
    work: Work, invoice: str, payments: list[Any], lines: list[Any], owed: dict[int, int]
) -> int:
    """Applies one invoice's payments; `owed` is what lines still have open in this action.

    Several charges on one claim line make it come up once each.
    """
    total = 0
    for payment, unapplied, applied, version, number in payments:
        used = 0
        for claim, line, balance in lines:
            amount = min(unapplied - used, owed.get(line, balance))
            if amount <= 0:
                continue
            owed[line] = owed.get(line, balance) - amount
            used += amount
            _post(work, payment, claim, line, amount, f"{number} on {invoice}")
        if used:
            work.update(
                PatientPayment, ["applied", "version"], [(applied + used, version + 1, payment)]
            )
        total += used
    return total


def _post(work: Work, payment: int, claim: int, line: int, amount: int, memo: str) -> None:
    journal = NewJournal(
        "application",
        claim,
        [
            (PATIENT_PAYMENTS, claim, line, amount),
            (PATIENT_PAYMENTS, None, None, -amount),
            (UNAPPLIED, None, None, amount),
            (PATIENT_RECEIVABLE, claim, line, -amount),
        ],
        f"{dollars(amount):,} of {memo}",
    )
    (key,) = post_journals(work, [journal])
    work.insert(
        PaymentApplication,
        ("payment", "claim", "claim_line", "amount", "journal"),
        [(payment, claim, line, amount, key)],
    )
