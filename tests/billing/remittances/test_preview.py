"""The preview says exactly what posting then does, and what looks wrong before."""

import dataclasses
from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rcm_tui.billing.remittances.posting import post_payment, post_waiting
from rcm_tui.billing.remittances.preview import Preview, preview_payment
from rcm_tui.billing.remittances.preview_search import PreviewSearch
from rcm_tui.billing.remittances.received import (
    ReceivedAdjustment,
    ReceivedClaim,
    ReceivedLine,
    ReceivedProviderAdjustment,
    ReceivedRemittances,
)
from rcm_tui.billing.write_offs.writing_off import write_off
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.data.tables.patient_side import WriteOffReason
from rcm_tui.data.tables.remittances import Remittance
from tests.billing.remittances.received_builder import (
    claim_payment,
    line,
    post,
    remittances,
    reversal_of,
    state_of,
    submitted_claim,
)
from tests.practice_builder import BILLER, NOW, SmallPractice, small_practice

OVER = (line(32000, 56000, "CO-45 -240.00"), line(24000, 0, "CO-16 240.00", code="97155"))
"""A line paid too much by as much as the other is denied."""
PAID = (
    line(32000, 22000, "CO-45 80.00, PR-3 20.00"),
    line(24000, 18000, "CO-45 60.00", code="97155"),
)
DENIED = (line(32000, 0, "CO-197 320.00"), line(24000, 0, "CO-16 240.00", code="97155"))
SECOND = (line(32000, 2000, "OA-23 300.00"), line(24000, 0, "OA-23 240.00", code="97155"))


def waiting(store: Store, received: ReceivedRemittances | list[ReceivedClaim]) -> int:
    if isinstance(received, list):
        received = remittances(received)
    with store.work(BILLER, NOW) as work:
        return post_payment(work, received, review=True).payment_id


def previewed(store: Store, payment_id: int) -> Preview:
    preview = preview_payment(store.database, payment_id)
    assert preview is not None
    return preview


def post_it(store: Store, payment_id: int) -> None:
    with store.work(BILLER, NOW) as work:
        post_waiting(work, payment_id)


def moved(store: Store) -> dict[int, tuple[int, int, int, int]]:
    """Remittance → what its journal moved: paid, patient, adjusted, payer receivable."""
    accounts = (
        ("payer payments",),
        ("patient receivable",),
        ("contractual adjustments", "prior payer", "next payer"),
        ("payer receivable",),
    )
    found: dict[int, list[int]] = {}
    for remittance, account, amount in read_rows(
        store.database,
        "SELECT remittance.id, entry.account, entry.amount FROM remittance"
        " JOIN entry ON entry.journal_id = remittance.journal_id",
    ):
        sums = found.setdefault(remittance, [0, 0, 0, 0])
        for place, names in enumerate(accounts):
            sums[place] += amount if account in names else 0
    return {key: (s[0], s[1], s[2], s[3]) for key, s in found.items()}


def proven(store: Store, payment_id: int) -> Preview:
    """Previews, posts, and compares every row with what posting did."""
    before = state_of(store)
    preview = previewed(store, payment_id)
    assert state_of(store) == before
    post_it(store, payment_id)
    stored = {row.id: row for row in Remittance.select().where(Remittance.payment == payment_id)}
    assert len(preview.rows) == len(stored)
    states = {"posts": "posted", "reverses": "posted", "waits": "waiting"}
    journals = moved(store)
    for row in preview.rows:
        now = stored[row.remittance]
        assert now.state == states.get(row.fate, row.fate), row
        if row.fate in ("posts", "reverses"):
            assert now.claim_id == row.claim
            paid, patient, adjusted, receivable = journals.get(row.remittance, (0, 0, 0, 0))
            assert (row.paid, row.patient, row.adjusted) == (paid, patient, adjusted), row
            assert receivable == -(row.paid + row.patient + row.adjusted)
            assert Claim.get_by_id(row.claim).adjudication == row.adjudication, row
        elif row.paid:
            assert journals[row.remittance][0] == row.paid
    return preview


