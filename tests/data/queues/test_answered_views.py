"""The views of what payers answered: each claim in the views whose definition it meets."""

import datetime

import pytest

from rcm_tui.billing.remittances.received import ReceivedLine
from rcm_tui.billing.write_offs.writing_off import write_off
from rcm_tui.data.queues.claims import CLAIMS
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Viewer
from rcm_tui.data.store import Store
from rcm_tui.data.tables.patient_side import WriteOffReason
from tests.billing.remittances.received_builder import claim_payment, line, post, submitted_claim
from tests.practice_builder import BILLER, NOW, SmallPractice, small_practice

VIEWER = Viewer(datetime.date(2026, 3, 16))
VIEWS = ("denied", "partially_denied", "open_payer", "open_patient", "overpaid", "underpaid")
SECOND = {"code": "97155"}


@pytest.fixture
def practice(store: Store) -> SmallPractice:
    return small_practice()


def views_of(store: Store, claim: int) -> set[str]:
    found = set()
    for view in VIEWS:
        pages = QueuePages(store.database, CLAIMS, VIEWER, view=view)
        if claim in pages.page().keys:
            found.add(view)
    return found


# Billed are 320.00 and 240.00, expected 240.00 and 180.00.
PRICED = line(32000, 24000, "CO-45 80.00")


@pytest.mark.parametrize(
    ("said", "status", "views"),
    [
        ((PRICED, line(24000, 18000, "CO-45 60.00", **SECOND)), "1", set()),
        # All of a line is denied, of the claim as a whole only a part.
        (
            (PRICED, line(24000, 0, "CO-197 240.00", **SECOND)),
            "1",
            {"partially_denied", "open_payer"},
        ),
        # A part of a line is denied.
        (
            (PRICED, line(24000, 10000, "CO-45 60.00, CO-151 80.00", **SECOND)),
            "1",
            {"partially_denied", "open_payer"},
        ),
        # A line paid too much does not hide the one that was denied.
        (
            (line(32000, 56000, "CO-94 -240.00"), line(24000, 0, "CO-197 240.00", **SECOND)),
            "1",
            {"partially_denied", "open_payer"},
        ),
        ((line(32000, 0, "CO-197 320.00"),), "4", {"denied", "open_payer"}),
        # What a contract takes off a denied line is no settlement of the other.
        (
            (line(32000, 0, "PR-1 320.00"), line(24000, 0, "CO-16 240.00", **SECOND)),
            "1",
            {"partially_denied", "open_payer", "open_patient"},
        ),
        (
            (
                line(32000, 20000, "CO-45 80.00, PR-3 40.00"),
                line(24000, 18000, "CO-45 60.00", **SECOND),
            ),
            "1",
            {"open_patient"},
        ),
    ],
)
def test_a_claim_is_in_the_views_that_it_belongs_to(
    store: Store,
    practice: SmallPractice,
    said: tuple[ReceivedLine, ...],
    status: str,
    views: set[str],
) -> None:
    claim = submitted_claim(store, practice)
    post(store, [claim_payment(claim.patient_control_number, list(said), status)])
    assert views_of(store, claim.id) == views


def test_paid_twice_is_overpaid(store: Store, practice: SmallPractice) -> None:
    claim = submitted_claim(store, practice, [("97153", 8)])
    for _ in range(2):
        post(store, [claim_payment(claim.patient_control_number, [PRICED])])
    assert views_of(store, claim.id) == {"overpaid"}


def test_a_denial_that_is_written_off_is_no_payment_and_no_work(
    store: Store, practice: SmallPractice
) -> None:
    claim = submitted_claim(store, practice)
    denied = line(24000, 0, "CO-197 240.00", **SECOND)
    said = claim_payment(claim.patient_control_number, [PRICED, denied])
    post(store, [said])
    reason = WriteOffReason.get(WriteOffReason.side == "either")
    with store.work(BILLER, NOW) as work:
        write_off(work, [claim.id], "payer", reason.id)
    assert views_of(store, claim.id) == set()
    # What comes in later does not make it paid: the payer denied a part of it.
    post(store, [claim_payment("NOBODY", [PRICED])])
    assert type(claim).get_by_id(claim.id).adjudication == "partially paid"
