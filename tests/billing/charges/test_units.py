"""Units of service from minutes: the bands of `domain/aba_rules.md`, rule 4 (line 16)."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcm_tui.billing.charges.units import (
    AGGREGATED,
    EIGHT_MINUTE,
    WHOLE_UNITS,
    aggregated_units,
    billable_units,
)


@pytest.mark.parametrize(
    ("minutes", "units"),
    [
        *((0, 0), (7, 0), (8, 1), (15, 1), (22, 1), (23, 2), (37, 2), (38, 3), (52, 3), (53, 4)),
        *((60, 4), (67, 4), (68, 5), (82, 5), (83, 6), (97, 6), (98, 7), (112, 7), (113, 8)),
        *((120, 8), (127, 8), (128, 9)),
    ],
)
def test_eight_minute_bands(minutes: int, units: int) -> None:
    assert billable_units(minutes, 15, EIGHT_MINUTE, "up") == units
    assert billable_units(minutes, 15, AGGREGATED, "down") == units


@pytest.mark.parametrize(("minutes", "units"), [(14, 0), (15, 1), (29, 1), (30, 2), (59, 3)])
def test_whole_units_drop_the_rest(minutes: int, units: int) -> None:
    assert billable_units(minutes, 15, WHOLE_UNITS, "up") == units


@pytest.mark.parametrize(
    ("minutes", "unit", "half_unit", "units"),
    [(30, 60, "up", 1), (30, 60, "down", 0), (31, 60, "down", 1), (29, 60, "up", 0)],
)
def test_exactly_half_a_unit_goes_by_the_tie_rule(
    minutes: int, unit: int, half_unit: str, units: int
) -> None:
    assert billable_units(minutes, unit, EIGHT_MINUTE, half_unit) == units


@pytest.mark.parametrize(
    ("minutes", "unit", "policy"), [(-1, 15, EIGHT_MINUTE), (10, 0, EIGHT_MINUTE), (10, 15, "x")]
)
def test_what_makes_no_sense_is_refused(minutes: int, unit: int, policy: str) -> None:
    with pytest.raises(ValueError, match=r"minutes|policy"):
        billable_units(minutes, unit, policy, "up")


def test_minutes_of_a_day_count_together() -> None:
    # 7 + 7 + 7 minutes are 21: one unit, which no session would earn alone.
    assert aggregated_units([7, 7, 7], 15, "up") == [1, 0, 0]
    # 20 + 24 minutes are 44: three units, the third to the larger remainder.
    assert aggregated_units([20, 24], 15, "up") == [1, 2]
    assert aggregated_units([24, 20], 15, "up") == [2, 1]


def test_sessions_billed_already_keep_their_units() -> None:
    # 10 minutes billed as one unit; 10 more make 20, which is still one unit.
    assert aggregated_units([10], 15, "up", billed_minutes=10, billed_units=1) == [0]
    assert aggregated_units([10], 15, "up", billed_minutes=14, billed_units=1) == [1]


def test_of_equal_remainders_the_longer_session_is_first() -> None:
    # 33 + 18 minutes are 51: three units; both have three minutes over.
    assert aggregated_units([18, 33], 15, "up") == [1, 2]
    # 23 + 23 are 46: three units, the earlier gets the third.
    assert aggregated_units([23, 23], 15, "up") == [2, 1]


def test_what_was_billed_too_much_is_taken_from_the_others() -> None:
    # Two of 8 minutes were billed a unit each; with 20 more all are 36 minutes: two units.
    assert aggregated_units([20], 15, "up", billed_minutes=16, billed_units=2) == [0]
    assert aggregated_units([20, 30], 15, "up", billed_minutes=16, billed_units=2) == [1, 1]


minutes_of_a_day = st.lists(st.integers(0, 300), max_size=8)
half_units = st.sampled_from(["up", "down"])
unit_lengths = st.sampled_from([1, 15, 30, 60])


@given(minutes_of_a_day, minutes_of_a_day, half_units, unit_lengths)
def test_with_what_is_billed_the_units_are_those_of_all_minutes(
    billed: list[int], waiting: list[int], half_unit: str, unit: int
) -> None:
    """However many were billed before, the day's units are never more than its minutes make."""
    before = aggregated_units(billed, unit, half_unit)
    shares = aggregated_units(
        waiting, unit, half_unit, billed_minutes=sum(billed), billed_units=int(sum(before))
    )
    total = billable_units(sum(billed) + sum(waiting), unit, AGGREGATED, half_unit)
    assert sum(before) + sum(shares) <= total
    for share, value in zip(shares, waiting, strict=True):
        assert 0 <= share <= -(-value // unit)


@given(
    st.integers(0, 600),
    st.integers(0, 600),
    half_units,
    unit_lengths,
    st.sampled_from([EIGHT_MINUTE, AGGREGATED, WHOLE_UNITS]),
)
def test_more_minutes_are_never_fewer_units(
    some: int, more: int, half_unit: str, unit: int, policy: str
) -> None:
    fewer = billable_units(some, unit, policy, half_unit)
    assert fewer <= billable_units(some + more, unit, policy, half_unit)
    assert abs(fewer * unit - some) < unit, "within one unit"


@given(st.lists(st.integers(0, 300), min_size=1, max_size=8), half_units)
def test_shares_add_up_to_the_units_of_all_minutes(minutes: list[int], half_unit: str) -> None:
    shares = aggregated_units(minutes, 15, half_unit)
    assert sum(shares) == billable_units(sum(minutes), 15, AGGREGATED, half_unit)
    for share, value in zip(shares, minutes, strict=True):
        assert value // 15 <= share <= -(-value // 15)


@given(st.integers(0, 2000), st.sampled_from([1, 15, 30, 60]))
def test_rounding_is_never_off_by_more_than_half_a_unit(minutes: int, unit: int) -> None:
    for half_unit in ("up", "down"):
        units = billable_units(minutes, unit, EIGHT_MINUTE, half_unit)
        assert abs(units * unit - minutes) * 2 <= unit
        assert units == units.to_integral_value()
        assert isinstance(units, Decimal)
