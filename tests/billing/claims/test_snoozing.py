"""Snoozing claims: out of the work views until a day, back on it, and woken early."""

import datetime

import pytest

from rcm_tui.billing.claims.snoozing import snooze_claims, wake_claims
from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.undo import last_undoable, undo
from rcm_tui.data.queues.claims import CLAIMS
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Viewer
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.claims import Claim, ClaimLine
from tests.practice_builder import BILLER, NOW, TODAY, SmallPractice, small_practice

WEEK = TODAY + datetime.timedelta(days=7)
OLD = "2026-01-10T12:00:00.000000Z"


def one_of_each(practice: SmallPractice) -> dict[str, Claim]:
    """A claim for each view that people work from."""
    sent = {"status": "Submitted", "submitted_at": OLD}
    return {
        "rejected": practice.add_claim(**sent, acknowledgement="rejected"),
        "denied": practice.add_claim(**sent, adjudication="denied", payer_balance=1),
        "partially_denied": practice.add_claim(
            **sent, adjudication="partially paid", payer_balance=1
        ),
        "open_payer": practice.add_claim(**sent, adjudication="paid", payer_balance=1),
        "overpaid": practice.add_claim(**sent, adjudication="overpaid"),
        "underpaid": underpaid(practice.add_claim(**sent, adjudication="paid", underpaid=1)),
        "no_response": practice.add_claim(**sent, acknowledgement="accepted by payer"),
        "draft_failed": practice.add_claim(error_count=1),
    }


def underpaid(claim: Claim) -> Claim:
    ClaimLine.update(allowed=ClaimLine.expected - 1).where(ClaimLine.claim == claim).execute()
    return claim


def in_view(store: Store, view: str, today: datetime.date = TODAY) -> set[int]:
    pages = QueuePages(store.database, CLAIMS, Viewer(today, "maria"), view=view)
    return {int(key) for key in pages.keys()}  # noqa: SIM118


def test_snoozed_claims_leave_the_work_views_until_the_day(store: Store) -> None:
    claims = one_of_each(small_practice())
    keys = [claim.id for claim in claims.values()]
    for view, claim in claims.items():
        assert claim.id in in_view(store, view), view
    with store.work(BILLER, NOW) as work:
        outcome = snooze_claims(work, keys, WEEK, "waiting for  the payer")
    assert outcome.done == sorted(keys)
    assert outcome.amount == sum(claim.billed for claim in claims.values())
    for view in claims:
        assert in_view(store, view) == set(), view
        before = in_view(store, view, WEEK - datetime.timedelta(days=1))
        assert before == set(), view
        assert claims[view].id in in_view(store, view, WEEK), view
    assert in_view(store, "snoozed") == set(keys)
    assert in_view(store, "snoozed", WEEK) == set()
    assert in_view(store, "all") == set(keys), "what is looked for is found"
    claim = Claim.get_by_id(keys[0])
    assert (claim.snoozed_until, claim.snooze_reason) == (WEEK, "waiting for the payer")
    assert claim.version == 2
    assert AuditRecord.get(AuditRecord.action == "snoozed").subject == "claim"


def test_the_day_must_come_and_somebody_must_work_on_the_claim(store: Store) -> None:
    practice = small_practice()
    gone = practice.add_claim(status="Historical", submitted_at=OLD)
    draft = practice.add_claim()
    with store.work(BILLER, NOW) as work:
        with pytest.raises(Refused, match="after today"):
            snooze_claims(work, [draft.id], TODAY)
        outcome = snooze_claims(work, [draft.id, gone.id], WEEK)
    assert outcome.done == [draft.id]
    assert "Historical" in outcome.left[0].reason


def test_they_are_woken_early_and_both_is_undone(store: Store) -> None:
    practice = small_practice()
    one, two = practice.add_claim(), practice.add_claim()
    with store.work(BILLER, NOW) as work:
        snooze_claims(work, [one.id], WEEK, "waits")
    with store.work(BILLER, NOW) as work:
        outcome = wake_claims(work, [one.id, two.id])
    assert outcome.done == [one.id]
    assert [left.name for left in outcome.left] == [two.number]
    assert Claim.get_by_id(one.id).snoozed_until is None
    for expected in (WEEK, None):
        last = last_undoable(store.database, BILLER.login)
        assert last is not None
        with store.work(BILLER, NOW) as work:
            undo(work, last.id)
        assert Claim.get_by_id(one.id).snoozed_until == expected


def test_the_fields_of_a_filter_find_snoozed_claims_and_cases(store: Store) -> None:
    practice = small_practice()
    one, two = practice.add_claim(), practice.add_claim()
    with store.work(BILLER, NOW) as work:
        snooze_claims(work, [one.id], WEEK)
    viewer = Viewer(TODAY, "maria")
    for text, found in (
        ("snoozed:any", {one.id}),
        ("snoozed:none", {two.id}),
        ("snoozed<=+7d", {one.id}),
        ("snoozed<+7d", set()),
    ):
        pages = QueuePages(store.database, CLAIMS, viewer, filter=text)
        assert set(pages.keys()) == found, text
