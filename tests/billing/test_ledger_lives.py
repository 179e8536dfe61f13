"""The ledger through all that can become of claims, in any order: a machine over the real store.

After every step every journal sums to zero, every line's balances, payments, adjustments and
write-offs make what was billed, and `check` finds nothing. What is taken back leaves the state
exactly as it was before.
"""

import dataclasses
from collections.abc import Callable, Iterable
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from rcm_tui.billing.check import check_store
from rcm_tui.billing.claims.answers import ClaimAnswer, record_answers, resubmit_rejected
from rcm_tui.billing.claims.correcting import modify_claims, void_claims
from rcm_tui.billing.claims.secondary import bill_secondary
from rcm_tui.billing.claims.submission import mark_submitted, save_and_submit
from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.patients.transfers import transfer_to_patient, transfer_to_payer
from rcm_tui.billing.remittances.duplicates import DuplicatePayment
from rcm_tui.billing.remittances.orphans import match_remittances, take_off_claims
from rcm_tui.billing.remittances.received import (
    ReceivedAdjustment,
    ReceivedClaim,
    ReceivedLine,
    ReceivedProviderAdjustment,
    ReceivedRemittances,
)
from rcm_tui.billing.underpayments import accept_underpayments
from rcm_tui.billing.undo import last_undoable, undo
from rcm_tui.billing.write_offs.revoking import revoke_write_offs
from rcm_tui.billing.write_offs.writing_off import write_off
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.data.tables.exchange import IncomingFile
from rcm_tui.data.tables.patient_side import WriteOff, WriteOffReason
from rcm_tui.data.tables.remittances import Remittance
from rcm_tui.data.work import Actor, Work
from tests.billing.claims.second_payer import add_coverage
from tests.billing.remittances.received_builder import BALANCES, post, remittances, reversal_of
from tests.practice_builder import NOW, SERVICE_DAY, small_practice

ACTOR = Actor("maria", "Maria Ibarra", "administrator")
LINES = (("97153", 8), ("97155", 4))
SETTLING = ["CO-45", "CO-253", "PR-1", "PR-2", "PR-3", "OA-23", "CO-225"]
DENYING = ["CO-197", "CO-16", "PR-96", "OA-18", "PI-1", "CO-97"]
NOT_SENT_BY_FILE = "transmissions"
"""The one check that does not hold here: claims are marked as sent without a file."""

which = st.integers(0, 50)
"""Chooses one of a list, however long it is."""
parts = st.lists(
    st.tuples(st.sampled_from(SETTLING + DENYING), st.integers(1, 100)), min_size=0, max_size=3
)
sides = st.sampled_from(["payer", "patient", "both"])


def state_of(store: Store) -> list[Any]:
    """All that money does to claims and lines, in order."""
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


