"""Sessions entered and changed by hand, with the charges that follow."""

import datetime
from typing import Any

import pytest

from rcm_tui.billing.editing import Conflict, Invalid, Saved, add, record, save
from rcm_tui.billing.outcome import Refused
from rcm_tui.billing.undo import last_undoable, undo
from rcm_tui.data.actor import Actor
from rcm_tui.data.store import Store
from rcm_tui.data.tables.charges import ChargeItem, Session
from tests.practice_builder import BILLER, NOW, SERVICE_DAY, SmallPractice, small_practice


@pytest.fixture
def practice(store: Store) -> SmallPractice:
    return small_practice()


def typed(practice: SmallPractice, **values: Any) -> dict[str, Any]:
    return {
        "client": practice.client.id,
        "practitioner": practice.technician.id,
        "day": SERVICE_DAY,
        "start": "09:30",
        "end": "11:30",
        "procedure_code": "97153",
        **values,
    }


def enter(store: Store, values: dict[str, Any], actor: Actor = BILLER) -> Session:
    with store.work(actor, NOW) as work:
        key = add(work, "session", values).id
    return Session.get_by_id(key)


def test_a_session_is_entered_with_its_charge(practice: SmallPractice, store: Store) -> None:
    session = enter(store, typed(practice, location=practice.office.id))
    assert session.starts_at == datetime.datetime(2026, 3, 2, 14, 30, tzinfo=datetime.UTC)
    assert session.ends_at - session.starts_at == datetime.timedelta(hours=2)
    assert (session.status, session.business_unit) == ("submitted", practice.unit)
    assert session.service == practice.benefits["97153"].service
    charge = ChargeItem.get(ChargeItem.session == session)
    assert (charge.status, charge.date_of_service, charge.units) == ("New", SERVICE_DAY, 8)


def test_minutes_may_stand_for_the_end_over_midnight(practice: SmallPractice, store: Store) -> None:
    session = enter(store, typed(practice, start="23:00", end="", minutes=120))
    assert session.ends_at - session.starts_at == datetime.timedelta(hours=2)
    shown = record(store.database, "session", session.id)
    assert (shown.values["end"], shown.values["minutes"]) == ("", 120)
    assert (shown.values["start"], shown.values["day"]) == ("23:00", SERVICE_DAY)
    assert shown.labels["client"] == "OKAFOR, ADA"


@pytest.mark.parametrize(
    ("values", "field", "said"),
    [
        ({"end": ""}, "end", "End is empty and so are the minutes"),
        ({"end": "09:00"}, "end", "End 09:00 is not after the start 09:30"),
        ({"end": "", "minutes": 1800}, "minutes", "Minutes 1800 is no length of a session"),
        ({"end": "", "minutes": 0}, "minutes", "1 to 1440 are needed"),
        ({"minutes": 90}, "minutes", "Minutes 90 and the end 11:30 do not agree"),
        ({"start": "25:00"}, "start", "Start 25:00 is not a time of day"),
        ({"procedure_code": "ABA"}, "procedure_code", "is not a procedure code"),
        ({"client": None}, "client", "Client is empty: it is needed"),
        ({"practitioner": 999}, "practitioner", "is no practitioner"),
        ({"status": "lost"}, "status", "is not among the choices"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    practice: SmallPractice, store: Store, values: dict[str, Any], field: str, said: str
) -> None:
    with pytest.raises(Invalid) as wrong:
        enter(store, typed(practice, **values))
    assert said in wrong.value.problems[field]
    assert not Session.select().exists()


def test_the_hour_that_clocks_leave_out_is_refused(practice: SmallPractice, store: Store) -> None:
    with pytest.raises(Refused, match="by which clocks are put forward"):
        enter(store, typed(practice, day=datetime.date(2026, 3, 8), start="02:30"))


@pytest.mark.parametrize("role", ["auditor", "denial specialist"])
def test_who_may_not_enter_sessions(practice: SmallPractice, store: Store, role: str) -> None:
    with pytest.raises(Refused, match=f"an? {role} may not enter sessions"):
        enter(store, typed(practice), Actor("x", "X", role))
    session = enter(store, typed(practice))
    with (
        pytest.raises(Refused, match=f"an? {role} may not enter sessions"),
        store.work(Actor("x", "X", role), NOW) as work,
    ):
        save(work, "session", session.id, 1, {"end": "12:30"})


def test_a_change_reaches_the_charge(practice: SmallPractice, store: Store) -> None:
    session = enter(store, typed(practice))
    with store.work(BILLER, NOW) as work:
        saved = save(work, "session", session.id, 1, {"end": "12:30", "procedure_code": "97155"})
    assert isinstance(saved, Saved)
    charge = ChargeItem.get()
    assert (charge.minutes, charge.procedure_code, charge.units) == (180, "97155", 12)
    assert saved.new_version == Session.get().version == 2
    with store.work(BILLER, NOW) as work:
        save(work, "session", session.id, 2, {"status": "reopened"})
    assert ChargeItem.get().status == "Awaiting Submission"


def test_two_who_change_the_same_are_shown_both(practice: SmallPractice, store: Store) -> None:
    session = enter(store, typed(practice))
    with store.work(BILLER, NOW) as work:
        save(work, "session", session.id, 1, {"end": "12:30"})
    with store.work(Actor("tom", "Tom", "biller"), NOW) as work:
        conflict = save(work, "session", session.id, 1, {"end": "13:30"})
        assert isinstance(conflict, Conflict)
        assert conflict.theirs["end"] == ("11:30", "13:30", "12:30")
        merged = save(work, "session", session.id, 1, {"service": "Other"})
    assert isinstance(merged, Saved)
    assert (Session.get().service, ChargeItem.get().minutes) == ("Other", 180)


def test_a_session_on_a_claim_is_reopened_and_one_billed_externally_locked(
    practice: SmallPractice, store: Store
) -> None:
    session = enter(store, typed(practice))
    claim = practice.add_claim()
    ChargeItem.update(status="Claim Line Created", claim_line=claim.lines[0]).execute()
    with store.work(BILLER, NOW) as work:
        save(work, "session", session.id, 1, {"end": "12:30"})
    assert ChargeItem.get().status == "Awaiting Resubmission"
    ChargeItem.update(status="Billed Externally").execute()
    assert record(store.database, "session", session.id).locked.startswith("its charge is Billed")
    with pytest.raises(Refused, match="Billed Externally"), store.work(BILLER, NOW) as work:
        save(work, "session", session.id, 2, {"end": "13:30"})


def test_entering_can_be_undone(practice: SmallPractice, store: Store) -> None:
    enter(store, typed(practice))
    with store.work(BILLER, NOW) as work:
        last = last_undoable(work.database, BILLER.login)
        assert last is not None
        undo(work, last.id)
    assert not Session.select().exists()
    assert not ChargeItem.select().exists()
