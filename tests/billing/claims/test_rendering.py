"""Who renders a service: every step of the rule, and what happens when two stand in one."""

import datetime

import pytest
from peewee import IntegrityError

from rcm_tui.billing.charges.benefits import load_benefits
from rcm_tui.billing.claims.rendering import NOBODY, Rendering, Service, load_renderers
from rcm_tui.data.store import Store
from rcm_tui.data.tables.clients import CaseManager, RenderingAssignment
from rcm_tui.data.tables.payers import Benefit, Payer
from rcm_tui.data.tables.practice import Practitioner, Qualification
from tests.practice_builder import SERVICE_DAY, SmallPractice, small_practice

BEFORE = SERVICE_DAY - datetime.timedelta(days=1)
AFTER = SERVICE_DAY + datetime.timedelta(days=1)


def renders(
    store: Store,
    practice: SmallPractice,
    practitioner: Practitioner,
    *,
    authorized: bool = True,
    also: Practitioner | None = None,
) -> Rendering:
    """Who renders a service of one practitioner; `also` is a second case manager."""
    renderers = load_renderers(
        store.database,
        load_benefits(store.database, [practice.payer.id], with_fees=False),
        clients=[practice.client.id],
        practitioners=[one.id for one in Practitioner.select()],
        authorizations=[practice.authorization.id],
    )
    if also is not None:
        both = [(who.id, "2026-01-01", None) for who in (practice.supervisor, also)]
        renderers = renderers.with_case_managers(practice.client.id, {"ABA": both})
    return renderers.of(
        Service(
            practice.client.id,
            practitioner.id,
            practice.payer.id,
            practice.authorization.id if authorized else None,
            "97153",
            SERVICE_DAY.isoformat(),
        )
    )


def test_the_practitioner_of_the_session_who_is_qualified(store: Store) -> None:
    practice = small_practice()
    other = practice.add_practitioner("SOLIS")
    assert renders(store, practice, other).practitioner == other.id


@pytest.mark.parametrize("dates", [{"starts_on": AFTER}, {"ends_on": BEFORE}])
def test_not_with_a_qualification_that_did_not_hold_that_day(
    store: Store, dates: dict[str, datetime.date]
) -> None:
    practice = small_practice()
    other = practice.add_practitioner("SOLIS")
    Qualification.update(dates).where(Qualification.practitioner == other).execute()
    assert renders(store, practice, other).practitioner == practice.supervisor.id


def test_one_of_several_qualifications_is_enough(store: Store) -> None:
    practice = small_practice()
    other = practice.add_practitioner("SOLIS", "BCBA-D")
    assert renders(store, practice, other).practitioner == other.id


def test_anybody_where_the_benefit_asks_nothing(store: Store) -> None:
    practice = small_practice()
    Benefit.update(claim_qualification="").execute()
    assert renders(store, practice, practice.technician).practitioner == practice.technician.id


def test_the_assignment_of_the_authorization(store: Store) -> None:
    practice = small_practice()
    assigned = practice.add_practitioner("SOLIS")
    RenderingAssignment.update(practitioner=assigned).execute()
    assert renders(store, practice, practice.technician).practitioner == assigned.id


@pytest.mark.parametrize("dates", [{"starts_on": AFTER}, {"ends_on": BEFORE}])
def test_the_case_manager_when_nobody_is_assigned_that_day(
    store: Store, dates: dict[str, datetime.date]
) -> None:
    practice = small_practice()
    manager = practice.add_practitioner("SOLIS")
    CaseManager.update(practitioner=manager).execute()
    RenderingAssignment.update(dates).execute()
    assert renders(store, practice, practice.technician).practitioner == manager.id


def test_the_case_manager_when_there_is_no_authorization(store: Store) -> None:
    practice = small_practice()
    found = renders(store, practice, practice.technician, authorized=False)
    assert found.practitioner == practice.supervisor.id


def test_the_case_manager_of_the_service_line(store: Store) -> None:
    practice = small_practice()
    RenderingAssignment.delete().execute()
    CaseManager.update(service_line="SLP").execute()
    assert renders(store, practice, practice.technician) == (None, NOBODY)
    Benefit.update(service_line="SLP").execute()
    assert renders(store, practice, practice.technician).practitioner == practice.supervisor.id


def test_nobody(store: Store) -> None:
    practice = small_practice()
    RenderingAssignment.delete().execute()
    CaseManager.update(ends_on=BEFORE).execute()
    assert renders(store, practice, practice.technician) == (None, NOBODY)


def test_two_assignments_at_once_name_nobody(store: Store) -> None:
    practice = small_practice()
    RenderingAssignment.create(
        authorization=practice.authorization,
        practitioner=practice.add_practitioner("SOLIS"),
        starts_on=SERVICE_DAY,
    )
    found = renders(store, practice, practice.technician)
    assert found.practitioner is None
    assert found.reason == "the authorization assigns two rendering providers on 2026-03-02"


def test_one_person_assigned_twice_is_one(store: Store) -> None:
    practice = small_practice()
    RenderingAssignment.create(
        authorization=practice.authorization,
        practitioner=practice.supervisor,
        starts_on=SERVICE_DAY,
    )
    assert renders(store, practice, practice.technician).practitioner == practice.supervisor.id


def test_the_store_refuses_a_second_case_manager_at_once(store: Store) -> None:
    practice = small_practice()
    other = practice.add_practitioner("SOLIS")
    first = CaseManager.get()
    new = {"client": practice.client, "practitioner": other, "starts_on": SERVICE_DAY}
    with pytest.raises(IntegrityError, match="one case manager"), store.database.atomic():
        CaseManager.create(**new)
    first.ends_on = BEFORE
    first.save()
    CaseManager.create(**new)
    CaseManager.create(**{**new, "service_line": "Speech", "starts_on": BEFORE})
    first.ends_on = SERVICE_DAY
    with pytest.raises(IntegrityError, match="one case manager"), store.database.atomic():
        first.save()


def test_two_case_managers_at_once_name_nobody(store: Store) -> None:
    practice = small_practice()
    RenderingAssignment.delete().execute()
    other = practice.add_practitioner("SOLIS")
    found = renders(store, practice, practice.technician, also=other)
    assert found == (None, "the client has two case managers for ABA on 2026-03-02")


def test_a_payer_may_put_the_case_manager_first(store: Store) -> None:
    practice = small_practice()
    Payer.update(rendering_policy="case_manager").execute()
    other = practice.add_practitioner("SOLIS")
    assert renders(store, practice, other).practitioner == practice.supervisor.id
    CaseManager.delete().execute()
    assert renders(store, practice, other).practitioner == other.id
