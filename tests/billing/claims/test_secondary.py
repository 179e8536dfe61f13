"""From the primary's answer to the secondary's: who is billed, what moves, and what is refused."""

import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rcm_tui.billing.check import check_store
from rcm_tui.billing.claims.cloning import clone_claim
from rcm_tui.billing.claims.coordination import coordination
from rcm_tui.billing.claims.correcting import void_claims
from rcm_tui.billing.claims.secondary import preview_secondary
from rcm_tui.billing.claims.validation import validate_claims
from rcm_tui.billing.ledger import reverse_charges
from rcm_tui.billing.remittances.by_hand import (
    TypedPayment,
    claim_to_type,
    follow,
    post_by_hand,
)
from rcm_tui.billing.remittances.received import ReceivedAdjustment, ReceivedClaim, ReceivedLine
from rcm_tui.billing.undo import last_undoable, undo
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.store import Store
from rcm_tui.data.tables.charges import ChargeItem
from rcm_tui.data.tables.claims import DRAFT, INACTIVE, READY, SUBMITTED, Claim, ClaimLine
from rcm_tui.data.tables.clients import Authorization, Coverage
from tests.billing.claims.second_payer import add_coverage, billed_onward, sent
from tests.billing.remittances.received_builder import (
    balances,
    claim_payment,
    line,
    lines_of,
    post,
    reversal_of,
    state_of,
    submitted_claim,
)
from tests.practice_builder import BILLER, NOW, SERVICE_DAY, SmallPractice, small_practice


@pytest.fixture
def practice(store: Store) -> SmallPractice:
    return small_practice()


def answer(claim: Claim, status: str = "1", paid: str = "") -> ReceivedClaim:
    """Of 320.00 and 240.00: 80.00 and 60.00 above the contract, 48.00 and 36.00 to the patient."""
    return claim_payment(
        claim.patient_control_number,
        [
            line(32000, 19200, "CO-45 80.00, PR-2 48.00"),
            line(24000, 14400, "CO-45 60.00, PR-2 36.00", "97155"),
        ],
        status,
        payer_claim_control_number="ICN1",
    )


def secondary_of(claim: Claim) -> Claim:
    return Claim.get(Claim.billed_after == claim)


def test_the_claim_goes_to_the_next_coverage_and_says_the_same(
    store: Store, practice: SmallPractice
) -> None:
    claim = submitted_claim(store, practice)
    coverage = add_coverage(practice)
    post(store, [answer(claim)])
    outcome = billed_onward(store, claim)
    assert (outcome.done, outcome.left, outcome.amount) == ([claim.id], [], 8400)
    made = Claim.get_by_id(outcome.made[0])
    assert (made.coverage, made.payer) == (coverage, coverage.payer)
    assert (made.status, made.frequency, made.original_reference) == (READY, "1", "")
    assert (made.chain, made.previous, made.billed_after) == (claim.chain, claim, claim)
    assert (made.payer_sequence, made.billed, made.expected) == (2, 56000, 8400)
    # The primary's authorization is not the next payer's.
    assert (made.authorization, made.authorization_number) == (None, "")
    same = "procedure_code units billed first_service_date pointers modifiers".split()
    for ours, theirs in zip(lines_of(made), lines_of(claim), strict=True):
        assert [getattr(ours, name) for name in same] == [getattr(theirs, name) for name in same]
        assert ours.previous == theirs
    # No contract says what of a line it pays: it is never under contract.
    assert [each.expected for each in lines_of(made)] == [0, 0]


def test_its_authorization_is_the_next_payers_own(store: Store, practice: SmallPractice) -> None:
    claim = submitted_claim(store, practice)
    coverage = add_coverage(practice)
    Authorization.update(payer=coverage.payer, number="SECOND").execute()
    post(store, [answer(claim)])
    billed_onward(store, claim)
    assert secondary_of(claim).authorization_number == "SECOND"


def test_charge_items_stay_with_the_first_claim(store: Store, practice: SmallPractice) -> None:
    claim = submitted_claim(store, practice)
    charge = practice.add_charge(claim_line=lines_of(claim)[0])
    add_coverage(practice)
    post(store, [answer(claim)])
    billed_onward(store, claim)
    assert ChargeItem.get_by_id(charge.id).claim_line == lines_of(claim)[0]


