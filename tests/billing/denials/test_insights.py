"""Insights against plain counts over the rows, and every figure against the queue behind it."""

import datetime
from fractions import Fraction
from itertools import cycle, product
from random import Random

import pytest

from rcm_tui.billing.cases.opening import open_case
from rcm_tui.billing.denials.history import last_followed
from rcm_tui.billing.denials.insights import (
    PREVENTABLE,
    denial_insights,
    narrowed,
    read_answers,
    recovered_by_owner,
)
from rcm_tui.data.queues import QUEUES
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Viewer
from rcm_tui.data.records.case_insights import claims_of_cases, read_case_insights
from rcm_tui.data.store import Store
from rcm_tui.data.tables.cases import ACTIVE_STAGES, STAGES, CaseClaim, CaseFile
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.remittances import RemittanceLine
from tests.billing.remittances.received_builder import (
    claim_payment,
    line,
    post,
    remittances,
    reversal_of,
    submitted_claim,
)
from tests.denials import follow_denials
from tests.practice_builder import BILLER, NOW, TODAY, small_practice

VIEWER = Viewer(TODAY, "maria")


def totals(store: Store, queue: str, view: str, filter: str) -> dict[str, int]:
    return QueuePages(store.database, QUEUES[queue], VIEWER, view=view, filter=filter).totals()


def answered_year(store: Store) -> None:
    """Answers of two payers over three months: paid, denied for two reasons, and paid after all."""
    practice = small_practice()
    payers = [practice.payer, practice.add_payer('Beta "Plus"')]
    reasons = cycle(("CO-197", "CO-16", "PI-50", ""))
    for month, payer, number in product((1, 2, 3), payers, range(3)):
        claim = submitted_claim(store, practice, payer=payer)
        day = datetime.date(2026, month, 5)
        reason = next(reasons)
        first = line(32000, 0 if reason else 32000, f"{reason} 320.00" if reason else "")
        said = claim_payment(
            claim.patient_control_number, [first, line(24000, 24000, code="97155")]
        )
        post(store, remittances([said], effective_date=day, payer_name=payer.name))
        if number == 0 and reason:  # taken back and paid
            paid = claim_payment(
                claim.patient_control_number,
                [line(32000, 30000, "CO-45 20.00"), line(24000, 24000, code="97155")],
            )
            later = day + datetime.timedelta(days=20)
            post(store, remittances([reversal_of(said), paid], effective_date=later))


def test_denials_add_up_and_every_number_lists_its_lines(store: Store) -> None:
    answered_year(store)
    with store.work(BILLER, NOW) as work:
        follow_denials(work)
    answers = read_answers(store.database, TODAY)
    found = denial_insights(answers, TODAY, last_followed(store.database))
    assert found.at == NOW
    standing = totals(store, "answered_lines", "answered", "")
    denied = totals(store, "answered_lines", "denied", "")
    assert found.whole.answered == standing["count"] < RemittanceLine.select().count()
    assert found.whole.billed == standing["billed"]
    assert (found.whole.denied, found.whole.denied_amount) == (denied["count"], denied["denied"])
    assert found.whole.rate == Fraction(denied["count"], standing["count"])
    assert found.whole.overturned > 0
    for groups in (found.months, found.payers, found.codes, found.reasons):
        assert sum(group.sums.denied for group in groups) == found.whole.denied
        assert sum(group.sums.denied_amount for group in groups) == found.whole.denied_amount
        assert sum(group.sums.overturned for group in groups) == found.whole.overturned
        for group in groups:
            _agrees(store, group.filter, group.sums, reasons=groups is found.reasons)
    words = "|".join(PREVENTABLE)
    preventable = totals(store, "answered_lines", "denied", f"{found.filter} preventable:({words})")
    assert (found.preventable.denied, found.preventable.denied_amount) == (
        preventable["count"],
        preventable["denied"],
    )
    assert 0 < found.preventable.denied < found.whole.denied
    group = found.payers[0]
    inside = denial_insights(narrowed(answers, "payer", group.name), TODAY, None, group)
    assert inside.whole == group.sums
    for one in (*inside.reasons, *inside.months):
        _agrees(store, one.filter, one.sums, reasons=one in inside.reasons)


