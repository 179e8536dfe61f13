"""The lifecycle of a charge item, cell by cell: from every status, everything that can be done.

Sources: F:n is line n of the facts of the trade on charges and claims, S:n of the seed on the
billing workflow.
"""

import datetime
from collections.abc import Callable
from typing import Any

import pytest

from rcm_tui.billing.charges.approval import ApprovalChoice, approve_charges
from rcm_tui.billing.charges.external import mark_billed_externally
from rcm_tui.billing.charges.holds import hold_charges, release_charges
from rcm_tui.billing.charges.lifecycle import STEPS, refusal
from rcm_tui.billing.charges.recording import refresh_charges, set_session_status
from rcm_tui.billing.charges.reopening import change_sessions, reopen_sessions
from rcm_tui.billing.claims.generation import GenerationChoice, generate_claims
from rcm_tui.billing.claims.resubmission import correct_claims, set_back
from rcm_tui.billing.outcome import Outcome
from rcm_tui.data.store import Store
from rcm_tui.data.tables.charges import CHARGE_STATUSES, ChargeItem, Session
from rcm_tui.data.tables.claims import ClaimLine
from rcm_tui.data.tables.clients import Authorization
from rcm_tui.data.work import Work
from tests.practice_builder import BILLER, NOW, SmallPractice, small_practice

SUBMITTED_ALREADY = "the session was submitted already"
EXTERNAL = "undo its marking, or correct it in the external system"
CORRECT_FIRST = "correct its claim, or set it back to Claim Line Created, first"
SUBMIT = "it becomes New when the practitioner submits the session"
AUTHORIZE = "it becomes New when its authorization is approved"
RELEASE = "release it to New first"
ON_CLAIM = "what is on a claim is mended there"
CANCELLED = "schedule its session again first"
NOT_AWAITING = "not Awaiting Resubmission"
LONGER = datetime.timedelta(minutes=15)


def session_is(status: str) -> Callable[[Work, ChargeItem], Outcome]:
    return lambda work, charge: set_session_status(work, [charge.session_id], status)


DOINGS: dict[str, Callable[[Work, ChargeItem], Outcome]] = {
    "schedule": session_is("scheduled"),
    "start": session_is("started"),
    "submit": session_is("submitted"),
    "reopen": session_is("reopened"),
    "cancel": session_is("cancelled"),
    "change": lambda work, charge: change_sessions(
        work, {charge.session_id: {"ends_at": charge.session.ends_at + LONGER}}
    ),
    "hold": lambda work, charge: hold_charges(work, [charge.id], "card"),
    "release": lambda work, charge: release_charges(work, [charge.id]),
    "approve": lambda work, charge: approve_charges(work, ApprovalChoice(charge_items=[charge.id])),
    "generate": lambda work, charge: generate_claims(
        work, GenerationChoice(charge_items=[charge.id])
    ),
    "export": lambda work, charge: mark_billed_externally(work, [charge.id]),
    "set back": lambda work, charge: set_back(work, [charge.id]),
    "correct": lambda work, charge: correct_claims(work, [charge.id]),
}