def test_the_balance_moves_when_it_is_sent_and_back_when_it_is_taken_back(
    store: Store, practice: SmallPractice
) -> None:
    claim = submitted_claim(store, practice)
    add_coverage(practice)
    post(store, [answer(claim)])
    before = state_of(store)
    (key,) = billed_onward(store, claim).made
    assert balances(claim) == (33600, 14000, 0, 8400)
    (made,) = sent(store, key)
    assert made.status == SUBMITTED
    assert balances(claim) == (33600, 22400, 0, 0)
    assert balances(made) == (0, 47600, 8400, 0)
    assert [balances(one) for one in lines_of(made)] == [(0, 27200, 4800, 0), (0, 20400, 3600, 0)]
    with store.work(BILLER, NOW) as work:
        reverse_charges(work, [key])
    assert balances(made) == (0, 0, 0, 0)
    of_primary = [row for row in state_of(store) if row in before]
    assert of_primary == before


def test_what_the_patient_paid_is_not_asked_for_again(
    store: Store, practice: SmallPractice
) -> None:
    claim = submitted_claim(store, practice)
    add_coverage(practice)
    post(store, [answer(claim)])
    first, _ = lines_of(claim)
    # As a payment of 30.00 by the patient on the first line leaves it.
    ClaimLine.update(patient_balance=1800).where(ClaimLine.id == first.id).execute()
    Claim.update(patient_balance=5400).where(Claim.id == claim.id).execute()
    assert billed_onward(store, claim).amount == 5400


def test_what_was_denied_as_the_patients_goes_on_too_the_contractual_stays(
    store: Store, practice: SmallPractice
) -> None:
    claim = submitted_claim(store, practice)
    add_coverage(practice)
    said = claim_payment(
        claim.patient_control_number,
        [line(32000, 0, "PR-204 320.00"), line(24000, 0, "CO-197 240.00", "97155")],
        "4",
    )
    post(store, [said])
    assert balances(claim) == (0, 0, 56000, 0)
    (key,) = billed_onward(store, claim).made
    (made,) = sent(store, key)
    assert (balances(claim), balances(made)) == ((0, 32000, 24000, 0), (0, 24000, 32000, 0))


REFUSED = {
    "Draft": "it is Draft, not Submitted",
    "undecided": "its payer has not decided yet",
    "no coverage": "the client has no further coverage on its dates of service",
    "ended": "the client has no further coverage on its dates of service",
    "nothing left": "nothing is left that a further payer could be asked for",
    "contractual": "nothing is left that a further payer could be asked for: 560.00 is open at its"
    " own payer",
    "other charge": "what its payer said cannot be told: the remittance answers a charge of"
    " 100.00, {number} bills 560.00",
    "unknown line": "what its payer said cannot be told: the remittance of {number} has a line"
    " (99999) that is on none of its claim lines yet: choose the claim line first",
}


@pytest.mark.parametrize("case", REFUSED)
def test_it_is_refused_with_the_reason(store: Store, practice: SmallPractice, case: str) -> None:
    claim = submitted_claim(store, practice)
    number = claim.patient_control_number
    if case != "no coverage":
        ends_on = SERVICE_DAY - datetime.timedelta(days=1) if case == "ended" else None
        add_coverage(practice, ends_on=ends_on)
    if case == "Draft":
        Claim.update(status=DRAFT).execute()
    elif case == "nothing left":
        whole = [line(32000, 24000, "CO-45 80.00"), line(24000, 18000, "CO-45 60.00", "97155")]
        post(store, [claim_payment(number, whole)])
    elif case == "contractual":
        post(store, [claim_payment(number, adjusted="CO-197 560.00", charge=56000, status="4")])
    elif case == "other charge":
        post(store, [claim_payment(number, adjusted="PR-1 100.00", charge=10000)])
    elif case == "unknown line":
        post(
            store,
            [
                claim_payment(
                    number,
                    [line(32000, 0, "PR-1 320.00"), line(24000, 0, "PR-1 240.00", "99999")],
                )
            ],
        )
    elif case != "undecided":
        post(store, [answer(claim)])
    outcome = billed_onward(store, claim)
    assert outcome.made == []
    assert [left.reason for left in outcome.left] == [REFUSED[case].format(number=claim.number)]
    preview = preview_secondary(store.database, [claim.id], NOW.date())
    assert (preview.count, sum(preview.left.values())) == (0, 1)


