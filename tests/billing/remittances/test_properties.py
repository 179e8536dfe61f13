"""Whatever payers send, in whatever order: every cent stays accounted for."""

import dataclasses

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rcm_tui.billing.check import check_store
from rcm_tui.billing.ledger import reverse_journals
from rcm_tui.billing.remittances.adjudication import refresh_claims
from rcm_tui.billing.remittances.duplicates import DuplicatePayment
from rcm_tui.billing.remittances.received import (
    ReceivedAdjustment,
    ReceivedClaim,
    ReceivedLine,
    ReceivedProviderAdjustment,
)
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.remittances import Remittance
from tests.billing.remittances.received_builder import (
    BALANCES,
    claim_payment,
    count_of,
    line,
    post,
    remittances,
    reversal_of,
    state_of,
    submitted_claim,
)
from tests.practice_builder import BILLER, NOW, SERVICE_DAY, SmallPractice, small_practice

CODES = ["CO-45", "CO-253", "CO-197", "CO-16", "PR-1", "PR-3", "PR-96", "OA-23", "PI-1", "OA-18"]
KNOWN, UNKNOWN = range(3), -1

in_one_store = settings(
    max_examples=10,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)

cas = st.builds(
    lambda code, amount: ReceivedAdjustment(*code.split("-"), amount),
    st.sampled_from(CODES),
    st.integers(-200, 20000),
)


@st.composite
def service(draw: st.DrawFn) -> ReceivedLine:
    charge, adjusted = draw(st.integers(0, 40000)), draw(st.lists(cas, max_size=3))
    code = draw(st.sampled_from(["97153", "97153", "97155", "99999"]))
    paid = charge - sum(each.amount for each in adjusted)
    return ReceivedLine(
        code, (), charge, paid, first_service_date=SERVICE_DAY, adjustments=adjusted
    )


@st.composite
def answer(draw: st.DrawFn) -> tuple[int, ReceivedClaim]:
    """Which of the claims it is for, and what is said of it."""
    lines = draw(st.lists(service(), max_size=3))
    adjusted = draw(st.lists(cas, max_size=2))
    charge = sum(each.charge for each in lines) or draw(st.integers(0, 40000))
    taken = sum(each.amount for each in adjusted)
    taken += sum(each.amount for part in lines for each in part.adjustments)
    status = draw(st.sampled_from(["1", "1", "1", "4", "2", "19", "22", "23", "25"]))
    sent = ReceivedClaim(
        "", status, charge, charge - taken, lines=lines, adjustments=adjusted,
        payer_claim_control_number=draw(st.sampled_from(["", "ICN1", "ICN2"])),
    )  # fmt: skip
    return draw(st.sampled_from([*KNOWN, UNKNOWN])), sent


def addressed(claims: list[Claim], sent: tuple[int, ReceivedClaim]) -> ReceivedClaim:
    place, claim = sent
    number = "NOBODY" if place == UNKNOWN else claims[place].patient_control_number
    return dataclasses.replace(claim, patient_control_number=number)


def three_claims(store: Store, practice: SmallPractice) -> list[Claim]:
    return [submitted_claim(store, practice) for _ in KNOWN]


@pytest.fixture
def practice(store: Store) -> SmallPractice:
    return small_practice()


@in_one_store
@given(st.lists(st.lists(answer(), max_size=5), min_size=1, max_size=3), st.integers(-500, 500))
def test_every_cent_is_accounted_for(
    store: Store,
    practice: SmallPractice,
    payments: list[list[tuple[int, ReceivedClaim]]],
    taken: int,
) -> None:
    claims = three_claims(store, practice)
    for answers in payments:
        sent = [addressed(claims, each) for each in answers]
        kept = [ReceivedProviderAdjustment("WO", taken, "X")]
        assert post(store, remittances(sent, taken=kept)).state == "posted"
    broken = [each for each in check_store(store.database, store.audit_key) if not each.ok]
    assert broken == []
    of_lines = ", ".join(f"sum({column})" for column in BALANCES.split(", "))
    rows = read_rows(
        store.database,
        f"SELECT billed, {of_lines} FROM claim_line GROUP BY id, billed",
    )
    for billed, *parts in rows:
        assert billed == sum(parts)


@in_one_store
@given(answer(), answer())
def test_a_reversal_leaves_everything_as_it_was(
    store: Store,
    practice: SmallPractice,
    before: tuple[int, ReceivedClaim],
    said: tuple[int, ReceivedClaim],
) -> None:
    claims = three_claims(store, practice)
    first = addressed(claims, (0, dataclasses.replace(before[1], status_code="1")))
    second = addressed(claims, (0, dataclasses.replace(said[1], status_code="1")))
    post(store, [first])
    was = state_of(store)
    post(store, [second])
    result = post(store, [reversal_of(second)])
    assert (result.posted, result.orphans) == (1, 0)
    if (first.charge, first.paid) != (second.charge, second.paid):
        assert state_of(store) == was
    else:
        # The two say the same: either may be taken for the original, the balances are what counts.
        claim = Claim.get_by_id(claims[0].id)
        assert claim.paid == second.paid


