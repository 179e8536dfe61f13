"""The rules of case managers: each by a table, with where it comes from, in the form and the store.

The practice of the tests has RUIZ as case manager for ABA from 2026-01-01 on, enrolled with Acme
Health from then on, and its first session is on 2026-03-02 at 09:00 in New York.
"""

import datetime
from typing import Any

import pytest

from rcm_tui.billing.editing import Added, Invalid, add, record, remove, save
from rcm_tui.data.store import Store
from rcm_tui.data.tables.charges import Session
from rcm_tui.data.tables.clients import CaseManager, Coverage
from rcm_tui.data.tables.payers import Benefit, Enrolment, Payer
from rcm_tui.data.tables.practice import Practitioner
from tests.practice_builder import BILLER, NOW, SmallPractice, small_practice


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


def added(store: Store, practice: SmallPractice, who: Practitioner, **values: Any) -> Added:
    given = {"client": practice.client.id, "practitioner": who.id, "service_line": "ABA", **values}
    with store.work(BILLER, NOW) as work:
        return add(work, "case_manager", given)


def problems(store: Store, practice: SmallPractice, who: Practitioner, **values: Any) -> Any:
    with pytest.raises(Invalid) as refused:
        added(store, practice, who, **values)
    return refused.value.problems


# One at a time for each service line: charges_and_claims.md:41, seeds/001:9.
OVERLAPS = [
    # from, until, why it will not do and what would
    ("2026-03-16", None, "end that one on 2026-03-15"),
    ("2026-01-02", "2026-01-02", "end that one on 2026-01-01"),
    ("2025-12-01", None, "end this one on 2025-12-31 or before"),
    ("2026-01-01", "2026-01-01", "end this one on 2025-12-31 or before"),
]


@pytest.mark.parametrize(("starts_on", "ends_on", "todo"), OVERLAPS)
def test_a_second_case_manager_at_once_is_refused(
    store: Store, starts_on: str, ends_on: str | None, todo: str
) -> None:
    practice = small_practice()
    other = practice.add_practitioner("SOLIS")
    Enrolment.update(starts_on=day("2025-01-01")).execute()
    wrong = problems(store, practice, other, starts_on=starts_on, ends_on=ends_on)
    assert set(wrong) == {"starts_on"}
    sentence = wrong["starts_on"]
    assert "RUIZ, DANA is case manager for ABA from 2026-01-01 on" in sentence
    assert todo in sentence


def test_one_who_has_ended_is_named_with_both_days(store: Store) -> None:
    practice = small_practice()
    CaseManager.update(ends_on=day("2026-03-31")).execute()
    other = practice.add_practitioner("SOLIS")
    wrong = problems(store, practice, other, starts_on="2026-03-16")
    assert "from 2026-01-01 to 2026-03-31" in wrong["starts_on"]
    assert "begin on 2026-04-01" in wrong["starts_on"]
    assert added(store, practice, other, starts_on="2026-04-01").id


def test_another_service_line_has_its_own(store: Store) -> None:
    practice = small_practice()
    other = practice.add_practitioner("SOLIS", "SLP")
    assert added(store, practice, other, starts_on="2026-03-16", service_line="Speech").id


# At least 24 hours before the line's first appointment: seeds/001:10, charges_and_claims.md:41.
FIRST_APPOINTMENT = [
    # the session begins (UTC), the case manager, what will do instead
    ("2026-03-02T14:00", "2026-03-02", "2026-03-01"),
    ("2026-03-02T14:00", "2026-03-01", ""),
    ("2026-03-02T14:00", "2026-03-09", "2026-03-01"),
    # Midnight in New York: the day before begins just 24 hours earlier.
    ("2026-03-02T05:00", "2026-03-01", ""),
    ("2026-03-02T04:30", "2026-03-01", "2026-02-28"),
    # The night that summer time begins is an hour short, and 23 hours are not 24.
    ("2026-03-09T04:00", "2026-03-08", "2026-03-07"),
    ("2026-03-09T05:00", "2026-03-08", ""),
]


