"""Whom a filter names is looked up first: by key, as the store is now, and nothing for nobody."""

import pytest

from rcm_tui.data.queues import QUEUES, pages
from rcm_tui.data.queues.claims import CLAIMS
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Viewer
from rcm_tui.data.store import Store
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.remittances import Payment
from tests.data.queues.test_declared_queues import noted_statements
from tests.practice_builder import NOW, TODAY, small_practice

VIEWER = Viewer(TODAY, "maria")


def of(store: Store, filter: str) -> QueuePages:
    return QueuePages(store.database, CLAIMS, VIEWER, view="all", filter=filter)


def test_for_a_payer_that_is_not_there_no_claim_is_read(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    small_practice().add_claim()
    one = of(store, "payer:nobody")
    seen = noted_statements(store, monkeypatch)
    assert one.count_capped() == 0
    (looked, _), (read, values) = seen
    assert "FROM payer" in looked
    assert "claim" not in looked
    assert "WHERE 1 = 0" in read
    assert "payer" not in read
    assert len(values) == 1, "the limit alone"
    assert len(of(store, "payer:nobody").page()) == 0
    assert of(store, "-payer:nobody").count() == 1
    assert of(store, "payer:nobody | status:draft").count() == 1


def test_the_payers_of_a_name_stand_in_the_statement_by_their_keys(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice = small_practice()
    practice.add_claim()
    other = practice.add_payer("Other Health")
    one = of(store, "payer:health")
    seen = noted_statements(store, monkeypatch)
    assert one.count() == 1
    _, (read, values) = seen
    assert "FROM payer" not in read
    assert set(values) == {practice.payer.id, other.id}
    # While they are few: a statement has room for so many values.
    monkeypatch.setattr(pages, "FEW_KEYS", 1)
    assert one.count() == 1
    assert "FROM payer" in seen[-1][0]


def test_few_keys_are_looked_for_by_an_index_and_many_in_the_order_of_the_queue(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(2):
        Payment.create(
            payer_name="Elsewhere Health",
            amount=0,
            set_key=str(number),
            payment_key=str(number),
            state="held",
            received_at=NOW,
        )
    one = QueuePages(store.database, QUEUES["remittances"], VIEWER, filter="payer:elsewhere")
    seen = noted_statements(store, monkeypatch)
    one.page()
    assert "WHERE remittance.payment_id IN" in seen[-1][0]
    monkeypatch.setattr(pages, "FEW_KEYS", 1)
    one.page()
    assert "WHERE +remittance.payment_id IN (SELECT" in seen[-1][0]


def test_whom_it_names_is_as_the_store_is_now(store: Store) -> None:
    practice = small_practice()
    claim = practice.add_claim()
    one = of(store, "payer:renamed")
    assert len(one.page()) == 0
    Payer.update(name="Renamed Health").where(Payer.id == practice.payer.id).execute()
    assert one.page().keys == (claim.id,)
    assert list(one.keys()) == [claim.id]
    place = one.place_of(claim.id)
    assert place is not None
    assert one.rank(place) == 0


@pytest.mark.parametrize("queue", QUEUES.values(), ids=QUEUES)
def test_what_is_looked_up_is_a_list_that_stands_alone(store: Store, queue: pages.Queue) -> None:
    """A field says that it is looked up only where its list can be read without the queue."""
    for field in queue.filterable.values():
        if field.looked_up:
            one = QueuePages(store.database, queue, VIEWER, filter=f"{field.name}:zzz")
            assert one._looks_up, field.name
            assert one.count() == 0
