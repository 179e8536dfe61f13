"""TA1, 999 and 277CA onto claims and claims transactions."""

from dataclasses import replace
from typing import Any

import pytest

from rcm_tui.billing.claims.answers import ClaimAnswer, record_answers, resubmit_rejected
from rcm_tui.billing.outcome import Outcome
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.exchange import (
    ClaimResponse,
    ClaimsTransaction,
    IncomingFile,
    TransmittedClaim,
)
from tests.billing.remittances.received_builder import (
    balances,
    claim_payment,
    line,
    post,
    submitted_claim,
)
from tests.practice_builder import BILLER, NOW, SmallPractice, small_practice

ACCEPTED = ClaimAnswer("277CA", True, "clearinghouse", "A2", "20", "40", "Accepted")
REJECTED = ClaimAnswer("277CA", False, "payer", "A3", "33", "IL", "Subscriber not found")


def transmitted(
    store: Store, practice: SmallPractice, sets: tuple[str, ...] = ("0001", "0001"), **columns: Any
) -> tuple[ClaimsTransaction, list[Claim]]:
    claims = [submitted_claim(store, practice, [("97153", 8)], elsewhere=False) for _ in sets]
    number = ClaimsTransaction.select().count() + 1
    values: dict[str, Any] = {
        "clearinghouse": practice.clearinghouse,
        "interchange_control_number": number,
        "group_control_number": number,
        "file_name": f"{number}.837",
        "content": b"",
        "size": 0,
        "sha256": "",
        "claims": len(claims),
        "billed": sum(claim.billed for claim in claims),
        "state": "sent",
        "fence": 1,
        "built_at": NOW,
        "acknowledgement": "pending",
    }
    transaction = ClaimsTransaction.create(**{**values, **columns})
    for claim, set_control_number in zip(claims, sets, strict=True):
        TransmittedClaim.create(
            claims_transaction=transaction, claim=claim, set_control_number=set_control_number
        )
    return transaction, claims


def answer(store: Store, *answers: ClaimAnswer) -> Outcome:
    file = IncomingFile.create(
        source="Test clearinghouse",
        name="answer",
        sha256=str(IncomingFile.select().count()),
        size=0,
        content=b"",
        received_at=NOW,
    )
    with store.work(BILLER, NOW) as work:
        return record_answers(work, file.id, answers)


def states(claims: list[Claim]) -> list[str]:
    return [Claim.get_by_id(claim.id).acknowledgement for claim in claims]


def of(claim: Claim, given: ClaimAnswer, **changes: Any) -> ClaimAnswer:
    return replace(given, patient_control_number=claim.patient_control_number, **changes)


@pytest.mark.parametrize(
    ("given", "acknowledgement"),
    [
        ([("277CA", True, "clearinghouse")], "accepted by clearinghouse"),
        ([("277CA", True, "payer")], "accepted by payer"),
        (
            [("277CA", True, "payer"), ("277CA", True, "clearinghouse")],
            "accepted by payer",
        ),
        ([("277CA", True, "clearinghouse"), ("277CA", False, "payer")], "rejected"),
        ([("277CA", False, "clearinghouse")], "rejected"),
        ([("277CA", False, "payer"), ("277CA", True, "clearinghouse")], "rejected"),
        ([("277CA", True, "payer"), ("277CA", False, "clearinghouse")], "accepted by payer"),
        ([("277CA", True, "payer"), ("277CA", False, "payer")], "rejected"),
        ([("999", True, "clearinghouse")], "pending"),
        ([("999", False, "clearinghouse")], "rejected"),
    ],
)
@pytest.mark.parametrize("at_once", [True, False])
def test_acknowledgements_in_turn(
    store: Store, given: list[Any], acknowledgement: str, at_once: bool
) -> None:
    _, (claim,) = transmitted(store, small_practice(), ("0001",))
    answers = [
        of(claim, ACCEPTED, kind=kind, accepted=accepted, source=source)
        for kind, accepted, source in given
    ]
    if at_once:
        answer(store, *answers)
    else:
        for each in answers:
            answer(store, each)
    assert states([claim]) == [acknowledgement]


def test_an_acceptance_brings_the_payers_number(store: Store) -> None:
    _, (claim,) = transmitted(store, small_practice(), ("0001",))
    result = answer(store, of(claim, ACCEPTED, payer_claim_control_number="ICN7", source="payer"))
    assert result.done == [claim.id]
    assert Claim.get_by_id(claim.id).payer_claim_control_number == "ICN7"
    response = ClaimResponse.get()
    assert (response.claim, response.kind, response.category, response.text) == (
        *(claim, "277CA", "A2", "Accepted"),
    )
    assert (response.accepted, response.source) == (True, "payer")


