"""Modify and resubmit, and void: what is made, what is refused, and the ledger to the cent.

Sources: the facts on charges and claims (responses, remittances), pains 1 to 4 of the billers.
"""

from typing import Any

import pytest

from rcm_tui.billing.check import check_store
from rcm_tui.billing.claims.answers import ClaimAnswer, record_answers, resubmit_rejected
from rcm_tui.billing.claims.correcting import (
    modify_claims,
    preview_modifying,
    preview_voiding,
    void_claims,
)
from rcm_tui.billing.claims.resending import duplicate_claims
from rcm_tui.billing.claims.submission import mark_submitted, save_and_submit
from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.remittances.posting import post_payment, post_waiting
from rcm_tui.billing.remittances.preview import preview_payment
from rcm_tui.billing.remittances.taking_back import take_back_payment
from rcm_tui.billing.undo import last_undoable, undo
from rcm_tui.data.store import Store
from rcm_tui.data.tables.charges import ChargeItem
from rcm_tui.data.tables.claims import Claim, ClaimLine, ClaimValidation
from rcm_tui.data.tables.exchange import IncomingFile
from tests.billing.remittances.received_builder import (
    account_totals,
    balances,
    claim_payment,
    line,
    lines_of,
    post,
    remittances,
    reversal_of,
    submitted_claim,
)
from tests.practice_builder import BILLER, NOW, SmallPractice, small_practice

NOTE = "CORRECTED CLAIM: MODIFIER ADDED"
PARTLY = (
    line(32000, 20000, "CO-45 80.00, PR-3 20.00, CO-59 20.00"),
    line(24000, 0, "CO-197 240.00", code="97155"),
)
PAID = (
    line(32000, 22000, "CO-45 80.00, PR-3 20.00"),
    line(24000, 18000, "CO-45 60.00", code="97155"),
)
DENIED = (line(32000, 0, "CO-4 320.00"), line(24000, 0, "CO-4 240.00", code="97155"))


def answered(
    store: Store, practice: SmallPractice, said: Any = PARTLY, icn: str = "ICN1"
) -> tuple[Claim, Any]:
    """A Submitted claim of 560.00 with charge items, and the payer's first answer."""
    claim = submitted_claim(store, practice)
    for one in lines_of(claim):
        practice.add_charge(
            code=one.procedure_code,
            minutes=int(one.units) * 15,
            claim_line=one,
            status="Claim Line Created",
        )
    status = "4" if said is DENIED else "1"
    payment = claim_payment(
        claim.patient_control_number, said, status, payer_claim_control_number=icn
    )
    post(store, [payment])
    return Claim.get_by_id(claim.id), payment


def do(store: Store, function: Any, *arguments: Any, **named: Any) -> Any:
    with store.work(BILLER, NOW) as work:
        return function(work, *arguments, **named)


def send(store: Store, key: int) -> Claim:
    do(store, save_and_submit, [key])
    do(store, mark_submitted, [key])
    # No file carries it here.
    Claim.update(elsewhere=True).where(Claim.id == key).execute()
    return Claim.get_by_id(key)


def again(row: Any) -> Any:
    return type(row).get_by_id(row.id)


def whole(store: Store) -> None:
    """`rcm-tui check` finds nothing."""
    results = check_store(store.database, store.audit_key)
    assert [problem for one in results for problem in one.problems] == []