class Lives(RuleBasedStateMachine):
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

    @initialize()
    def a_practice_with_claims(self) -> None:
        practice = small_practice()
        other = practice.add_client("HADDAD")
        add_coverage(practice)
        for client in (practice.client, other, other):
            practice.add_claim(LINES, client=client)

    # -- what is done -----------------------------------------------------------------------

    def claim(self, place: int) -> Claim:
        claims = list(Claim.select().order_by(Claim.id))
        return claims[place % len(claims)]

    def done(self, step: Callable[..., Any], *given: Any, undoable: bool = False) -> Any:
        """Does a step as a unit of work; what is refused changes nothing."""
        before = state_of(self.store)
        self.before_last = None
        try:
            with self.store.work(ACTOR, NOW) as work:
                outcome = step(work, *given)
        except Refused:
            assert state_of(self.store) == before
            return None
        if undoable and outcome.done:
            self.before_last = before
        return outcome

    @rule(place=which)
    def submit(self, place: int) -> None:
        def send(work: Work, key: int) -> None:
            save_and_submit(work, [key])
            mark_submitted(work, [key])

        self.done(send, self.claim(place).id)

    @rule()
    def submit_all(self) -> None:
        drafts = [claim.id for claim in Claim.select().where(Claim.status == "Draft")]
        self.done(lambda work: save_and_submit(work, drafts))
        ready = [claim.id for claim in Claim.select().where(Claim.status == "Ready to Submit")]
        self.done(mark_submitted, ready)

    @rule(place=which, accepted=st.booleans(), source=st.sampled_from(["clearinghouse", "payer"]))
    def acknowledge(self, place: int, accepted: bool, source: str) -> None:
        self.files += 1
        file = IncomingFile.create(
            source="test", name=f"{self.files}.277", sha256=str(self.files), size=0, content=b"",
            received_at=NOW,
        )  # fmt: skip
        number = self.claim(place).patient_control_number
        answer = ClaimAnswer(
            "277CA", accepted, source, "A2" if accepted else "A7", "20", "", "SAID",
            patient_control_number=number,
        )  # fmt: skip
        self.done(record_answers, file.id, [answer])

    @rule(place=which)
    def mend_rejected(self, place: int) -> None:
        self.done(resubmit_rejected, [self.claim(place).id])

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
        claims = {claim.id: claim for claim in map(self.claim, places)}.values()
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
        before = state_of(self.store)
        with pytest.raises(DuplicatePayment):
            post(self.store, self.sent[place % len(self.sent)])
        assert state_of(self.store) == before

    @precondition(lambda self: self.said)
    @rule(place=which)
    def reverse(self, place: int) -> None:
        self.before_last = None
        post(self.store, [reversal_of(self.said[place % len(self.said)])])

    @rule(place=which, adjusted=st.lists(parts, min_size=2, max_size=2))
    def pay_and_take_back(self, place: int, adjusted: list[list[tuple[str, int]]]) -> None:
        """The payer's reversal of what it has just said."""
        said = self.answer(self.claim(place), adjusted, "1", 1, True)
        said = dataclasses.replace(said, payer_claim_control_number=f"OWN{len(self.sent)}")
        number = Claim.payer_claim_control_number
        before = state_of(self.store)
        known = list(Claim.select(Claim.id, number).order_by(Claim.id).tuples())
        self.before_last = None
        if post(self.store, [said]).posted:
            assert post(self.store, [reversal_of(said)]).posted == 1
            assert state_of(self.store) == before
            # The payer knows the claim by the number still; the machine goes on as if it did not.
            for key, kept in known:
                Claim.update(payer_claim_control_number=kept).where(Claim.id == key).execute()

    @rule(place=which)
    def correct(self, place: int) -> None:
        self.done(modify_claims, [self.claim(place).id], "modifier", undoable=True)

    @rule(place=which)
    def void(self, place: int) -> None:
        self.done(void_claims, [self.claim(place).id], "billed in error", undoable=True)

    @rule(place=which)
    def bill_the_next_payer(self, place: int) -> None:
        self.done(bill_secondary, [self.claim(place).id], undoable=True)

    @rule(place=which, side=sides, by_line=st.booleans())
    def write_off(self, place: int, side: str, by_line: bool) -> None:
        claim = self.claim(place)
        reason = WriteOffReason.get(WriteOffReason.side == "either", WriteOffReason.active)
        lines = [claim.lines.get().id] if by_line else []
        self.done(write_off, [claim.id], side, reason.id, "", lines, undoable=True)

    @rule(place=which)
    def revoke(self, place: int) -> None:
        written = [one.id for one in WriteOff.select().order_by(WriteOff.id)]
        if written:
            self.done(revoke_write_offs, [written[place % len(written)]], "taken up again")

    @rule(place=which)
    def to_the_patient(self, place: int) -> None:
        self.done(transfer_to_patient, [self.claim(place).id], undoable=True)

    @rule(place=which)
    def to_the_payer(self, place: int) -> None:
        self.done(transfer_to_payer, [self.claim(place).id], undoable=True)

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
            assert state_of(self.store) == before, last.title

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
            f" AND l.billed <> {accounted}",
        )
        assert rows == []

    @invariant()
    def the_store_proves_itself(self) -> None:
        results = check_store(self.store.database, self.store.audit_key)
        wrong = {one.name: one.problems for one in results if not one.ok}
        assert wrong.keys() <= {NOT_SENT_BY_FILE}, wrong


@pytest.mark.parametrize("engine", ["sqlite"], indirect=False)
def test_money_is_accounted_for_whatever_becomes_of_claims(store: Store) -> None:
    class OfThisStore(Lives):
        pass

    OfThisStore.store = store
    run_state_machine_as_test(
        OfThisStore,
        settings=settings(
            max_examples=20,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
