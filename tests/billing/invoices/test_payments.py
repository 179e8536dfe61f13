"""What patients pay: taken, refused, applied to claims, taken back; the ledger holds through all.

Rules: seeds/003 ("choosing the payment method that is appropriate … copay as the payment memo";
"The Insurance payment method will not be the payment method used for this") and
domain/charges_and_claims.md, "Patient side".
"""

import datetime
import shutil
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rcm_tui.billing.check import check_store
from rcm_tui.billing.claims.submission import mark_sent_elsewhere
from rcm_tui.billing.invoices.applying import apply_payments
from rcm_tui.billing.invoices.payments import take_back_payment, take_payment
from rcm_tui.billing.ledger import NewJournal, post_journals, refresh_balances
from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.undo import last_undoable, undo
from rcm_tui.billing.visits.booking import Service
from rcm_tui.billing.visits.claims import queue_for_claim
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.data.tables.invoices import Invoice, PatientPayment, PaymentApplication
from rcm_tui.data.tables.ledger import Entry, Journal
from rcm_tui.data.tables.visits import Visit
from tests.billing.visits.booked import Booked, booked, invoice_of
from tests.conftest import Template
from tests.practice_builder import BILLER, NOW, TODAY


@pytest.fixture
def clinic(store: Store) -> Booked:
    made = booked(store)
    made.with_copay(2500)
    return made


def holds(store: Store) -> None:
    failed = [one for one in check_store(store.database, store._audit_key) if not one.ok]
    assert not failed, failed


def accounts() -> Counter[str]:
    """The balance of every account that has one."""
    sums: Counter[str] = Counter()
    for entry in Entry.select():
        sums[entry.account] += entry.amount
    return Counter({name: cents for name, cents in sums.items() if cents})


def pay(clinic: Booked, invoice: Invoice, cents: int, method: str = "card") -> int:
    with clinic.store.work(BILLER, NOW) as work:
        return take_payment(work, invoice.id, cents, method).id


def test_a_copay_is_cash_that_is_unapplied_and_on_the_invoice(clinic: Booked) -> None:
    invoice = invoice_of(clinic.checked_out())
    with clinic.store.work(BILLER, NOW) as work:
        taken = take_payment(work, invoice.id, 2500, "check", reference="1042")
    assert taken.balance == 0
    payment = PatientPayment.get_by_id(taken.id)
    assert (payment.memo, payment.method, payment.reference) == ("copay", "check", "1042")
    assert payment.received_on == TODAY
    assert Invoice.get_by_id(invoice.id).paid == 2500
    assert accounts() == {"patient payments": 2500, "unapplied": -2500}
    assert Journal.get_by_id(payment.journal_id).kind == "patient payment"
    assert AuditRecord.select().where(AuditRecord.action == "payment taken").count() == 1
    holds(clinic.store)


@pytest.mark.parametrize(
    ("cents", "method", "days", "reason"),
    [
        (2500, "insurance", 0, "Insurance is the method of what a payer pays after the claim"),
        (2500, "Insurance", 0, "a patient pays by cash, check, card, bank transfer or other"),
        (2500, "shells", 0, "'shells' is not a payment method: cash, check, card"),
        (0, "cash", 0, "0.00 is no payment"),
        (-2500, "cash", 0, "-25.00 is no payment"),
        (24001, "cash", 0, "240.01 is more than invoice I-000001 has open: 240.00 billed"),
        (2500, "cash", 1, "is still to come"),
    ],
)
def test_what_is_no_payment_of_a_patient_is_refused_with_the_reason(
    clinic: Booked, cents: int, method: str, days: int, reason: str
) -> None:
    invoice = invoice_of(clinic.checked_out())
    day = TODAY + datetime.timedelta(days=days)
    with (
        pytest.raises(Refused, match=reason.replace("(", r"\(")),
        clinic.store.work(BILLER, NOW) as work,
    ):
        take_payment(work, invoice.id, cents, method, received_on=day)
    assert not PatientPayment.select().count()
    assert not accounts()


