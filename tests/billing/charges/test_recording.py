"""Sessions recorded: what their charge items are billed under."""

import datetime
from decimal import Decimal

import pytest

from rcm_tui.billing.charges.recording import (
    SessionRecord,
    record_sessions,
    refresh_charges,
    set_session_status,
)
from rcm_tui.data.store import Store
from rcm_tui.data.tables.audit import AuditRecord
from rcm_tui.data.tables.charges import ChargeItem, Session
from rcm_tui.data.tables.clients import Authorization, AuthorizedService, Coverage
from rcm_tui.data.tables.payers import Benefit, Fee, Payer
from rcm_tui.data.tables.practice import BusinessUnit
from tests.practice_builder import (
    BILLER,
    NOW,
    SERVICE_DAY,
    YEAR_START,
    SmallPractice,
    small_practice,
)


def session(practice: SmallPractice, minutes: int = 120, **columns: object) -> SessionRecord:
    start = datetime.datetime(2026, 3, 2, 14, 0, tzinfo=datetime.UTC)
    values: dict[str, object] = {
        "client": practice.client.id,
        "practitioner": practice.technician.id,
        "business_unit": practice.unit.id,
        "location": practice.office.id,
        "service": "ABA",
        "procedure_code": "97153",
        "starts_at": start,
        "ends_at": start + datetime.timedelta(minutes=minutes),
    }
    return SessionRecord(**{**values, **columns})  # type: ignore[arg-type]


def record(store: Store, *records: SessionRecord) -> list[ChargeItem]:
    with store.work(BILLER, NOW) as work:
        made = record_sessions(work, records).made
    return [ChargeItem.get_by_id(key) for key in made]


def test_a_charge_item_is_billed_under_what_holds_on_its_day(store: Store) -> None:
    practice = small_practice()
    [charge] = record(store, session(practice, 128))
    assert charge.coverage == practice.coverage
    assert charge.authorization == practice.authorization
    assert (charge.units, charge.billed, charge.expected) == (9, 36000, 27000)
    assert (charge.status, charge.minutes, charge.place_of_service) == ("New", 128, "11")
    assert charge.date_of_service == SERVICE_DAY
    assert Session.get().status == "submitted"


def test_the_day_is_the_practices_day(store: Store) -> None:
    practice = small_practice()
    evening = datetime.datetime(2026, 3, 3, 1, 0, tzinfo=datetime.UTC)
    [charge] = record(
        store,
        session(practice, starts_at=evening, ends_at=evening + datetime.timedelta(hours=1)),
    )
    assert charge.date_of_service == SERVICE_DAY


def test_numbers_of_charge_items_go_on(store: Store) -> None:
    practice = small_practice()
    first = record(store, session(practice), session(practice))
    second = record(store, session(practice))
    assert [charge.number for charge in (*first, *second)] == [
        "CH-000001",
        "CH-000002",
        "CH-000003",
    ]


@pytest.mark.parametrize(
    ("session_status", "charge_status"),
    [
        ("scheduled", "Scheduled"),
        ("started", "Awaiting Submission"),
        ("submitted", "New"),
        ("cancelled", "Cancelled"),
    ],
)
def test_status_follows_the_session(store: Store, session_status: str, charge_status: str) -> None:
    practice = small_practice()
    [charge] = record(store, session(practice, status=session_status))
    assert charge.status == charge_status


def test_a_pending_authorization_keeps_a_submitted_session_waiting(store: Store) -> None:
    practice = small_practice()
    Authorization.update(status="pending").execute()
    [charge] = record(store, session(practice))
    assert charge.status == "Pending Authorization"
    Authorization.update(status="approved").execute()
    with store.work(BILLER, NOW) as work:
        assert refresh_charges(work, [charge.id]).done == [charge.id]
    assert ChargeItem.get_by_id(charge.id).status == "New"


def test_an_approved_authorization_goes_before_a_pending_or_denied_one(store: Store) -> None:
    practice = small_practice()
    for status in ("pending", "denied"):
        worse = Authorization.create(
            client=practice.client,
            payer=practice.payer,
            number=status,
            status=status,
            starts_on=SERVICE_DAY,
            ends_on=SERVICE_DAY,
        )
        AuthorizedService.create(authorization=worse, procedure_codes="97153", amount=10)
    [charge] = record(store, session(practice))
    assert (charge.authorization, charge.status) == (practice.authorization, "New")


