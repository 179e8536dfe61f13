"""Spans of days: what is left when others are taken away, beside counting day by day."""

import datetime
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from rcm_tui.billing.clients.spans import ALWAYS_AFTER, ALWAYS_BEFORE, Span, gaps

YEAR = datetime.date(2026, 1, 1)
DAYS = st.integers(0, 40).map(lambda days: YEAR + datetime.timedelta(days=days))
SPANS = st.lists(st.tuples(DAYS, DAYS).map(lambda two: Span(min(two), max(two))), max_size=6)


def days_of(spans: list[Span]) -> set[int]:
    return {n for span in spans for n in range(span.first.toordinal(), span.last.toordinal() + 1)}


@given(SPANS, SPANS)
def test_gaps_are_the_days_that_no_other_covers(spans: list[Span], taken: list[Span]) -> None:
    left = gaps(spans, taken)
    assert days_of(left) == days_of(spans) - days_of(taken)
    for one, following in pairwise(left):
        assert following.first.toordinal() - one.last.toordinal() > 1, "neighbours are joined"


def test_an_open_end_stays_open() -> None:
    ever = Span.of(None, None)
    assert ever == (ALWAYS_BEFORE, ALWAYS_AFTER)
    taken = Span.of("2026-03-01", "2026-06-30")
    before, after = gaps([ever], [taken])
    assert str(before.last) == "2026-02-28"
    assert str(after) == "from 2026-07-01 on"
    assert gaps([taken], [ever]) == []
    assert gaps([Span.of("2026-01-01", None)], [Span.of("2025-01-01", None)]) == []


def test_spans_in_words() -> None:
    assert str(Span.of("2026-03-01", "2026-03-01")) == "on 2026-03-01"
    assert str(Span.of("2026-03-01", "2026-03-09")) == "from 2026-03-01 to 2026-03-09"