def test_it_is_billed_once_until_that_one_is_out_of_the_way(
    store: Store, practice: SmallPractice
) -> None:
    claim = submitted_claim(store, practice)
    add_coverage(practice)
    post(store, [answer(claim)])
    billed_onward(store, claim)
    (left,) = billed_onward(store, claim).left
    number = secondary_of(claim).number
    assert left.reason == f"billed to Second Health 2 already: {number} is Ready to Submit"
    Claim.update(status=INACTIVE).where(Claim.billed_after == claim).execute()
    assert len(billed_onward(store, claim).made) == 1


def test_a_primary_answer_that_is_taken_back_holds_the_claim(
    store: Store, practice: SmallPractice
) -> None:
    claim = submitted_claim(store, practice)
    add_coverage(practice)
    said = answer(claim)
    post(store, [said])
    (key,) = billed_onward(store, claim).made
    post(store, [reversal_of(said)])
    with store.work(BILLER, NOW) as work:
        found = validate_claims(work, [key])[key]
    assert [one.rule for one in found if one.severity == "error"] == ["coordination.answer"]


def test_lines_may_not_be_changed_on_the_way(store: Store, practice: SmallPractice) -> None:
    claim = submitted_claim(store, practice)
    add_coverage(practice)
    post(store, [answer(claim)])
    (key,) = billed_onward(store, claim).made
    first, second = lines_of(Claim.get_by_id(key))
    ClaimLine.update(billed=30000).where(ClaimLine.id == first.id).execute()
    ClaimLine.delete().where(ClaimLine.id == second.id).execute()
    with store.work(BILLER, NOW) as work:
        found = validate_claims(work, [key])[key]
    rules = {one.rule for one in found}
    assert {"coordination.line", "coordination.lines"} <= rules


def test_it_can_be_undone(store: Store, practice: SmallPractice) -> None:
    claim = submitted_claim(store, practice)
    add_coverage(practice)
    post(store, [answer(claim)])
    before = state_of(store)
    billed_onward(store, claim)
    action = last_undoable(store.database, BILLER.login)
    assert action is not None
    assert action.title == "Bill the next payer of 1 claim"
    with store.work(BILLER, NOW) as work:
        undo(work, action.id)
    assert state_of(store) == before


def test_a_third_payer_hears_of_both(store: Store, practice: SmallPractice) -> None:
    claim = submitted_claim(store, practice)
    add_coverage(practice)
    third = add_coverage(practice, rank=3)
    post(store, [answer(claim)])
    (second,) = sent(store, *billed_onward(store, claim).made)
    said = claim_payment(
        second.patient_control_number,
        [
            line(32000, 3000, "OA-23 272.00, PR-3 18.00"),
            line(24000, 3600, "OA-23 204.00", "97155"),
        ],
        "2",
    )
    post(store, [said])
    assert balances(second) == (6600, 47600, 0, 1800)
    outcome = billed_onward(store, second)
    last = Claim.get_by_id(outcome.made[0])
    assert (last.coverage, last.payer_sequence, outcome.amount) == (third, 3, 1800)
    told = coordination(store.database, [last.id])[last.id]
    assert [(one.number, one.paid) for one in told.answers] == [
        (claim.number, 33600),
        (second.number, 6600),
    ]
    (sent_on,) = sent(store, last.id)
    assert (balances(second), balances(sent_on)) == ((6600, 49400, 0, 0), (0, 54200, 1800, 0))


