"""The 837P to a further payer says what the remittances said, to the cent, and is valid."""

import datetime
import zlib
from dataclasses import replace as dataclass_replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rcm_tui.billing.check import check_store
from rcm_tui.billing.claims.cloning import clone_claim
from rcm_tui.billing.claims.secondary import bill_secondary
from rcm_tui.billing.remittances.received import ReceivedAdjustment, ReceivedClaim, ReceivedLine
from rcm_tui.data.fields import dollars
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import READY, Claim, ClaimLine
from rcm_tui.data.tables.exchange import ClaimsTransaction
from rcm_tui.data.tables.payers import Payer
from rcm_tui.exchange.incoming import receive_file
from rcm_tui.exchange.outgoing import build_claims_transactions, claim_file
from rcm_tui.exchange.practice_clearinghouse import Plan, answers_to, submissions
from rcm_tui.x12.claim import ProfessionalClaim
from rcm_tui.x12.events import ClaimRead, FindingRead
from rcm_tui.x12.reader import read_all
from tests.billing.claims.second_payer import add_coverage, billed_onward, sent
from tests.billing.remittances.received_builder import (
    claim_payment,
    line,
    post,
    remittances,
    submitted_claim,
)
from tests.exchange.receiving import claim_file as imported_file
from tests.practice_builder import BILLER, NOW, SERVICE_DAY, SmallPractice, small_practice
from tests.x12 import pyx12_says
from tests.x12.made import full_claim


@pytest.fixture
def practice(store: Store) -> SmallPractice:
    return small_practice()


def read_back(store: Store, practice: SmallPractice, claim: Claim) -> ProfessionalClaim:
    """The claim as it stands in its file, after pyx12 has found nothing wrong with that."""
    content = claim_file(store.database, [claim.id], practice.clearinghouse, NOW)
    assert pyx12_says.errors(content) == []
    events = read_all(content)
    assert not [event for event in events if isinstance(event, FindingRead)]
    (read,) = [event.claim for event in events if isinstance(event, ClaimRead)]
    return read


GROUPS = ["CO-45", "CO-253", "CO-97", "PR-1", "PR-2", "PR-3", "PR-96", "OA-23", "PI-94"]
cas = st.builds(
    lambda code, amount, units: ReceivedAdjustment(*code.split("-"), amount, units),
    st.sampled_from(GROUPS),
    st.integers(-5000, 9000).filter(bool),
    st.none() | st.integers(1, 8).map(Decimal),
)


@st.composite
def answers(draw: st.DrawFn) -> ReceivedClaim:
    """What a payer may say of 320.00 and 240.00: by line, for the claim as a whole, or both."""
    of_claim = draw(st.lists(cas, max_size=3))
    lines = []
    if draw(st.booleans()):
        for code, charge in (("97153", 32000), ("97155", 24000)):
            adjusted = draw(st.lists(cas, max_size=8))
            lines.append(
                ReceivedLine(
                    code,
                    tuple(draw(st.lists(st.sampled_from(["HM", "95"]), max_size=2, unique=True))),
                    charge,
                    charge - sum(each.amount for each in adjusted),
                    units=draw(st.none() | st.integers(0, 40).map(Decimal)),
                    first_service_date=SERVICE_DAY,
                    adjustments=adjusted,
                )
            )
    taken = sum(each.amount for each in of_claim)
    taken += sum(each.amount for one in lines for each in one.adjustments)
    return ReceivedClaim(
        "",
        draw(st.sampled_from(["1", "4"])),
        56000,
        56000 - taken,
        payer_claim_control_number=draw(st.sampled_from(["", "ICN77"])),
        adjustments=of_claim,
        remarks=draw(st.lists(st.sampled_from(["MA01", "MA07", "N130"]), max_size=5)),
        lines=lines,
    )


def said(adjustments: list[ReceivedAdjustment]) -> list[tuple[str, str, Decimal, Decimal | None]]:
    return sorted(
        [
            (one.group_code, one.reason_code, dollars(one.amount), one.quantity)
            for one in adjustments
        ],
        key=repr,
    )


def told(adjustments: object) -> list[tuple[str, str, Decimal, Decimal | None]]:
    return sorted(
        [(one.group, one.reason, one.amount, one.quantity) for one in adjustments],  # type: ignore[attr-defined]
        key=repr,
    )


