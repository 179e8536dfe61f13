"""Invoices after the payer's answer: shares, auto-pay, refunds, settling and reverting.

Seed 003: "If the Claim has been paid out, you will want to make sure the associated Invoice has
the amount paid added to it. This can either be done automatically from your Advanced Settings or
done manually", and what is left over is the patient's, or written off.
"""

from collections import Counter

import pytest

from rcm_tui.billing.check import check_store
from rcm_tui.billing.claims.correcting import modify_claims
from rcm_tui.billing.claims.submission import mark_sent_elsewhere, mark_submitted
from rcm_tui.billing.invoices.applying import apply_payments
from rcm_tui.billing.invoices.insurance import put_insurance, put_insurance_payment
from rcm_tui.billing.invoices.payments import (
    take_back_payment,
    take_payment,
    take_payment_on_account,
)
from rcm_tui.billing.invoices.refunds import refund_credit, refund_payment, take_back_refund
from rcm_tui.billing.invoices.settling import revert_invoices, settle_invoices
from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.undo import last_undoable, undo
from rcm_tui.billing.visits.booking import Service
from rcm_tui.billing.visits.claims import queue_for_claim
from rcm_tui.data.actor import Actor
from rcm_tui.data.records.invoice import read_invoice
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.data.tables.invoices import (
    InsurancePayment,
    Invoice,
    InvoiceLine,
    PatientPayment,
    PaymentApplication,
    Refund,
)
from rcm_tui.data.tables.ledger import Entry
from rcm_tui.data.tables.patient_side import WriteOff, WriteOffReason
from rcm_tui.data.tables.practice import Location
from tests.billing.claims.second_payer import add_coverage, billed_onward
from tests.billing.remittances.received_builder import (
    balances,
    claim_payment,
    line,
    lines_of,
    post,
    reversal_of,
    submitted_claim,
)
from tests.billing.visits.booked import Booked, booked, invoice_of
from tests.practice_builder import BILLER, MANAGER, NOW, TODAY, small_practice

TWO = (Service("97155", 4), Service("97156", 2))
"""240.00 and 110.00."""


@pytest.fixture
def clinic(store: Store) -> Booked:
    made = booked(store)
    made.with_copay(2500)
    return made


def holds(store: Store) -> None:
    failed = [one for one in check_store(store.database, store._audit_key) if not one.ok]
    assert not failed, failed


def sent(clinic: Booked) -> tuple[Invoice, Claim]:
    """An invoice of two lines whose claim is out."""
    visit = clinic.checked_out(TWO)
    with clinic.store.work(BILLER, NOW) as work:
        made = queue_for_claim(work, [visit.id]).made
        mark_sent_elsewhere(work, made)
    return invoice_of(visit), Claim.get_by_id(made[0])


def answer(claim: Claim, first: str = "CO-45 60.00, PR-3 20.00", second: str = "CO-45 10.00"):  # type: ignore[no-untyped-def]
    """What the payer says of both lines."""
    parts = []
    for row, adjusted in zip(lines_of(claim), (first, second), strict=True):
        taken = sum(round(float(part.split()[1]) * 100) for part in adjusted.split(",") if part)
        code = row.procedure_code
        day = row.first_service_date
        parts.append(line(row.billed, row.billed - taken, adjusted, code, first_service_date=day))
    return claim_payment(claim.patient_control_number, parts)


def now(invoice: Invoice) -> Invoice:
    return Invoice.get_by_id(invoice.id)


def take(clinic: Booked, invoice: Invoice, cents: int) -> int:
    with clinic.store.work(BILLER, NOW) as work:
        return take_payment(work, invoice.id, cents, "card").id


def auto_pay(on: bool = True) -> None:
    Location.update(auto_pay=on).execute()


def reason() -> int:
    return int(WriteOffReason.get(WriteOffReason.name == "Small balance").id)