class TestModifying:
    @pytest.mark.parametrize("said", [PARTLY, PAID, DENIED])
    def test_makes_a_draft_that_names_the_payers_number(self, store: Store, said: Any) -> None:
        """A denied, partly denied, underpaid or paid claim is corrected (frequency 7)."""
        claim, _ = answered(store, small_practice(), said)
        outcome = do(store, modify_claims, [claim.id], NOTE)
        assert (outcome.done, outcome.amount, outcome.left) == ([claim.id], 56000, [])
        (made,) = (Claim.get_by_id(key) for key in outcome.made)
        assert (made.status, made.frequency) == ("Draft", "7")
        assert (made.original_reference, made.claim_note) == ("ICN1", NOTE)
        assert (made.previous_id, made.chain) == (claim.id, claim.chain)
        assert again(claim).status == "Submitted"
        on = {item.claim_line.claim_id for item in ChargeItem.select()}
        assert on == {made.id}

    def test_the_payer_may_want_a_6(self, store: Store) -> None:
        practice = small_practice()
        practice.payer.correction_code = "6"
        practice.payer.save()
        claim, _ = answered(store, practice)
        (made,) = do(store, modify_claims, [claim.id], NOTE).made
        assert Claim.get_by_id(made).frequency == "6"
        assert send(store, made).status == "Submitted"
        assert again(claim).status == "Historical"

    def test_the_number_can_be_typed(self, store: Store) -> None:
        claim, _ = answered(store, small_practice(), icn="")
        left = do(store, modify_claims, [claim.id], NOTE).left
        assert "stands on the remittance (CLP07)" in left[0].reason
        assert preview_modifying(store.database, [claim.id]).without_number == 1
        (made,) = do(store, modify_claims, [claim.id], NOTE, number="TYPED9").made
        assert Claim.get_by_id(made).original_reference == "TYPED9"

    def test_a_newer_number_than_it_names_is_a_warning(self, store: Store) -> None:
        """The payer corrects its answer while the correction is still a Draft."""
        claim, payment = answered(store, small_practice())
        (made,) = do(store, modify_claims, [claim.id], NOTE).made
        number = claim.patient_control_number
        newer = claim_payment(number, PAID, payer_claim_control_number="ICN1B")
        post(store, [reversal_of(payment), newer])
        assert do(store, save_and_submit, [made]).done == [made]
        (warning,) = ClaimValidation.select().where(ClaimValidation.claim == made)
        assert (warning.severity, warning.reason) == (
            "warning",
            "It names ICN1, and the payer's newest number of the claim before is ICN1B.",
        )

    def test_a_note_is_needed_and_a_number_is_one_claims(self, store: Store) -> None:
        claim, _ = answered(store, small_practice())
        with pytest.raises(Refused, match="a note is needed"):
            do(store, modify_claims, [claim.id], "  ")
        with pytest.raises(Refused, match="one claim's"):
            do(store, modify_claims, [claim.id, claim.id + 1], NOTE, number="X")

    @pytest.mark.parametrize(
        ("columns", "reason"),
        [
            ({"status": "Draft"}, "it was not sent yet: edit it"),
            ({"status": "Historical"}, "a later submission has taken its place"),
            ({"acknowledgement": "rejected", "adjudication": "none"}, "never adjudicated"),
            ({"adjudication": "pending"}, "the payer has not answered it yet"),
            ({"frequency": "8"}, "it is a void"),
        ],
    )
    def test_what_is_not_corrected_says_why(
        self, store: Store, columns: dict[str, Any], reason: str
    ) -> None:
        claim, _ = answered(store, small_practice())
        Claim.update(**columns).where(Claim.id == claim.id).execute()
        outcome = do(store, modify_claims, [claim.id], NOTE)
        assert (outcome.done, outcome.made) == ([], [])
        assert reason in outcome.left[0].reason
        assert last_undoable(store.database, BILLER.login) is None

    def test_one_correction_at_a_time(self, store: Store) -> None:
        claim, _ = answered(store, small_practice())
        (made,) = do(store, modify_claims, [claim.id], NOTE).made
        number = Claim.get_by_id(made).number
        reason = f"a correction is open already: {number}, work on that one"
        assert do(store, modify_claims, [claim.id], NOTE).left[0].reason == reason
        assert do(store, void_claims, [claim.id], NOTE).left[0].reason == reason

    def test_another_payers_claim_is_a_new_one(self, store: Store) -> None:
        said = (line(32000, 0, "CO-109 320.00"), line(24000, 0, "CO-109 240.00", code="97155"))
        practice = small_practice()
        claim = submitted_claim(store, practice)
        number = claim.patient_control_number
        post(store, [claim_payment(number, said, "4", payer_claim_control_number="I")])
        preview = preview_modifying(store.database, [claim.id])
        assert preview.count == 0
        assert "bill that one as a new claim" in next(iter(preview.left))

    def test_undone_as_long_as_it_was_not_sent(self, store: Store) -> None:
        claim, _ = answered(store, small_practice())
        do(store, modify_claims, [claim.id], NOTE)
        action = last_undoable(store.database, BILLER.login)
        assert action is not None
        assert action.title == "Correct 1 claim"
        do(store, undo, action.id)
        assert Claim.select().count() == 1
        assert {item.claim_line.claim_id for item in ChargeItem.select()} == {claim.id}


