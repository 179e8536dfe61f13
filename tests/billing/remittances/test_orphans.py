"""Remittances without a claim: put onto claims by a person, and taken off again."""

import datetime
from typing import Any

import pytest

from rcm_tui.billing.check import check_store
from rcm_tui.billing.remittances.candidates import find_candidates, sure_candidate
from rcm_tui.billing.remittances.orphans import match_remittances, match_sure, take_off_claims
from rcm_tui.billing.undo import last_undoable, undo
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.remittances import Payment, Remittance, RemittanceLine
from tests.billing.remittances.received_builder import (
    account_totals,
    balances,
    claim_payment,
    line,
    lines_of,
    post,
    remittances,
    reversal_of,
    state_of,
    submitted_claim,
)
from tests.practice_builder import BILLER, NOW, SERVICE_DAY, SmallPractice, small_practice

LINES = (
    line(32000, 22000, "CO-45 80.00, PR-3 20.00"),
    line(24000, 18000, "CO-45 60.00", code="97155"),
)
LATER = SERVICE_DAY + datetime.timedelta(days=3)


def orphan(store: Store, number: str = "LOST1", **columns: Any) -> Remittance:
    """An orphan over 400.00 that names the patient of the small practice."""
    columns.setdefault("patient_name", "OKAFOR, ADA")
    columns.setdefault("first_service_date", SERVICE_DAY)
    lines = columns.pop("lines", LINES)
    post(store, [claim_payment(number, lines, **columns)])
    found = Remittance.select().order_by(Remittance.id.desc()).first()
    assert found.state == "orphan"
    return found


def matched(store: Store, chosen: dict[int, int]) -> Any:
    with store.work(BILLER, NOW) as work:
        return match_remittances(work, chosen)


def undone(store: Store) -> None:
    with store.work(BILLER, NOW) as work:
        action = last_undoable(store.database, BILLER.login)
        assert action is not None
        undo(work, action.id)


def problems(store: Store) -> list[str]:
    """What `rcm-tui check` finds of the ledger and of payments."""
    names = ("journals sum to zero", "ledger as posted", "claim balances", "line balances")
    results = check_store(store.database, store.audit_key)
    wanted = [*names, "billed is accounted for", "payments", "references"]
    return [told for one in results if one.name in wanted for told in one.problems]


# -- candidates -----------------------------------------------------------------------------


def test_who_when_and_how_much_lead_to_the_claim_with_the_reasons(store: Store) -> None:
    practice = small_practice()
    other = practice.add_client("OKAFOR", first_name="BEN")
    later = submitted_claim(store, practice, day=LATER)
    claim = submitted_claim(store, practice)
    of_brother = submitted_claim(store, practice, client=other)
    found = find_candidates(store.database, orphan(store).id)
    assert [one.claim for one in found] == [claim.id, of_brother.id, later.id]
    assert [reason.words for reason in found[0].reasons] == [
        "the patient's name",
        "the dates of service",
        "2 of 2 lines by code and day, modifiers aside",
        "560.00 is billed, and open at the payer",
        "the same payer",
    ]
    assert [one.score for one in found] == [70, 58, 46]
    assert sure_candidate(found) is None  # twelve points are not enough between brothers


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"member_id": "w-000001"}, "the member id"),
        ({"payer_claim_control_number": "ICN77"}, "the payer's claim control number ICN77"),
        ({"number": "tc-{number}"}, "a patient control number like its number {name}"),
        ({"line_number": True}, "1 of 1 line control numbers"),
        ({"sibling": True}, "another remittance with its numbers is on this claim"),
    ],
    ids=["member id", "payer's number", "spelled otherwise", "line numbers", "sibling"],
)
def test_each_number_leads_to_the_claim(store: Store, columns: dict[str, Any], words: str) -> None:
    columns = dict(columns)
    practice = small_practice()
    practice.coverage.update(member_id="W000001").where(
        type(practice.coverage).id == practice.coverage.id
    ).execute()
    claim = submitted_claim(store, practice)
    for _ in range(3):
        submitted_claim(store, practice, client=practice.add_client("OTHER"), day=LATER)
    number = columns.pop("number", "LOST").format(number=claim.patient_control_number[2:])
    one = line(100, 100, first_service_date=None)
    if columns.pop("line_number", False):
        one.line_control_number = lines_of(claim)[0].line_control_number
    if columns.pop("sibling", False):
        first = orphan(store, "LOST", lines=[line(50, 50)])
        matched(store, {first.id: claim.id})
    if "payer_claim_control_number" in columns:
        Claim.update(original_reference="ICN77").where(Claim.id == claim.id).execute()
        Claim.update(payer_claim_control_number="ICN77").where(
            Claim.id.in_([claim.id, claim.id + 1])
        ).execute()
        Claim.update(client=claim.client).where(Claim.id == claim.id + 1).execute()
    lost = orphan(store, number, lines=[one], patient_name="", first_service_date=None, **columns)
    found = find_candidates(store.database, lost.id)
    assert found[0].claim == claim.id
    assert words.format(name=claim.number) in [reason.words for reason in found[0].reasons]