def test_the_answer_moves_the_patients_share_and_the_copay_goes_onto_it(clinic: Booked) -> None:
    invoice, claim = sent(clinic)
    take(clinic, invoice, 2500)
    assert (now(invoice).patient_share, now(invoice).payer_share) == (2500, 32500)
    post(clinic.store, [answer(claim)])
    after = now(invoice)
    assert (after.patient_share, after.payer_share, after.payer_paid) == (2000, 33000, 26000)
    assert [row.patient_share for row in InvoiceLine.select().order_by(InvoiceLine.position)] == [
        2000, 0,
    ]  # fmt: skip
    # The copay of 25.00 was 5.00 too much: 20.00 of it stand on the claim.
    assert PatientPayment.get().applied == 2000
    assert Claim.get_by_id(claim.id).patient_balance == 0
    holds(clinic.store)


def test_a_reversal_leaves_all_as_it_was_before(clinic: Booked) -> None:
    auto_pay()
    invoice, claim = sent(clinic)
    take(clinic, invoice, 2500)
    said = answer(claim)
    post(clinic.store, [said])
    post(clinic.store, [reversal_of(said)])
    after = now(invoice)
    assert (after.patient_share, after.payer_paid, after.insurance_paid) == (2500, 0, 0)
    assert PatientPayment.get().applied == 0
    claim = Claim.get_by_id(claim.id)
    assert (claim.payer_balance, claim.patient_balance, claim.paid) == (35000, 0, 0)
    assert [row.amount for row in InsurancePayment.select().order_by(InsurancePayment.id)] == [
        26000, -26000,
    ]  # fmt: skip
    holds(clinic.store)
    post(clinic.store, [answer(claim, "PR-1 40.00", "")])
    assert (now(invoice).patient_share, PatientPayment.get().applied) == (4000, 2500)
    assert Claim.get_by_id(claim.id).patient_balance == 1500
    holds(clinic.store)


def test_with_auto_pay_the_payers_money_goes_onto_the_invoice_by_itself(clinic: Booked) -> None:
    auto_pay()
    invoice, claim = sent(clinic)
    post(clinic.store, [answer(claim)])
    (put,) = InsurancePayment.select()
    assert (put.amount, put.automatic, put.claim, put.memo) == (26000, True, claim, "auto-pay")
    assert now(invoice).insurance_paid == 26000
    with clinic.store.work(MANAGER, NOW) as work:
        assert put_insurance(work, [invoice.id]).done == []


def test_without_it_a_biller_puts_it_on_by_the_insurance_method(clinic: Booked) -> None:
    invoice, claim = sent(clinic)
    with clinic.store.work(MANAGER, NOW) as work, pytest.raises(Refused, match=r"0\.00 of that"):
        put_insurance_payment(work, invoice.id, 100)
    post(clinic.store, [answer(claim)])
    assert now(invoice).insurance_paid == 0
    with clinic.store.work(MANAGER, NOW) as work:
        assert put_insurance_payment(work, invoice.id, 6000, "first check") == 20000
    with clinic.store.work(MANAGER, NOW) as work:
        assert put_insurance(work, [invoice.id]).amount == 20000
    with clinic.store.work(MANAGER, NOW) as work, pytest.raises(Refused, match="what a payer pays"):
        put_insurance_payment(work, invoice.id, 1)
    holds(clinic.store)
    with clinic.store.work(MANAGER, NOW) as work:
        action = last_undoable(work.database, BILLER.login)
        assert action is not None
        undo(work, action.id)
    assert now(invoice).insurance_paid == 6000
    holds(clinic.store)