def test_an_authorization_must_cover_code_and_day(store: Store) -> None:
    practice = small_practice()
    AuthorizedService.delete().where(AuthorizedService.procedure_codes == "97153").execute()
    [charge] = record(store, session(practice))
    assert charge.authorization is None
    Authorization.update(ends_on=SERVICE_DAY - datetime.timedelta(days=1)).execute()
    [charge] = record(store, session(practice, procedure_code="97155"))
    assert charge.authorization is None


def test_coverage_is_the_primary_one_in_force_on_the_day(store: Store) -> None:
    practice = small_practice()
    second = practice.add_payer("Second Mutual")
    Coverage.create(
        client=practice.client, payer=second, rank=2, member_id="S1", starts_on=YEAR_START
    )
    [charge] = record(store, session(practice))
    assert charge.coverage.payer == practice.payer
    Coverage.update(ends_on=datetime.date(2026, 2, 28)).where(Coverage.rank == 1).execute()
    [charge] = record(store, session(practice))
    assert charge.coverage.payer == second
    Coverage.update(ends_on=datetime.date(2026, 2, 28)).execute()
    [charge] = record(store, session(practice))
    assert (charge.coverage, charge.billed) == (None, 0)


def test_a_fee_of_the_business_unit_goes_before_the_general_one(store: Store) -> None:
    practice = small_practice()
    Fee.create(
        payer=practice.payer,
        business_unit=practice.unit,
        procedure_code="97153",
        billed=4100,
        expected=3000,
        starts_on=YEAR_START,
        ends_on=SERVICE_DAY,
    )
    [charge] = record(store, session(practice))
    assert charge.billed == 8 * 4100
    Fee.update(ends_on=datetime.date(2026, 3, 1)).where(Fee.billed == 4100).execute()
    Fee.create(
        payer=practice.payer,
        procedure_code="97153",
        billed=4200,
        expected=3100,
        starts_on=SERVICE_DAY,
    )
    [charge] = record(store, session(practice))
    assert (charge.billed, charge.expected) == (8 * 4200, 8 * 3100)


@pytest.mark.parametrize(
    ("place", "telehealth", "expected"),
    [
        ("office", False, ("11", "HM")),
        ("home", False, ("12", "HM")),
        ("office", True, ("02", "HM 95")),
        ("home", True, ("10", "HM 95")),
    ],
)
def test_place_and_modifiers_follow_location_and_telehealth(
    store: Store, place: str, telehealth: bool, expected: tuple[str, str]
) -> None:
    practice = small_practice()
    Benefit.update(modifiers="HM").execute()
    location = practice.home if place == "home" else practice.office
    [charge] = record(store, session(practice, location=location.id, telehealth=telehealth))
    assert (charge.place_of_service, charge.modifiers) == expected


def test_benefit_minimum_and_maximum(store: Store) -> None:
    practice = small_practice()
    Benefit.update(min_units=Decimal(2), max_units=Decimal(6)).execute()
    short, long = record(store, session(practice, 22), session(practice, 120))
    assert (short.units, short.billed, "2 units" in short.notes) == (0, 0, True)
    assert (long.units, long.billed, "at most 6" in long.notes) == (6, 24000, True)


def test_half_a_unit_goes_by_the_business_unit(store: Store) -> None:
    practice = small_practice()
    Benefit.update(unit_minutes=60).execute()
    up = record(store, session(practice, 90))[0]
    BusinessUnit.update(half_unit="down").execute()
    down = record(store, session(practice, 90))[0]
    assert (up.units, down.units) == (2, 1)


def test_aggregated_minutes_change_earlier_sessions_of_the_day(store: Store) -> None:
    practice = small_practice()
    Payer.update(rounding="eight minute aggregated").execute()
    [first] = record(store, session(practice, 22))
    assert first.units == 1
    later = datetime.datetime(2026, 3, 2, 17, 0, tzinfo=datetime.UTC)
    [second] = record(
        store,
        session(practice, starts_at=later, ends_at=later + datetime.timedelta(minutes=20)),
    )
    # 42 minutes are three units; the session with the larger remainder has the third.
    assert (ChargeItem.get_by_id(first.id).units, second.units) == (2, 1)
    with store.work(BILLER, NOW) as work:
        set_session_status(work, [second.session_id], "reopened")
        assert set_session_status(work, [second.session_id], "cancelled").left == []
    assert ChargeItem.get_by_id(first.id).units == 1


