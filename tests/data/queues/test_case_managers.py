"""Views of clients and case managers: none, not enrolled, no care (charges_and_claims.md:41)."""

import datetime
from typing import Any

import pytest

from rcm_tui.data.queues import QUEUES
from rcm_tui.data.queues.pages import QueuePages
from rcm_tui.data.queues.queue import Viewer
from rcm_tui.data.store import Store
from rcm_tui.data.tables.clients import Authorization, CaseManager, Client, Coverage
from rcm_tui.data.tables.payers import Benefit, Enrolment, Payer
from tests.practice_builder import TODAY, small_practice

VIEWER = Viewer(TODAY, "maria")
"""TODAY is 2026-03-16."""


def listed(store: Store, queue: str, view: str) -> list[int]:
    pages = QueuePages(store.database, QUEUES[queue], VIEWER, view=view)
    return [int(key) for key in pages.page(limit=50).keys]


# Enrolled on every day, coming up in 30 days: seeds/001:7.
ENROLMENTS = [
    # terms of enrolment, the case manager's last day; the view that holds them
    ([("2026-01-01", None)], None, ""),
    ([("2026-01-01", "2026-04-16")], None, ""),
    ([("2026-01-01", "2026-04-15")], None, "lapsing"),
    ([("2026-01-01", "2026-03-16")], None, "lapsing"),
    ([("2026-01-01", "2026-03-15")], None, "lapsed"),
    ([], None, "lapsed"),
    ([("2026-03-17", None)], None, "lapsed"),
    ([("2026-01-01", "2026-04-15"), ("2026-04-16", None)], None, ""),
    ([("2026-01-01", "2026-04-15"), ("2026-04-17", None)], None, "lapsing"),
    ([("2026-01-01", "2026-04-15")], "2026-04-15", ""),
    ([("2026-01-01", "2026-04-15")], "2026-04-16", "lapsing"),
    ([], "2026-03-15", ""),
]


@pytest.mark.parametrize(("enrolled", "until", "view"), ENROLMENTS)
def test_enrolments_that_lapse(store: Store, enrolled: Any, until: str | None, view: str) -> None:
    practice = small_practice()
    Enrolment.delete().execute()
    CaseManager.update(ends_on=until).execute()
    for starts_on, ends_on in enrolled:
        Enrolment.create(
            practitioner=practice.supervisor,
            payer=practice.payer,
            starts_on=starts_on,
            ends_on=ends_on,
        )
    for name in ("lapsing", "lapsed"):
        assert bool(listed(store, "case_managers", name)) == (name == view), name


@pytest.mark.parametrize("change", ["not asked", "another payer", "no coverage"])
def test_only_where_todays_payer_asks_for_enrolment(store: Store, change: str) -> None:
    practice = small_practice()
    other = practice.add_payer("Blue Meadow", needs_enrolment=True)
    if change == "another payer":
        Coverage.update(payer=other).execute()
        assert listed(store, "case_managers", "lapsed")
        return
    Enrolment.delete().execute()
    assert listed(store, "case_managers", "lapsed")
    if change == "not asked":
        Payer.update(needs_enrolment=False).execute()
    else:
        Coverage.update(ends_on="2026-03-15").execute()
    assert listed(store, "case_managers", "lapsed") == []


# Familiar with the case, care at least once a month: seeds/001:8; 31 days are ours.
CARE = [
    # since when they are case manager, their sessions with status; whether they gave no care
    ("2026-01-01", [], True),
    ("2026-02-13", [], True),
    ("2026-02-14", [], False),
    ("2026-01-01", [("2026-02-14", "New")], False),
    ("2026-01-01", [("2026-02-13", "New")], True),
    ("2026-01-01", [("2026-03-16", "Claim Line Created")], False),
    ("2026-01-01", [("2026-03-10", "Cancelled"), ("2026-03-18", "Scheduled")], True),
    ("2026-01-01", [("2026-03-10", "Scheduled")], True),
]


@pytest.mark.parametrize(("since", "sessions", "listed_there"), CARE)
def test_no_care_for_a_month(
    store: Store, since: str, sessions: list[tuple[str, str]], listed_there: bool
) -> None:
    practice = small_practice()
    CaseManager.update(starts_on=since).execute()
    practice.add_charge(day=TODAY)  # the technician's is not theirs
    for text, status in sessions:
        day = datetime.date.fromisoformat(text)
        practice.add_charge(day=day, status=status, practitioner=practice.supervisor)
    assert bool(listed(store, "case_managers", "no_care")) == listed_there


def test_who_has_ended_or_is_to_come_gives_no_care(store: Store) -> None:
    small_practice()
    CaseManager.update(ends_on="2026-03-15").execute()
    assert listed(store, "case_managers", "no_care") == []
    assert listed(store, "case_managers", "ended")
    CaseManager.update(starts_on="2026-03-17", ends_on=None).execute()
    assert listed(store, "case_managers", "to_come")
    assert listed(store, "case_managers", "current") == []


# Each client has a case manager for all service lines: seeds/001:9.
def test_a_client_with_an_appointment_on_whose_day_nobody_is(store: Store) -> None:
    practice = small_practice()
    practice.add_charge(day=datetime.date(2026, 3, 20), status="Scheduled")
    assert listed(store, "clients", "unmanaged") == []
    CaseManager.update(ends_on="2026-03-19").execute()
    assert listed(store, "clients", "unmanaged") == [practice.client.id]
    CaseManager.create(
        client=practice.client, practitioner=practice.supervisor, starts_on="2026-03-20"
    )
    assert listed(store, "clients", "unmanaged") == []


def test_each_service_line_needs_its_own(store: Store) -> None:
    practice = small_practice()
    Benefit.update(service_line="Speech").where(Benefit.procedure_code == "97155").execute()
    practice.add_charge(code="97153")
    CaseManager.update(service_line="Speech").execute()
    assert listed(store, "clients", "unmanaged") == [practice.client.id]
    CaseManager.create(
        client=practice.client, practitioner=practice.supervisor, starts_on="2026-01-01"
    )
    assert listed(store, "clients", "unmanaged") == []


def test_an_authorization_in_force_is_a_service_line_too(store: Store) -> None:
    practice = small_practice()
    CaseManager.delete().execute()
    assert listed(store, "clients", "unmanaged") == [practice.client.id]
    Authorization.update(ends_on="2026-03-15").execute()
    assert listed(store, "clients", "unmanaged") == []


def test_what_is_long_ago_or_cancelled_or_of_a_former_client_does_not_count(store: Store) -> None:
    practice = small_practice()
    Authorization.update(status="pending").execute()
    CaseManager.delete().execute()
    practice.add_charge(day=datetime.date(2026, 2, 12))
    practice.add_charge(day=TODAY, status="Cancelled")
    assert listed(store, "clients", "unmanaged") == []
    practice.add_charge(day=datetime.date(2026, 2, 13))
    assert listed(store, "clients", "unmanaged") == [practice.client.id]
    Client.update(active=False).execute()
    assert listed(store, "clients", "unmanaged") == []