@pytest.mark.parametrize(("begins", "starts_on", "instead"), FIRST_APPOINTMENT)
def test_the_first_case_manager_begins_24_hours_before_the_first_appointment(
    store: Store, begins: str, starts_on: str, instead: str
) -> None:
    practice = small_practice()
    CaseManager.delete().execute()
    moment = datetime.datetime.fromisoformat(begins)
    practice.add_charge(day=moment.date(), hour=moment.hour, status="Scheduled")
    practice.add_charge(day=day("2026-03-20"))
    practice.add_charge(day=day("2026-01-05"), status="Cancelled")
    charge_minutes(store, moment)
    if not instead:
        assert added(store, practice, practice.supervisor, starts_on=starts_on).id
        return
    wrong = problems(store, practice, practice.supervisor, starts_on=starts_on)
    assert "less than 24 hours before the first ABA appointment" in wrong["starts_on"]
    assert f"{instead} or a day before is needed" in wrong["starts_on"]
    assert added(store, practice, practice.supervisor, starts_on=instead).id


def charge_minutes(store: Store, moment: datetime.datetime) -> None:
    """Gives the session of that hour its minutes: the practice's begin on the hour."""
    hour = moment.replace(minute=0, tzinfo=datetime.UTC)
    Session.update(starts_at=moment.replace(tzinfo=datetime.UTC)).where(
        Session.starts_at == hour
    ).execute()


def test_a_successor_may_begin_after_care_has_begun(store: Store) -> None:
    practice = small_practice()
    practice.add_charge()
    CaseManager.update(ends_on=day("2026-03-15")).execute()
    assert added(store, practice, practice.add_practitioner("SOLIS"), starts_on="2026-03-16").id


def test_the_first_appointment_is_that_of_the_service_line(store: Store) -> None:
    practice = small_practice()
    practice.add_charge()
    Benefit.update(service_line="Speech").where(Benefit.procedure_code == "97155").execute()
    practice.add_charge(code="97155", day=day("2026-03-20"))
    who = practice.add_practitioner("SOLIS")
    wrong = problems(store, practice, who, service_line="Speech", starts_on="2026-03-20")
    assert "the first Speech appointment, on 2026-03-20" in wrong["starts_on"]
    assert added(store, practice, who, service_line="Speech", starts_on="2026-03-19").id


# Enrolled with the client's payer on every day: seeds/001:7, charges_and_claims.md:41.
ENROLMENTS = [
    # terms of enrolment, the case manager's, the days that are missing, what would do
    ([], ("2026-05-01", None), "from 2026-05-01 on", "enter the enrolment or choose another"),
    ([("2026-05-01", None)], ("2026-05-01", None), "", ""),
    (
        [("2026-05-01", "2026-06-30")],
        ("2026-05-01", None),
        "from 2026-07-01 on",
        "end on 2026-06-30",
    ),
    ([("2026-05-01", "2026-06-30")], ("2026-05-01", "2026-06-30"), "", ""),
    (
        [("2026-05-02", None)],
        ("2026-05-01", None),
        "on 2026-05-01",
        "begin on 2026-05-02",
    ),
    (
        [("2026-01-01", "2026-05-31"), ("2026-06-03", None)],
        ("2026-05-01", "2026-12-31"),
        "from 2026-06-01 to 2026-06-02",
        "end on 2026-05-31",
    ),
    ([("2026-01-01", "2026-05-31"), ("2026-06-01", None)], ("2026-05-01", None), "", ""),
]


@pytest.mark.parametrize(("enrolled", "term", "missing", "todo"), ENROLMENTS)
def test_a_case_manager_is_enrolled_on_every_day(
    store: Store,
    enrolled: list[tuple[str, str | None]],
    term: tuple[str, str | None],
    missing: str,
    todo: str,
) -> None:
    practice = small_practice()
    CaseManager.update(ends_on=day("2026-04-30")).execute()
    who = practice.add_practitioner("SOLIS", enrolled=False)
    for starts_on, ends_on in enrolled:
        Enrolment.create(
            practitioner=who,
            payer=practice.payer,
            starts_on=day(starts_on),
            ends_on=ends_on and day(ends_on),
        )
    values = {"starts_on": term[0], "ends_on": term[1]}
    if not missing:
        assert added(store, practice, who, **values).id
        return
    sentence = problems(store, practice, who, **values)["practitioner"]
    assert sentence.startswith("Case manager SOLIS, SAM is not enrolled with Acme Health")
    assert missing in sentence
    assert todo in sentence


