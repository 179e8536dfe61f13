"""The demo practice's visits: last week's, today's at every step, and some to come.

Guidance of families and assessments are booked as visits; all of them go through billing, so that
some are claimed, some wait for review, and some lack what a claim needs.
"""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from rcm_tui.billing.invoices.payments import take_payment
from rcm_tui.billing.visits.attendance import cancel_visits, check_in, note_no_show
from rcm_tui.billing.visits.booking import Booking, Service, book_visits
from rcm_tui.billing.visits.check_out import check_out
from rcm_tui.billing.visits.claims import one_click_claims, queue_for_claim
from rcm_tui.billing.visits.missing import missing_for_claim
from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store
from rcm_tui.data.tables.clients import Coverage
from rcm_tui.data.tables.invoices import Invoice
from rcm_tui.data.tables.visits import AppointmentType
from rcm_tui.data.work import Work
from rcm_tui.demo.clients import DemoClient
from rcm_tui.demo.setup import Setup

# What clients of each payer pay of a visit, in cents; None where nobody has asked yet.
COPAYS = (2500, 3000, 2000, 0, 1500, None, 4000, 2500)
GUIDANCE = (Service("97156", 4),)
MIXED = (Service("97156", 2), Service("97155", 2, "", "F84.0"))
INCOMPLETE = (Service("97156", 4, "", "F84"),)
"""A diagnosis that is not whole: what the claim lacks is one key away."""
FIRST_HOUR = 8
MOST = 24
METHODS = ("card", "cash", "check", "card")
ILL_FOR = datetime.timedelta(days=400)


def make_visits(
    store: Store,
    setup: Setup,
    people: Sequence[DemoClient],
    week: int,
    actor: Actor,
    now: datetime.datetime,
) -> None:
    """Books and works visits of clients who are in care in a week of the demo's calendar."""
    seen = [one for one in people if week in one.weeks and week - 1 in one.weeks][:MOST]
    if not seen:
        return
    today = store.today(now)
    week_ago = today - datetime.timedelta(days=7)
    with store.work(actor, now - datetime.timedelta(days=9)) as work:
        _set_copays(work, setup)
        kinds = _kinds(work)
        held = _book(work, setup, seen, kinds["Family guidance"], week_ago, filled=True)
    with store.work(actor, now - datetime.timedelta(days=7)) as work:
        check_out(work, held)
        _take_copays(work, held[: len(held) * 3 // 4])
    _claim(store, actor, now, held)
    with store.work(actor, now - datetime.timedelta(days=1)) as work:
        todays = _book(work, setup, seen[:12], kinds["Family guidance"], today, filled=False)
        for days in (1, 2):
            day = today + datetime.timedelta(days=days)
            _book(work, setup, seen[12 * (days - 1) :][:6], kinds["Family guidance"], day, True)
        cancelled = _book(work, setup, seen[:2], kinds["Assessment"], today, filled=True, at=17)
    with store.work(actor, now) as work:
        done = todays[:4]
        check_out(work, done)
        _take_copays(work, done[:2])
        check_in(work, todays[4:6])
        cancel_visits(work, cancelled[:1], "the family is ill")
        note_no_show(work, cancelled[1:], "did not come, did not call")


def _kinds(work: Work) -> dict[str, int]:
    kinds = {}
    for name, minutes in (("Family guidance", 60), ("Assessment", 120), ("Follow-up", 30)):
        kinds[name] = int(AppointmentType.create(name=name, minutes=minutes).id)
    work.record("set up appointment types", "appointment_type", None, count=len(kinds))
    return kinds


def _set_copays(work: Work, setup: Setup) -> None:
    copays = dict(zip(setup.payers, COPAYS, strict=True))
    rows: Any = Coverage.select(Coverage.id, Coverage.payer).order_by(Coverage.id).tuples()
    work.update(Coverage, ["copay"], [(copays[payer], key) for key, payer in rows])
    work.record("copays asked for", "coverage", None, count=len(rows))


def _book(
    work: Work,
    setup: Setup,
    clients: Sequence[DemoClient],
    kind: int,
    day: datetime.date,
    filled: bool,
    at: int = FIRST_HOUR,
) -> list[int]:
    """Books one visit a client. Those that are not `filled` wait for what it was last time."""
    bookings = []
    for place, client in enumerate(clients):
        hour, half = divmod(place, 2)
        services = (MIXED if place % 3 == 1 else GUIDANCE) if filled or place < 4 else ()
        if filled and place == MOST - 1:
            services = INCOMPLETE
        bookings.append(
            Booking(
                client.client,
                kind,
                client.analyst,
                client.business_unit,
                client.location,
                day,
                f"{min(at + hour, 21):02d}:{half * 30:02d}",
                telehealth=client.location == setup.telehealth,
                services=services,
                illness_on=day - ILL_FOR if place % 4 == 0 and filled else None,
            )
        )
    return book_visits(work, bookings).made


def _take_copays(work: Work, visits: Iterable[int]) -> None:
    for invoice in Invoice.select().where(Invoice.visit.in_(list(visits))).order_by(Invoice.id):
        if invoice.patient_share:
            method = METHODS[invoice.id % len(METHODS)]
            number = f"{1000 + invoice.id}" if method == "check" else ""
            take_payment(work, invoice.id, invoice.patient_share, method, reference=number)


def _claim(store: Store, actor: Actor, now: datetime.datetime, visits: Sequence[int]) -> None:
    """A third at once where nothing is missing, a third queued for review, the rest left."""
    third = len(visits) // 3
    clean = [
        key
        for key in visits[:third]
        if not any(m.severity == "error" for m in missing_for_claim(store, actor, now, key))
    ]
    with store.work(actor, now) as work:
        one_click_claims(work, clean)
        queue_for_claim(work, visits[third : 2 * third])