def test_what_was_paid_too_much_is_given_back_and_the_refund_can_be_taken_back(
    clinic: Booked,
) -> None:
    invoice, claim = sent(clinic)
    key = take(clinic, invoice, 2500)
    post(clinic.store, [answer(claim)])
    refused = pytest.raises(Refused, match=r"5\.00 is unapplied and can be given back, not 6\.00")
    with refused, clinic.store.work(MANAGER, NOW) as work:
        refund_payment(work, key, 600, "check")
    with clinic.store.work(MANAGER, NOW) as work:
        given = refund_payment(work, key, 500, "check", "2071", "paid too much")
    assert (now(invoice).paid, now(invoice).patient_share) == (2000, 2000)
    assert (given.number, given.balance) == ("R-000001", 0)
    holds(clinic.store)
    with clinic.store.work(MANAGER, NOW) as work, pytest.raises(Refused, match="refund back first"):
        take_back_payment(work, key, "bounced")
    with clinic.store.work(MANAGER, NOW) as work:
        take_back_refund(work, given.id, "the check was never cashed")
    assert (now(invoice).paid, Refund.get().state) == (2500, "taken back")
    with clinic.store.work(MANAGER, NOW) as work, pytest.raises(Refused, match="before"):
        take_back_refund(work, given.id, "again")
    holds(clinic.store)


def test_a_payers_credit_is_given_back_from_its_claim(clinic: Booked) -> None:
    claim = submitted_claim(clinic.store, clinic.practice)
    parts = [line(32000, 32000), line(24000, 24000, code="97155")]
    post(clinic.store, [claim_payment(claim.patient_control_number, parts)])
    again = claim_payment(claim.patient_control_number, parts)
    post(clinic.store, [again])
    assert Claim.get_by_id(claim.id).payer_balance == -56000
    auditor = Actor("ann", "Ann", "auditor")
    with clinic.store.work(auditor, NOW) as work, pytest.raises(Refused, match="may not refund"):
        refund_credit(work, claim.id, "payer", "check")
    with clinic.store.work(MANAGER, NOW) as work:
        part = refund_credit(work, claim.id, "payer", "check", "900", amount=40000)
        rest = refund_credit(work, claim.id, "payer", "check", "901")
    assert (part.balance, rest.amount) == (16000, 16000)
    after = Claim.get_by_id(claim.id)
    assert (after.payer_balance, after.paid) == (0, 56000)
    with clinic.store.work(MANAGER, NOW) as work, pytest.raises(Refused, match="nothing of this"):
        refund_credit(work, claim.id, "payer", "check")
    holds(clinic.store)
    with clinic.store.work(MANAGER, NOW) as work:
        take_back_refund(work, part.id, "returned by the post office")
    assert Claim.get_by_id(claim.id).payer_balance == -40000
    holds(clinic.store)


def test_an_invoice_is_settled_once_nothing_is_open_and_reverted(clinic: Booked) -> None:
    invoice, claim = sent(clinic)
    with clinic.store.work(MANAGER, NOW) as work:
        early = settle_invoices(work, [invoice.id], reason())
    assert early.left[0].reason == f"its payer still owes 350.00 on claim {claim.number}"
    post(clinic.store, [answer(claim)])
    with clinic.store.work(MANAGER, NOW) as work:
        (left,) = settle_invoices(work, [invoice.id]).left
        assert left.reason.startswith("the patient still owes 20.00")
        done = settle_invoices(work, [invoice.id], reason(), "not worth a stamp")
    assert (done.done, done.amount) == ([invoice.id], 2000)
    settled = now(invoice)
    assert (settled.state, settled.written_off, settled.patient_share) == ("settled", 2000, 2000)
    assert WriteOff.get().invoice == invoice
    with clinic.store.work(MANAGER, NOW) as work, pytest.raises(Refused, match="is settled"):
        take_payment(work, invoice.id, 2000, "cash")
    holds(clinic.store)
    with clinic.store.work(MANAGER, NOW) as work:
        back = revert_invoices(work, [invoice.id], "the patient paid after all")
    assert back.amount == 2000
    assert (now(invoice).state, now(invoice).written_off) == ("open", 0)
    take(clinic, invoice, 2000)
    with clinic.store.work(MANAGER, NOW) as work:
        apply_payments(work, [invoice.id])
        assert settle_invoices(work, [invoice.id]).done == [invoice.id]
    holds(clinic.store)
    post(clinic.store, [reversal_of(answer(claim))])
    # The payer took its answer back: a settled invoice is open again.
    assert now(invoice).state == "open"
    holds(clinic.store)