def test_the_payer_of_a_day_is_the_primary_coverage(store: Store) -> None:
    practice = small_practice()
    CaseManager.update(ends_on=day("2026-04-30")).execute()
    blue = practice.add_payer("Blue Meadow", needs_enrolment=True)
    Coverage.update(ends_on=day("2026-06-30")).execute()
    for rank, starts_on in ((1, day("2026-07-01")), (2, day("2026-01-01"))):
        Coverage.create(client=practice.client, payer=blue, rank=rank, starts_on=starts_on)
    who = practice.add_practitioner("SOLIS")
    sentence = problems(store, practice, who, starts_on="2026-05-01")["practitioner"]
    assert "with Blue Meadow from 2026-07-01 on" in sentence
    assert added(store, practice, who, starts_on="2026-05-01", ends_on="2026-06-30").id


@pytest.mark.parametrize("change", ["payer asks for none", "no coverage"])
def test_without_a_payer_that_asks_no_enrolment_is_needed(store: Store, change: str) -> None:
    practice = small_practice()
    CaseManager.update(ends_on=day("2026-04-30")).execute()
    if change == "no coverage":
        Coverage.delete().execute()
    else:
        Payer.update(needs_enrolment=False).execute()
    who = practice.add_practitioner("SOLIS", enrolled=False)
    assert added(store, practice, who, starts_on="2026-05-01").id


# Effective-dated, required fields: seeds/001:22, charges_and_claims.md:41.
def test_the_end_is_not_before_the_start(store: Store) -> None:
    practice = small_practice()
    who = practice.add_practitioner("SOLIS")
    wrong = problems(store, practice, who, starts_on="2026-05-02", ends_on="2026-05-01")
    assert wrong == {
        "ends_on": "Until 2026-05-01 is before 2026-05-02, when it begins: a later day is needed"
    }


@pytest.mark.parametrize("missing", ["practitioner", "service_line", "starts_on"])
def test_what_is_required_is_named(store: Store, missing: str) -> None:
    practice = small_practice()
    who = practice.supervisor
    given = {"client": practice.client.id, "practitioner": who.id, "service_line": "ABA"}
    given |= {"starts_on": "2026-05-01", missing: None}
    with store.work(BILLER, NOW) as work, pytest.raises(Invalid) as refused:
        add(work, "case_manager", given)
    assert list(refused.value.problems) == [missing]
    assert "is empty: it is needed" in refused.value.problems[missing]


def test_what_was_wrong_before_does_not_keep_the_rest_from_being_saved(store: Store) -> None:
    practice = small_practice()
    practice.add_charge(day=day("2026-01-01"))
    key = CaseManager.get().id
    with store.work(BILLER, NOW) as work:
        save(work, "case_manager", key, 1, {"ends_on": "2026-03-31"})
    assert record(store.database, "case_manager", key).values["ends_on"] == day("2026-03-31")


def test_ending_after_the_enrolment_lapsed_says_which_day_would_do(store: Store) -> None:
    small_practice()
    key = CaseManager.get().id
    Enrolment.update(ends_on=day("2026-02-28")).execute()
    with store.work(BILLER, NOW) as work, pytest.raises(Invalid, match="end on 2026-02-28"):
        save(work, "case_manager", key, 1, {"ends_on": "2026-03-15"})
    with store.work(BILLER, NOW) as work:
        save(work, "case_manager", key, 1, {"ends_on": "2026-02-28"})


def test_a_case_manager_can_be_removed(store: Store) -> None:
    small_practice()
    with store.work(BILLER, NOW) as work:
        remove(work, "case_manager", CaseManager.get().id, 1)
    assert not CaseManager.select().exists()
