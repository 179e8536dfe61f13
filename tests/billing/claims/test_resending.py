"""New claims of what was sent: duplicates of rejected ones, denied lines alone, splits, discards.

Sources: the facts on charges and claims (responses), pain 19 of the billers; the rest is ours.
"""

from typing import Any

import pytest

from rcm_tui.billing.claims.answers import resubmit_rejected
from rcm_tui.billing.claims.correcting import modify_claims, void_claims
from rcm_tui.billing.claims.resending import (
    discard_drafts,
    duplicate_claims,
    rebill_denied_lines,
    split_claim,
)
from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.undo import last_undoable, undo
from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store
from rcm_tui.data.tables.charges import ChargeItem
from rcm_tui.data.tables.claims import Claim, ClaimLine
from tests.billing.claims.test_correcting import (
    NOTE,
    PAID,
    PARTLY,
    again,
    answered,
    do,
    send,
    whole,
)
from tests.billing.remittances.received_builder import (
    account_totals,
    balances,
    claim_payment,
    line,
    lines_of,
    post,
    submitted_claim,
)
from tests.practice_builder import BILLER, NOW, SmallPractice, small_practice


def rejected(store: Store, practice: SmallPractice, **columns: Any) -> Claim:
    claim = submitted_claim(store, practice, acknowledgement="rejected", **columns)
    for one in lines_of(claim):
        practice.add_charge(
            code=one.procedure_code,
            minutes=int(one.units) * 15,
            claim_line=one,
            status="Claim Line Created",
        )
    return claim


def on_claims() -> set[int]:
    """The claims on whose lines the charge items stand."""
    return {item.claim_line.claim_id for item in ChargeItem.select()}


def wants_new_claims(practice: SmallPractice) -> None:
    practice.payer.denied_lines = "new claim"
    practice.payer.save()


class TestDuplicates:
    def test_a_rejected_claim_goes_out_as_a_new_original(self, store: Store) -> None:
        claim = rejected(store, small_practice())
        (key,) = do(store, duplicate_claims, [claim.id]).made
        made = Claim.get_by_id(key)
        assert (made.status, made.frequency, made.original_reference) == ("Draft", "1", "")
        assert (made.previous_id, made.chain, on_claims()) == (claim.id, claim.chain, {key})
        left = do(store, resubmit_rejected, [claim.id]).left
        assert left[0].reason == f"{made.number} is to take its place: work on that one"
        sent = send(store, key)
        assert (again(claim).status, balances(claim)) == ("Historical", (0, 0, 0, 0))
        assert balances(sent) == (0, 0, 56000, 0)
        assert account_totals(store)["charges"] == -56000
        whole(store)

    def test_a_rejected_replacement_stays_one(self, store: Store) -> None:
        claim = rejected(store, small_practice(), frequency="7", original_reference="ICN1")
        (key,) = do(store, duplicate_claims, [claim.id]).made
        made = Claim.get_by_id(key)
        assert (made.frequency, made.original_reference) == ("7", "ICN1")

    def test_rejected_replacements_one_after_the_other(self, store: Store) -> None:
        """Paid, its replacement rejected, that one's duplicate rejected and mended, then sent."""
        claim, _ = answered(store, small_practice())
        (second,) = do(store, modify_claims, [claim.id], NOTE).made
        send(store, second)
        Claim.update(acknowledgement="rejected").where(Claim.id == second).execute()
        (third,) = do(store, duplicate_claims, [second]).made
        send(store, third)
        assert [one.status for one in Claim.select().order_by(Claim.id)] == [
            "Historical",
            "Historical",
            "Submitted",
        ]
        whole(store)
        Claim.update(acknowledgement="rejected").where(Claim.id == third).execute()
        do(store, resubmit_rejected, [third])
        assert (again(claim).status, Claim.get_by_id(second).status) == ("Submitted", "Historical")
        assert again(claim).payer_balance == 26000
        whole(store)
        send(store, third)
        assert again(claim).status == "Historical"
        assert account_totals(store)["charges"] == -56000
        whole(store)

    def test_what_the_payer_says_is_anothers_is_a_new_claim(self, store: Store) -> None:
        practice = small_practice()
        said = (line(32000, 0, "CO-109 320.00"), line(24000, 0, "CO-109 240.00", code="97155"))
        claim = submitted_claim(store, practice)
        post(store, [claim_payment(claim.patient_control_number, said, "4")])
        (key,) = do(store, duplicate_claims, [claim.id]).made
        made = Claim.get_by_id(key)
        assert (made.frequency, made.original_reference) == ("1", "")
        send(store, key)
        assert (again(claim).status, balances(claim)) == ("Historical", (0, 0, 0, 0))
        whole(store)

    def test_what_was_adjudicated_is_corrected_instead(self, store: Store) -> None:
        claim, _ = answered(store, small_practice())
        assert "correct it (frequency 7)" in do(store, duplicate_claims, [claim.id]).left[0].reason
        pending = submitted_claim(store, small_practice_again(claim))
        assert "it was not rejected" in do(store, duplicate_claims, [pending.id]).left[0].reason