class TestLedger:
    """The charges stand once, with the submission that is with the payer; sums over the chain."""

    def corrected(self, store: Store, said: Any = PARTLY) -> tuple[Claim, Claim, Any]:
        claim, payment = answered(store, small_practice(), said)
        (made,) = do(store, modify_claims, [claim.id], NOTE).made
        sent = send(store, made)
        return again(claim), sent, payment

    def test_sending_moves_the_charges_and_leaves_the_payments(self, store: Store) -> None:
        claim, made, _ = self.corrected(store)
        assert (claim.status, made.status) == ("Historical", "Submitted")
        assert balances(made) == (0, 0, 56000, 0)
        assert balances(claim) == (20000, 8000, -30000, 2000)
        assert account_totals(store)["charges"] == -56000
        assert account_totals(store)["payer receivable"] == 26000
        whole(store)

    @pytest.mark.parametrize("order", ["reversal first", "correction first", "one file"])
    def test_reversal_and_correction_in_any_order(self, store: Store, order: str) -> None:
        claim, made, payment = self.corrected(store)
        reversal = reversal_of(payment)
        correction = claim_payment(
            made.patient_control_number, PAID, payer_claim_control_number="ICN2"
        )
        batches = {
            "reversal first": [[reversal], [correction]],
            "correction first": [[correction], [reversal]],
            "one file": [[correction, reversal]],
        }[order]
        for batch in batches:
            posted = post(store, batch)
            assert (posted.posted, posted.orphans) == (len(batch), 0)
        assert balances(claim) == (0, 0, 0, 0)
        assert balances(made) == (40000, 14000, 0, 2000)
        assert [balances(one) for one in lines_of(made)] == [
            (22000, 8000, 0, 2000),
            (18000, 6000, 0, 0),
        ]
        assert (again(made).adjudication, again(made).payer_claim_control_number) == (
            "paid",
            "ICN2",
        )
        totals = account_totals(store)
        assert totals["payer payments"] == 40000
        assert totals["payer receivable"] == 0
        assert sum(totals.values()) == 0
        whole(store)

    @pytest.mark.parametrize("order", ["reversal first", "correction first", "one file"])
    def test_under_each_others_control_numbers(self, store: Store, order: str) -> None:
        """The reversal names the replacement, the correction names what it replaced."""
        claim, made, payment = self.corrected(store)
        reversal = reversal_of(payment)
        reversal.patient_control_number = made.patient_control_number
        for one in reversal.lines:
            one.line_control_number = ""
        correction = claim_payment(
            claim.patient_control_number, PAID, payer_claim_control_number="ICN2"
        )
        batches = {
            "reversal first": [[reversal], [correction]],
            "correction first": [[correction], [reversal]],
            "one file": [[correction, reversal]],
        }[order]
        for batch in batches:
            posted = post(store, batch)
            assert (posted.posted, posted.orphans) == (len(batch), 0)
        assert (balances(claim), balances(made)) == ((0, 0, 0, 0), (40000, 14000, 0, 2000))
        assert [balances(one) for one in lines_of(made)] == [
            (22000, 8000, 0, 2000),
            (18000, 6000, 0, 0),
        ]
        assert again(made).adjudication == "paid"
        whole(store)

    def test_what_the_payer_says_of_the_earlier_claim_stays_there(self, store: Store) -> None:
        claim, made, payment = self.corrected(store)
        more = claim_payment(
            claim.patient_control_number,
            [line(24000, 18000, "CO-45 60.00", code="97155")],
            payer_claim_control_number="ICN1",
        )
        post(store, [more])
        assert (balances(made), again(made).adjudication) == ((0, 0, 56000, 0), "pending")
        assert balances(claim) == (38000, 14000, -54000, 2000)
        post(store, [reversal_of(more), reversal_of(payment)])
        assert balances(claim) == (0, 0, 0, 0)
        whole(store)

    def test_a_denied_claim_needs_no_reversal(self, store: Store) -> None:
        claim, made, _ = self.corrected(store, DENIED)
        assert balances(claim) == (0, 0, 0, 0)
        post(store, [claim_payment(made.patient_control_number, PAID)])
        assert balances(made) == (40000, 14000, 0, 2000)
        whole(store)

    def test_rejected_on_arrival_the_earlier_one_stands_again(self, store: Store) -> None:
        claim, made, _ = self.corrected(store)
        Claim.update(acknowledgement="rejected").where(Claim.id == made.id).execute()
        do(store, resubmit_rejected, [made.id])
        assert (again(claim).status, again(claim).adjudication) == ("Submitted", "partially paid")
        assert balances(claim) == (20000, 8000, 26000, 2000)
        made = again(made)
        assert (made.status, made.frequency, made.original_reference) == ("Draft", "7", "ICN1")
        assert balances(made) == (0, 0, 0, 0)
        whole(store)
        assert send(store, made.id).payer_balance == 56000
        assert again(claim).status == "Historical"
        whole(store)

    def refused(self, store: Store, claim: Claim) -> None:
        file = IncomingFile.create(
            source="test", name="1.277", sha256=str(claim.id), size=0, content=b"", received_at=NOW
        )
        answer = ClaimAnswer("277CA", False, "payer", "A7", "20", "", "NO", claim_id=claim.id)
        do(store, record_answers, file.id, [answer])

    def test_rejected_the_submission_that_the_payer_holds_keeps_the_charges(
        self, store: Store
    ) -> None:
        claim, made, payment = self.corrected(store)
        self.refused(store, made)
        assert (again(claim).status, again(claim).adjudication) == ("Submitted", "partially paid")
        assert balances(claim) == (20000, 8000, 26000, 2000)
        assert (again(made).status, again(made).acknowledgement) == ("Submitted", "rejected")
        assert balances(made) == (0, 0, 0, 0)
        assert account_totals(store)["charges"] == -56000
        whole(store)
        # One correction at a time: the rejected one is to be mended.
        (left,) = do(store, modify_claims, [claim.id], NOTE).left
        assert left.reason == f"a correction is open already: {made.number}, work on that one"
        (third,) = do(store, duplicate_claims, [made.id]).made
        sent = send(store, third)
        assert [again(one).status for one in (claim, made)] == ["Historical", "Historical"]
        assert balances(sent) == (0, 0, 56000, 0)
        assert account_totals(store)["charges"] == -56000
        whole(store)
        post(store, [reversal_of(payment)])
        assert balances(claim) == (0, 0, 0, 0)
        whole(store)

    def test_rejected_and_mended_it_takes_the_place_again(self, store: Store) -> None:
        claim, made, _ = self.corrected(store)
        self.refused(store, made)
        do(store, resubmit_rejected, [made.id])
        assert (again(made).status, again(claim).status) == ("Draft", "Submitted")
        whole(store)
        assert balances(send(store, made.id)) == (0, 0, 56000, 0)
        assert again(claim).status == "Historical"
        whole(store)

    @pytest.mark.parametrize("over", [False, True])
    def test_decided_on_although_it_was_rejected_it_has_the_charges(
        self, store: Store, over: bool
    ) -> None:
        claim, made, payment = self.corrected(store)
        self.refused(store, made)
        said = (line(32000, 56000, "CO-45 -240.00"), line(24000, 0, "CO-16 240.00", code="97155"))
        answer = claim_payment(made.patient_control_number, said if over else PAID)
        with store.work(BILLER, NOW) as work:
            waits = post_payment(work, remittances([answer]), review=True).payment_id
        preview = preview_payment(store.database, waits)
        assert preview is not None
        do(store, post_waiting, waits)
        assert again(made).adjudication == ("partially paid" if over else "paid")
        assert preview.rows[0].adjudication == again(made).adjudication
        assert again(claim).status == "Historical"
        assert balances(claim) == (20000, 8000, -30000, 2000)
        whole(store)
        post(store, [reversal_of(payment)])
        whole(store)

    def test_a_correction_of_a_correction(self, store: Store) -> None:
        _, made, _ = self.corrected(store, DENIED)
        number = made.patient_control_number
        post(store, [claim_payment(number, PARTLY, payer_claim_control_number="ICN2")])
        (third,) = do(store, modify_claims, [made.id], NOTE).made
        last = send(store, third)
        assert (last.original_reference, last.chain) == ("ICN2", made.chain)
        assert [claim.status for claim in Claim.select().order_by(Claim.id)] == [
            "Historical",
            "Historical",
            "Submitted",
        ]
        whole(store)


