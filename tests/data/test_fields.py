import datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcm_tui.data.fields import (
    cents,
    dollars,
    moment_from_store,
    moment_to_store,
    units_from_store,
    units_to_store,
)

MOMENTS = st.datetimes(min_value=datetime.datetime(1000, 1, 1), timezones=st.just(datetime.UTC))


@given(st.integers(-(10**15), 10**15))
def test_cents_and_dollars_are_each_others_reverse(amount: int) -> None:
    assert cents(dollars(amount)) == amount
    assert -dollars(amount).as_tuple().exponent == 2


@given(st.integers(0, 10**9))
def test_units_survive_the_store(milli: int) -> None:
    assert units_to_store(units_from_store(milli)) == milli


@given(MOMENTS, MOMENTS)
def test_moments_sort_as_their_text(one: datetime.datetime, other: datetime.datetime) -> None:
    assert moment_from_store(moment_to_store(one)) == one
    assert (moment_to_store(one) < moment_to_store(other)) == (one < other)


def test_fractions_are_refused() -> None:
    with pytest.raises(ValueError, match="fractions of a cent"):
        cents(Decimal("1.005"))
    with pytest.raises(ValueError, match="three decimals"):
        units_to_store(Decimal("0.0005"))
    with pytest.raises(ValueError, match="time zone"):
        moment_to_store(datetime.datetime(2026, 1, 1))
