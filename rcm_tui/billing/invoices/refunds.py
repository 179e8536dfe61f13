"""Giving money back: to patients what is unapplied or overpaid, to payers the credit of a claim."""

from collections.abc import Mapping

from rcm_tui.billing.invoices.payments import Taken, why_not_method
from rcm_tui.billing.ledger import (
    NewEntry,
    NewJournal,
    post_journals,
    refresh_balances,
    reverse_journals,
)
from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.rights import REFUND, needs
from rcm_tui.billing.units import CLAIM, PATIENT_PAYMENT, REFUND_OF
from rcm_tui.billing.write_offs.open_parts import RECEIVABLES
from rcm_tui.billing.write_offs.writing_off import LONGEST_NOTE
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.fields import dollars
from rcm_tui.data.plain import plain
from rcm_tui.data.tables.invoices import (
    PATIENT,
    PAYER,
    POSTED,
    TAKEN_BACK,
    Invoice,
    PatientPayment,
    Refund,
)
from rcm_tui.data.tables.ledger import PATIENT_PAYMENTS, PAYER_PAYMENTS, UNAPPLIED
from rcm_tui.data.work import Work

PAYMENTS = {PATIENT: PATIENT_PAYMENTS, PAYER: PAYER_PAYMENTS}


@needs(REFUND, payment_id=PATIENT_PAYMENT)
def refund_payment(
    work: Work, payment_id: int, amount: int, method: str, reference: str = "", memo: str = ""
) -> Taken:
    """Gives a patient back cents of a payment that stand on no claim.

    Returns the refund; its `balance` is what of the payment is still unapplied. Raises Refused
    for more than that, for a method that is none, and for those who may not.
    """
    _refuse_method(method)
    rows = read_rows(
        work.database,
        "SELECT number, client_id, invoice_id, amount - applied - refunded, refunded, state,"
        " version FROM patient_payment WHERE id = ?",
        payment_id,
    )
    if not rows or rows[0][5] != POSTED:
        raise Refused("there is no such payment that stands")
    number, client, invoice, unapplied, refunded, _, version = rows[0]
    if amount <= 0 or amount > unapplied:
        raise Refused(
            f"of {number} {dollars(unapplied):,} is unapplied and can be given back, not"
            f" {dollars(amount):,}: what stands on a claim is taken back with the payment"
        )
    with work.undoable(f"Refund {dollars(amount):,} of {number}", Refund):
        entries: list[NewEntry] = [
            (UNAPPLIED, None, None, amount),
            (PATIENT_PAYMENTS, None, None, -amount),
        ]
        refund = _make(
            work,
            NewJournal("refund", None, entries, f"{number} to the patient, {method}"),
            side=PATIENT,
            client=client,
            invoice=invoice,
            payment=payment_id,
            method=method,
            reference=plain(reference, 40),
            memo=plain(memo, 80),
            amount=amount,
        )
        work.update(
            PatientPayment,
            ["refunded", "version"],
            [(refunded + amount, version + 1, payment_id)],
        )
        _lower_paid(work, invoice, amount)
        work.record("refunded", "client", client, refund=refund[1], amount=amount, payment=number)
    return Taken(*refund, amount, unapplied - amount)


@needs(REFUND, claim_id=CLAIM)
def refund_credit(
    work: Work,
    claim_id: int,
    side: str,
    method: str,
    reference: str = "",
    memo: str = "",
    amount: int | None = None,
) -> Taken:
    """Gives back the credit of a claim: to its payer (side "payer"), or to the patient.

    All of it unless `amount` says less; taken from the lines in their order. Raises Refused
    where there is no such credit, and for those who may not.
    """
    _refuse_method(method)
    column = {PAYER: "payer_balance", PATIENT: "patient_balance"}[side]
    rows = read_rows(
        work.database,
        f"SELECT number, client_id, payer_id, {column} FROM claim WHERE id = ?",
        claim_id,
    )
    if not rows or rows[0][3] >= 0:
        raise Refused(f"nothing of this claim is owed back to the {side}")
    number, client, payer, balance = rows[0]
    wanted = -balance if amount is None else amount
    if wanted <= 0 or wanted > -balance:
        raise Refused(
            f"{dollars(-balance):,} of {number} is owed back to the {side}, not {dollars(wanted):,}"
        )
    entries: list[NewEntry] = []
    for line, cents in _credits(work, claim_id, column, wanted):
        entries += [
            (RECEIVABLES[side], claim_id, line, cents),
            (PAYMENTS[side], claim_id, line, -cents),
        ]
    with work.undoable(f"Refund {dollars(wanted):,} of {number} to the {side}", Refund):
        refund = _make(
            work,
            NewJournal("refund", claim_id, entries, f"to the {side}, {method}"),
            side=side,
            client=client,
            payer=payer if side == PAYER else None,
            claim=claim_id,
            method=method,
            reference=plain(reference, 40),
            memo=plain(memo, 80),
            amount=wanted,
        )
        refresh_balances(work, [claim_id])
        work.record("refunded", "claim", claim_id, refund=refund[1], amount=wanted, to=side)
    return Taken(*refund, wanted, -balance - wanted)