def test_a_row_of_every_fate_is_as_it_posts(store: Store) -> None:
    practice = small_practice()
    claims = [submitted_claim(store, practice) for _ in range(7)]
    numbers = [claim.patient_control_number for claim in claims]
    earlier = claim_payment(numbers[4], PAID, payer_claim_control_number="ICN4")
    post(store, remittances([earlier], trace_number="T4"))
    wrong = (line(32000, 25000, "CO-45 60.00"), line(24000, 24000, code="97155"))
    rows = [
        claim_payment(numbers[0], PAID),
        claim_payment(numbers[1], DENIED, "4"),
        claim_payment(numbers[2], wrong, paid=49000),
        claim_payment("NOBODY", PAID, patient_name="TAKAHASHI, YUI"),
        reversal_of(earlier),
        claim_payment(numbers[5], DENIED, "23"),
        claim_payment(numbers[6], (), charge=56000, adjusted="CO-45 100.00, PR-2 60.00"),
    ]
    preview = proven(store, waiting(store, rows))
    said = {row.position: row for row in preview.rows}
    assert [said[place].fate for place in range(1, 8)] == [
        *("posts", "posts", "waits", "orphan", "reverses", "informational", "posts"),
    ]
    first = said[1]
    assert (first.billed, first.allowed, first.paid) == (56000, 42000, 40000)
    assert (first.patient, first.adjusted, first.left_open) == (2000, 14000, 0)
    assert first.words == "posts · PR-3 20.00 to patient"
    assert (said[2].words, said[2].left_open) == ("denied CO-197, CO-16", 56000)
    assert said[3].words.startswith(
        "waits: line 1: charged 320.00 − adjusted 60.00 = 260.00, paid says 250.00, off by 10.00; "
    )
    assert said[3].wrong == ("it does not balance",)
    assert said[4].words.startswith("no such claim")
    assert said[5].words == "reverses the remittance of payment T4: 400.00 taken back"
    assert said[6].words.startswith("information alone: status 23")
    assert (said[7].patient, said[7].adjusted) == (6000, 10000)
    assert preview.count("posts", "reverses") == 4
    assert preview.off_by == 0


def test_an_original_and_its_reversal_in_one_payment_are_previewed_as_they_post(
    store: Store,
) -> None:
    claim = submitted_claim(store, small_practice())
    number = claim.patient_control_number
    original = claim_payment(number, PAID, payer_claim_control_number="A")
    corrected = claim_payment(number, DENIED, payer_claim_control_number="B")
    preview = proven(store, waiting(store, [reversal_of(original), corrected, original]))
    assert [row.fate for row in preview.rows] == ["reverses", "posts", "posts"]
    assert {row.adjudication for row in preview.rows} == {"denied"}


def test_what_looks_wrong_is_said(store: Store) -> None:
    practice = small_practice()
    claim, short, moved_on = (submitted_claim(store, practice) for _ in range(3))
    ClaimLine.update(expected=30000).where(ClaimLine.claim == short).execute()
    Claim.update(status="Historical").where(Claim.id == moved_on.id).execute()
    number = claim.patient_control_number
    post(store, [claim_payment(number, PAID)])
    above = (line(32000, 33000, "CO-94 -10.00"), line(20000, 20000, code="97155"))
    preview = previewed(
        store,
        waiting(
            store,
            [
                claim_payment(number, PAID, patient_name="SOMEBODY, ELSE"),
                claim_payment(short.patient_control_number, PAID),
                claim_payment(moved_on.patient_control_number, above),
            ],
        ),
    )
    again, under, old = preview.rows
    assert again.wrong == (
        "the same was posted on this claim before",
        f"the patient of the claim is {claim.patient_name}",
        "the claim would be overpaid by 560.00",
    )
    assert under.words == "posts · PR-3 20.00 to patient · 180.00 under contract"
    assert under.wrong == ("180.00 less is allowed than the contract says",)
    assert old.wrong[:3] == (
        "the payer answers 520.00, the claim bills 560.00",
        "the claim is Historical",
        "more is paid than was billed",
    )