in_one_store = settings(
    max_examples=15,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@st.composite
def primary_lines(draw: st.DrawFn) -> list[tuple[int, int, int]]:
    """Of each line in cents: contractual, to the patient, denied; the rest is paid."""
    lines = []
    for charge in (32000, 24000):
        contractual = draw(st.integers(0, charge))
        patient = draw(st.integers(0, charge - contractual))
        denied = draw(st.sampled_from([0, charge - contractual - patient]))
        lines.append((contractual, patient, denied))
    return lines


@st.composite
def second_lines(draw: st.DrawFn) -> list[tuple[str, int, int]]:
    """How the next payer speaks of each line, and how much of the rest it pays and leaves."""
    return [
        (
            draw(st.sampled_from(["as 23", "as 45", "both", "denied"])),
            draw(st.integers(0, 100)),
            draw(st.integers(0, 100)),
        )
        for _ in range(2)
    ]


def said_by_second(
    claim: Claim, asked: list[int], how: list[tuple[str, int, int]]
) -> ReceivedClaim:
    """A second payer's answer: what others settled as it likes to say it, and its own part."""
    lines = []
    for row, rest, (manner, pays, leaves) in zip(lines_of(claim), asked, how, strict=True):
        charge = row.billed
        settled = charge - rest
        codes: list[tuple[str, str, int]] = []
        paid = share = 0
        if manner == "denied":
            codes.append(("CO", "197", charge))
        else:
            paid = rest * pays // 100
            share = (rest - paid) * leaves // 100
            as_23 = {"as 23": settled, "as 45": 0, "both": settled // 2}[manner]
            codes += [("OA", "23", as_23), ("CO", "45", settled - as_23), ("PR", "2", share)]
            codes.append(("CO", "16", rest - paid - share))
        lines.append(
            ReceivedLine(
                row.procedure_code,
                (),
                charge,
                paid,
                first_service_date=SERVICE_DAY,
                adjustments=[ReceivedAdjustment(*code) for code in codes if code[2]],
            )
        )
    return ReceivedClaim(
        claim.patient_control_number,
        "2",
        claim.billed,
        sum(one.paid for one in lines),
        lines=lines,
    )


@in_one_store
@given(primary_lines(), second_lines())
def test_over_the_chain_every_line_is_accounted_for(
    store: Store,
    practice: SmallPractice,
    first: list[tuple[int, int, int]],
    how: list[tuple[str, int, int]],
) -> None:
    client = practice.add_client("HADDAD")
    add_coverage(practice, client, payer=practice.payer)
    claim = submitted_claim(store, practice, client=client)
    lines = [
        line(
            row.billed,
            row.billed - contractual - patient - denied,
            f"CO-45 {contractual / 100:.2f}, PR-2 {patient / 100:.2f}, CO-16 {denied / 100:.2f}",
            row.procedure_code,
        )
        for row, (contractual, patient, denied) in zip(lines_of(claim), first, strict=True)
    ]
    post(store, [claim_payment(claim.patient_control_number, lines)])
    asked = [patient for _, patient, _ in first]
    outcome = billed_onward(store, claim)
    if not sum(asked):
        assert not outcome.made
        return
    Claim.update(status=READY).where(Claim.id.in_(outcome.made)).execute()
    (made,) = sent(store, *outcome.made)
    assert [row.payer_balance for row in lines_of(made)] == asked
    said = said_by_second(made, asked, how)
    before = state_of(store)
    post(store, [said])
    for row, rest, one, (manner, _, _) in zip(lines_of(made), asked, said.lines, how, strict=True):
        share = sum(each.amount for each in one.adjustments if each.group_code == "PR")
        now = ClaimLine.get_by_id(row.id)
        assert (now.paid, now.patient_balance) == (one.paid, share), manner
        # What nobody paid, settled or passed on is still owed by the next payer, and not more.
        assert now.payer_balance == rest - one.paid - share
    for row in ClaimLine.select().where(ClaimLine.claim.in_([claim, made])):
        parts = row.payer_balance + row.patient_balance + row.paid + row.adjusted + row.written_off
        assert parts == row.billed
    # Over the chain: once billed, and everything of it paid, taken off or open.
    for ours, theirs in zip(lines_of(claim), lines_of(made), strict=True):
        rows = [ClaimLine.get_by_id(ours.id), ClaimLine.get_by_id(theirs.id)]
        real = read_rows(
            store.database,
            "SELECT COALESCE(SUM(amount), 0) FROM entry WHERE claim_line_id IN (?, ?)"
            " AND account = 'contractual adjustments'",
            ours.id,
            theirs.id,
        )[0][0]
        paid = sum(row.paid for row in rows)
        still_open = sum(row.payer_balance + row.patient_balance for row in rows)
        assert paid + still_open + real == ours.billed
    broken = [each for each in check_store(store.database, store.audit_key) if not each.ok]
    assert [each.name for each in broken] in ([], ["transmissions"])
    post(store, [reversal_of(said)])
    assert state_of(store) == before


def test_only_a_submitted_claims_coverage_on_its_days_counts(
    store: Store, practice: SmallPractice
) -> None:
    claim = submitted_claim(store, practice)
    add_coverage(practice, rank=2, ends_on=SERVICE_DAY - datetime.timedelta(days=1))
    third = add_coverage(practice, rank=3)
    post(store, [answer(claim)])
    billed_onward(store, claim)
    made = secondary_of(claim)
    assert (made.coverage, made.payer_sequence) == (third, 2)
    assert Coverage.select().count() == 3


def typed_from_paper(store: Store, claim: Claim, amount: int, *shares: int) -> None:
    """An EOB of one claim, its lines as they are prefilled but for the patient's coinsurance."""
    payer = claim.payer
    eob = TypedPayment(payer.id, payer.name, f"CHK{claim.id}", amount, "CHK", NOW.date())
    eob.claims.append(claim_to_type(store.database, claim.id))
    for one, share in zip(eob.claims[0].lines, shares, strict=True):
        one.coinsurance = share
        follow(one)
    with store.work(BILLER, NOW) as work:
        assert post_by_hand(work, eob).state == "posted"


def test_answers_on_paper_go_on_like_any_other(store: Store, practice: SmallPractice) -> None:
    claim = submitted_claim(store, practice)
    add_coverage(practice)
    typed_from_paper(store, claim, 24000 + 18000 - 8400, 4800, 3600)
    outcome = billed_onward(store, claim)
    assert outcome.amount == 8400
    (second,) = sent(store, *outcome.made)
    told = coordination(store.database, [second.id])[second.id]
    assert [(one.paid, one.patient_share) for one in told.answers[0].lines] == [
        (19200, 4800),
        (14400, 3600),
    ]
    # The second payer's EOB is prefilled with what was asked for, and the rest as settled before.
    lines = claim_to_type(store.database, second.id).lines
    assert [(one.paid, one.others, one.off) for one in lines] == [
        (4800, [("OA", "23", 27200)], 0),
        (3600, [("OA", "23", 20400)], 0),
    ]
    typed_from_paper(store, second, 7400, 1000, 0)
    assert balances(second) == (7400, 47600, 0, 1000)


def test_a_void_goes_without_it_and_then_it_is_billed_anew(
    store: Store, practice: SmallPractice
) -> None:
    claim = submitted_claim(store, practice)
    add_coverage(practice)
    said = answer(claim)
    post(store, [said])
    (second,) = sent(store, *billed_onward(store, claim).made)
    Claim.update(payer_claim_control_number="SECOND1", adjudication="paid").where(
        Claim.id == second.id
    ).execute()
    post(store, [reversal_of(said)])
    assert balances(claim) == (0, 8400, 56000, -8400)
    with store.work(BILLER, NOW) as work:
        (void,) = void_claims(work, [second.id], "the primary took it back").made
        assert not [one for one in validate_claims(work, [void])[void] if one.severity == "error"]
        work.set_all(Claim, {"status": READY}, [void])
    sent(store, void)
    assert Claim.get_by_id(second.id).status == "Historical"
    assert (balances(claim), balances(second)) == ((0, 0, 56000, 0), (0, 0, 0, 0))
    post(store, [answer(claim)])
    assert billed_onward(store, claim).amount == 8400


def test_what_took_the_first_claims_place_is_not_billed_on_twice(
    store: Store, practice: SmallPractice
) -> None:
    claim = submitted_claim(store, practice)
    add_coverage(practice)
    post(store, [answer(claim)])
    (second,) = sent(store, *billed_onward(store, claim).made)
    with store.work(BILLER, NOW) as work:
        clone = clone_claim(work, claim.id, frequency="7", original_reference="ICN1")
        work.set_all(Claim, {"status": READY}, [clone.id])
    (again,) = sent(store, clone.id)
    post(store, [answer(again)])
    (left,) = billed_onward(store, again).left
    assert left.reason == f"billed to Second Health 2 already: {second.number} is Submitted"