def test_what_cannot_be_taken_comes_last_and_says_why(store: Store) -> None:
    practice = small_practice()
    draft = practice.add_claim((("97153", 8), ("97155", 4)), submitted_at=NOW)
    claim = submitted_claim(store, practice, client=practice.add_client("OKAFOR"))
    found = find_candidates(store.database, orphan(store).id)
    assert [(one.claim, one.refusal) for one in found] == [
        (claim.id, ""),
        (draft.id, f"claim {draft.number} is back in Draft"),
    ]
    assert found[1].score > found[0].score


# -- matching -------------------------------------------------------------------------------


def test_matching_is_as_if_the_number_had_been_right(store: Store) -> None:
    practice = small_practice()
    claim, twin = submitted_claim(store, practice), submitted_claim(store, practice)
    post(store, [claim_payment(twin.patient_control_number, LINES)])
    lost = orphan(store)
    before = Payment.get_by_id(lost.payment_id)
    assert (before.posted, before.unposted) == (0, 40000)
    outcome = matched(store, {lost.id: claim.id})
    assert (outcome.done, outcome.made, outcome.amount) == ([lost.id], [claim.id], 40000)
    assert balances(claim) == balances(twin) == (40000, 14000, 0, 2000)
    assert [balances(one) for one in lines_of(claim)] == [balances(one) for one in lines_of(twin)]
    assert [one.allowed for one in lines_of(claim)] == [24000, 18000]
    assert Claim.get_by_id(claim.id).adjudication == "paid"
    now = Remittance.get_by_id(lost.id)
    assert (now.state, now.claim_id, now.journal.kind) == ("posted", claim.id, "match")
    after = Payment.get_by_id(lost.payment_id)
    assert (after.posted, after.unposted) == (40000, 0)
    assert account_totals(store)["unapplied"] == 0
    assert problems(store) == []


def test_undone_and_matched_again(store: Store) -> None:
    practice = small_practice()
    wrong, right = submitted_claim(store, practice), submitted_claim(store, practice)
    lost = orphan(store)
    before, paid = state_of(store), Payment.get_by_id(lost.payment_id)
    matched(store, {lost.id: wrong.id})
    undone(store)
    assert state_of(store) == before
    assert Payment.get_by_id(lost.payment_id).unposted == paid.unposted
    now = Remittance.get_by_id(lost.id)
    assert (now.state, now.claim_id, now.journal_id) == ("orphan", None, lost.journal_id)
    assert not RemittanceLine.select().where(RemittanceLine.claim_line.is_null(False)).exists()
    assert problems(store) == []
    matched(store, {lost.id: right.id})
    assert balances(wrong) == (0, 0, 56000, 0)
    assert balances(right) == (40000, 14000, 0, 2000)
    assert problems(store) == []


def test_taken_off_the_wrong_claim_it_is_an_orphan_again(store: Store) -> None:
    practice = small_practice()
    wrong, right = submitted_claim(store, practice), submitted_claim(store, practice)
    before = state_of(store)
    post(store, [claim_payment(wrong.patient_control_number, LINES)])
    told = Remittance.get()
    with store.work(BILLER, NOW) as work:
        outcome = take_off_claims(work, [told.id], "the brother's")
    assert (outcome.done, outcome.amount) == ([told.id], 40000)
    now = Remittance.get_by_id(told.id)
    assert (now.state, now.claim_id) == ("orphan", None)
    assert now.reason == "taken off its claim by maria: the brother's"
    assert account_totals(store)["unapplied"] == -40000
    assert [row[3:] for row in state_of(store)] == [row[3:] for row in before]
    assert Claim.get_by_id(wrong.id).adjudication == "pending"
    assert problems(store) == []
    matched(store, {told.id: right.id})
    assert balances(right) == (40000, 14000, 0, 2000)
    assert problems(store) == []
    undone(store)
    undone(store)
    assert balances(wrong) == (40000, 14000, 0, 2000)
    assert problems(store) == []
    # What it says stands again: a reversal takes back exactly this.
    reverse = reversal_of(claim_payment(wrong.patient_control_number, LINES))
    assert post(store, [reverse]).posted == 1
    assert balances(wrong) == (0, 0, 56000, 0)