def test_a_rejected_claim_was_never_adjudicated_and_may_be_sent_again(store: Store) -> None:
    transaction, claims = transmitted(store, small_practice())
    answer(store, of(claims[0], REJECTED))
    now = Claim.get_by_id(claims[0].id)
    assert (now.status, now.acknowledgement, now.adjudication) == (
        *("Submitted", "rejected", "none"),
    )
    assert [each.live for each in TransmittedClaim.select().order_by(TransmittedClaim.claim)] == [
        *(False, True),
    ]
    assert ClaimResponse.get().text == "Subscriber not found"
    assert states(claims) == ["rejected", "pending"]
    assert balances(claims[0])[2] == 32000
    with store.work(BILLER, NOW) as work:
        result = resubmit_rejected(work, [claims[0].id, claims[1].id, 999])
    assert result.done == [claims[0].id]
    assert [(each.key, each.reason) for each in result.left] == [
        (claims[1].id, "only rejected claims go back: it is Submitted, acknowledgement pending"),
        (999, "there is no such claim"),
    ]
    now = Claim.get_by_id(claims[0].id)
    assert (now.status, now.acknowledgement, now.adjudication, now.frequency) == (
        *("Draft", "none", "none", "1"),
    )
    assert now.submitted_at is None
    assert balances(claims[0]) == (0, 0, 0, 0)
    assert transaction.claims == 2


@pytest.mark.parametrize(
    ("frequency", "stays", "reference"), [("1", "1", ""), ("7", "7", "ICN9"), ("8", "8", "ICN9")]
)
def test_what_is_sent_again_keeps_what_it_replaces(
    store: Store, frequency: str, stays: str, reference: str
) -> None:
    _, (claim,) = transmitted(store, small_practice(), ("0001",))
    Claim.update(frequency=frequency, original_reference="ICN9").execute()
    answer(store, of(claim, REJECTED))
    with store.work(BILLER, NOW) as work:
        resubmit_rejected(work, [claim.id])
    now = Claim.get_by_id(claim.id)
    assert (now.status, now.frequency, now.original_reference) == ("Draft", stays, reference)


def test_a_late_answer_to_an_earlier_submission_changes_nothing(store: Store) -> None:
    practice = small_practice()
    first, (claim,) = transmitted(store, practice, ("0001",))
    answer(store, of(claim, REJECTED))
    second, _ = transmitted(store, practice, ("0001",))
    Claim.update(acknowledgement="pending", adjudication="pending").execute()
    TransmittedClaim.create(claims_transaction=second, claim=claim, set_control_number="0001")
    late = answer(store, of(claim, REJECTED, claims_transaction_id=first.id))
    assert [each.reason for each in late.left] == [
        "277CA: it answers an earlier submission of the claim"
    ]
    assert states([claim]) == ["pending"]


def test_an_adjudicated_claim_is_not_unadjudicated(store: Store) -> None:
    _, (claim,) = transmitted(store, small_practice(), ("0001",))
    post(store, [claim_payment(claim.patient_control_number, [line(32000, 32000)])])
    late = answer(store, of(claim, REJECTED))
    assert [each.reason for each in late.left] == [
        "277CA rejects it, but the payer adjudicated it: paid"
    ]
    now = Claim.get_by_id(claim.id)
    assert (now.acknowledgement, now.adjudication) == ("pending", "paid")
    accepted = of(claim, ACCEPTED, source="payer", payer_claim_control_number="OTHER")
    Claim.update(payer_claim_control_number="ICN1").execute()
    answer(store, accepted)
    now = Claim.get_by_id(claim.id)
    assert (now.acknowledgement, now.adjudication) == ("accepted by payer", "paid")
    assert now.payer_claim_control_number == "ICN1"


def test_a_rejected_claim_that_was_paid_all_the_same_is_not_taken_back(store: Store) -> None:
    _, (claim,) = transmitted(store, small_practice(), ("0001",))
    answer(store, of(claim, REJECTED))
    post(store, [claim_payment(claim.patient_control_number, [line(32000, 32000)])])
    with store.work(BILLER, NOW) as work:
        result = resubmit_rejected(work, [claim.id])
    assert [each.reason for each in result.left] == ["the payer adjudicated it: paid"]
    assert balances(claim) == (32000, 0, 0, 0)