class TestVoiding:
    def test_a_void_has_the_same_lines_and_is_ready_at_once(self, store: Store) -> None:
        claim, _ = answered(store, small_practice())
        preview = preview_voiding(store.database, [claim.id])
        assert (preview.count, preview.billed, preview.paid) == (1, 56000, 20000)
        (key,) = do(store, void_claims, [claim.id], "BILLED IN ERROR").made
        made = Claim.get_by_id(key)
        assert (made.status, made.frequency, made.original_reference) == (
            "Ready to Submit",
            "8",
            "ICN1",
        )
        assert [one.billed for one in lines_of(made)] == [32000, 24000]
        assert {item.claim_line.claim_id for item in ChargeItem.select()} == {claim.id}

    def test_sent_it_charges_nothing_and_answered_nothing_is_left(self, store: Store) -> None:
        claim, payment = answered(store, small_practice())
        (key,) = do(store, void_claims, [claim.id], "BILLED IN ERROR").made
        made = send(store, key)
        assert (again(claim).status, balances(made)) == ("Historical", (0, 0, 0, 0))
        assert balances(claim) == (20000, 8000, -30000, 2000)
        assert {(item.status, item.claim_line_id) for item in ChargeItem.select()} == {
            ("On Hold", None)
        }
        assert claim.number in ChargeItem.get().hold_reason
        whole(store)
        post(store, [reversal_of(payment)])
        assert balances(claim) == (0, 0, 0, 0)
        assert set(account_totals(store).values()) == {0}
        whole(store)

    def voided(self, store: Store, said: Any) -> tuple[Claim, Claim, Any]:
        claim, payment = answered(store, small_practice(), said)
        (key,) = do(store, void_claims, [claim.id], "BILLED IN ERROR").made
        return claim, send(store, key), payment

    @pytest.mark.parametrize("named", ["the claim", "the void"])
    def test_it_ends_as_voided_when_the_payer_takes_back(self, store: Store, named: str) -> None:
        claim, made, payment = self.voided(store, PARTLY)
        assert made.adjudication == "pending"
        do(store, record_answers, *self.accepted(made))
        assert again(made).adjudication == "pending"  # what was paid stands still
        reversal = reversal_of(payment)
        if named == "the void":
            reversal.patient_control_number = made.patient_control_number
        taken = post(store, [reversal])
        assert (again(made).adjudication, again(made).answered_at) == ("voided", NOW)
        whole(store)
        do(store, take_back_payment, taken.payment_id, "of another practice")
        assert (again(made).adjudication, again(made).answered_at) == ("pending", None)
        assert balances(claim) == (20000, 8000, -30000, 2000)
        whole(store)

    def test_of_what_was_denied_it_ends_when_the_payer_accepts_it(self, store: Store) -> None:
        _, made, _ = self.voided(store, DENIED)
        assert again(made).adjudication == "pending"
        do(store, record_answers, *self.accepted(made))
        assert again(made).adjudication == "voided"
        whole(store)

    def test_rejected_what_it_voids_stands_again(self, store: Store) -> None:
        claim, made, _ = self.voided(store, PARTLY)
        do(store, record_answers, *self.accepted(made, accepted=False))
        assert (again(made).adjudication, again(claim).status) == ("none", "Submitted")
        assert balances(claim) == (20000, 8000, 26000, 2000)
        # Nothing is released to be billed a second time.
        items = ChargeItem.select().order_by(ChargeItem.id)
        assert [(one.status, one.hold_reason, one.claim_line_id) for one in items] == [
            ("Claim Line Created", "", row.id) for row in lines_of(claim)
        ]
        whole(store)

    def accepted(self, claim: Claim, accepted: bool = True) -> tuple[int, list[ClaimAnswer]]:
        file = IncomingFile.create(
            source="test", name="1.277", sha256=str(claim.id), size=0, content=b"", received_at=NOW
        )
        category = "A2" if accepted else "A7"
        answer = ClaimAnswer("277CA", accepted, "payer", category, "20", "", "", claim_id=claim.id)
        return file.id, [answer]

    def test_a_payer_that_takes_no_voids(self, store: Store) -> None:
        practice = small_practice()
        practice.payer.takes_voids = False
        practice.payer.save()
        claim, _ = answered(store, practice)
        outcome = do(store, void_claims, [claim.id], NOTE)
        assert outcome.made == []
        assert outcome.left[0].reason == (
            "Acme Health takes no voids (8): ask by phone or letter to take the claim back;"
            " the reversal that follows settles it here"
        )

    def test_what_is_not_clean_stays_a_draft(self, store: Store) -> None:
        claim, _ = answered(store, small_practice())
        ClaimLine.update(pointers="3").where(ClaimLine.claim == claim).execute()
        (key,) = do(store, void_claims, [claim.id], NOTE).made
        assert Claim.get_by_id(key).status == "Draft"