def test_a_payer_reverses_what_was_matched(store: Store) -> None:
    practice = small_practice()
    claim = submitted_claim(store, practice)
    before = state_of(store)
    lost = orphan(store, payer_claim_control_number="ICN5")
    matched(store, {lost.id: claim.id})
    # The payer's own number leads to the claim by now.
    sent = claim_payment("LOST1", LINES, payer_claim_control_number="ICN5")
    assert post(store, [reversal_of(sent)]).posted == 1
    assert [row[3:] for row in state_of(store)] == [row[3:] for row in before]
    assert problems(store) == []


def test_an_orphan_reversal_takes_back_what_stands(store: Store) -> None:
    practice = small_practice()
    claim, other = submitted_claim(store, practice), submitted_claim(store, practice)
    sent = claim_payment("LOST2", LINES)
    lost, back = orphan(store, "LOST2"), None
    post(store, [reversal_of(sent)])
    back = Remittance.get(Remittance.status_code == "22")
    assert back.state == "orphan"
    refused = matched(store, {back.id: claim.id})
    assert refused.left[0].reason.startswith("no posted remittance of its claim has charge 560.00")
    matched(store, {lost.id: claim.id})
    (first, *rest) = find_candidates(store.database, back.id)
    assert first.claim == claim.id
    assert first.refusal == ""
    assert all(one.refusal for one in rest)
    matched(store, {back.id: claim.id})
    assert balances(claim) == balances(other) == (0, 0, 56000, 0)
    assert account_totals(store)["unapplied"] == 0
    assert problems(store) == []
    undone(store)
    assert balances(claim) == (40000, 14000, 0, 2000)
    matched(store, {back.id: claim.id})
    assert balances(claim) == (0, 0, 56000, 0)
    assert problems(store) == []


def test_what_posting_would_refuse_is_left_with_the_reason(store: Store) -> None:
    practice = small_practice()
    draft = practice.add_claim(submitted_at=NOW)
    never = practice.add_claim()
    answered = submitted_claim(store, practice)
    post(store, [claim_payment(answered.patient_control_number, LINES, status="2")])
    lost = orphan(store)
    reasons = [
        matched(store, {lost.id: claim.id}).left[0].reason for claim in (draft, never, answered)
    ]
    assert reasons[0] == f"claim {draft.number} is back in Draft"
    assert reasons[1] == f"claim {never.number} was never submitted"
    assert reasons[2].startswith("its claim was answered by another payer before")
    assert Remittance.get_by_id(lost.id).state == "orphan"
    claim = submitted_claim(store, practice)
    matched(store, {lost.id: claim.id})
    again = matched(store, {lost.id: claim.id})
    assert [one.reason for one in again.left] == ["it has come to a claim since"]


def test_nothing_paid_moves_no_cash_but_says_what_was_said(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    denied = [line(32000, 0, "CO-197 320.00"), line(24000, 0, "CO-197 240.00", code="97155")]
    lost = orphan(store, lines=denied, status="4")
    assert lost.journal_id is None
    matched(store, {lost.id: claim.id})
    assert Claim.get_by_id(claim.id).adjudication == "denied"
    assert balances(claim) == (0, 0, 56000, 0)


def test_the_sure_ones_of_many_at_once(store: Store) -> None:
    practice: SmallPractice = small_practice()
    names = ["ABEL", "BIRK", "CROSS"]
    claims = {
        name: submitted_claim(store, practice, client=practice.add_client(name, first_name="A"))
        for name in names
    }
    twins = [practice.add_client("DUNN", first_name=first) for first in ("X", "Y")]
    for twin in twins:
        submitted_claim(store, practice, client=twin)
    lost = {
        name: orphan(
            store, f"N{name}", patient_name=f"{name}, A", payer_claim_control_number=f"I{name}"
        )
        for name in names
    }
    unsure = orphan(store, "DD", patient_name="DUNN")
    with store.work(BILLER, NOW) as work:
        outcome = match_sure(work, [*(one.id for one in lost.values()), unsure.id])
    assert outcome.done == [one.id for one in lost.values()]
    assert [one.key for one in outcome.left] == [unsure.id]
    assert {name: Remittance.get_by_id(one.id).claim_id for name, one in lost.items()} == {
        name: claim.id for name, claim in claims.items()
    }
    assert problems(store) == []


def test_one_payment_with_an_orphan_among_others(store: Store) -> None:
    practice = small_practice()
    known, lost_claim = submitted_claim(store, practice), submitted_claim(store, practice)
    post(
        store,
        remittances(
            [claim_payment(known.patient_control_number, LINES), claim_payment("X", LINES)]
        ),
    )
    lost = Remittance.get(Remittance.state == "orphan")
    matched(store, {lost.id: lost_claim.id})
    payment = Payment.get()
    assert (payment.posted, payment.unposted) == (80000, 0)
    assert problems(store) == []
