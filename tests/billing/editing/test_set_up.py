"""Set-up records: what is refused at which field, so that no day has two answers."""

import datetime
from decimal import Decimal
from typing import Any

import pytest

from rcm_tui.billing.editing import Invalid, add, blank, choices, save, save_many
from rcm_tui.data.store import Store
from rcm_tui.data.tables.payers import Benefit, Enrolment, Fee, MedicallyUnlikelyEdit
from rcm_tui.data.tables.practice import BusinessUnit, Practice, Practitioner, Qualification
from tests.practice_builder import MANAGER, NOW, SmallPractice, npi, small_practice


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(f"2026-{text}")


def problems(store: Store, kind: str, **values: Any) -> dict[str, str]:
    """What is wrong with a new record; nothing when it was made."""
    with store.work(MANAGER, NOW) as work:
        try:
            add(work, kind, values)
        except Invalid as error:
            return error.problems
    return {}


def fee(practice: SmallPractice, **values: Any) -> dict[str, Any]:
    return {
        "payer": practice.payer.id,
        "procedure_code": "97153",
        "billed": 5000,
        "expected": 4000,
        "starts_on": day("04-01"),
        **values,
    }


def test_fees_of_one_thing_do_not_overlap(store: Store) -> None:
    practice = small_practice()  # its fees begin with the year and are open
    refused = problems(store, "fee", **fee(practice))
    assert refused == {
        "starts_on": "From 2026-04-01 meets 97153, which holds from 2026-01-01 to open:"
        " end that one the day before, or begin after it."
    }
    old = Fee.get(Fee.procedure_code == "97153")
    with store.work(MANAGER, NOW) as work:
        save(work, "fee", old.id, 1, {"ends_on": day("03-31")})
    assert problems(store, "fee", **fee(practice)) == {}
    assert "starts_on" in problems(store, "fee", **fee(practice, starts_on=day("12-01")))
    # Before the first, between, and of another code, unit or payer.
    assert (
        problems(
            store,
            "fee",
            **fee(
                practice, starts_on=datetime.date(2025, 1, 1), ends_on=datetime.date(2025, 12, 31)
            ),
        )
        == {}
    )
    assert problems(store, "fee", **fee(practice, business_unit=practice.unit.id)) == {}
    assert problems(store, "fee", **fee(practice, procedure_code="97154")) == {}
    other = practice.add_payer("Other")
    Fee.delete().where(Fee.payer == other).execute()
    assert problems(store, "fee", **fee(practice, payer=other.id)) == {}
    assert problems(store, "fee", **fee(practice, payer=None, business_unit=practice.unit.id)) == {}
    assert "starts_on" in problems(
        store, "fee", **fee(practice, payer=None, business_unit=practice.unit.id)
    )


def test_a_fee_is_somebodys(store: Store) -> None:
    practice = small_practice()
    assert problems(store, "fee", **fee(practice, payer=None)) == {
        "payer": "Payer is empty and so is the business unit: one of them is needed."
    }


def test_an_edit_may_not_move_a_record_onto_another(store: Store) -> None:
    practice = small_practice()
    old = Fee.get(Fee.procedure_code == "97153")
    Fee.update(ends_on=day("03-31")).where(Fee.id == old.id).execute()
    assert problems(store, "fee", **fee(practice)) == {}
    new = Fee.get(Fee.starts_on == day("04-01"))
    with store.work(MANAGER, NOW) as work, pytest.raises(Invalid, match="meets 97153"):
        save(work, "fee", new.id, 1, {"starts_on": day("03-31")})
    with store.work(MANAGER, NOW) as work:
        # What touches none of it is saved, and both together where they part.
        save(work, "fee", new.id, 1, {"billed": 5500})
        outcome = save_many(work, "fee", [old.id, new.id], {"ends_on": day("06-30")})
    assert [left.key for left in outcome.left] == [new.id]
    assert "meets 97153" in outcome.left[0].reason


@pytest.mark.parametrize("kind", ["qualification", "enrolment"])
def test_qualifications_and_enrolments_do_not_overlap(store: Store, kind: str) -> None:
    practice = small_practice()
    who = practice.supervisor.id
    values: dict[str, Any] = {"practitioner": who, "starts_on": day("06-01")}
    values |= {"code": "BCBA"} if kind == "qualification" else {"payer": practice.payer.id}
    table = Qualification if kind == "qualification" else Enrolment
    assert "starts_on" in problems(store, kind, **values)
    table.update(ends_on=day("05-31")).where(table.practitioner == who).execute()  # type: ignore[attr-defined]
    assert set(problems(store, kind, **{**values, "ends_on": day("05-01")})) == {"ends_on"}
    assert problems(store, kind, **values) == {}
    assert problems(store, kind, **{**values, "practitioner": practice.technician.id}) == {}


def test_two_qualifications_may_be_held_at_once(store: Store) -> None:
    practice = small_practice()
    values = {"practitioner": practice.supervisor.id, "code": "PhD", "starts_on": day("02-01")}
    assert problems(store, "qualification", **values) == {}


def test_benefits_of_a_code_do_not_overlap(store: Store) -> None:
    practice = small_practice()
    values = {
        **{"payer": practice.payer.id, "procedure_code": "97153", "service": "Direct"},
        "starts_on": day("03-01"),
    }
    assert "starts_on" in problems(store, "benefit", **values)
    Benefit.update(ends_on=day("02-28")).execute()
    assert problems(store, "benefit", **values) == {}


