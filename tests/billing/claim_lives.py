"""A machine over the real store: all that can become of claims, in any order.

After every step every journal sums to zero, every line's balances, payments, adjustments and
write-offs make what was billed, the ledger is the sum of the claims, and `check` finds nothing.
What is taken back leaves the state exactly as it was before.
"""

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
)

from rcm_tui.billing.check import check_store
from rcm_tui.billing.claims.answers import ClaimAnswer, record_answers, resubmit_rejected
from rcm_tui.billing.claims.correcting import modify_claims, void_claims
from rcm_tui.billing.claims.secondary import bill_secondary
from rcm_tui.billing.claims.submission import mark_submitted, save_and_submit
from rcm_tui.billing.invoices.answered import follow_answers
from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.patients.transfers import transfer_to_patient, transfer_to_payer
from rcm_tui.billing.remittances.duplicates import DuplicatePayment
from rcm_tui.billing.remittances.orphans import match_remittances, take_off_claims
from rcm_tui.billing.remittances.posting import post_waiting
from rcm_tui.billing.remittances.received import (
    ReceivedAdjustment,
    ReceivedClaim,
    ReceivedLine,
    ReceivedProviderAdjustment,
    ReceivedRemittances,
)
from rcm_tui.billing.remittances.taking_back import take_back_payment
from rcm_tui.billing.underpayments import accept_underpayments
from rcm_tui.billing.undo import last_undoable, undo
from rcm_tui.billing.write_offs.revoking import revoke_write_offs
from rcm_tui.billing.write_offs.writing_off import write_off
from rcm_tui.data.actor import Actor
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import ADJUDICATED, DRAFT, READY, SUBMITTED, Claim, ClaimLine
from rcm_tui.data.tables.exchange import IncomingFile
from rcm_tui.data.tables.ledger import CHARGES, PATIENT_RECEIVABLE, PAYER_RECEIVABLE
from rcm_tui.data.tables.patient_side import WriteOff, WriteOffReason
from rcm_tui.data.tables.remittances import Payment, Remittance
from rcm_tui.data.work import Work
from tests.billing.remittances.received_builder import BALANCES, post, remittances, reversal_of
from tests.practice_builder import NOW, SERVICE_DAY

ACTOR = Actor("maria", "Maria Ibarra", "administrator")
LINES = (("97153", 8), ("97155", 4))
SETTLING = ["CO-45", "CO-253", "PR-1", "PR-2", "PR-3", "OA-23", "CO-225"]
DENYING = ["CO-197", "CO-16", "PR-96", "OA-18", "PI-1", "CO-97"]
NOT_SENT_BY_FILE = "transmissions"
"""The one check that does not hold here: claims are marked as sent without a file."""

which = st.integers(0, 50)
"""Chooses one of a list, however long it is."""
SENT = Claim.status == SUBMITTED
WAITS = SENT & (Claim.adjudication == "pending")
ANSWERED = SENT & (Claim.adjudication << ADJUDICATED)
OPEN = (Claim.payer_balance > 0) | (Claim.patient_balance > 0)
parts = st.lists(
    st.tuples(st.sampled_from(SETTLING + DENYING), st.integers(1, 100)), min_size=1, max_size=3
)
sides = st.sampled_from(["payer", "patient", "both"])


def state_of(store: Store) -> list[Any]:
    """All that payers' money does to claims and lines, in order."""
    claims = f"SELECT id, status, adjudication, answered_at, underpaid, {BALANCES} FROM claim"
    lines = f"SELECT id, allowed, denied, accepted_short, rebilled, {BALANCES} FROM claim_line"
    return [
        row for sql in (claims, lines) for row in read_rows(store.database, f"{sql} ORDER BY id")
    ]