@pytest.mark.parametrize("kind", ["TA1", "999"])
@pytest.mark.parametrize("state", ["sent", "unconfirmed"])
def test_an_accepted_file_is_confirmed_and_its_claims_wait(
    store: Store, kind: Any, state: str
) -> None:
    transaction, claims = transmitted(store, small_practice(), state=state)
    given = ClaimAnswer(
        kind, True, "clearinghouse", "A", "", "", "", claims_transaction_id=transaction.id
    )
    result = answer(store, given)
    assert result.made == [transaction.id]
    now = ClaimsTransaction.get_by_id(transaction.id)
    assert (now.state, now.confirmed_at) == ("sent", NOW)
    assert now.acknowledgement == ("accepted" if kind == "999" else "pending")
    assert states(claims) == ["pending", "pending"]


@pytest.mark.parametrize("kind", ["TA1", "999"])
def test_a_rejected_file_rejects_its_claims(store: Store, kind: Any) -> None:
    practice = small_practice()
    transaction, claims = transmitted(store, practice)
    _, others = transmitted(store, practice)
    given = ClaimAnswer(
        kind, False, "clearinghouse", "R", "", "", "Bad ISA", claims_transaction_id=transaction.id
    )
    result = answer(store, given)
    assert sorted(result.done) == sorted(claim.id for claim in claims)
    assert states(claims) == ["rejected", "rejected"]
    assert states(others) == ["pending", "pending"]
    now = ClaimsTransaction.get_by_id(transaction.id)
    assert (now.acknowledgement, now.message) == ("rejected", "Bad ISA")
    kept = list(ClaimResponse.select().order_by(ClaimResponse.id))
    assert {each.text for each in kept} == {"Bad ISA"}
    assert [each.claim_id for each in kept] == [None, *(claim.id for claim in claims)]
    assert [each.answer_id for each in kept] == [None, kept[0].id, kept[0].id]
    assert kept[0].claims == 2
    answer(store, replace(given, accepted=True))
    assert ClaimsTransaction.get_by_id(transaction.id).acknowledgement == "rejected"


def test_a_rejected_set_rejects_only_its_claims(store: Store) -> None:
    transaction, claims = transmitted(store, small_practice(), ("0001", "0002", "0002"))
    given = ClaimAnswer(
        *("999", False, "clearinghouse", "R", "", "", "Set refused"),
        claims_transaction_id=transaction.id,
        set_control_number="0002",
    )
    answer(store, given)
    assert states(claims) == ["pending", "rejected", "rejected"]
    now = ClaimsTransaction.get_by_id(transaction.id)
    assert now.acknowledgement == "partly accepted"
    answer(store, replace(given, set_control_number="0001"))
    assert ClaimsTransaction.get_by_id(transaction.id).acknowledgement == "rejected"


def test_a_file_refused_too_late_changes_nothing_and_is_kept(store: Store) -> None:
    transaction, claims = transmitted(store, small_practice())
    for claim in claims:
        post(store, [claim_payment(claim.patient_control_number, [line(32000, 32000)])])
    refused = ClaimAnswer(
        "TA1", False, "clearinghouse", "R", "", "", "", claims_transaction_id=transaction.id
    )
    late = answer(store, refused)
    assert [each.reason for each in late.left] == [
        "TA1 rejects it, but the payer adjudicated it: paid"
    ] * 2
    kept = ClaimResponse.get()
    assert (kept.claim, kept.claims, kept.note) == (None, 2, "its claims were answered before")


def test_answers_to_nobody_are_left_with_a_reason(store: Store) -> None:
    draft = small_practice().add_claim()
    result = answer(
        store,
        replace(ACCEPTED, patient_control_number="NOBODY"),
        ACCEPTED,
        ClaimAnswer("999", True, "clearinghouse", "", "", "", "", claims_transaction_id=77),
        of(draft, ACCEPTED),
    )
    assert [each.reason for each in result.left] == [
        "277CA: no claim has the patient control number NOBODY",
        "277CA: it names no claim",
        "999: it names no claims transaction of ours",
        "277CA: the claim is Draft, not Submitted",
    ]
    assert result.done == []
    assert [(each.claim_id, each.note) for each in ClaimResponse.select()] == [
        (None, "no claim has this patient control number"),
        (None, "it was not sent from here"),
        (None, "it was not sent from here"),
        (draft.id, "277CA: the claim is Draft, not Submitted"),
    ]
