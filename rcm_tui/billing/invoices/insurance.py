"""Payers' money on invoices, by the Insurance method: put there by a biller, or by auto-pay.

The money came in as a remittance and stands on the claim in the ledger. Putting it on the invoice
says so there as well, so nothing moves in the ledger. Where the location of the visit has auto-pay,
what the payer paid, and took back, is put on by itself (seed 003, "Auto-Pay Claims").
"""

from collections.abc import Iterable
from dataclasses import dataclass

from rcm_tui.billing.outcome import Left, Outcome, Refused, counted
from rcm_tui.billing.rights import APPLY, needs
from rcm_tui.billing.units import INVOICE
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.fields import dollars
from rcm_tui.data.plain import plain
from rcm_tui.data.tables.invoices import SETTLED, InsurancePayment, Invoice
from rcm_tui.data.work import Work


@dataclass(frozen=True, slots=True)
class _Waiting:
    id: int
    number: str
    state: str
    payer_paid: int
    insurance_paid: int
    version: int
    claim: int | None

    @property
    def cents(self) -> int:
        return self.payer_paid - self.insurance_paid


WAITING = """
SELECT i.id, i.number, i.state, i.payer_paid, i.insurance_paid, i.version,
  (SELECT MAX(k.claim_id) FROM invoice_line l JOIN charge_item c ON c.id = l.charge_item_id
   JOIN claim_line k ON k.id = c.claim_line_id WHERE l.invoice_id = i.id)
FROM invoice i WHERE i.id IN ({keys})
"""


@needs(APPLY, invoice_ids=INVOICE)
def put_insurance(work: Work, invoice_ids: Iterable[int], memo: str = "") -> Outcome:
    """Puts all that payers paid of invoices, and is not on them yet, on them by Insurance.

    `amount` is what was put on, less what payers took back. Others are left with the reason.
    """
    outcome = Outcome()
    with work.undoable("Put insurance payments on", Invoice) as action:
        for one in _waiting(work, invoice_ids):
            if one.state == SETTLED:
                outcome.left.append(Left(one.id, one.number, "it is settled: R reverts that"))
            elif not one.cents:
                reason = "what its payer paid is on it, or nothing was paid yet"
                outcome.left.append(Left(one.id, one.number, reason))
            else:
                _put(work, one, one.cents, memo, automatic=False)
                outcome.done.append(one.id)
                outcome.amount += one.cents
        invoices = counted(len(outcome.done), "invoice")
        action.title = f"Put {dollars(outcome.amount):,} of insurance on {invoices}"
        action.worth_undoing = bool(outcome.done)
    return outcome


@needs(APPLY, invoice_id=INVOICE)
def put_insurance_payment(work: Work, invoice_id: int, amount: int, memo: str = "") -> int:
    """Puts cents of what the payer paid on one invoice, by hand. Returns what is still to put on.

    Raises Refused for more than the payer paid and is not on the invoice yet, and for nothing.
    """
    for one in _waiting(work, [invoice_id]):
        if one.state == SETTLED:
            raise Refused(f"invoice {one.number} is settled: revert it first")
        if amount <= 0 or amount > one.cents:
            raise Refused(
                f"Insurance is the method of what a payer pays after the claim: of"
                f" {one.number} {dollars(max(one.cents, 0)):,} of that is not on it yet, not"
                f" {dollars(amount):,}"
            )
        with work.undoable(f"Put {dollars(amount):,} of insurance on {one.number}", Invoice):
            _put(work, one, amount, memo, automatic=False)
        return one.cents - amount
    raise Refused(f"there is no invoice {invoice_id}")


def auto_pay(work: Work, invoice_ids: Iterable[int]) -> list[int]:
    """Does the same by itself for invoices of visits at locations with auto-pay.

    Returns the invoices on which something was put.
    """
    wanted = [
        key
        for (key,) in read_by_keys(
            work.database,
            "SELECT i.id FROM invoice i JOIN visit v ON v.id = i.visit_id"
            " JOIN location o ON o.id = v.location_id WHERE i.id IN ({keys})"
            " AND o.auto_pay = 1 AND i.payer_paid <> i.insurance_paid ORDER BY i.id",
            sorted(set(invoice_ids)),
        )
    ]
    for one in _waiting(work, wanted):
        _put(work, one, one.cents, "auto-pay", automatic=True)
    return wanted


def _waiting(work: Work, invoice_ids: Iterable[int]) -> list[_Waiting]:
    return [
        _Waiting(*row) for row in read_by_keys(work.database, WAITING, sorted(set(invoice_ids)))
    ]


def _put(work: Work, one: _Waiting, cents: int, memo: str, *, automatic: bool) -> None:
    text = plain(memo, 80)
    work.insert(
        InsurancePayment,
        ("invoice", "claim", "amount", "automatic", "memo", "put_on", "put_by"),
        [(one.id, one.claim, cents, automatic, text, work.today, work.actor.login)],
    )
    work.update(
        Invoice,
        ["insurance_paid", "version"],
        [(one.insurance_paid + cents, one.version + 1, one.id)],
    )
    work.record(
        "insurance payment put on", "invoice", one.id, amount=cents, automatic=automatic, memo=text
    )
