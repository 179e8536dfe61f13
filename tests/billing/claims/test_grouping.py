"""Grouping charges onto lines and claims: by table for the keys, by property for the rest."""

from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcm_tui.billing.claims.grouping import (
    MOST_LINES,
    BillableCharge,
    Overrides,
    PlannedClaim,
    plan_claims,
)

DAY = "2026-03-02"


def charge(key: int, **columns: Any) -> BillableCharge:
    """A charge item of two hours in the office."""
    values: dict[str, Any] = {
        "id": key,
        "number": f"CH-{key}",
        "client": 1,
        "coverage": 1,
        "payer": 1,
        "business_unit": 1,
        "location": 1,
        "authorization": 1,
        "authorization_number": "A1",
        "first_day": DAY,
        "last_day": DAY,
        "code": "97153",
        "modifiers": "HM",
        "units": 8000,
        "billed": 32000,
        "expected": 24000,
        "place_of_service": "11",
        "rendering": 1,
        "facility": 0,
        "version": 1,
    }
    return BillableCharge(**{**values, **columns})


def shape(claims: list[PlannedClaim]) -> list[list[list[int]]]:
    """Charge ids by line by claim."""
    return [[[item.id for item in line.charges] for line in claim.lines] for claim in claims]


SAME_LINE = {"number": "x", "units": 1000, "billed": 1, "expected": 2, "version": 7, "location": 2}
OTHER_LINE = {
    "first_day": "2026-03-01",
    "last_day": "2026-03-03",
    "code": "97155",
    "modifiers": "HO",
}
OTHER_CLAIM = {
    "client": 2,
    "authorization_number": "A2",
    "place_of_service": "12",
    "rendering": 2,
    "facility": 5,
    "coverage": 2,
    "business_unit": 2,
}


@pytest.mark.parametrize("column", SAME_LINE)
def test_does_not_part_lines(column: str) -> None:
    claims = plan_claims([charge(1), charge(2, **{column: SAME_LINE[column]})])
    assert shape(claims) == [[[1, 2]]]


@pytest.mark.parametrize("column", OTHER_LINE)
def test_parts_lines_of_one_claim(column: str) -> None:
    claims = plan_claims([charge(1), charge(2, **{column: OTHER_LINE[column]})])
    assert sorted(map(len, shape(claims)[0])) == [1, 1]
    assert len(claims) == 1


@pytest.mark.parametrize("column", OTHER_CLAIM)
def test_parts_claims(column: str) -> None:
    claims = plan_claims([charge(1), charge(2, **{column: OTHER_CLAIM[column]})])
    assert len(claims) == 2


@pytest.mark.parametrize("column", ["rendering", "coverage", "authorization"])
def test_nothing_is_a_value_of_its_own(column: str) -> None:
    numbers = {"authorization_number": ""} if column == "authorization" else {}
    claims = plan_claims([charge(1), charge(2, **{column: None}, **numbers)])
    assert len(claims) == 2


def test_authorizations_without_a_number_are_told_apart() -> None:
    apart = [charge(n, authorization=n, authorization_number="") for n in (1, 2)]
    assert len(plan_claims(apart)) == 2


def test_units_and_amounts_are_summed() -> None:
    [claim] = plan_claims([charge(1), charge(2, units=4000, billed=16000, expected=12000)])
    [line] = claim.lines
    assert (line.units, line.billed, line.expected) == (12000, 48000, 36000)


def test_a_line_per_session() -> None:
    overrides = Overrides(line_per_session=True)
    claims = plan_claims([charge(n, overrides=overrides) for n in (1, 2)])
    assert shape(claims) == [[[1], [2]]]


def test_a_claim_per_set_of_modifiers() -> None:
    overrides = Overrides(split_by_modifier=True)
    claims = plan_claims(
        [charge(1, overrides=overrides), charge(2, modifiers="HO", overrides=overrides)]
    )
    assert shape(claims) == [[[1]], [[2]]]


def test_places_together_on_one_claim() -> None:
    overrides = Overrides(split_by_place=False)
    office = charge(1, overrides=overrides)
    home = charge(2, place_of_service="12", facility=-1, location=9, overrides=overrides)
    [claim] = plan_claims([home, office])
    assert [line.first.place_of_service for line in claim.lines] == ["11", "12"]
    assert claim.facility == 1


@pytest.mark.parametrize(("facility", "expected"), [(7, 7), (0, 1), (-1, None)])
def test_facility(facility: int, expected: int | None) -> None:
    [claim] = plan_claims([charge(1, facility=facility)])
    assert claim.facility == expected


@pytest.mark.parametrize(("count", "claims"), [(50, [50]), (51, [50, 1]), (101, [50, 50, 1])])
def test_the_fifty_first_line_opens_another_claim(count: int, claims: list[int]) -> None:
    overrides = Overrides(line_per_session=True)
    planned = plan_claims([charge(n, overrides=overrides) for n in range(1, count + 1)])
    assert [len(claim.lines) for claim in planned] == claims


overrides = st.builds(Overrides, st.booleans(), st.booleans(), st.booleans())
few = st.integers(1, 2)


@st.composite
def charges(draw: st.DrawFn) -> list[BillableCharge]:
    """Up to 60 charge items that share keys often; the overrides are the coverage's."""
    of_coverage = {1: draw(overrides), 2: draw(overrides), None: Overrides()}
    items = []
    for key in range(1, draw(st.integers(1, 60)) + 1):
        coverage = draw(st.sampled_from([1, 2, None]))
        items.append(
            charge(
                key,
                client=draw(few),
                coverage=coverage,
                business_unit=draw(few),
                authorization_number=draw(st.sampled_from(["", "A1"])),
                first_day=f"2026-03-{draw(st.integers(1, 28)):02}",
                last_day="2026-03-31",
                code=draw(st.sampled_from(["97153", "97155"])),
                modifiers=draw(st.sampled_from(["", "HM"])),
                units=draw(st.integers(1, 40)) * 1000,
                billed=draw(st.integers(0, 10**6)),
                expected=draw(st.integers(0, 10**6)),
                place_of_service=draw(st.sampled_from(["", "11", "12"])),
                rendering=draw(st.sampled_from([None, 1, 2])),
                facility=draw(st.sampled_from([-1, 0, 3])),
                overrides=of_coverage[coverage],
            )
        )
    return items


@given(charges(), st.randoms(use_true_random=False))
def test_grouping_keeps_everything_and_does_not_depend_on_order(
    items: list[BillableCharge], random: Any
) -> None:
    claims = plan_claims(items)
    placed = Counter(item.id for claim in claims for item in claim.charges)
    assert placed == Counter(item.id for item in items)
    lines = [line for claim in claims for line in claim.lines]
    for figure in ("units", "billed", "expected"):
        total = sum(getattr(item, figure) for item in items)
        assert sum(getattr(line, figure) for line in lines) == total
    assert all(1 <= len(claim.lines) <= MOST_LINES for claim in claims)
    shuffled = list(items)
    random.shuffle(shuffled)
    assert shape(plan_claims(shuffled)) == shape(claims)


@given(charges())
def test_a_claim_holds_one_key_and_a_line_another(items: list[BillableCharge]) -> None:
    for claim in plan_claims(items):
        assert len({item.claim_key for item in claim.charges}) == 1
        for line in claim.lines:
            assert len({item.line_key for item in line.charges}) == 1