# Doing, then for the statuses from Scheduled to Cancelled what becomes of the item: a status, or
# part of the sentence that says what would do; then the source.
CELLS: list[tuple[str, dict[str, str], str]] = [
    (
        "schedule",
        {
            "Scheduled": "Scheduled",
            "Awaiting Submission": "Scheduled",
            "New": SUBMITTED_ALREADY,
            "Pending Authorization": SUBMITTED_ALREADY,
            "On Hold": SUBMITTED_ALREADY,
            "Ready to Bill": SUBMITTED_ALREADY,
            "Claim Line Created": SUBMITTED_ALREADY,
            "Awaiting Resubmission": SUBMITTED_ALREADY,
            "Billed Externally": EXTERNAL,
            "Cancelled": "Scheduled",
        },
        "F:10",
    ),
    (
        "start",
        {
            "Scheduled": "Awaiting Submission",
            "Awaiting Submission": "Awaiting Submission",
            "New": "Awaiting Submission",
            "Pending Authorization": "Awaiting Submission",
            "On Hold": "On Hold",
            "Ready to Bill": "Awaiting Submission",
            "Claim Line Created": "Awaiting Resubmission",
            "Awaiting Resubmission": "Awaiting Resubmission",
            "Billed Externally": EXTERNAL,
            "Cancelled": "Awaiting Submission",
        },
        "F:11, S:18",
    ),
    (
        "submit",
        {
            "Scheduled": "New",
            "Awaiting Submission": "New",
            "New": "New",
            "Pending Authorization": "Pending Authorization",
            "On Hold": "On Hold",
            "Ready to Bill": "Ready to Bill",
            "Claim Line Created": "Claim Line Created",
            "Awaiting Resubmission": "Awaiting Resubmission",
            "Billed Externally": "Billed Externally",
            "Cancelled": "New",
        },
        "F:12, S:19",
    ),
    (
        "reopen",
        {
            "Scheduled": "Awaiting Submission",
            "Awaiting Submission": "Awaiting Submission",
            "New": "Awaiting Submission",
            "Pending Authorization": "Awaiting Submission",
            "On Hold": "On Hold",
            "Ready to Bill": "Awaiting Submission",
            "Claim Line Created": "Awaiting Resubmission",
            "Awaiting Resubmission": "Awaiting Resubmission",
            "Billed Externally": EXTERNAL,
            "Cancelled": "Awaiting Submission",
        },
        "F:17, S:65",
    ),
    (
        "cancel",
        {
            "Scheduled": "Cancelled",
            "Awaiting Submission": "Cancelled",
            "New": SUBMITTED_ALREADY,
            "Pending Authorization": SUBMITTED_ALREADY,
            "On Hold": SUBMITTED_ALREADY,
            "Ready to Bill": SUBMITTED_ALREADY,
            "Claim Line Created": SUBMITTED_ALREADY,
            "Awaiting Resubmission": SUBMITTED_ALREADY,
            "Billed Externally": EXTERNAL,
            "Cancelled": "Cancelled",
        },
        "F:19",
    ),
    (
        "change",
        {
            "Scheduled": "Scheduled",
            "Awaiting Submission": "Awaiting Submission",
            "New": "New",
            "Pending Authorization": "Pending Authorization",
            "On Hold": "On Hold",
            "Ready to Bill": "New",
            "Claim Line Created": "Awaiting Resubmission",
            "Awaiting Resubmission": "Awaiting Resubmission",
            "Billed Externally": EXTERNAL,
            "Cancelled": "Cancelled",
        },
        "F:17, else ours",
    ),
    (
        "hold",
        {
            "Scheduled": SUBMIT,
            "Awaiting Submission": SUBMIT,
            "New": "On Hold",
            "Pending Authorization": AUTHORIZE,
            "On Hold": "On Hold",
            "Ready to Bill": "On Hold",
            "Claim Line Created": ON_CLAIM,
            "Awaiting Resubmission": CORRECT_FIRST,
            "Billed Externally": EXTERNAL,
            "Cancelled": CANCELLED,
        },
        "F:14, F:21",
    ),
    (
        "release",
        {
            **{status: f"it is {status}, not On Hold" for status in CHARGE_STATUSES},
            "On Hold": "New",
        },
        "F:14, F:21, S:35",
    ),
    (
        "approve",
        {
            "Scheduled": SUBMIT,
            "Awaiting Submission": SUBMIT,
            "New": "Ready to Bill",
            "Pending Authorization": AUTHORIZE,
            "On Hold": RELEASE,
            "Ready to Bill": "Ready to Bill",
            "Claim Line Created": ON_CLAIM,
            "Awaiting Resubmission": CORRECT_FIRST,
            "Billed Externally": EXTERNAL,
            "Cancelled": CANCELLED,
        },
        "F:15, F:21, S:21, S:35",
    ),
    (
        "generate",
        {
            "Scheduled": SUBMIT,
            "Awaiting Submission": SUBMIT,
            "New": "approve it first",
            "Pending Authorization": AUTHORIZE,
            "On Hold": RELEASE,
            "Ready to Bill": "Claim Line Created",
            "Claim Line Created": "Claim Line Created",
            "Awaiting Resubmission": CORRECT_FIRST,
            "Billed Externally": EXTERNAL,
            "Cancelled": CANCELLED,
        },
        "F:16, S:55",
    ),
    (
        "export",
        {
            "Scheduled": SUBMIT,
            "Awaiting Submission": SUBMIT,
            "New": "approve it first",
            "Pending Authorization": AUTHORIZE,
            "On Hold": RELEASE,
            "Ready to Bill": "Billed Externally",
            "Claim Line Created": ON_CLAIM,
            "Awaiting Resubmission": CORRECT_FIRST,
            "Billed Externally": "Billed Externally",
            "Cancelled": CANCELLED,
        },
        "F:18, S:98",
    ),
    (
        "set back",
        {
            **{status: f"it is {status}" for status in CHARGE_STATUSES},
            "Awaiting Resubmission": "Claim Line Created",
        },
        "F:17, S:69",
    ),
    (
        "correct",
        {
            **dict.fromkeys(CHARGE_STATUSES, NOT_AWAITING),
            "Awaiting Resubmission": "Claim Line Created",
        },
        "F:17, S:67",
    ),
]
ALL_CELLS = [
    pytest.param(doing, before, cells[before], id=f"{before}-{doing} ({source})")
    for doing, cells, source in CELLS
    for before in CHARGE_STATUSES
]