def test_a_payment_is_taken_back_by_reversal_and_once(clinic: Booked) -> None:
    invoice = invoice_of(clinic.checked_out())
    key = pay(clinic, invoice, 2500, "check")
    with clinic.store.work(BILLER, NOW) as work:
        assert take_back_payment(work, key, "the check bounced").balance == 2500
    payment = PatientPayment.get_by_id(key)
    assert (payment.state, payment.reason) == ("taken back", "the check bounced")
    assert not accounts()
    assert [j.kind for j in Journal.select().order_by(Journal.id)] == [
        "patient payment",
        "patient payment reversal",
    ]
    with clinic.store.work(BILLER, NOW) as work, pytest.raises(Refused, match="before"):
        take_back_payment(work, key, "again")
    holds(clinic.store)


def test_a_payment_needs_a_reason_to_be_taken_back(clinic: Booked) -> None:
    key = pay(clinic, invoice_of(clinic.checked_out()), 2500)
    with clinic.store.work(BILLER, NOW) as work, pytest.raises(Refused, match="reason is needed"):
        take_back_payment(work, key, " ")


def test_taking_a_copay_can_be_undone_at_once(clinic: Booked) -> None:
    invoice = invoice_of(clinic.checked_out())
    pay(clinic, invoice, 2500)
    with clinic.store.work(BILLER, NOW) as work:
        action = last_undoable(work.database, BILLER.login)
        assert action is not None
        assert action.title == "Take 25.00 on I-000001"
        undo(work, action.id)
    assert not accounts()
    assert not PatientPayment.select().count()
    assert Invoice.get_by_id(invoice.id).paid == 0
    holds(clinic.store)


def test_a_check_out_that_was_paid_on_is_not_taken_back(clinic: Booked) -> None:
    visit = clinic.checked_out()
    pay(clinic, invoice_of(visit), 2500)
    # The payment is the last action; the check-out below it must not slip from under it.
    with clinic.store.work(BILLER, NOW) as work:
        action = last_undoable(work.database, BILLER.login)
        assert action is not None
    refused = pytest.raises(Refused, match=r"has changed since|has come to")
    with refused, clinic.store.work(BILLER, NOW) as work:
        undo(work, action.id - 1)
    assert Visit.get_by_id(visit.id).status == "checked out"


def send_and_answer(clinic: Booked, visit: Visit, shares: list[int]) -> Claim:
    """The visit's claim is out, and its payer left a share of each line to the patient."""
    with clinic.store.work(BILLER, NOW) as work:
        made = queue_for_claim(work, [visit.id]).made
        mark_sent_elsewhere(work, made)
        lines = ClaimLine.select().where(ClaimLine.claim == made[0]).order_by(ClaimLine.position)
        entries = []
        for line, share in zip(lines, shares, strict=True):
            entries += [
                ("patient receivable", made[0], line.id, share),
                ("payer payments", made[0], line.id, line.billed - share),
                ("payer receivable", made[0], line.id, -line.billed),
            ]
        post_journals(work, [NewJournal("remittance", made[0], entries)])
        refresh_balances(work, made)
    return Claim.get_by_id(made[0])


def test_what_is_paid_on_an_answered_invoice_is_applied_at_once(clinic: Booked) -> None:
    """A statement made in the next minute must not ask for it again."""
    visit = clinic.checked_out()
    claim = send_and_answer(clinic, visit, [1200])
    pay(clinic, invoice_of(visit), 1000)
    assert Claim.get_by_id(claim.id).patient_balance == 200
    assert accounts()["unapplied"] == 0
    with clinic.store.work(BILLER, NOW) as work:
        action = last_undoable(work.database, BILLER.login)
        assert action is not None
        undo(work, action.id)
    assert Claim.get_by_id(claim.id).patient_balance == 1200
    assert invoice_of(visit).paid == 0
    holds(clinic.store)


