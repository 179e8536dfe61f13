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


@pytest.mark.parametrize(
    ("paid", "awaited"), [(20000, True), (0, False)], ids=["paid", "nothing paid"]
)
def test_a_void_is_awaited_while_the_payer_has_something_to_take_back(
    store: Store, paid: int, awaited: bool
) -> None:
    void = sent(40, frequency="8", acknowledgement="accepted by payer")
    values = {**void.__data__, "number": "E", "patient_control_number": "E", "paid": paid}
    del values["id"]
    earlier = Claim.create(**{**values, "status": "Historical", "frequency": "1"})
    Claim.update(previous=earlier).where(Claim.id == void.id).execute()
    assert listed(store, "no_response") == ({void.id} if awaited else set())


def test_a_correction_has_the_payers_days_to_correct_from_its_answer(store: Store) -> None:
    earlier = sent(300, adjudication="denied", answered_at=NOW - datetime.timedelta(days=10))
    Payer.update(corrected_days=30, filing_days=1).execute()
    values = {**earlier.__data__, "number": "R", "patient_control_number": "R", "status": "Draft"}
    del values["id"]
    draft = Claim.create(**{**values, "frequency": "7", "previous": earlier})
    pages = QueuePages(store.database, CLAIMS, VIEWER, view="draft")
    names = [column.name for column in CLAIMS.columns]
    (row,) = pages.page(limit=5).rows
    assert row[names.index("days_to_file")] == 20
    assert listed(store, "filing_near") == set()
    Payer.update(corrected_days=12).execute()
    assert listed(store, "filing_near") == {draft.id}
