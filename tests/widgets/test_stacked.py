"""The bar of used, planned and left."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcm_tui.widgets.stacked import stacked

BARS = [
    (0, 0, 10, ".........."),
    (5, 0, 10, "#####....."),
    (5, 2, 10, "#####==..."),
    (10, 0, 10, "##########"),
    (10, 1, 10, "#########!"),
    (0, 11, 10, "=========!"),
    (1, 1, 1000, "#=........"),
    (0, 0, 0, ".........."),
]


@pytest.mark.parametrize(("used", "planned", "amount", "bar"), BARS)
def test_a_bar(used: int, planned: int, amount: int, bar: str) -> None:
    assert stacked(used, planned, amount, 10, ascii_only=True) == bar


@given(st.integers(0, 10**9), st.integers(0, 10**9), st.integers(-5, 10**9), st.integers(0, 60))
def test_it_is_as_wide_as_it_should_be(used: int, planned: int, amount: int, width: int) -> None:
    bar = stacked(used, planned, amount, width)
    assert len(bar) == width
    assert set(bar) <= set("█▒·!")
    if amount > 0 and width > 1:
        assert ("!" in bar) == (used + planned > amount)
