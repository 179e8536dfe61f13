"""Payments posted to claims and ledger, or held with the figures."""

import datetime
from collections.abc import Iterator

import pytest

from rcm_tui.billing.outcome import Cancelled
from rcm_tui.billing.remittances.duplicates import DuplicatePayment, payment_key
from rcm_tui.billing.remittances.posting import post_payment
from rcm_tui.billing.remittances.received import (
    ReceivedClaim,
    ReceivedPayment,
    ReceivedProviderAdjustment,
    ReceivedRemittances,
)
from rcm_tui.billing.remittances.storing import PAGE
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.data.tables.remittances import Payment, Remark, Remittance, RemittanceLine
from tests.billing.remittances.received_builder import (
    account_totals,
    balances,
    claim_payment,
    count_of,
    line,
    lines_of,
    post,
    remittances,
    state_of,
    submitted_claim,
)
from tests.practice_builder import BILLER, NOW, SERVICE_DAY, small_practice

PAID_IN_FULL = (
    line(32000, 22000, "CO-45 80.00, PR-3 20.00"),
    line(24000, 18000, "CO-45 60.00", code="97155"),
)


def test_paid_lines_settle_to_the_cent(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    sent = claim_payment(
        claim.patient_control_number, PAID_IN_FULL, payer_claim_control_number="ICN9"
    )
    result = post(store, [sent])
    assert (result.state, result.claims, result.posted, result.orphans) == ("posted", 1, 1, 0)
    assert balances(claim) == (40000, 14000, 0, 2000)
    assert [balances(each) for each in lines_of(claim)] == [
        (22000, 8000, 0, 2000),
        (18000, 6000, 0, 0),
    ]
    assert [each.allowed for each in lines_of(claim)] == [24000, 18000]
    now = Claim.get_by_id(claim.id)
    assert (now.adjudication, now.payer_claim_control_number) == ("paid", "ICN9")
    assert now.answered_at == NOW
    assert account_totals(store) == {
        "charges": -56000,
        "payer receivable": 0,
        "payer payments": 40000,
        "contractual adjustments": 14000,
        "patient receivable": 2000,
    }
    payment = Payment.get_by_id(result.payment_id)
    assert (payment.state, payment.posted, payment.unposted, payment.posted_at) == (
        *("posted", 40000, 0, NOW),
    )
    assert payment.payer == small_payer()


def small_payer() -> object:
    return Claim.get().payer


@pytest.mark.parametrize(
    ("sent", "status", "adjudication", "expected"),
    [
        ([line(32000, 0, "CO-197 320.00"), line(24000, 0, "CO-197 240.00", code="97155")],
         "4", "denied", (0, 0, 56000, 0)),
        ([line(32000, 0, "CO-197 320.00"), line(24000, 0, "CO-197 240.00", code="97155")],
         "1", "denied", (0, 0, 56000, 0)),
        ([line(32000, 0, "CO-45 80.00, CO-50 240.00"),
          line(24000, 0, "PR-96 240.00", code="97155")],
         "1", "denied", (0, 8000, 48000, 0)),
        ([line(32000, 24000, "CO-45 80.00"), line(24000, 0, "CO-16 240.00", code="97155")],
         "1", "partially paid", (24000, 8000, 24000, 0)),
        ([line(32000, 0, "PR-1 320.00"), line(24000, 0, "PI-50 240.00", code="97155")],
         "1", "partially paid", (0, 0, 24000, 32000)),
        ([line(32000, 0, "PR-1 320.00"), line(24000, 0, "PR-2 240.00", code="97155")],
         "1", "paid", (0, 0, 0, 56000)),
        ([line(32000, 40000, "CO-94 -80.00"), line(24000, 24000, code="97155")],
         "1", "paid", (64000, -8000, 0, 0)),
        ([line(32000, 40000, "CO-16 -80.00"), line(24000, 24000, code="97155")],
         "1", "overpaid", (64000, 0, -8000, 0)),
        ([line(32000, 10000, "OA-23 220.00"), line(24000, 0, "OA-23 240.00", code="97155")],
         "2", "paid", (10000, 46000, 0, 0)),
        ([line(32000, 0, "OA-18 320.00"), line(24000, 0, "OA-18 240.00", code="97155")],
         "1", "denied", (0, 0, 56000, 0)),
    ],
    ids=[
        *("status 4", "nothing paid", "reduced and denied", "one line denied"),
        *("deductible and denied", "all the patient's", "paid above the charge"),
        *("overpaid", "secondary", "duplicate denial"),
    ],
)  # fmt: skip
def test_adjudication(
    store: Store,
    sent: list[object],
    status: str,
    adjudication: str,
    expected: tuple[int, int, int, int],
) -> None:
    claim = submitted_claim(store, small_practice())
    result = post(store, [claim_payment(claim.patient_control_number, sent, status)])  # type: ignore[arg-type]
    assert result.state == "posted"
    assert balances(claim) == expected
    now = Claim.get_by_id(claim.id)
    assert now.adjudication == adjudication
    assert now.written_off == 0


def test_a_duplicate_denial_does_not_unpay_a_paid_claim(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    number = claim.patient_control_number
    post(store, [claim_payment(number, PAID_IN_FULL)])
    before = state_of(store)
    denied = [line(32000, 0, "OA-18 320.00"), line(24000, 0, "OA-18 240.00", code="97155")]
    post(store, [claim_payment(number, denied, "4")])
    assert state_of(store) == before


def test_a_payment_that_does_not_balance_is_held_with_its_figures(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    number = claim.patient_control_number
    before, entries = state_of(store), count_of(store, "entry")
    wrong = [line(32000, 25000, "CO-45 70.00"), line(24000, 23000, "CO-45 20.00", code="97155")]
    sent = remittances(
        [claim_payment(number, wrong, paid=48000)],
        amount=47000,
        taken=[ReceivedProviderAdjustment("WO", 500, "ICN1")],
        trace_number="T77",
    )
    sent.imbalances.append("claim 3 could not be read")
    result = post(store, sent)
    assert result.state == "held"
    assert result.held_reasons == [
        f"line 2 of claim {number}: charged 240.00 − adjusted 20.00 = 220.00,"
        " paid says 230.00, off by 10.00",
        f"claim {number}: charged 560.00 − adjusted 90.00 = 470.00, paid says 480.00, off by 10.00",
        "payment T77: claims paid 480.00 − provider adjustments 5.00 = 475.00,"
        " the payment says 470.00, off by 5.00",
        "claim 3 could not be read",
    ]
    assert state_of(store) == before
    assert count_of(store, "entry") == entries
    payment = Payment.get_by_id(result.payment_id)
    assert (payment.state, payment.posted, payment.unposted) == ("held", 0, 48000)
    assert payment.posted_at is None
    stored = Remittance.get()
    assert (stored.state, stored.claim_id, stored.journal_id) == ("waiting", claim.id, None)
    assert stored.reason == "; ".join(result.held_reasons[:2])
    assert count_of(store, "remittance_line") == 2
    assert count_of(store, "adjustment") == 2
    assert count_of(store, "provider_adjustment") == 1


def test_an_imbalance_that_is_told_after_the_last_claim_holds_all(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    sent = remittances([claim_payment(claim.patient_control_number, PAID_IN_FULL)])
    whole = list(sent.claims)

    def read() -> Iterator[ReceivedClaim]:
        yield from whole
        sent.imbalances.append("the file ends in the middle of a claim")

    sent.claims = read()
    result = post(store, sent)
    assert result.held_reasons == ["the file ends in the middle of a claim"]
    assert balances(claim) == (0, 0, 56000, 0)


def test_only_the_first_hundred_reasons_are_kept(store: Store) -> None:
    wrong = [claim_payment(f"X{number}", charge=1000, paid=900) for number in range(150)]
    result = post(store, wrong)
    assert len(result.held_reasons) == 101
    assert result.held_reasons[-1] == "and 50 more"


def test_money_without_a_claim_is_unapplied(store: Store) -> None:
    practice = small_practice()
    draft = practice.add_claim()
    result = post(
        store,
        [
            claim_payment("NOBODY", [line(10000, 9000, "CO-45 10.00")]),
            claim_payment("NOBODY2", [line(10000, 0, "CO-197 100.00")], "4"),
            claim_payment(draft.patient_control_number, [line(32000, 32000)]),
        ],
    )
    assert (result.state, result.posted, result.orphans) == ("posted", 0, 3)
    assert account_totals(store) == {"payer payments": 41000, "unapplied": -41000}
    kept = list(Remittance.select().order_by(Remittance.position))
    assert [each.state for each in kept] == ["orphan"] * 3
    assert [each.claim_id for each in kept] == [None] * 3
    assert kept[2].reason == f"claim {draft.number} was never submitted"
    assert balances(draft) == (0, 0, 0, 0)
    payment = Payment.get_by_id(result.payment_id)
    assert (payment.posted, payment.unposted) == (0, 41000)


def test_a_line_that_matches_nothing_posts_on_the_claim_and_says_so(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    sent = [line(32000, 32000), line(5000, 5000, code="99999")]
    post(store, [claim_payment(claim.patient_control_number, sent)])
    assert balances(claim) == (37000, 0, 19000, 0)
    assert [balances(each)[0] for each in lines_of(claim)] == [32000, 0]
    assert Remittance.get().reason == (
        f"line 2 (99999) matches no line of claim {claim.number}: posted on the claim as a whole"
    )
    assert [each.claim_line_id for each in RemittanceLine.select().order_by(RemittanceLine.id)] == [
        lines_of(claim)[0].id,
        None,
    ]


@pytest.mark.parametrize("status", ["23", "25", "5", ""])
def test_informational_statuses_move_nothing(store: Store, status: str) -> None:
    claim = submitted_claim(store, small_practice())
    before = state_of(store)
    denied = [line(32000, 0, "CO-45 320.00")]
    result = post(store, [claim_payment(claim.patient_control_number, denied, status)])
    assert (result.state, result.posted, result.orphans) == ("posted", 0, 0)
    assert state_of(store) == before
    assert Remittance.get().state == "informational"


def test_an_informational_status_that_pays_is_unapplied(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    result = post(store, [claim_payment(claim.patient_control_number, [line(100, 100)], "25")])
    assert result.orphans == 1
    assert account_totals(store)["unapplied"] == -100
    assert Remittance.get().reason == "status 25: predetermination, yet 1.00 is paid"
    assert RemittanceLine.get().claim_line is None


def test_what_a_second_payer_says_does_not_mix_with_the_first(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    number = claim.patient_control_number
    post(store, [claim_payment(number, PAID_IN_FULL, "19")])
    before = balances(claim)
    second = [line(32000, 2000, "OA-23 300.00"), line(24000, 0, "OA-23 240.00", code="97155")]
    result = post(store, [claim_payment(number, second, "2")])
    assert result.orphans == 1
    assert balances(claim) == before
    assert account_totals(store)["unapplied"] == -2000


def test_provider_adjustments_make_the_cash_what_the_payer_sent(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    sent = remittances(
        [claim_payment(claim.patient_control_number, PAID_IN_FULL)],
        taken=[
            ReceivedProviderAdjustment("WO", 15000, "ICN1"),
            ReceivedProviderAdjustment("L6", -125, "INTEREST"),
            ReceivedProviderAdjustment("72", 0, "NOTHING"),
        ],
    )
    result = post(store, sent)
    assert result.state == "posted"
    assert sent.payment.amount == 40000 - 15000 + 125
    assert account_totals(store)["payer payments"] == sent.payment.amount
    assert account_totals(store)["provider adjustments"] == 14875
    assert balances(claim)[0] == 40000


def test_a_payment_of_nothing_posts_its_denials(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    denied = [line(32000, 0, "CO-29 320.00"), line(24000, 0, "CO-29 240.00", code="97155")]
    result = post(store, [claim_payment(claim.patient_control_number, denied, "4")])
    assert result.state == "posted"
    assert Remittance.get().journal is None
    assert count_of(store, "journal", "kind <> 'charge'") == 0


def test_a_payment_without_claims_posts_its_provider_adjustments(store: Store) -> None:
    result = post(store, remittances([], taken=[ReceivedProviderAdjustment("CS", -5000, "X")]))
    assert (result.state, result.claims) == ("posted", 0)
    assert account_totals(store) == {"payer payments": 5000, "provider adjustments": -5000}


def test_remarks_and_what_the_file_said_are_kept(store: Store) -> None:
    sent = claim_payment(
        "NOBODY",
        [line(10000, 0, "CO-16 100.00", remarks=["N54"], modifiers=("HM", "95"))],
        remarks=["MA130"],
        patient_name="[b]ADA",
        member_id="W1",
    )
    post(store, [sent])
    kept = Remittance.get()
    assert (kept.patient_name, kept.member_id) == ("[b]ADA", "W1")
    assert RemittanceLine.get().modifiers == "HM 95"
    assert sorted((each.code, each.line_id is None) for each in Remark.select()) == [
        ("MA130", True),
        ("N54", False),
    ]


def test_the_same_set_does_not_come_in_twice(store: Store) -> None:
    first = post(store, remittances([], amount=0, set_key="S", trace_number="T1"))
    before = count_of(store, "audit_record")
    with pytest.raises(DuplicatePayment, match=r"repeats payment T1 over 0\.00") as refused:
        post(store, remittances([], amount=0, set_key="S", trace_number="T2"))
    assert refused.value.payment_id == first.payment_id
    assert "2026-03-16" in str(refused.value)
    assert count_of(store, "payment") == 1
    assert count_of(store, "audit_record") == before


def test_the_same_payment_in_another_set_does_not_come_in_twice(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    sent = [claim_payment(claim.patient_control_number, PAID_IN_FULL)]
    post(store, remittances(sent, set_key="S1", payment_key="K"))
    before = state_of(store)
    with pytest.raises(DuplicatePayment):
        post(store, remittances(sent, set_key="S2", payment_key="K"))
    assert state_of(store) == before


@pytest.mark.parametrize(
    ("first", "second", "same"),
    [
        (("P", "T", 100, SERVICE_DAY, "a"), ("P", "T", 100, SERVICE_DAY, "b"), True),
        (("P", "T", 0, SERVICE_DAY, "a"), ("P", "T", 0, SERVICE_DAY, "b"), False),
        (("P", "", 100, SERVICE_DAY, "a"), ("P", "", 100, SERVICE_DAY, "b"), False),
        (("P", "T", 100, None, "a"), ("P", "T", 100, SERVICE_DAY, "a"), False),
        (("P|T", "", 100, None, "a"), ("P", "T", 100, None, "a"), False),
        (("P", "T", 100, None, "a"), ("Q", "T", 100, None, "a"), False),
    ],
)
def test_what_makes_a_payment_one_of_a_kind(
    first: tuple[str, str, int, datetime.date | None, str],
    second: tuple[str, str, int, datetime.date | None, str],
    same: bool,
) -> None:
    assert (payment_key(*first) == payment_key(*second)) is same


def test_more_claims_than_a_page(store: Store) -> None:
    practice = small_practice()
    claims = [submitted_claim(store, practice, [("97153", 1)]) for _ in range(3)]
    count = PAGE + 7

    def read() -> Iterator[ReceivedClaim]:
        for number in range(count):
            place = number - PAGE
            of = claims[place // 2].patient_control_number if 0 <= place < 6 else "X"
            yield claim_payment(of, [line(1000, 1000)])

    told: list[tuple[int, int]] = []
    payment = ReceivedPayment(count * 1000, "set", "key")
    with store.work(BILLER, NOW) as work:
        result = post_payment(
            work,
            ReceivedRemittances(payment, read()),
            lambda done, total: told.append((done, total)),
        )
    assert (result.claims, result.posted, result.orphans) == (count, 6, PAGE + 1)
    assert [balances(claim)[0] for claim in claims] == [2000, 2000, 2000]
    assert told[0] == (0, PAGE)
    assert told[-1] == (count, count)
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert [each.position for each in Remittance.select().order_by(Remittance.id)] == list(
        range(1, count + 1)
    )


def test_a_cancelled_posting_leaves_no_trace(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    before = state_of(store)

    def stop(done: int, total: int) -> None:
        if done:
            raise Cancelled

    sent = remittances([claim_payment(claim.patient_control_number, PAID_IN_FULL)])
    with pytest.raises(Cancelled), store.work(BILLER, NOW) as work:
        post_payment(work, sent, stop)
    assert state_of(store) == before
    assert count_of(store, "payment") == 0
    assert count_of(store, "remittance") == 0


def test_every_claim_and_the_payment_are_in_the_audit_trail(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    result = post(store, [claim_payment(claim.patient_control_number, PAID_IN_FULL)])
    said = {
        (each.action, each.subject, each.subject_id)
        for each in AuditRecord.select().where(AuditRecord.actor == BILLER.login)
    }
    assert ("remittance posted", "claim", claim.id) in said
    assert ("payment posted", "payment", result.payment_id) in said


def test_a_claim_without_lines_in_the_remittance_shares_by_what_is_open(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    sent = claim_payment(
        claim.patient_control_number, charge=56000, adjusted="CO-45 140.00, PR-2 42.00"
    )
    post(store, [sent])
    assert balances(claim) == (37800, 14000, 0, 4200)
    for each in lines_of(claim):
        assert balances(each)[2] == 0
    assert ClaimLine.select().where(ClaimLine.paid < 0).count() == 0
