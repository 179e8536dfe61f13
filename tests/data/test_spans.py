from hypothesis import given
from hypothesis import strategies as st

from rcm_tui.data.spans import keys_of, spans


def test_neighbours_are_joined() -> None:
    assert spans([9, 3, 4, 5, 12, 13]) == "3-5 9 12-13"
    assert spans([]) == ""


@given(st.sets(st.integers(1, 60)))
def test_the_keys_come_back(keys: set[int]) -> None:
    assert list(keys_of(spans(keys))) == sorted(keys)
