"""The views of claims that somebody should have answered: by the payer's own days."""

import datetime
from typing import Any

import pytest

from rcm_tui.data.queues.claims import CLAIMS
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Viewer
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.payers import Payer
from tests.practice_builder import NOW, TODAY, small_practice

VIEWER = Viewer(TODAY, "maria")


def listed(store: Store, view: str) -> set[int]:
    pages = QueuePages(store.database, CLAIMS, VIEWER, view=view)
    return {int(key) for key in pages.keys()}  # noqa: SIM118


def sent(days: int, **columns: Any) -> Claim:
    practice = small_practice()
    values = {"acknowledgement": "pending", "adjudication": "pending", **columns}
    return practice.add_claim(
        status="Submitted", submitted_at=NOW - datetime.timedelta(days=days), **values
    )


@pytest.mark.parametrize(
    ("view", "columns", "last_day"),
    [
        ("no_response", {"acknowledgement": "accepted by payer"}, 12),
        ("not_at_payer", {"acknowledgement": "accepted by clearinghouse"}, 4),
        ("unacknowledged", {}, 2),
    ],
)
def test_a_claim_is_late_the_day_after_the_payers_days(
    store: Store, view: str, columns: dict[str, Any], last_day: int
) -> None:
    claim = sent(last_day, **columns)
    Payer.update(answer_days=12, receipt_days=4).execute()
    assert listed(store, view) == set()
    earlier = NOW - datetime.timedelta(days=last_day + 1)
    Claim.update(submitted_at=earlier).execute()
    assert listed(store, view) == {claim.id}
    Claim.update(snoozed_until=TODAY + datetime.timedelta(days=1)).execute()
    assert listed(store, view) == set()


@pytest.mark.parametrize(
    "columns",
    [
        {"acknowledgement": "accepted by payer"},
        {"acknowledgement": "rejected", "adjudication": "none"},
        {"acknowledgement": "accepted by clearinghouse", "adjudication": "paid"},
    ],
)
def test_what_the_payer_has_seen_is_not_missing_there(
    store: Store, columns: dict[str, Any]
) -> None:
    sent(40, **columns)
    assert listed(store, "not_at_payer") == set()
    assert listed(store, "unacknowledged") == set()


def test_a_payer_that_never_confirms_is_not_waited_for(store: Store) -> None:
    sent(40, acknowledgement="accepted by clearinghouse")
    Payer.update(receipt_days=0).execute()
    assert listed(store, "not_at_payer") == set()
    assert len(listed(store, "no_response")) == 1


def test_what_another_system_sent_is_not_acknowledged_here(store: Store) -> None:
    sent(40, elsewhere=True)
    assert listed(store, "unacknowledged") == set()
