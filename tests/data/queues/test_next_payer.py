"""Claims by the payer of the client's next coverage, found by the clients who have such a payer."""

from peewee import SqliteDatabase

from rcm_tui.data.bulk import read_rows
from rcm_tui.data.queues.claims import CLAIMS
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Viewer, bind
from rcm_tui.data.store import Store
from rcm_tui.data.tables.claims import Claim
from tests.billing.claims.second_payer import add_coverage
from tests.practice_builder import TODAY, small_practice

VIEWER = Viewer(TODAY, "maria")


def pages(store: Store, filter: str) -> QueuePages:
    return QueuePages(store.database, CLAIMS, VIEWER, view="all", filter=filter)


def test_claims_are_found_by_whom_they_go_to_next(store: Store) -> None:
    practice = small_practice()
    second, third = (practice.add_payer(name) for name in ("Second Health", "Third Health"))
    both, ended, first_only, reverse = (practice.add_client(name) for name in "BEFR")
    add_coverage(practice, both, 3, payer=third)
    add_coverage(practice, both, 2, payer=second)
    add_coverage(practice, ended, 2, payer=second, ends_on="2020-12-31")
    own = add_coverage(practice, reverse, 4, payer=second)
    claims = {c.id: practice.add_claim(client=c) for c in (both, ended, first_only, reverse)}
    # The second payer is whom this claim is billed to, and nobody comes after it.
    Claim.update(coverage=own, payer=second).where(Claim.id == claims[reverse.id].id).execute()

    def found(filter: str) -> set[int]:
        one = pages(store, filter)
        keys = set(one.page().keys)
        assert one.count_capped() == one.count() == len(keys)
        assert set(one.keys()) == keys
        return {client for client, claim in claims.items() if claim.id in keys}

    others = {ended.id, first_only.id, reverse.id}
    for filter in ("next_payer:second", 'next_payer="second health"', "next_payer:sec*"):
        assert found(filter) == {both.id}, filter
    for filter in ("next_payer:third", "next_payer:nobody", "next_payer=second"):
        assert found(filter) == set(), filter
    assert found("next_payer:any") == {both.id}
    assert found("next_payer:none") == others
    assert found("-next_payer:second") == found('next_payer!="second health"') == others


def test_it_is_read_in_the_order_of_the_queue(store: Store) -> None:
    one = pages(store, "next_payer:second")
    condition, parameters = one._condition, one._parameters
    assert condition.count("?") == len(parameters) == 3
    if isinstance(store.database, SqliteDatabase):
        sql = f"SELECT id FROM claim WHERE {condition} ORDER BY first_service_date, id LIMIT 50"
        text, bound = bind(sql, parameters, VIEWER, store.database.param)
        steps = [
            step[3] for step in read_rows(store.database, f"EXPLAIN QUERY PLAN {text}", *bound)
        ]
        assert "INDEX claim_first_service_date_id" in steps[0]
