"""The check digit of National Provider Identifiers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcm_tui.billing.npi import is_npi
from tests.practice_builder import npi


@pytest.mark.parametrize("text", ["1234567893", "1245319599", "1679576722"])
def test_published_examples(text: str) -> None:
    assert is_npi(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "123456789",
        "12345678933",
        "1234567890",
        "3234567899",
        "12345 7893",
        "１２３４５６７８９３",
    ],
)
def test_what_is_none(text: str) -> None:
    assert not is_npi(text)


@given(st.integers(0, 99_999_999), st.integers(1, 9), st.integers(1, 9))
def test_any_one_wrong_digit_is_found(number: int, place: int, change: int) -> None:
    right = npi(number)
    wrong = right[:place] + str((int(right[place]) + change) % 10) + right[place + 1 :]
    assert is_npi(right)
    assert not is_npi(wrong)