def _agrees(store: Store, filter: str, sums: object, *, reasons: bool) -> None:
    denied = totals(store, "answered_lines", "denied", filter)
    ever = totals(store, "answered_lines", "ever", filter)
    overturned = totals(store, "answered_lines", "overturned", filter)
    said = (sums.denied, sums.denied_amount, sums.ever, sums.ever_amount)  # type: ignore[attr-defined]
    assert said == (denied["count"], denied["denied"], ever["count"], ever["denied"]), filter
    paid = (sums.overturned, sums.recovered)  # type: ignore[attr-defined]
    assert paid == (overturned["count"], overturned["recovered"]), filter
    if not reasons:
        standing = totals(store, "answered_lines", "answered", filter)
        assert (sums.answered, sums.billed) == (standing["count"], standing["billed"])  # type: ignore[attr-defined]


@pytest.fixture
def cases(store: Store) -> Store:
    """Cases of three subjects, owners and reasons in every stage, one of them of no payer."""
    practice = small_practice()
    payers = [practice.payer, practice.add_payer("Beta")]
    random = Random(3)
    with store.work(BILLER, NOW) as work:
        for number in range(24):
            claims = [
                practice.add_claim(status="Submitted", submitted_at=NOW, payer=payer)
                for payer in (payers if number == 5 else [random.choice(payers)])
            ]
            new = {
                "subject": random.choice(("No authorization", "no authorization", "Duplicate")),
                "owner": random.choice(("maria", "tom", "")),
                "carc": random.choice(("CO-197", "CO-197 CO-16", "")),
            }
            open_case(work, [claim.id for claim in claims], new)
    for case in CaseFile.select():
        stage = STAGES[case.id % len(STAGES)]
        closed = None if stage in ACTIVE_STAGES else NOW
        CaseFile.update(stage=stage, closed_at=closed, outstanding=case.id * 1000).where(
            CaseFile.id == case.id
        ).execute()
        CaseClaim.update(active=closed is None).where(CaseClaim.case == case).execute()
    return store


def test_case_insights_count_each_case_once_and_list_it(cases: Store) -> None:
    found = read_case_insights(cases.database, VIEWER)
    rows = list(CaseFile.select())
    for counted in found.stages:
        of_stage = [one for one in rows if one.stage == counted.words[0]]
        assert counted.cases == len(of_stage)
        assert counted.outstanding == sum(one.outstanding for one in of_stage)
    still_open = [one for one in rows if one.closed_at is None]
    assert sum(one.cases for one in found.payers) == len(still_open)
    assert sum(one.cases for one in found.owners) == len(still_open)
    assert {one.words[1].lower() for one in found.payers} == {"no authorization", "duplicate"}
    both_reasons = sum(one.carc == "CO-197 CO-16" for one in still_open)
    assert sum(one.cases for one in found.reasons) == len(still_open) + both_reasons
    for counted in (*found.stages, *found.payers, *found.owners, *found.reasons):
        listed = totals(cases, "cases", counted.view, counted.filter)
        assert (counted.cases, counted.outstanding) == (listed["count"], listed["outstanding"])
        claims = claims_of_cases(cases.database, VIEWER, counted)
        assert len(claims) == counted.claims
    maria = read_case_insights(cases.database, VIEWER, 'owner="maria"')
    assert sum(one.cases for one in maria.payers) == sum(one.owner == "maria" for one in still_open)
    for counted in (*maria.payers, *maria.reasons):
        listed = totals(cases, "cases", counted.view, counted.filter)
        assert (counted.cases, counted.outstanding) == (listed["count"], listed["outstanding"])


def test_recovered_is_what_payers_paid_since_the_case_was_opened(store: Store) -> None:
    practice = small_practice()
    claims = [submitted_claim(store, practice) for _ in range(2)]
    lines = [line(32000, 20000, "CO-50 120.00"), line(24000, 24000, code="97155")]
    early = NOW - datetime.timedelta(days=3)
    with store.work(BILLER, early) as work:
        open_case(work, [claims[0].id], {"subject": "Denied", "owner": "tom"})
    post(store, [claim_payment(one.patient_control_number, lines) for one in claims])
    with store.work(BILLER, NOW + datetime.timedelta(days=1)) as work:
        open_case(work, [claims[1].id], {"subject": "Denied", "owner": "maria"})
    found = {one.owner: one for one in recovered_by_owner(store.database, VIEWER)}
    assert {owner: one.amount for owner, one in found.items()} == {"tom": 44000, "maria": 0}
    for one in found.values():
        pages = QueuePages(store.database, QUEUES["cases"], VIEWER, view="all", filter=one.filter)
        place = [column.name for column in QUEUES["cases"].columns].index("recovered")
        assert [row[place] for row in pages.page(limit=9).rows] == [one.amount]
    assert Payer.select().count() == 1
