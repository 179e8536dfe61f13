"""The queue of authorizations says what billing says of each, and its views hold the right ones."""

import datetime
from random import Random
from typing import Any

import pytest

from rcm_tui.billing.authorizations.use import LimitUse, read_use
from rcm_tui.data.queues.authorizations import AUTHORIZATIONS
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Viewer
from rcm_tui.data.store import Store
from rcm_tui.data.tables.charges import CHARGE_STATUSES
from rcm_tui.data.tables.clients import Authorization, AuthorizedService
from tests.practice_builder import TODAY, small_practice

VIEWER = Viewer(TODAY, "maria")
DAY = datetime.timedelta(days=1)


def rows(store: Store, view: str = "all", filter: str = "") -> dict[int, dict[str, Any]]:
    names = [column.name for column in AUTHORIZATIONS.columns]
    pages = QueuePages(store.database, AUTHORIZATIONS, VIEWER, view=view, filter=filter)
    page = pages.page(limit=500)
    return {
        int(key): dict(zip(names, row, strict=False))
        for key, row in zip(page.keys, page.rows, strict=True)
    }


def filled(seed: int) -> None:
    """Thirty clients with limits of every kind, and charges of every status around today."""
    random = Random(seed)
    practice = small_practice()
    clients = [practice.client, *(practice.add_client(f"CLIENT {n}") for n in range(29))]
    AuthorizedService.delete().execute()
    for authorization in Authorization.select():
        starts_on = TODAY - DAY * random.randrange(-5, 100)
        Authorization.update(
            starts_on=starts_on,
            ends_on=starts_on + DAY * random.randrange(60, 300),
            status=random.choice((*["approved"] * 6, "pending", "denied")),
        ).where(Authorization.id == authorization.id).execute()
        for codes in random.sample(("97153", "97155", "97153 97155", "97156"), 2):
            AuthorizedService.create(
                authorization=authorization,
                procedure_codes=codes,
                amount=random.randrange(4, 90),
                measure=random.choice(("units", "hours")),
                per=random.choice(("total", "week", "month")),
            )
    for _ in range(400):
        client = random.choice(clients)
        practice.add_charge(
            client=client,
            code=random.choice(("97153", "97155", "97156")),
            day=TODAY + DAY * random.randrange(-60, 40),
            minutes=random.randrange(1, 9) * 15,
            status=random.choice(CHARGE_STATUSES),
        )


def tightest(uses: list[LimitUse]) -> LimitUse:
    return max(uses, key=lambda use: use.planned_percent)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_its_figures_are_those_of_billing(store: Store, seed: int) -> None:
    filled(seed)
    found = rows(store)
    uses = read_use(store.database, found, TODAY)
    assert len(found) == 30
    seen_out = 0
    for key, row in found.items():
        use = tightest(uses[key])
        assert row["codes"] == " ".join(use.limit.codes)
        assert (row["used"], row["scheduled"]) == (use.now.used, use.now.scheduled), row
        assert (row["left"], row["percent"]) == (use.left, use.percent), row
        out = use.runs_out_on if row["status"] == "approved" else None
        assert row["runs_out"] == (out.isoformat() if out else None), row
        seen_out += out is not None
    assert seen_out > 2, "some of them run out"


@pytest.mark.parametrize("seed", [1, 2])
def test_overrun_and_nearly_used_are_those_of_billing(store: Store, seed: int) -> None:
    filled(seed)
    everything = rows(store)
    uses = read_use(store.database, everything, TODAY)
    lately = (TODAY - DAY * 30).isoformat()
    overrun = {
        key
        for key, row in everything.items()
        if row["status"] != "denied"
        and row["ends_on"] >= lately
        and any(use.overrun for use in uses[key])
    }
    assert set(rows(store, "overrun")) == overrun
    assert 0 < len(overrun) < 30
    today = TODAY.isoformat()
    nearly = {
        key
        for key, row in everything.items()
        if row["status"] == "approved"
        and row["starts_on"] <= today <= row["ends_on"]
        and any(u.limit.per == "total" and u.planned_percent >= 80 for u in uses[key])
    }
    assert set(rows(store, "nearly_used")) == nearly


# Expiring in 30 days, from the approved ones in force that none follows (ours).
EXPIRING = [
    # its days, its status, the days of another of the client and payer; whether it is listed
    ("2026-01-01", "2026-04-15", "approved", None, True),
    ("2026-01-01", "2026-04-16", "approved", None, False),
    ("2026-01-01", "2026-03-16", "approved", None, True),
    ("2026-01-01", "2026-03-15", "approved", None, False),
    ("2026-03-17", "2026-03-31", "approved", None, False),
    ("2026-01-01", "2026-04-01", "pending", None, False),
    ("2026-01-01", "2026-04-01", "approved", ("2026-04-02", "2026-10-01", "pending"), False),
    ("2026-01-01", "2026-04-01", "approved", ("2026-04-02", "2026-10-01", "denied"), True),
]


@pytest.mark.parametrize(("first", "last", "status", "follows", "listed"), EXPIRING)
def test_expiring(
    store: Store, first: str, last: str, status: str, follows: Any, listed: bool
) -> None:
    practice = small_practice()
    Authorization.update(starts_on=first, ends_on=last, status=status).execute()
    if follows is not None:
        columns = dict(zip(("starts_on", "ends_on", "status"), follows, strict=True))
        Authorization.create(client=practice.client, payer=practice.payer, **columns)
    assert (practice.authorization.id in rows(store, "expiring")) == listed


def test_pending_and_a_limit_are_found(store: Store) -> None:
    practice = small_practice()
    assert rows(store, "pending") == {}
    Authorization.update(status="pending").execute()
    assert set(rows(store, "pending")) == {practice.authorization.id}
    assert set(rows(store, filter="code:97153 payer:acme okafor")) == {practice.authorization.id}
    assert rows(store, filter="code:97158") == {}


def test_without_limits_it_is_listed_too(store: Store) -> None:
    practice = small_practice()
    AuthorizedService.delete().execute()
    (row,) = rows(store).values()
    assert (row["codes"], row["allowed"], row["percent"], row["runs_out"]) == ("", None, None, None)
    assert row["number"] == practice.authorization.number


def test_a_limit_that_would_last_for_ages_is_no_error(store: Store) -> None:
    practice = small_practice()
    AuthorizedService.update(amount=2 * 10**9).execute()
    practice.add_charge(day=TODAY - DAY)
    (row,) = rows(store).values()
    assert row["runs_out"] is None
    assert read_use(store.database, rows(store), TODAY)[practice.authorization.id]