def test_settling_is_undone_by_a_key(clinic: Booked) -> None:
    invoice, claim = sent(clinic)
    post(clinic.store, [answer(claim)])
    with clinic.store.work(MANAGER, NOW) as work:
        settle_invoices(work, [invoice.id], reason())
    with clinic.store.work(MANAGER, NOW) as work:
        action = last_undoable(work.database, BILLER.login)
        assert action is not None
        assert action.title == "Settle 1 invoice"
        undo(work, action.id)
    assert (now(invoice).state, now(invoice).written_off) == ("open", 0)
    assert Claim.get_by_id(claim.id).patient_balance == 2000
    holds(clinic.store)


def test_a_payment_on_account_goes_onto_the_oldest_lines(clinic: Booked) -> None:
    """For claims without a visit: what a client sends in answer to a statement."""
    claims = [submitted_claim(clinic.store, clinic.practice) for _ in range(2)]
    for claim in claims:
        parts = [
            line(32000, 30000, "PR-3 20.00"),
            line(24000, 23000, "PR-2 10.00", "97155"),
        ]
        post(clinic.store, [claim_payment(claim.patient_control_number, parts)])
    client = clinic.practice.client
    with clinic.store.work(MANAGER, NOW) as work:
        taken = take_payment_on_account(work, client.id, 3500, "check", "statement", "88")
    assert taken.balance == 2500
    assert [row.patient_balance for claim in claims for row in lines_of(claim)] == [
        0,
        0,
        1500,
        1000,
    ]
    holds(clinic.store)
    with clinic.store.work(MANAGER, NOW) as work:
        more = take_payment_on_account(work, client.id, 3000, "cash")
        assert refund_payment(work, more.id, 500, "cash").balance == 0
    assert ClaimLine.select().where(ClaimLine.patient_balance != 0).count() == 0
    with clinic.store.work(MANAGER, NOW) as work:
        take_back_payment(work, taken.id, "the check bounced")
    assert sum(claim.patient_balance for claim in Claim.select()) == 3500
    assert not sum(entry.amount for entry in Entry.select())
    holds(clinic.store)


def test_what_the_second_payer_leaves_is_on_the_invoice_and_the_copay_goes_onto_it(
    clinic: Booked,
) -> None:
    store = clinic.store
    add_coverage(clinic.practice)
    invoice, claim = sent(clinic)
    take(clinic, invoice, 500)
    post(store, [answer(claim, "CO-45 60.00, PR-3 20.00", "CO-45 10.00, PR-1 10.00")])
    assert now(invoice).patient_share == 3000
    assert PatientPayment.get().applied == 500
    (second,) = billed_onward(store, claim).made
    with store.work(BILLER, NOW) as work:
        mark_submitted(work, [second])
    Claim.update(elsewhere=True).where(Claim.id == second).execute()
    # 5.00 were paid of it; the rest is asked of the second payer.
    assert now(invoice).patient_share == 500
    take(clinic, invoice, 2000)
    assert now(invoice).patient_share - now(invoice).paid == -2000
    with store.work(BILLER, NOW) as work:
        (left,) = settle_invoices(work, [invoice.id], reason()).left
    assert left.reason == f"its payer still owes 25.00 on claim {Claim.get_by_id(second).number}"
    further = Claim.get_by_id(second)
    said = claim_payment(
        further.patient_control_number,
        [
            line(24000, 600, "OA-23 225.00, PR-2 9.00", "97155", first_service_date=TODAY),
            line(11000, 800, "OA-23 100.00, PR-2 2.00", "97156", first_service_date=TODAY),
        ],
        "2",
    )
    post(store, [said])
    holds(store)
    assert [balances(one) for one in lines_of(further)] == [
        (600 + 900, 22500, 0, 0),
        (800 + 200, 10000, 0, 0),
    ]
    after = now(invoice)
    assert (after.patient_share, after.payer_paid) == (500 + 900 + 200, 25000 + 1400)
    assert [row.patient_share for row in InvoiceLine.select().order_by(InvoiceLine.position)] == [
        1400, 200,
    ]  # fmt: skip
    assert sum(one.applied for one in PatientPayment.select()) == 1600
    record = read_invoice(store.database, invoice.id)
    assert record is not None
    assert [(one.payer_paid, one.patient_balance) for one in record.lines] == [
        (16000 + 500 + 1500, 0),
        (9000 + 1000, 0),
    ]
    # The second payer takes it back: the copay waits again.
    post(store, [reversal_of(said)])
    assert now(invoice).patient_share == 500
    assert sum(one.applied for one in PatientPayment.select()) == 500
    holds(store)