@in_one_store
@given(st.lists(answer(), min_size=2, max_size=4), st.randoms(use_true_random=False))
def test_files_about_different_claims_may_come_in_any_order(
    store: Store, practice: SmallPractice, answers: list[tuple[int, ReceivedClaim]], random: object
) -> None:
    ends = []
    for turn in range(2):
        claims = [submitted_claim(store, practice) for _ in answers]
        sent = [
            dataclasses.replace(said, patient_control_number=claim.patient_control_number)
            for (_, said), claim in zip(answers, claims, strict=True)
        ]
        if turn:
            random.shuffle(sent)  # type: ignore[attr-defined]
        for each in sent:
            post(store, [each])
        ends.append(
            [
                row[1:]
                for claim in claims
                for row in read_rows(
                    store.database,
                    f"SELECT id, adjudication, {BALANCES} FROM claim WHERE id = ?",
                    claim.id,
                )
            ]
        )
    assert ends[0] == ends[1]


@in_one_store
@given(st.lists(answer(), max_size=4))
def test_one_file_or_one_file_a_claim_makes_no_difference(
    store: Store, practice: SmallPractice, answers: list[tuple[int, ReceivedClaim]]
) -> None:
    # Reversals are apart: whether their original is in the same file decides what they mean.
    answers = [(place, said) for place, said in answers if said.status_code != "22"]
    ends = []
    for together in (True, False):
        claims = three_claims(store, practice)
        sent = [addressed(claims, each) for each in answers]
        for file in [sent] if together else [[each] for each in sent]:
            post(store, file)
        ends.append([row[3:] for row in state_of(store) if row[0] in {c.id for c in claims}][:3])
    assert ends[0] == ends[1]


@in_one_store
@given(st.lists(answer(), min_size=1, max_size=3))
def test_nothing_posts_twice(
    store: Store, practice: SmallPractice, answers: list[tuple[int, ReceivedClaim]]
) -> None:
    claims = three_claims(store, practice)
    sent = [addressed(claims, each) for each in answers]
    number = count_of(store, "payment")
    keys = {"set_key": f"again {number}", "payment_key": f"again {number}"}
    post(store, remittances(sent, **keys))
    was, entries = state_of(store), count_of(store, "entry")
    with pytest.raises(DuplicatePayment):
        post(store, remittances(sent, **keys))
    assert state_of(store) == was
    assert count_of(store, "entry") == entries


@in_one_store
@given(st.lists(answer(), min_size=1, max_size=4), st.integers(1, 500))
def test_a_held_payment_moves_no_cent(
    store: Store, practice: SmallPractice, answers: list[tuple[int, ReceivedClaim]], off: int
) -> None:
    claims = three_claims(store, practice)
    sent = [addressed(claims, each) for each in answers]
    was, entries = state_of(store), count_of(store, "entry")
    amount = sum(each.paid for each in sent) + off
    result = post(store, remittances(sent, amount=amount))
    assert result.state == "held"
    assert result.held_reasons[0].endswith(f"off by {off / 100:.2f}")
    assert state_of(store) == was
    assert count_of(store, "entry") == entries


@in_one_store
@given(
    st.lists(st.sampled_from(["CO-16", "CO-197", "PR-96", "PI-1", "OA-18", "CO-A1"]), max_size=2)
)
def test_a_denial_leaves_the_whole_payer_balance(
    store: Store, practice: SmallPractice, codes: list[str]
) -> None:
    claim = submitted_claim(store, practice, [("97153", 8)])
    codes = codes or ["CO-50"]
    share, rest = divmod(32000, len(codes))
    texts = [f"{code} {(share + (rest if not n else 0)) / 100:.2f}" for n, code in enumerate(codes)]
    denied = line(32000, 0, ", ".join(texts))
    post(store, [claim_payment(claim.patient_control_number, [denied], "4")])
    now = Claim.get_by_id(claim.id)
    assert (now.adjudication, now.payer_balance, now.adjusted, now.written_off) == (
        *("denied", 32000, 0, 0),
    )


def test_a_journal_that_a_person_takes_back_stands_no_more(
    store: Store, practice: SmallPractice
) -> None:
    claim = submitted_claim(store, practice)
    was = state_of(store)
    sent = claim_payment(claim.patient_control_number, [line(32000, 32000)])
    post(store, [sent])
    with store.work(BILLER, NOW) as work:
        reverse_journals(work, {Remittance.get().journal_id: "posted to the wrong claim"})
        refresh_claims(work, [claim.id])
    assert state_of(store) == was
    assert post(store, [reversal_of(sent)]).orphans == 1