def charge_in(practice: SmallPractice, status: str) -> ChargeItem:
    """A charge item of a status, as it comes to be: with its session's status, line, hold."""
    columns: dict[str, Any] = {}
    if status in ("Claim Line Created", "Awaiting Resubmission"):
        columns["claim_line"] = ClaimLine.get(ClaimLine.claim == practice.add_claim())
    if status == "On Hold":
        columns["hold_reason"] = "card"
    if status == "Pending Authorization":
        Authorization.update(status="pending").execute()
    charge = practice.add_charge(status=status, **columns)
    if status == "Cancelled":
        Session.update(status="cancelled").execute()
    return charge


def statuses() -> tuple[str, str]:
    return ChargeItem.get().status, Session.get().status


@pytest.mark.parametrize(("doing", "before", "expected"), ALL_CELLS)
def test_cell(store: Store, doing: str, before: str, expected: str) -> None:
    charge = charge_in(small_practice(), before)
    was = statuses()
    with store.work(BILLER, NOW) as work:
        outcome = DOINGS[doing](work, charge)
    if expected in CHARGE_STATUSES:
        assert ChargeItem.get().status == expected
        assert outcome.left == [] or before == expected
    else:
        assert [expected in left.reason for left in outcome.left] == [True], outcome.left
        assert (outcome.done, outcome.left[0].name) == ([], charge.number)
        assert statuses() == was


def test_every_way_of_the_table_is_one_that_a_cell_takes() -> None:
    by = {
        **dict.fromkeys(("schedule", "start", "submit", "reopen", "cancel", "change"), "session"),
        **dict.fromkeys(("hold", "release", "set back", "correct"), "biller"),
        "approve": "approval",
        "generate": "generation",
        "export": "export",
    }
    taken = {
        (before, after, by[doing])
        for doing, cells, _ in CELLS
        for before, after in cells.items()
        if after in CHARGE_STATUSES and after != before
    }
    # By a biller's own hand too (F:21), by leaving a claim, and by the authorization (F:13).
    taken |= {
        ("New", "Ready to Bill", "biller"),
        ("Awaiting Resubmission", "New", "biller"),
        ("New", "Pending Authorization", "authorization"),
        ("Pending Authorization", "New", "authorization"),
    }
    assert taken == {tuple(step) for step in STEPS}


@pytest.mark.parametrize("after", CHARGE_STATUSES)
@pytest.mark.parametrize("before", CHARGE_STATUSES)
def test_by_hand_only_three_statuses_are_set(before: str, after: str) -> None:
    """F:21, and F:17 for what was reopened."""
    allowed = {
        ("New", "On Hold"),
        ("Ready to Bill", "On Hold"),
        ("On Hold", "New"),
        ("New", "Ready to Bill"),
        ("Awaiting Resubmission", "Claim Line Created"),
        ("Awaiting Resubmission", "New"),
    }
    sentence = refusal(before, after, "biller")
    assert bool(sentence) == (before != after and (before, after) not in allowed)


@pytest.mark.parametrize("session_status", ["scheduled", "started", "reopened"])
def test_never_ready_for_a_session_that_is_not_submitted(store: Store, session_status: str) -> None:
    """F:21."""
    charge = small_practice().add_charge(session_status=session_status)
    with store.work(BILLER, NOW) as work:
        outcome = approve_charges(work, ApprovalChoice(charge_items=[charge.id]))
    assert ChargeItem.get().status == "New"
    assert "the session is not submitted" in outcome.left[0].reason


def test_what_is_on_hold_is_released_when_its_session_is_submitted_again(store: Store) -> None:
    charge = charge_in(small_practice(), "On Hold")
    with store.work(BILLER, NOW) as work:
        set_session_status(work, [charge.session_id], "reopened")
        refused = release_charges(work, [charge.id])
        set_session_status(work, [charge.session_id], "submitted")
        released = release_charges(work, [charge.id])
    assert "its session is open again" in refused.left[0].reason
    assert (released.done, ChargeItem.get().status) == ([charge.id], "New")


def test_released_while_its_authorization_is_pending_it_waits_for_that(store: Store) -> None:
    """F:13."""
    charge = charge_in(small_practice(), "On Hold")
    Authorization.update(status="pending").execute()
    with store.work(BILLER, NOW) as work:
        release_charges(work, [charge.id])
    assert ChargeItem.get().status == "Pending Authorization"
    Authorization.update(status="approved").execute()
    with store.work(BILLER, NOW) as work:
        refresh_charges(work, [charge.id])
    assert ChargeItem.get().status == "New"


def test_reopening_needs_a_submitted_session_and_a_reason(store: Store) -> None:
    practice = small_practice()
    submitted, scheduled = practice.add_charge(), practice.add_charge(status="Scheduled")
    with store.work(BILLER, NOW) as work:
        outcome = reopen_sessions(
            work, [submitted.session_id, scheduled.session_id], "wrong end time"
        )
    assert outcome.done == [submitted.id]
    assert [left.reason for left in outcome.left] == [
        "its session is scheduled, not submitted: there is nothing to open again"
    ]