def answered(line: ClaimLine, adjusted: Iterable[tuple[str, int]], short: int) -> ReceivedLine:
    """A line of the payer's answer: each adjustment takes hundredths of what is left."""
    left, taken = line.billed, []
    for code, share in adjusted:
        if amount := left * share // 100:
            left -= amount
            taken.append(ReceivedAdjustment(*code.split("-", 1), amount))
    assert left + sum(one.amount for one in taken) == line.billed
    return ReceivedLine(
        line.procedure_code,
        (),
        line.billed,
        left,
        line_control_number=line.line_control_number if short else "",
        first_service_date=SERVICE_DAY,
        adjustments=taken,
    )


def any_claim(wanted: Any) -> Callable[[Any], Any]:
    """A rule that there must be a claim for: others would only be refused, over and over."""
    return precondition(lambda self: Claim.select().where(wanted).exists())


class ClaimLives(RuleBasedStateMachine):
    """Three claims of a small practice, one of them of a client with two payers."""

    store: Store

    def __init__(self) -> None:
        super().__init__()
        self.atomic = self.store.database.atomic()
        self.transaction = self.atomic.__enter__()
        self.said: list[ReceivedClaim] = []
        self.sent: list[ReceivedRemittances] = []
        self.files = 0
        self.before_last: list[Any] | None = None
        """The state before the last step, where that step can be undone."""

    def teardown(self) -> None:
        self.transaction.rollback()
        self.atomic.__exit__(None, None, None)

    # -- what is done -----------------------------------------------------------------------

    def claim(self, place: int, *wanted: Any) -> Claim:
        """A claim for which the conditions hold; where none is, of all."""
        claims = Claim.select().order_by(Claim.id)
        found = list(claims.where(*wanted) if wanted else claims) or list(claims)
        return found[place % len(found)]

    def payer_numbers(self) -> list[tuple[int, str]]:
        number = Claim.payer_claim_control_number
        return list(Claim.select(Claim.id, number).order_by(Claim.id).tuples())

    def forget_payer_numbers(self, known: list[tuple[int, str]]) -> None:
        """A payer knows a claim by its number still; the machine goes on as if it did not."""
        for key, kept in known:
            Claim.update(payer_claim_control_number=kept).where(Claim.id == key).execute()

    def state(self) -> list[Any]:
        """All that undoing and reversing give back."""
        return state_of(self.store)

    def settled(self) -> list[Any]:
        """The state once what patients paid went where any posting would have put it."""
        with self.store.work(ACTOR, NOW) as work:
            follow_answers(work, [claim.id for claim in Claim.select(Claim.id)])
        return self.state()

    def done(self, step: Callable[..., Any], *given: Any, undoable: bool = False) -> Any:
        """Does a step as a unit of work; what is refused changes nothing."""
        before = self.state()
        self.before_last = None
        try:
            with self.store.work(ACTOR, NOW) as work:
                outcome = step(work, *given)
        except Refused:
            assert self.state() == before
            return None
        if undoable and getattr(outcome, "done", True):
            self.before_last = before
        return outcome

    @any_claim(Claim.status << (DRAFT, READY))
    @rule(place=which)
    def submit(self, place: int) -> None:
        def send(work: Work, key: int) -> None:
            save_and_submit(work, [key])
            mark_submitted(work, [key])

        self.done(send, self.claim(place, Claim.status << (DRAFT, READY)).id)

    @rule()
    def submit_all(self) -> None:
        drafts = [claim.id for claim in Claim.select().where(Claim.status == DRAFT)]
        self.done(lambda work: save_and_submit(work, drafts))
        ready = [claim.id for claim in Claim.select().where(Claim.status == READY)]
        self.done(mark_submitted, ready)

    @any_claim(WAITS)
    @rule(place=which, accepted=st.booleans(), source=st.sampled_from(["clearinghouse", "payer"]))
    def acknowledge(self, place: int, accepted: bool, source: str) -> None:
        self.files += 1
        file = IncomingFile.create(
            source="test", name=f"{self.files}.277", sha256=str(self.files), size=0, content=b"",
            received_at=NOW,
        )  # fmt: skip
        number = self.claim(place, WAITS).patient_control_number
        answer = ClaimAnswer(
            "277CA", accepted, source, "A2" if accepted else "A7", "20", "", "SAID",
            patient_control_number=number,
        )  # fmt: skip
        self.done(record_answers, file.id, [answer])

    @any_claim(Claim.acknowledgement == "rejected")
    @rule(place=which)
    def mend_rejected(self, place: int) -> None:
        self.done(resubmit_rejected, [self.claim(place, Claim.acknowledgement == "rejected").id])

    @any_claim(SENT)
    @rule(
        places=st.lists(which, min_size=1, max_size=3),
        adjusted=st.lists(parts, min_size=2, max_size=2),
        status=st.sampled_from(["1", "1", "1", "2", "4", "19"]),
        taken=st.sampled_from([0, 0, 500, -300]),
        numbered=st.integers(0, 1),
        known=st.sampled_from([True, True, True, False]),
    )
    def pay(
        self,
        places: list[int],
        adjusted: list[list[tuple[str, int]]],
        status: str,
        taken: int,
        numbered: int,
        known: bool,
    ) -> None:
        claims = {one.id: one for one in (self.claim(place, SENT) for place in places)}.values()
        said = [self.answer(claim, adjusted, status, numbered, known) for claim in claims]
        kept = [ReceivedProviderAdjustment("WO", taken, "X")] if taken else []
        self.sent.append(dataclasses.replace(remittances(said, taken=kept), claims=list(said)))
        self.said += said
        self.before_last = None
        post(self.store, self.sent[-1])

    def answer(
        self,
        claim: Claim,
        adjusted: list[list[tuple[str, int]]],
        status: str,
        numbered: int,
        known: bool,
    ) -> ReceivedClaim:
        rows = ClaimLine.select().where(ClaimLine.claim == claim).order_by(ClaimLine.position)
        lines = [
            answered(line, taken, numbered) for line, taken in zip(rows, adjusted, strict=False)
        ]
        number = claim.patient_control_number if known else f"NOBODY{len(self.said)}"
        return ReceivedClaim(
            number,
            status,
            sum(line.charge for line in lines),
            sum(line.paid for line in lines),
            payer_claim_control_number=f"ICN{len(self.said) % 3}",
            lines=lines,
        )

    @precondition(lambda self: self.sent)
    @rule(place=which)
    def the_same_file_again(self, place: int) -> None:
        before = self.state()
        with pytest.raises(DuplicatePayment):
            post(self.store, self.sent[place % len(self.sent)])
        assert self.state() == before

    @precondition(lambda self: self.said)
    @rule(place=which)
    def reverse(self, place: int) -> None:
        self.before_last = None
        post(self.store, [reversal_of(self.said[place % len(self.said)])])

    @any_claim(SENT)
    @rule(place=which, adjusted=st.lists(parts, min_size=2, max_size=2))
    def pay_and_take_back(self, place: int, adjusted: list[list[tuple[str, int]]]) -> None:
        """The payer's reversal of what it has just said."""
        said = self.answer(self.claim(place, SENT), adjusted, "1", 1, True)
        said = dataclasses.replace(said, payer_claim_control_number=f"OWN{len(self.sent)}")
        before = self.settled()
        known = self.payer_numbers()
        self.before_last = None
        if post(self.store, [said]).posted:
            assert post(self.store, [reversal_of(said)]).posted == 1
            assert self.state() == before
            self.forget_payer_numbers(known)

    @any_claim(SENT)
    @rule(
        places=st.lists(which, min_size=2, max_size=3),
        adjusted=st.lists(parts, min_size=2, max_size=2),
        order=st.permutations([0, 1, 2]),
    )
    def pay_in_any_order(
        self, places: list[int], adjusted: list[list[tuple[str, int]]], order: list[int]
    ) -> None:
        """Files about claims of different chains do the same in whatever order they come."""
        found = [self.claim(place, SENT) for place in places]
        chains = {claim.chain or claim.id: claim for claim in found}
        claims = [one for one in chains.values() if one.billed_after_id is None]
        said = [self.answer(claim, adjusted, "1", 1, True) for claim in claims]
        self.before_last = None
        with self.store.database.atomic() as savepoint:
            for one in said:
                post(self.store, [one])
            in_order = self.state()
            savepoint.rollback()
        for place in order:
            for one in said[place : place + 1]:
                post(self.store, [one])
                self.said.append(one)
        assert self.state() == in_order

    @any_claim(WAITS)
    @rule(place=which, adjusted=st.lists(parts, min_size=2, max_size=2))
    def taken_back_before_it_came(self, place: int, adjusted: list[list[tuple[str, int]]]) -> None:
        """A reversal that comes first waits as an orphan, and is matched once its original came."""
        said = self.answer(self.claim(place, WAITS), adjusted, "1", 1, True)
        said = dataclasses.replace(said, payer_claim_control_number=f"EARLY{self.files}")
        self.files += 1
        known = self.payer_numbers()
        before = self.settled()
        self.before_last = None
        reversal = post(self.store, [reversal_of(said)])
        assert (reversal.posted, reversal.orphans) in ((0, 1), (1, 0))
        if reversal.posted or not post(self.store, [said]).posted:
            return
        orphan = Remittance.get(Remittance.payment == reversal.payment_id)
        landed = Remittance.select(Remittance.claim).order_by(Remittance.id.desc()).first()
        chosen = {orphan.id: landed.claim_id}
        outcome = self.done(lambda work: match_remittances(work, chosen))
        assert outcome is not None
        assert outcome.done == [orphan.id], outcome.left
        assert self.state() == before
        self.forget_payer_numbers(known)

    @rule(place=which)
    def take_a_payment_back(self, place: int) -> None:
        """All of it, and where that is possible it posts again as it had been posted."""
        keys = [
            one.id for one in Payment.select().where(Payment.state == "posted").order_by(Payment.id)
        ]
        if keys:
            self.done(take_back_payment, keys[place % len(keys)], "to be looked at")

    @rule(place=which)
    def post_what_waits(self, place: int) -> None:
        keys = [
            one.id
            for one in Payment.select().where(Payment.state == "to review").order_by(Payment.id)
        ]
        if keys:
            self.done(post_waiting, keys[place % len(keys)])

    @any_claim(ANSWERED)
    @rule(place=which)
    def correct(self, place: int) -> None:
        self.done(modify_claims, [self.claim(place, ANSWERED).id], "modifier", undoable=True)

    @any_claim(ANSWERED)
    @rule(place=which)
    def void(self, place: int) -> None:
        self.done(void_claims, [self.claim(place, ANSWERED).id], "billed in error", undoable=True)

    @any_claim(ANSWERED)
    @rule(place=which)
    def bill_the_next_payer(self, place: int) -> None:
        self.done(bill_secondary, [self.claim(place, ANSWERED).id], undoable=True)

    @any_claim(OPEN)
    @rule(place=which, side=sides, by_line=st.booleans())
    def write_off(self, place: int, side: str, by_line: bool) -> None:
        claim = self.claim(place, OPEN)
        reason = WriteOffReason.get(WriteOffReason.side == "either", WriteOffReason.active == 1)
        lines = [claim.lines.order_by(ClaimLine.position).get().id] if by_line else []
        self.done(write_off, [claim.id], side, reason.id, "", lines, undoable=True)

    @rule(place=which)
    def revoke(self, place: int) -> None:
        written = [one.id for one in WriteOff.select().order_by(WriteOff.id)]
        if written:
            self.done(revoke_write_offs, [written[place % len(written)]], "taken up again")

    @any_claim(ANSWERED & (Claim.payer_balance > 0))
    @rule(place=which)
    def to_the_patient(self, place: int) -> None:
        claim = self.claim(place, ANSWERED, Claim.payer_balance > 0)
        self.done(transfer_to_patient, [claim.id], undoable=True)

    @any_claim(Claim.patient_balance > 0)
    @rule(place=which)
    def to_the_payer(self, place: int) -> None:
        claim = self.claim(place, Claim.patient_balance > 0)
        self.done(transfer_to_payer, [claim.id], undoable=True)

    @rule(place=which, to=which)
    def match_an_orphan(self, place: int, to: int) -> None:
        orphans = [one.id for one in Remittance.select().where(Remittance.state == "orphan")]
        if orphans:
            chosen = {orphans[place % len(orphans)]: self.claim(to).id}
            self.done(match_remittances, chosen, undoable=True)

    @rule(place=which)
    def take_off(self, place: int) -> None:
        posted = [one.id for one in Remittance.select().where(Remittance.state == "posted")]
        if posted:
            self.done(take_off_claims, [posted[place % len(posted)]], "wrong", undoable=True)

    @any_claim(Claim.underpaid > 0)
    @rule()
    def accept(self) -> None:
        lines = [line.id for line in ClaimLine.select()]
        self.done(accept_underpayments, lines, "so be it", undoable=True)

    @rule()
    def undo(self) -> None:
        before, last = self.before_last, last_undoable(self.store.database, ACTOR.login)
        if last is None:
            return
        undone = self.done(undo, last.id)
        if before is not None:
            assert undone is not None, f"{last.title} is the last thing done, and cannot be undone"
            assert self.state() == before, last.title

    # -- what holds -------------------------------------------------------------------------

    @invariant()
    def every_journal_sums_to_zero_line_by_line(self) -> None:
        rows = read_rows(
            self.store.database,
            "SELECT journal_id, claim_line_id, SUM(amount) FROM entry"
            " GROUP BY journal_id, claim_line_id HAVING SUM(amount) <> 0",
        )
        assert rows == []

    @invariant()
    def what_was_billed_is_accounted_for(self) -> None:
        accounted = " + ".join(f"l.{column}" for column in BALANCES.split(", "))
        rows = read_rows(
            self.store.database,
            f"SELECT c.number, l.position, l.billed, {accounted} FROM claim_line l"
            " JOIN claim c ON c.id = l.claim_id WHERE c.status = 'Submitted' AND l.rebilled = 0"
            " AND c.frequency <> '8'"  # a void asks for nothing
            # What a rejected correction replaces stands again, with the charges.
            " AND NOT (c.frequency IN ('6', '7') AND c.acknowledgement = 'rejected'"
            " AND c.adjudication = 'none')"
            f" AND l.billed <> {accounted}",
        )
        assert rows == []

    @invariant()
    def the_ledger_is_the_sum_of_the_claims(self) -> None:
        ledger = dict(
            read_rows(
                self.store.database, "SELECT account, SUM(amount) FROM entry GROUP BY account"
            )
        )
        ((payer, patient),) = read_rows(
            self.store.database,
            "SELECT COALESCE(SUM(payer_balance), 0), COALESCE(SUM(patient_balance), 0) FROM claim",
        )
        assert ledger.get(PAYER_RECEIVABLE, 0) == payer
        assert ledger.get(PATIENT_RECEIVABLE, 0) == patient
        assert sum(ledger.values()) == 0
        # Charges stand once in a chain, with what was sent last; what goes on to a further payer
        # bills the whole charge again, beside it.
        twice = read_rows(
            self.store.database,
            "SELECT c.chain, COALESCE(c.billed_after_id, 0), -SUM(e.amount) FROM entry e"
            " JOIN claim c ON c.id = e.claim_id WHERE e.account = ?"
            " GROUP BY c.chain, COALESCE(c.billed_after_id, 0) HAVING -SUM(e.amount) >"
            " (SELECT MAX(o.billed) FROM claim o WHERE o.chain = c.chain)",
            CHARGES,
        )
        assert twice == []

    @invariant()
    def the_store_proves_itself(self) -> None:
        results = check_store(self.store.database, self.store.audit_key)
        wrong = {one.name: one.problems for one in results if not one.ok}
        assert wrong.keys() <= {NOT_SENT_BY_FILE}, wrong