def corrected(store: Store, claim: Claim) -> Claim:
    """The correction of an answered claim, sent."""
    with store.work(BILLER, NOW) as work:
        (key,) = modify_claims(work, [claim.id], "MODIFIER ADDED").made
        mark_sent_elsewhere(work, [key])
    return Claim.get_by_id(key)


@pytest.mark.parametrize("order", ["reversal first", "correction first", "one file"])
@pytest.mark.parametrize("taken", ["on the invoice", "on account"])
def test_a_payment_goes_along_with_the_correction(clinic: Booked, order: str, taken: str) -> None:
    store = clinic.store
    invoice, claim = sent(clinic)
    first = answer(claim)
    first.payer_claim_control_number = "ICN1"
    post(store, [first])
    if taken == "on the invoice":
        take(clinic, invoice, 3500)
        with store.work(BILLER, NOW) as work:
            apply_payments(work, [invoice.id])
    else:
        with store.work(BILLER, NOW) as work:
            take_payment_on_account(work, claim.client_id, 3500, "check")
    assert PatientPayment.get().applied == 2000
    again = corrected(store, claim)
    # Until the payer takes its answer back, what it left to the patient stands there, and is paid.
    assert PatientPayment.get().applied == 2000
    assert Claim.get_by_id(claim.id).patient_balance == 0
    second = answer(again, "CO-45 60.00, PR-3 30.00", "CO-45 10.00, PR-3 1.00")
    second.payer_claim_control_number = "ICN2"
    batches = {
        "reversal first": [[reversal_of(first)], [second]],
        "correction first": [[second], [reversal_of(first)]],
        "one file": [[second, reversal_of(first)]],
    }[order]
    for batch in batches:
        post(store, batch)
        holds(store)
    before, after = Claim.get_by_id(claim.id), Claim.get_by_id(again.id)
    assert (before.paid, before.patient_balance) == (0, 0)
    assert after.patient_balance == 0
    assert after.paid == 35000 - 7000 - 3100 + 3100
    assert PatientPayment.get().applied == 3100
    standing = PaymentApplication.select().where(PaymentApplication.state == "posted")
    on_lines: Counter[int] = Counter()
    for one in standing:
        on_lines[one.claim_line_id] += one.amount
    assert on_lines == dict(zip([row.id for row in lines_of(again)], (3000, 100), strict=True))
    # The correction is taken back as well: the payment waits for what is answered next.
    post(store, [reversal_of(second)])
    assert PatientPayment.get().applied == 0
    assert Claim.get_by_id(again.id).patient_balance == 0
    holds(store)


def test_what_was_paid_on_account_comes_off_without_an_invoice(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    said = claim_payment(claim.patient_control_number, [line(32000, 30000, "PR-3 20.00")])
    post(store, [said])
    with store.work(BILLER, NOW) as work:
        take_payment_on_account(work, claim.client_id, 2000, "check")
    post(store, [reversal_of(said)])
    assert (PatientPayment.get().applied, Claim.get_by_id(claim.id).patient_balance) == (0, 0)
    less = claim_payment(claim.patient_control_number, [line(32000, 30500, "PR-3 15.00")])
    post(store, [less])
    assert (PatientPayment.get().applied, Claim.get_by_id(claim.id).patient_balance) == (1500, 0)
    holds(store)