def small_practice_again(claim: Claim) -> Any:
    """The practice that is there, for a second claim of its client on another day."""

    class Same:
        @staticmethod
        def add_claim(lines: Any, status: str, **columns: Any) -> Claim:
            values = {**claim.__data__, "status": status, "chain": None, **columns}
            del values["id"]
            values |= {"number": "X1", "patient_control_number": "X1", "adjudication": "pending"}
            return Claim.create(**values)

    return Same


class TestDeniedLines:
    def test_they_go_alone_as_a_new_claim_and_the_paid_ones_stay(self, store: Store) -> None:
        practice = small_practice()
        wants_new_claims(practice)
        claim, _ = answered(store, practice)
        outcome = do(store, rebill_denied_lines, [claim.id])
        (made,) = (Claim.get_by_id(key) for key in outcome.made)
        assert (outcome.amount, made.frequency, made.original_reference) == (24000, "1", "")
        (only,) = lines_of(made)
        assert (only.position, only.procedure_code) == (1, "97155")
        assert on_claims() == {claim.id, made.id}
        before = account_totals(store)
        send(store, made.id)
        assert account_totals(store) == before
        assert again(claim).status == "Submitted"
        assert balances(claim) == (20000, 8000, 2000, 2000)
        assert [one.rebilled for one in lines_of(claim)] == [False, True]
        assert balances(lines_of(claim)[1]) == (0, 0, 0, 0)
        assert balances(made) == (0, 0, 24000, 0)
        whole(store)
        paid = [line(24000, 18000, "CO-45 60.00", code="97155")]
        post(store, [claim_payment(made.patient_control_number, paid)])
        assert (again(made).adjudication, balances(made)) == ("paid", (18000, 6000, 0, 0))
        whole(store)
        reason = do(store, modify_claims, [claim.id], NOTE).left[0].reason
        assert reason == f"some of its lines are billed anew: correct {made.number}"

    def test_rejected_the_lines_are_billed_where_they_were(self, store: Store) -> None:
        practice = small_practice()
        wants_new_claims(practice)
        claim, _ = answered(store, practice)
        before = balances(claim)
        (key,) = do(store, rebill_denied_lines, [claim.id]).made
        send(store, key)
        Claim.update(acknowledgement="rejected").where(Claim.id == key).execute()
        do(store, resubmit_rejected, [key])
        assert (balances(claim), balances(Claim.get_by_id(key))) == (before, (0, 0, 0, 0))
        assert not any(one.rebilled for one in lines_of(claim))
        assert again(claim).adjudication == "partially paid"
        whole(store)
        send(store, key)
        assert balances(claim) == (20000, 8000, 2000, 2000)
        whole(store)

    def test_a_correction_of_them_leaves_the_paid_lines_alone(self, store: Store) -> None:
        practice = small_practice()
        wants_new_claims(practice)
        claim, _ = answered(store, practice)
        (key,) = do(store, rebill_denied_lines, [claim.id]).made
        made = send(store, key)
        denied = [line(24000, 0, "CO-4 240.00", code="97155")]
        number = made.patient_control_number
        post(store, [claim_payment(number, denied, "4", payer_claim_control_number="ICN2")])
        (third,) = do(store, modify_claims, [key], NOTE).made
        send(store, third)
        assert [one.status for one in Claim.select().order_by(Claim.id)] == [
            "Submitted",
            "Historical",
            "Submitted",
        ]
        whole(store)

    def test_most_payers_want_the_whole_claim_replaced(self, store: Store) -> None:
        claim, _ = answered(store, small_practice())
        left = do(store, rebill_denied_lines, [claim.id]).left
        assert left[0].reason.startswith("Acme Health wants denied lines in a replacement of the")

    def test_nothing_denied_and_all_denied(self, store: Store) -> None:
        practice = small_practice()
        wants_new_claims(practice)
        claim, _ = answered(store, practice, PAID)
        assert do(store, rebill_denied_lines, [claim.id]).left[0].reason == (
            "none of its lines is denied and open"
        )
        ClaimLine.update(
            paid=0, adjusted=0, patient_balance=0, payer_balance=ClaimLine.billed
        ).where(ClaimLine.claim == claim).execute()
        assert do(store, rebill_denied_lines, [claim.id]).left[0].reason == (
            "all of its lines are denied: correct the whole claim"
        )