def test_most_units_of_a_code_are_one_value_a_day(store: Store) -> None:
    practice = small_practice()
    published: dict[str, Any] = {
        "procedure_code": "97153",
        "units": Decimal(40),
        "starts_on": day("07-01"),
    }
    assert "starts_on" in problems(store, "mue", **published), "the newer source is open"
    assert problems(store, "mue", **published, program="Medicaid") == {}
    assert problems(store, "mue", **published, payer=practice.payer.id) == {}
    assert "starts_on" in problems(store, "mue", **published, payer=practice.payer.id)
    row = MedicallyUnlikelyEdit.get(
        MedicallyUnlikelyEdit.procedure_code == "97153",
        MedicallyUnlikelyEdit.program == "any",
        MedicallyUnlikelyEdit.payer.is_null(),
        MedicallyUnlikelyEdit.ends_on.is_null(),
    )
    with store.work(MANAGER, NOW) as work:
        save(work, "mue", row.id, 1, {"ends_on": day("06-30")})
    assert problems(store, "mue", **published) == {}


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"npi": "1234567890"}, "npi"),  # the check digit is wrong
        ({"npi": "123456789"}, "npi"),
        ({"taxonomy": "103K"}, "taxonomy"),
        ({"taxonomy": "103K00000Y"}, "taxonomy"),
        ({"last_name": ""}, "last_name"),
    ],
)
def test_a_practitioners_numbers_are_checked(
    store: Store, values: dict[str, Any], field: str
) -> None:
    assert set(problems(store, "practitioner", **{"last_name": "NEW", **values})) == {field}


def test_an_npi_is_one_practitioners(store: Store) -> None:
    practice = small_practice()
    number = practice.supervisor.npi
    refused = problems(store, "practitioner", last_name="NEW", npi=number)
    assert refused == {"npi": f"NPI {number} is taken by RUIZ, DANA: another is needed."}
    assert problems(store, "practitioner", last_name="NEW", npi=npi(777)) == {}
    for _ in range(2):
        assert problems(store, "practitioner", last_name="WITHOUT") == {}
    assert Practitioner.select().where(Practitioner.last_name == "WITHOUT").count() == 2


@pytest.mark.parametrize(
    ("text", "code"),
    [("analyst", "103K00000X"), ("106S", "106S00000X"), ("psychiatrist child", "2084P0804X")],
)
def test_taxonomies_are_found_by_code_and_word(store: Store, text: str, code: str) -> None:
    found = choices(store.database, "practitioner", "taxonomy", text)
    assert found[0].value == code
    assert found[0].detail


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        ("claim_qualification", "bcba bcba-d", "BCBA/BCBA-D"),
        ("session_qualification", "rbt, bcaba", "RBT/BCaBA"),
    ],
)
def test_qualifications_are_written_as_they_are_listed(
    store: Store, field: str, typed: str, kept: str
) -> None:
    practice = small_practice()
    benefit = practice.benefits["97153"]
    with store.work(MANAGER, NOW) as work:
        save(work, "benefit", benefit.id, 1, {field: typed})
    assert getattr(Benefit.get_by_id(benefit.id), field) == kept
    with store.work(MANAGER, NOW) as work, pytest.raises(Invalid, match="BCBAA, which is none of"):
        save(work, "benefit", benefit.id, 2, {field: "BCBAA"})


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"modifier": ""}, "modifier"),
        ({"modifier": "HO 95"}, "modifier"),
        ({"instead_of": "HM QQQ"}, "instead_of"),
        ({"sets_place": "00"}, "sets_place"),
        ({"place_of_service": "11 30"}, "place_of_service"),
        ({"procedure_codes": "97153 ABC"}, "procedure_codes"),
        ({"qualification": "Nobody"}, "qualification"),
        ({"starts_on": day("03-01"), "ends_on": day("02-01")}, "ends_on"),
        ({"name": ""}, "name"),
    ],
)
def test_a_modifier_rule_is_checked(store: Store, values: dict[str, Any], field: str) -> None:
    rule = {**blank("modifier_rule"), "name": "Rule", "modifier": "U1", **values}
    assert set(problems(store, "modifier_rule", **rule)) == {field}


def test_a_rule_may_be_written_as_people_write(store: Store) -> None:
    assert (
        problems(
            store,
            "modifier_rule",
            name="Rule",
            modifier="ho",
            instead_of="hm, hn",
            procedure_codes="97153, 97155",
            qualification="bcba / phd",
        )
        == {}
    )


def test_a_business_units_fee_needs_no_payer(store: Store) -> None:
    practice = small_practice()
    south = BusinessUnit.create(name="South")
    assert problems(store, "fee", **fee(practice, payer=None, business_unit=south.id)) == {}


def test_a_store_holds_one_practice_whose_name_and_time_zone_can_be_changed(store: Store) -> None:
    values = {"name": "Second", "time_zone": "America/Chicago"}
    assert problems(store, "practice", **values) == {
        "name": "a store holds one practice: change that one"
    }
    practice = Practice.get()
    with store.work(MANAGER, NOW) as work, pytest.raises(Invalid) as refused:
        save(work, "practice", practice.id, practice.version, {"time_zone": "New York"})
    assert list(refused.value.problems) == ["time_zone"]
    assert "America/New_York" in refused.value.problems["time_zone"]
    with store.work(MANAGER, NOW) as work:
        save(work, "practice", practice.id, practice.version, {"name": "North & South"})
    now = Practice.get()
    assert (now.name, now.version) == ("North & South", practice.version + 1)
