"""The ledger through all that payers, billers and patients do, in any order.

What becomes of claims is in `claim_lives.py`; here patients pay, get money back and are told
what they owe, and invoices are settled and reverted.
"""

from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule, run_state_machine_as_test

from rcm_tui.billing.invoices.applying import apply_on_account, apply_payments
from rcm_tui.billing.invoices.payments import (
    take_back_payment,
    take_payment,
    take_payment_on_account,
)
from rcm_tui.billing.invoices.refunds import refund_credit, refund_payment, take_back_refund
from rcm_tui.billing.invoices.settling import revert_invoices, settle_invoices
from rcm_tui.billing.statements.content import kept_back
from rcm_tui.billing.statements.making import make_statements
from rcm_tui.billing.visits.booking import Service
from rcm_tui.billing.visits.claims import queue_for_claim
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.clients import Client
from rcm_tui.data.tables.invoices import Invoice, PatientPayment, Refund
from rcm_tui.data.tables.patient_side import Statement, WriteOffReason
from rcm_tui.data.tables.visits import AppointmentType
from rcm_tui.data.work import Work
from tests.billing.claim_lives import ACTOR, ClaimLives, any_claim, sides, which
from tests.billing.claims.second_payer import add_coverage
from tests.billing.visits.booked import Booked, invoice_of
from tests.practice_builder import NOW, small_practice

SERVICES = (Service("97155", 4), Service("97156", 2))
EXAMPLES = {"sqlite": 25, "postgresql": 4}
PAID = (
    "SELECT number, state, amount, applied, refunded FROM patient_payment ORDER BY id",
    "SELECT claim_line_id, payment_id, SUM(amount) FROM payment_application"
    " WHERE state = 'posted' GROUP BY claim_line_id, payment_id ORDER BY claim_line_id, payment_id",
    "SELECT number, state, amount FROM refund ORDER BY id",
    "SELECT number, state, patient_share, paid, written_off, payer_paid FROM invoice ORDER BY id",
)

cents = st.integers(1, 30000)


class Lives(ClaimLives):
    """Three claims and a visit with its invoice, and what their patients do."""

    @initialize(sent=st.sampled_from([True, True, False]))
    def a_practice_with_claims(self, sent: bool) -> None:
        practice = small_practice()
        other = practice.add_client("HADDAD")
        add_coverage(practice)
        for client in (practice.client, other, other):
            practice.add_claim((("97153", 8), ("97155", 4)), client=client)
        clinic = Booked(self.store, practice, AppointmentType.create(name="Visit", minutes=60))
        clinic.with_copay(2500)
        visit = clinic.checked_out(SERVICES)
        self.invoice: int = invoice_of(visit).id
        with self.store.work(ACTOR, NOW) as work:
            assert queue_for_claim(work, [visit.id]).made
        if sent:
            self.submit_all()

    def state(self) -> list[Any]:
        return super().state() + [
            row for sql in PAID for row in read_rows(self.store.database, sql)
        ]

    def some(self, rows: Any, place: int) -> Any:
        """One of the rows of a query by its place; None of none."""
        found = list(rows)
        return found[place % len(found)] if found else None

    # -- what patients do -------------------------------------------------------------------

    @rule(amount=cents)
    def pay_on_the_invoice(self, amount: int) -> None:
        self.done(take_payment, self.invoice, amount, "card", undoable=True)

    @rule(place=which, amount=cents)
    def pay_on_account(self, place: int, amount: int) -> None:
        client = self.some(Client.select().order_by(Client.id), place)
        self.done(take_payment_on_account, client.id, amount, "check", undoable=True)

    @rule()
    def apply(self) -> None:
        def both(work: Work) -> Any:
            with work.undoable("Apply all") as action:
                outcome = apply_payments(work, [self.invoice])
                outcome.done += apply_on_account(work, [one.id for one in Client.select()]).done
                action.worth_undoing = bool(outcome.done)
            return outcome

        self.done(both, undoable=True)

    @rule(place=which)
    def a_check_bounces(self, place: int) -> None:
        if payment := self.some(PatientPayment.select().order_by(PatientPayment.id), place):
            self.done(take_back_payment, payment.id, "bounced", undoable=True)

    @rule(place=which, hundredths=st.integers(1, 110))
    def give_back(self, place: int, hundredths: int) -> None:
        if payment := self.some(PatientPayment.select().order_by(PatientPayment.id), place):
            amount = payment.amount * hundredths // 100
            self.done(refund_payment, payment.id, amount, "check", undoable=True)

    @any_claim((Claim.payer_balance < 0) | (Claim.patient_balance < 0))
    @rule(place=which, side=sides.filter(lambda side: side != "both"))
    def give_a_credit_back(self, place: int, side: str) -> None:
        owed = Claim.payer_balance if side == "payer" else Claim.patient_balance
        self.done(refund_credit, self.claim(place, owed < 0).id, side, "check", undoable=True)

    @rule(place=which)
    def take_a_refund_back(self, place: int) -> None:
        if refund := self.some(Refund.select().order_by(Refund.id), place):
            self.done(take_back_refund, refund.id, "never cashed")

    @rule(with_reason=st.booleans())
    def settle(self, with_reason: bool) -> None:
        reason = WriteOffReason.get(WriteOffReason.side == "either", WriteOffReason.active == 1)
        self.done(
            settle_invoices, [self.invoice], reason.id if with_reason else None, undoable=True
        )

    @precondition(lambda self: Invoice.select().where(Invoice.state == "settled").exists())
    @rule()
    def revert(self) -> None:
        self.done(revert_invoices, [self.invoice], "paid after all")

    @rule()
    def tell_them(self) -> None:
        """Statements say what the ledger says, and leave it as it is."""
        before = self.state()
        outcome = self.done(make_statements, [one.id for one in Client.select()])
        assert self.state() == before
        clients = [one.id for one in Client.select()]
        kept = kept_back(self.store.database, clients)
        owed = dict.fromkeys(clients, 0)
        for claim in Claim.select():
            owed[claim.client_id] += 0 if claim.id in kept else claim.patient_balance
        owed = {client: cents for client, cents in owed.items() if cents > 0}
        made = {
            one.client_id: one for one in Statement.select().where(Statement.id << outcome.made)
        }
        assert {client: one.due for client, one in made.items()} == owed
        for one in made.values():
            ages = (one.current, one.over_30, one.over_60, one.over_90, one.over_120)
            assert sum(ages) == one.due

    # -- what holds -------------------------------------------------------------------------

    @invariant()
    def nothing_is_applied_to_what_is_not_owed(self) -> None:
        """A patient's payment stands on no line whose share was taken back."""
        rows = read_rows(
            self.store.database,
            "SELECT l.id, l.patient_balance, SUM(a.amount) FROM payment_application a"
            " JOIN claim_line l ON l.id = a.claim_line_id WHERE a.state = 'posted'"
            " AND l.patient_balance < 0 GROUP BY l.id, l.patient_balance",
        )
        assert rows == []

    @invariant()
    def what_patients_paid_is_somewhere(self) -> None:
        for number, amount, applied, refunded in read_rows(
            self.store.database,
            "SELECT number, amount, applied, refunded FROM patient_payment WHERE state = 'posted'",
        ):
            assert 0 <= applied <= amount - refunded <= amount, number


def test_money_is_accounted_for_whatever_becomes_of_claims(store: Store, engine: str) -> None:
    class OfThisStore(Lives):
        pass

    OfThisStore.store = store
    run_state_machine_as_test(
        OfThisStore,
        settings=settings(
            max_examples=EXAMPLES[engine],
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