@settings(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(answers())
def test_it_contains_exactly_what_the_remittance_said(
    store: Store, practice: SmallPractice, answer: ReceivedClaim
) -> None:
    client = practice.add_client("HADDAD")
    add_coverage(practice, client, payer=_second(practice))
    claim = submitted_claim(store, practice, client=client)
    answer.patient_control_number = claim.patient_control_number
    assert post(store, [answer]).state == "posted"
    outcome = billed_onward(store, claim)
    if not outcome.made:  # nothing of it is anybody else's to pay
        return
    read = read_back(store, practice, Claim.get_by_id(outcome.made[0]))
    assert read.subscriber.payer_responsibility == "S"
    (other,) = read.other_subscribers
    assert (other.payer.identifier, other.payer_responsibility) == ("60001", "P")
    assert other.claim_control_number == answer.payer_claim_control_number
    assert other.prior_authorization == claim.authorization_number
    assert other.paid == dollars(answer.paid)
    assert other.remark_codes == tuple(dict.fromkeys(answer.remarks))
    assert told(other.adjustments) == said(answer.adjustments)
    if not answer.lines:
        assert (other.paid_date, read.lines[0].adjudications) == (SERVICE_DAY, ())
        assert other.paid + sum(one.amount for one in other.adjustments) == read.charge
        return
    assert other.paid_date is None
    for ours, theirs in zip(read.lines, answer.lines, strict=True):
        (one,) = ours.adjudications
        assert (one.payer_identifier, one.paid_date) == ("60001", SERVICE_DAY)
        assert (one.procedure.code, one.procedure.modifiers) == (
            theirs.procedure_code,
            theirs.modifiers,
        )
        assert (one.paid, one.units) == (
            dollars(theirs.paid),
            Decimal(1) if theirs.units is None else theirs.units,
        )
        assert told(one.adjustments) == said(theirs.adjustments)
        left = sum(each.amount for each in theirs.adjustments if each.group_code == "PR")
        assert one.remaining_patient_liability == dollars(left)
        # It balances as the guide asks: charge = paid + what was taken off, of line and claim.
        assert ours.charge == one.paid + sum(each.amount for each in one.adjustments)
    of_lines = sum(one.adjudications[0].paid for one in read.lines)
    assert other.paid == of_lines - sum(one.amount for one in other.adjustments)


def _second(practice: SmallPractice) -> Payer:
    return Payer.get_or_none(Payer.name == "Second Health") or practice.add_payer("Second Health")


def test_a_third_payer_is_told_what_both_before_said(store: Store, practice: SmallPractice) -> None:
    claim = submitted_claim(store, practice)
    second, third = add_coverage(practice), add_coverage(practice, rank=3)
    first_said = [line(32000, 19200, "CO-45 80.00, PR-2 48.00"), line(24000, 24000, "", "97155")]
    post(store, [claim_payment(claim.patient_control_number, first_said)])
    (middle,) = sent(store, *billed_onward(store, claim).made)
    second_said = [
        line(32000, 3000, "OA-23 272.00, PR-3 18.00"),
        line(24000, 0, "OA-23 240.00", "97155"),
    ]
    post(store, [claim_payment(middle.patient_control_number, second_said, "2")])
    (key,) = billed_onward(store, middle).made
    read = read_back(store, practice, Claim.get_by_id(key))
    assert read.subscriber.payer_responsibility == "T"
    assert read.payer.identifier == third.payer.payer_id
    assert [other.payer_responsibility for other in read.other_subscribers] == ["P", "S"]
    assert [other.payer.identifier for other in read.other_subscribers] == [
        practice.payer.payer_id,
        second.payer.payer_id,
    ]
    assert [other.paid for other in read.other_subscribers] == [Decimal("432.00"), Decimal("30.00")]
    paid = [[one.paid for one in each.adjudications] for each in read.lines]
    assert paid == [[Decimal("192.00"), Decimal("30.00")], [Decimal("240.00"), Decimal("0.00")]]


def test_a_replacement_to_the_second_payer_still_tells_of_the_first(
    store: Store, practice: SmallPractice
) -> None:
    claim = submitted_claim(store, practice)
    add_coverage(practice)
    said_first = [line(32000, 19200, "CO-45 80.00, PR-2 48.00"), line(24000, 24000, "", "97155")]
    post(store, [claim_payment(claim.patient_control_number, said_first)])
    (second,) = sent(store, *billed_onward(store, claim).made)
    with store.work(BILLER, NOW) as work:
        clone = clone_claim(work, second.id, frequency="7", original_reference="ICN2")
    read = read_back(store, practice, Claim.get_by_id(clone.id))
    assert (read.frequency_code, read.original_reference) == ("7", "ICN2")
    (other,) = read.other_subscribers
    assert (other.paid, len(read.lines[0].adjudications)) == (Decimal("432.00"), 1)


def test_the_day_is_that_of_the_payment_and_the_remittance_that_stands(
    store: Store, practice: SmallPractice
) -> None:
    claim = submitted_claim(store, practice)
    add_coverage(practice)
    denied = claim_payment(claim.patient_control_number, adjusted="CO-16 560.00", charge=56000)
    post(store, [denied])
    paid = [line(32000, 19200, "CO-45 80.00, PR-2 48.00"), line(24000, 24000, "", "97155")]
    day = datetime.date(2026, 3, 12)
    post(
        store,
        remittances(
            [claim_payment(claim.patient_control_number, paid)],
            effective_date=None,
            production_date=day,
        ),
    )
    (key,) = billed_onward(store, claim).made
    read = read_back(store, practice, Claim.get_by_id(key))
    assert {one.paid_date for each in read.lines for one in each.adjudications} == {day}


def test_the_whole_way_through_two_simulated_payers(store: Store, practice: SmallPractice) -> None:
    """Sent, answered, billed on, sent, answered: the ledger is right, and the check finds nothing.

    Of many claims, so that payers pay, deny, reverse, and leave something to the patient.
    """
    second = _second(practice)
    for number in range(40):
        client = practice.add_client(f"PATIENT{number:02}")
        add_coverage(practice, client, payer=second)
        practice.add_claim([("97153", 8), ("97155", 4)], client=client, status=READY)
    for turn in (1, 2):
        with store.work(BILLER, NOW) as work:
            (key,) = build_claims_transactions(
                work, practice.clearinghouse.id, 1, "a worker", lambda work: None
            )
        content = zlib.decompress(bytes(ClaimsTransaction.get_by_id(key).content))
        assert pyx12_says.errors(content) == []
        (submission,) = submissions(content)
        for answer in answers_to(submission, NOW, Plan(3), turn):
            receive_file(store, BILLER, "Test clearinghouse", answer.name, answer.content, now=NOW)
        if turn == 1:
            first = list(Claim.select().where(Claim.patient_balance > 0))
            asked = sum(claim.patient_balance for claim in first)
            with store.work(BILLER, NOW) as work:
                outcome = bill_secondary(work, [claim.id for claim in Claim.select()])
            assert len(outcome.made) > 10
            assert outcome.amount >= asked
            assert set(first) <= {Claim.get_by_id(one) for one in outcome.done}
    answered = list(Claim.select().where(Claim.payer_sequence == 2, Claim.paid > 0))
    assert len(answered) > 5
    for claim in answered:
        before = claim.billed_after
        of_chain = [claim, before]
        contract = sum(
            entry.amount
            for one in of_chain
            for entry in one.entries
            if entry.account == "contractual adjustments"
        )
        still_open = sum(one.payer_balance + one.patient_balance for one in of_chain)
        assert claim.billed == sum(one.paid for one in of_chain) + contract + still_open
    assert [one.name for one in check_store(store.database, store.audit_key) if not one.ok] == []


def test_a_claim_that_another_system_sent_goes_on_with_what_it_said(
    store: Store, practice: SmallPractice
) -> None:
    """What belongs to the claim goes along, what belongs to the payer before does not."""
    imported = full_claim()
    imported = dataclass_replace(
        imported,
        other_subscribers=(),
        frequency_code="1",
        subscriber=dataclass_replace(imported.subscriber, payer_responsibility="P"),
    )
    imported.lines = tuple(dataclass_replace(one, adjudications=()) for one in imported.lines)
    receive_file(store, BILLER, "import", "theirs.837", imported_file([imported]), now=NOW)
    claim = Claim.get(Claim.wire != "")
    add_coverage(practice, claim.client, rank=5, starts_on=None)
    lines = [
        line(
            one.billed,
            one.billed - 500,
            "PR-3 5.00",
            one.procedure_code,
            first_service_date=one.first_service_date,
        )
        for one in claim.lines.order_by(ClaimLine.position)
    ]
    post(store, [claim_payment(imported.patient_control_number, lines)])
    outcome = billed_onward(store, claim)
    assert outcome.left == []
    (key,) = outcome.made
    read = read_back(store, practice, Claim.get_by_id(key))
    assert read.payer.name == "Second Health 5"
    assert (read.subscriber.payer_responsibility, len(read.other_subscribers)) == ("S", 1)
    assert read.subscriber.member_id != imported.subscriber.member_id
    assert read.onset_date == imported.onset_date
    assert read.accident_date == imported.accident_date
    (other,) = read.other_subscribers
    assert other.payer.identifier == imported.payer.identifier
    assert other.member_id == imported.subscriber.member_id
