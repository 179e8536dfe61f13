"""A payer that says by phone to have no such claim: as good as a rejection."""

from typing import Any

import pytest

from rcm_tui.billing.claims.answers import resubmit_rejected
from rcm_tui.billing.claims.by_phone import not_on_file, preview_not_on_file
from rcm_tui.billing.outcome import Outcome, Refused
from rcm_tui.billing.undo import last_undoable, undo
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.exchange import ClaimResponse, TransmittedClaim
from tests.billing.claims.test_answers import ACCEPTED, answer, of, states, transmitted
from tests.billing.remittances.received_builder import claim_payment, line, post
from tests.practice_builder import BILLER, NOW, small_practice

SAID = "Ann, ref 4471-K: nothing on file"


def told(store: Store, claims: list[Claim], said: str = SAID) -> Outcome:
    with store.work(BILLER, NOW) as work:
        return not_on_file(work, [claim.id for claim in claims], said)


@pytest.mark.parametrize("source", ["", "clearinghouse", "payer"])
def test_it_counts_as_rejected_and_goes_again_as_an_original(store: Store, source: str) -> None:
    _, claims = transmitted(store, small_practice())
    if source:
        answer(store, *(of(claim, ACCEPTED, source=source) for claim in claims))
    outcome = told(store, claims)
    assert outcome.done == [claim.id for claim in claims]
    assert outcome.amount == sum(claim.billed for claim in claims)
    assert states(claims) == ["rejected", "rejected"]
    assert not TransmittedClaim.select().where(TransmittedClaim.live == 1).exists()
    said = ClaimResponse.select().order_by(ClaimResponse.id.desc()).get()
    assert (said.kind, said.source, said.accepted, said.text) == ("call", "payer", False, SAID)
    assert said.words == "the payer has no such claim"
    with store.work(BILLER, NOW) as work:
        assert resubmit_rejected(work, outcome.done).done == outcome.done
    assert {one.frequency for one in Claim.select()} == {"1"}


def test_it_is_taken_back_as_one(store: Store) -> None:
    _, claims = transmitted(store, small_practice())
    before = [dict(row) for row in Claim.select().dicts()]
    told(store, claims)
    with store.work(BILLER, NOW) as work:
        last = last_undoable(store.database, BILLER.login)
        assert last is not None
        undo(work, last.id)
    after = [dict(row) for row in Claim.select().dicts()]
    assert [{**row, "version": 0} for row in after] == [{**row, "version": 0} for row in before]
    assert TransmittedClaim.select().where(TransmittedClaim.live == 1).count() == 2
    assert not ClaimResponse.select().exists()


def test_what_was_not_sent_rejected_before_or_adjudicated_is_left(store: Store) -> None:
    practice = small_practice()
    _, (paid, rejected) = transmitted(store, practice)
    post(store, [claim_payment(paid.patient_control_number, [line(32000, 32000)])])
    answer(store, of(rejected, ACCEPTED, accepted=False))
    draft = practice.add_claim()
    reasons = {
        paid.id: "the payer adjudicated it: paid",
        rejected.id: "it was rejected already",
        draft.id: "it is Draft: only what was sent can be missing at the payer",
    }
    keys = list(reasons)
    preview = preview_not_on_file(store.database, keys)
    assert (preview.count, dict(preview.left)) == (0, dict.fromkeys(reasons.values(), 1))
    with store.work(BILLER, NOW) as work:
        outcome = not_on_file(work, keys, SAID)
    assert {left.key: left.reason for left in outcome.left} == reasons
    assert not outcome.done


@pytest.mark.parametrize("said", ["", "  "])
def test_what_was_said_is_needed(store: Store, said: str) -> None:
    _, claims = transmitted(store, small_practice())
    with pytest.raises(Refused, match="What was said is needed"):
        told(store, claims, said)
    assert states(claims) == ["pending", "pending"]


def test_a_payment_that_comes_all_the_same_posts(store: Store) -> None:
    _, (claim,) = transmitted(store, small_practice(), ("0001",))
    told(store, [claim])
    values: dict[str, Any] = {"number": claim.patient_control_number}
    post(store, [claim_payment(values["number"], [line(32000, 32000)])])
    assert Claim.get_by_id(claim.id).adjudication == "paid"
