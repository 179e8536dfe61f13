"""Bars: the greatest is the highest, little is more than nothing, and ASCII says the same."""

from hypothesis import given
from hypothesis import strategies as st

from rcm_tui.widgets.spark import BARS, NONE, bar, spark


def test_figures_become_bars() -> None:
    assert spark([0, 1, 4, 8]) == "·▁▄█"
    assert spark([0, 1, 4, 8], ascii_only=True) == "._~#"
    assert spark([]) == ""
    assert spark([0, 0]) == "··"
    assert spark([-5, 5]) == "·█"
    assert spark([1, 1_000_000_000_000]) == "▁█"


@given(st.lists(st.integers(-(10**15), 10**15), max_size=40))
def test_one_bar_a_figure_and_never_out_of_order(figures: list[int]) -> None:
    for plain in (False, True):
        bars = spark(figures, plain)
        ranks = [(NONE[plain] + BARS[plain]).index(bar) for bar in bars]
        assert len(ranks) == len(figures)
        for (one, rank), (other, higher) in zip(
            zip(figures, ranks, strict=True),
            list(zip(figures, ranks, strict=True))[1:],
            strict=False,
        ):
            assert (one - other) * (rank - higher) >= 0
        assert not figures or max(figures) <= 0 or max(ranks) == 8


def test_a_bar_is_as_long_as_its_figure_and_never_nothing_for_something() -> None:
    assert bar(100, 100, 10) == "█" * 10
    assert bar(50, 100, 10) == "█" * 5
    assert bar(1, 10**9, 10) == "▏"
    assert bar(55, 100, 10) == "█████▌"
    assert bar(0, 100, 10) == bar(-5, 100, 10) == bar(5, 0, 10) == ""
    assert bar(1, 10**9, 10, ascii_only=True) == "#"


@given(st.integers(0, 10**12), st.integers(1, 10**12), st.integers(1, 60))
def test_a_bar_stays_within_its_width(figure: int, most: int, width: int) -> None:
    for plain in (False, True):
        assert len(bar(min(figure, most), most, width, plain)) <= width