def test_a_held_payment_says_by_how_much_it_is_off(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    sent = remittances(
        [claim_payment(claim.patient_control_number, PAID)],
        amount=38000,
        taken=[ReceivedProviderAdjustment("WO", 1000, "X")],
    )
    preview = previewed(store, post(store, sent).payment_id)
    assert preview.off_by == 1000
    assert "off by 10.00" in preview.why[0]
    assert [one.reason_code for one in preview.adjustments] == ["WO"]
    assert preview_payment(store.database, 99) is None


def test_what_a_provider_adjustment_takes_back_is_named(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    taken = [ReceivedProviderAdjustment("WO", 1000, claim.patient_control_number)]
    preview = previewed(store, waiting(store, remittances([], amount=0, taken=taken)))
    assert preview.recouped == {preview.adjustments[0].id: claim.number}


def test_the_best_candidate_is_named(store: Store) -> None:
    claim = submitted_claim(store, small_practice())
    lost = claim_payment(
        "77120",
        PAID,
        patient_name=claim.patient_name,
        first_service_date=claim.first_service_date,
        last_service_date=claim.last_service_date,
    )
    (row,) = previewed(store, waiting(store, [lost])).rows
    assert row.candidate == claim.id
    assert row.words.startswith(f"no such claim · 1 candidate: {claim.number} (")


@pytest.fixture
def practice(store: Store) -> SmallPractice:
    return small_practice()


KINDS = st.sampled_from(
    ("paid", "denied", "second", "whole", "reversal", "wrong", "foreign", "over", "rest", "drawn")
)
TAKES = st.lists(
    st.tuples(
        st.sampled_from(("CO-45", "CO-16", "PR-1", "OA-23", "CO-253")), st.integers(-24000, 32000)
    ),
    max_size=2,
)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(first=st.lists(st.tuples(KINDS, st.integers(0, 2)), max_size=5),
       then=st.lists(st.tuples(KINDS, st.integers(0, 2)), min_size=1, max_size=8),
       takes=st.tuples(TAKES, TAKES), written_off=st.booleans())  # fmt: skip
def test_whatever_comes_is_posted_as_previewed(
    store: Store,
    practice: SmallPractice,
    first: list[tuple[str, int]],
    then: list[tuple[str, int]],
    takes: tuple[list[tuple[str, int]], list[tuple[str, int]]],
    written_off: bool,
) -> None:
    claims = [submitted_claim(store, practice) for _ in range(3)]
    said: list[ReceivedClaim] = []
    drawn = [_drawn(*one) for one in zip((32000, 24000), ("97153", "97155"), takes, strict=True)]
    made = [_made(kind, claims[which], said, drawn) for kind, which in first]
    if made:
        post_it_all(store, made)
    if written_off:
        reason = WriteOffReason.get(WriteOffReason.side == "either", WriteOffReason.active == 1)
        with store.work(BILLER, NOW) as work:
            write_off(work, [claims[0].id], "payer", reason.id)
    proven(store, waiting(store, [_made(k, claims[n], said, drawn) for k, n in then]))


def test_a_line_paid_too_much_does_not_hide_a_denied_one(store: Store) -> None:
    """Together the lines owe nothing: neither preview nor posting calls that paid."""
    claim = submitted_claim(store, small_practice())
    preview = proven(store, waiting(store, [claim_payment(claim.patient_control_number, OVER)]))
    assert [row.adjudication for row in preview.rows] == ["partially paid"]


def test_a_denial_that_was_posted_before_is_not_hidden_by_what_is_paid_too_much_now(
    store: Store,
) -> None:
    claim = submitted_claim(store, small_practice())
    number = claim.patient_control_number
    post(store, [claim_payment(number, OVER[1:])])
    found_now = claim_payment(number, OVER[:1])
    preview = proven(store, waiting(store, [found_now]))
    assert [row.adjudication for row in preview.rows] == ["partially paid"]


def _drawn(charge: int, code: str, takes: list[tuple[str, int]]) -> ReceivedLine:
    """A line that balances, whatever is taken off it."""
    taken = [ReceivedAdjustment(*name.split("-"), amount) for name, amount in takes]
    paid = charge - sum(one.amount for one in taken)
    return dataclasses.replace(line(charge, paid, code=code), adjustments=taken)


def post_it_all(store: Store, made: Sequence[ReceivedClaim]) -> None:
    result = post(store, list(made))
    if result.state == "to review":
        post_it(store, result.payment_id)


def _made(
    kind: str, claim: Claim, said: list[ReceivedClaim], drawn: list[ReceivedLine]
) -> ReceivedClaim:
    number = claim.patient_control_number
    of_it = [one for one in said if one.patient_control_number == number]
    if kind == "reversal" and of_it:
        return reversal_of(of_it[-1])
    made = {
        "paid": lambda: claim_payment(number, PAID),
        "denied": lambda: claim_payment(number, DENIED, "4"),
        "second": lambda: claim_payment(number, SECOND, "2"),
        "whole": lambda: claim_payment(number, (), charge=56000, adjusted="CO-45 100.00"),
        "reversal": lambda: reversal_of(claim_payment(number, PAID)),
        "wrong": lambda: claim_payment(number, PAID, paid=1),
        "foreign": lambda: claim_payment("NOBODY", PAID),
        "over": lambda: claim_payment(number, OVER),
        "rest": lambda: claim_payment(number, OVER[:1]),
        "drawn": lambda: claim_payment(number, drawn),
    }[kind]()
    if kind in ("paid", "denied", "whole", "over", "rest", "drawn"):
        said.append(made)
    return made


@pytest.mark.parametrize("state", ["posted", "dismissed"])
def test_nothing_is_planned_of_what_will_not_post(store: Store, state: str) -> None:
    payment = waiting(store, [claim_payment("NOBODY", PAID)])
    with store.work(BILLER, NOW):
        Remittance.payment.rel_model.update(state=state).execute()
    assert previewed(store, payment).rows == []


def test_rows_are_found_by_what_is_said_of_them(store: Store) -> None:
    practice = small_practice()
    paid, denied = submitted_claim(store, practice), submitted_claim(store, practice)
    sent = [
        claim_payment(paid.patient_control_number, PAID, patient_name="OKAFOR, ADA"),
        claim_payment(denied.patient_control_number, DENIED, "4", patient_name="OKAFOR, ADA"),
        claim_payment("77120", PAID, patient_name="MÜLLER, ÉVA"),
        claim_payment(paid.patient_control_number, PAID, paid=1),
    ]
    search = PreviewSearch(previewed(store, waiting(store, sent)).rows)
    for words, places in {
        "": [1, 2, 3, 4],
        "okafor": [1, 2],
        "ADA okafor": [1, 2],
        "denied": [2],
        "okafor co-197": [2],
        "7712": [3],
        "müller": [3],
        "unknown": [3],
        paid.number: [1, 3, 4],  # of the unknown one it is the candidate
        f"{paid.number} waits": [4],
        "does not balance": [4],
        "pr-3 20.00": [1],
        "okafor 77120": [],
    }.items():
        assert [row.position for row in search.find(words)] == places, words