@needs(REFUND, refund_id=REFUND_OF)
def take_back_refund(work: Work, refund_id: int, reason: str) -> Taken:
    """Takes a refund back by reversal, with a reason: a check that never was cashed.

    Raises Refused without a reason, when it was taken back before, and for those who may not.
    """
    text = plain(reason, LONGEST_NOTE)
    if not text:
        raise Refused("a reason is needed: it is what the next person goes by")
    rows = read_rows(
        work.database,
        "SELECT number, amount, state, journal_id, invoice_id, payment_id, claim_id, client_id,"
        " version FROM refund WHERE id = ?",
        refund_id,
    )
    if not rows:
        raise Refused(f"there is no refund {refund_id}")
    number, amount, state, journal, invoice, payment, claim, client, version = rows[0]
    if state != POSTED:
        raise Refused(f"refund {number} was taken back before")
    reverse_journals(work, {journal: f"{number} taken back: {text}"})
    work.update(
        Refund, ["state", "reason", "version"], [(TAKEN_BACK, text, version + 1, refund_id)]
    )
    if payment is not None:
        ((refunded, its),) = read_rows(
            work.database, "SELECT refunded, version FROM patient_payment WHERE id = ?", payment
        )
        work.update(
            PatientPayment, ["refunded", "version"], [(refunded - amount, its + 1, payment)]
        )
        _lower_paid(work, invoice, -amount)
    if claim is not None:
        refresh_balances(work, [claim])
    work.record("refund taken back", "client", client, refund=number, amount=amount, reason=text)
    return Taken(refund_id, number, amount, 0)


def _refuse_method(method: str) -> None:
    if problem := why_not_method(method):
        raise Refused(problem)


def _make(work: Work, journal: NewJournal, **columns: object) -> tuple[int, str]:
    (posted,) = post_journals(work, [journal])
    key = work.next_ids(Refund, 1)[0]
    number = f"R-{work.next_number('refund'):06d}"
    row: Mapping[str, object] = {
        "id": key,
        "number": number,
        "journal": posted,
        "refunded_on": work.today,
        "made_by": work.actor.login,
        "made_at": work.now,
        **columns,
    }
    work.insert(Refund, list(row), [list(row.values())])
    return key, number


def _lower_paid(work: Work, invoice: int | None, amount: int) -> None:
    for paid, version in read_rows(
        work.database, "SELECT paid, version FROM invoice WHERE id = ?", invoice or 0
    ):
        work.update(Invoice, ["paid", "version"], [(paid - amount, version + 1, invoice)])


def _credits(work: Work, claim_id: int, column: str, wanted: int) -> list[tuple[int | None, int]]:
    """Lines (None: the claim as a whole) and the cents that are given back of each."""
    lines: list[tuple[int | None, int]] = [
        (line, -balance)
        for line, balance in read_rows(
            work.database,
            f"SELECT id, {column} FROM claim_line WHERE claim_id = ? AND {column} < 0"
            " ORDER BY position",
            claim_id,
        )
    ]
    given: list[tuple[int | None, int]] = []
    left = wanted
    for line, credit in lines:
        cents = min(credit, left)
        if cents > 0:
            given.append((line, cents))
            left -= cents
    if left:
        given.append((None, left))
    return given