def test_payments_go_onto_what_the_claim_leaves_to_the_patient(clinic: Booked) -> None:
    visit = clinic.checked_out((Service("97155", 4), Service("97156", 2)))
    invoice = invoice_of(visit)
    first, second = pay(clinic, invoice, 2500), pay(clinic, invoice, 1000, "cash")
    with clinic.store.work(BILLER, NOW) as work:
        early = apply_payments(work, [invoice.id])
    assert "leaves nothing to the patient" in early.left[0].reason
    claim = send_and_answer(clinic, visit, [2000, 900])
    with clinic.store.work(BILLER, NOW) as work:
        assert apply_payments(work, [invoice.id]).amount == 2900
        assert "leaves nothing" in apply_payments(work, [invoice.id]).left[0].reason
    claim = Claim.get_by_id(claim.id)
    assert (claim.patient_balance, claim.payer_balance, claim.paid) == (0, 0, 35000)
    assert [PatientPayment.get_by_id(key).applied for key in (first, second)] == [2500, 400]
    assert accounts()["unapplied"] == -600
    assert accounts()["patient payments"] == 3500
    holds(clinic.store)
    with clinic.store.work(BILLER, NOW) as work:
        take_back_payment(work, first, "the card was charged back")
    claim = Claim.get_by_id(claim.id)
    assert claim.patient_balance == 2500
    assert accounts()["unapplied"] == -600
    assert {a.state for a in PaymentApplication.select()} == {"posted", "taken back"}
    holds(clinic.store)


steps = st.lists(
    st.one_of(
        st.tuples(st.just("pay"), st.integers(1, 30000)),
        st.tuples(st.just("back"), st.integers(0, 3)),
        st.tuples(st.just("answer"), st.integers(0, 11000)),
        st.tuples(st.just("apply"), st.just(0)),
        st.tuples(st.just("undo"), st.just(0)),
    ),
    min_size=1,
    max_size=8,
)


@settings(
    max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
@given(steps=steps)
def test_no_cent_is_lost_whatever_is_done_with_payments(
    steps: list[tuple[str, int]],
    tmp_path_factory: pytest.TempPathFactory,
    sqlite_template: Template,
) -> None:
    """Any order of paying, taking back, answering, applying and undoing keeps every balance."""
    folder: Path = tmp_path_factory.mktemp("payments")
    shutil.copytree(sqlite_template.keys, folder / "keys")
    shutil.copy2(sqlite_template.place, folder / "practice.db")
    with Store.open(str(folder / "practice.db"), folder / "keys") as store:
        clinic = booked(store)
        clinic.with_copay(2500)
        visit = clinic.checked_out((Service("97155", 4), Service("97156", 2)))
        answered = False
        for step, number in steps:
            if step == "answer" and answered:
                continue
            answered = answered or step == "answer"
            _do(clinic, visit, step, number)
        holds(store)
        stand = [p for p in PatientPayment.select() if p.state == "posted"]
        invoice = invoice_of(visit)
        assert invoice.paid == sum(p.amount for p in stand) <= invoice.billed
        assert -accounts()["unapplied"] == sum(p.amount - p.applied for p in stand)
        assert accounts()["patient payments"] == invoice.paid


def _do(clinic: Booked, visit: Visit, step: str, number: int) -> None:
    invoice = invoice_of(visit)
    payments = list(PatientPayment.select().order_by(PatientPayment.id))
    try:
        if step == "pay":
            pay(clinic, invoice, number)
        elif step == "back" and payments:
            with clinic.store.work(BILLER, NOW) as work:
                take_back_payment(work, payments[number % len(payments)].id, "given back")
        elif step == "answer":
            send_and_answer(clinic, visit, [number, 11000 - number])
        elif step == "apply":
            with clinic.store.work(BILLER, NOW) as work:
                apply_payments(work, [invoice.id])
        elif step == "undo" and payments:
            with clinic.store.work(BILLER, NOW) as work:
                action = last_undoable(work.database, BILLER.login)
                if action is not None and action.title.startswith(("Take", "Apply")):
                    undo(work, action.id)
    except Refused:
        pass  # what is refused must leave no trace: the balances below say so