def test_a_billed_session_keeps_its_units_when_minutes_are_aggregated(store: Store) -> None:
    practice = small_practice()
    Payer.update(rounding="eight minute aggregated").execute()
    [first] = record(store, session(practice, 22))
    ChargeItem.update(status="Claim Line Created").execute()
    [second] = record(store, session(practice, 20))
    assert (ChargeItem.get_by_id(first.id).units, second.units) == (1, 2)


@pytest.mark.parametrize(
    ("columns", "says"),
    [
        ({"ends_at": datetime.datetime(2026, 3, 2, 14, 0, tzinfo=datetime.UTC)}, "not after"),
        ({"starts_at": datetime.datetime(2026, 3, 2, 14, 0)}, "time zone"),
        ({"status": "done"}, "status 'done'"),
        ({"procedure_code": " "}, "procedure code"),
    ],
)
def test_a_session_that_makes_no_sense_is_left_and_the_others_are_made(
    store: Store, columns: dict[str, object], says: str
) -> None:
    practice = small_practice()
    with store.work(BILLER, NOW) as work:
        outcome = record_sessions(work, [session(practice, **columns), session(practice)])
    assert len(outcome.made) == 1
    assert [(left.key, says in left.reason) for left in outcome.left] == [(0, True)]


AFTER = [
    ("Scheduled", "started", "Awaiting Submission"),
    ("Awaiting Submission", "submitted", "New"),
    ("New", "reopened", "Awaiting Submission"),
    ("Ready to Bill", "reopened", "Awaiting Submission"),
    ("Ready to Bill", "submitted", "Ready to Bill"),
    ("On Hold", "submitted", "On Hold"),
    ("Claim Line Created", "reopened", "Awaiting Resubmission"),
    ("Awaiting Resubmission", "submitted", "Awaiting Resubmission"),
    ("Scheduled", "cancelled", "Cancelled"),
]


@pytest.mark.parametrize(("before", "session_status", "after"), AFTER)
def test_charge_item_follows_its_session(
    store: Store, before: str, session_status: str, after: str
) -> None:
    practice = small_practice()
    charge = practice.add_charge(status=before)
    with store.work(BILLER, NOW) as work:
        outcome = set_session_status(work, [charge.session_id], session_status)
    assert outcome.done == [charge.id]
    assert ChargeItem.get_by_id(charge.id).status == after
    assert Session.get().status == session_status


@pytest.mark.parametrize("before", ["New", "Claim Line Created"])
def test_a_submitted_session_cannot_be_cancelled(store: Store, before: str) -> None:
    practice = small_practice()
    charge = practice.add_charge(status=before)
    with store.work(BILLER, NOW) as work:
        outcome = set_session_status(work, [charge.session_id], "cancelled")
    assert "submitted already" in outcome.left[0].reason
    assert (ChargeItem.get().status, Session.get().status) == (before, "submitted")


def test_refreshing_what_has_not_changed_changes_nothing(store: Store) -> None:
    practice = small_practice()
    charges = record(store, session(practice), session(practice, 60))
    before = (list(ChargeItem.select().dicts()), AuditRecord.select().count())
    with store.work(BILLER, NOW) as work:
        assert refresh_charges(work, [charge.id for charge in charges]).done == []
    assert (list(ChargeItem.select().dicts()), AuditRecord.select().count()) == before


def test_a_new_fee_reaches_what_is_not_on_a_claim(store: Store) -> None:
    practice = small_practice()
    waiting, billed = record(store, session(practice), session(practice))
    ChargeItem.update(status="Claim Line Created").where(ChargeItem.id == billed.id).execute()
    Fee.update(billed=5000).execute()
    with store.work(BILLER, NOW) as work:
        assert refresh_charges(work, [waiting.id, billed.id]).done == [waiting.id]
    assert ChargeItem.get_by_id(waiting.id).billed == 40000
    assert ChargeItem.get_by_id(billed.id).billed == 32000