class TestSplitting:
    def test_lines_and_their_charges_go_to_a_claim_of_their_own(self, store: Store) -> None:
        practice = small_practice()
        claim = practice.add_claim((("97153", 8), ("97155", 4), ("97156", 4)))
        first, second, third = lines_of(claim)
        charge = practice.add_charge(code="97153", claim_line=first, status="Claim Line Created")
        with pytest.raises(Refused, match="some are to go, and some to stay"):
            do(store, split_claim, claim.id, [first.id, second.id, third.id])
        key = do(store, split_claim, claim.id, [first.id])
        made = Claim.get_by_id(key)
        assert [one.procedure_code for one in lines_of(made)] == ["97153"]
        stays = [(one.position, one.procedure_code) for one in lines_of(claim)]
        assert stays == [(2, "97155"), (3, "97156")]
        now = again(claim)
        assert made.billed + now.billed == claim.billed
        assert (now.line_count, made.line_count) == (2, 1)
        assert again(charge).claim_line.claim_id == key
        assert (made.previous_id, made.chain) == (None, None)
        assert len({one.line_control_number for one in ClaimLine.select()}) == 3
        action = last_undoable(store.database, BILLER.login)
        assert action is not None
        do(store, undo, action.id)
        assert [one.procedure_code for one in lines_of(claim)] == ["97153", "97155", "97156"]
        assert again(charge).claim_line_id == first.id

    def test_both_halves_of_a_resent_claim_take_its_place(self, store: Store) -> None:
        claim = rejected(store, small_practice())
        (key,) = do(store, duplicate_claims, [claim.id]).made
        other = do(store, split_claim, key, [lines_of(Claim.get_by_id(key))[0].id])
        send(store, key)
        assert (again(claim).status, balances(claim)) == ("Submitted", (0, 0, 32000, 0))
        whole(store)
        send(store, other)
        assert (again(claim).status, balances(claim)) == ("Historical", (0, 0, 0, 0))
        assert account_totals(store)["charges"] == -56000
        whole(store)

    def test_a_replacement_is_not_split(self, store: Store) -> None:
        claim, _ = answered(store, small_practice())
        (key,) = do(store, modify_claims, [claim.id], NOTE).made
        with pytest.raises(Refused, match="has to hold all its lines"):
            do(store, split_claim, key, [lines_of(Claim.get_by_id(key))[0].id])
        with pytest.raises(Refused, match="only a Draft"):
            do(store, split_claim, claim.id, [1])


class TestDiscarding:
    @pytest.mark.parametrize("said", [PARTLY, PAID])
    def test_a_correction_goes_and_the_charges_go_back(self, store: Store, said: Any) -> None:
        claim, _ = answered(store, small_practice(), said)
        (key,) = do(store, modify_claims, [claim.id], NOTE).made
        outcome = do(store, discard_drafts, [key])
        assert (outcome.done, Claim.get_by_id(key).status) == ([key], "Inactive")
        assert on_claims() == {claim.id}
        assert do(store, modify_claims, [claim.id], NOTE).done == [claim.id]

    def test_others_stay(self, store: Store) -> None:
        practice = small_practice()
        claim, _ = answered(store, practice)
        draft = practice.add_claim(client=practice.add_client("HADDAD"))
        reasons = [left.reason for left in do(store, discard_drafts, [claim.id, draft.id]).left]
        assert reasons == [
            "it is Submitted: only what was not sent",
            "it corrects no earlier submission",
        ]


@pytest.mark.parametrize(
    "step",
    [
        lambda work, key: modify_claims(work, [key], NOTE),
        lambda work, key: void_claims(work, [key], NOTE),
        lambda work, key: duplicate_claims(work, [key]),
        lambda work, key: resubmit_rejected(work, [key]),
        lambda work, key: rebill_denied_lines(work, [key]),
        lambda work, key: split_claim(work, key, []),
        lambda work, key: discard_drafts(work, [key]),
    ],
)
@pytest.mark.parametrize("role", ["auditor", "client coordinator"])
def test_who_only_looks_sends_nothing(store: Store, step: Any, role: str) -> None:
    claim, _ = answered(store, small_practice())
    with (
        store.work(Actor("vera", "Vera Stone", role), NOW) as work,
        pytest.raises(Refused, match=rf"an? {role} may not correct, void and resend claims: an ad"),
    ):
        step(work, claim.id)
    assert Claim.select().count() == 1
