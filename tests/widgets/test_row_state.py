"""The state of the keyboard, the marks and the cache, all without a screen."""

from hypothesis import given
from hypothesis import strategies as st

from rcm_tui.widgets.marks import Marks
from rcm_tui.widgets.row_cache import RowCache
from rcm_tui.widgets.row_position import RowPosition
from tests.widgets.rows import Letters


def test_all_in_the_view_is_one_mark() -> None:
    marks = Marks()
    assert not marks
    marks.mark_all()
    assert marks
    assert 412_318 in marks
    assert marks.count(412_318) == 412_318
    marks.toggle(7)
    assert 7 not in marks
    assert marks.count(412_318) == 412_317
    assert marks.count(None) is None
    assert marks.keys == {7}


def test_marks_are_inverted_and_cleared() -> None:
    marks = Marks()
    marks.toggle(1)
    marks.toggle(2)
    marks.toggle(1)
    assert (1 in marks, 2 in marks, marks.count(None)) == (False, True, 1)
    marks.invert()
    assert (1 in marks, 2 in marks, marks.count(10)) == (True, False, 9)
    marks.invert()
    assert marks.keys == {2}
    marks.clear()
    assert marks.count(10) == 0


@given(st.sets(st.integers(0, 9)), st.lists(st.integers(0, 9) | st.sampled_from("*a-")))
def test_marks_are_what_a_plain_set_would_be(shown: set[int], presses: list) -> None:
    marks, plain, view = Marks(), set(), shown | set(range(10))
    for press in presses:
        if press == "*":
            marks.invert()
            plain = view - plain
        elif press == "a":
            marks.mark_all()
            plain = set(view)
        elif press == "-":
            marks.clear()
            plain = set()
        else:
            marks.toggle(press)
            plain ^= {press}
    assert {key for key in view if key in marks} == plain
    assert marks.count(len(view)) == len(plain)
    assert bool(plain) <= bool(marks)


moves = st.one_of(
    st.tuples(st.just("move"), st.integers(-60, 60)),
    st.tuples(st.just("page"), st.sampled_from([-1, 1])),
    st.tuples(st.just("go"), st.integers(-1, 200)),
    st.tuples(st.just("scroll"), st.integers(-9, 9)),
    st.tuples(st.just("resize"), st.integers(1, 40)),
)


@given(st.integers(0, 120), st.integers(1, 30), st.lists(moves))
def test_the_cursor_is_always_on_screen_and_on_a_row(
    known: int, height: int, presses: list[tuple[str, int]]
) -> None:
    at = RowPosition(height=height)
    at.count(known, exact=True)
    for name, by in presses:
        getattr(at, name)(by)
        assert 0 <= at.cursor <= max(0, known - 1)
        assert at.top <= at.cursor < at.top + at.height
        assert at.top <= max(0, known - at.height) or name in ("move", "go")
        assert not known or at.cursor in at.window


def test_a_page_keeps_the_cursor_on_its_line() -> None:
    at = RowPosition(height=10)
    at.count(100, exact=True)
    at.move(3)
    at.page(1)
    assert (at.top, at.cursor) == (10, 13)
    at.page(-1)
    assert (at.top, at.cursor) == (0, 3)
    at.page(-1)
    assert (at.top, at.cursor) == (0, 0)
    at.go(-1)
    assert (at.top, at.cursor) == (90, 99)


def test_scrolling_takes_the_cursor_along_at_the_edge() -> None:
    at = RowPosition(height=10)
    at.count(100, exact=True)
    at.scroll(3)
    assert (at.top, at.cursor) == (3, 3)
    at.go(12)
    at.scroll(-2)
    assert (at.top, at.cursor) == (1, 10)


@given(
    st.integers(1, 300),
    st.lists(st.integers(0, 30), max_size=12),
    st.integers(1, 25),
    st.booleans(),
)
def test_every_way_to_read_a_page_gives_that_page(
    count: int, visits: list[int], size: int, total_known: bool
) -> None:
    source, cache = Letters.numbered(count), RowCache(size)
    for number in visits:
        if number * size >= count:
            continue
        request = cache.request(number, count if total_known else None)
        page = source.page(**request.where)
        cache.add(number, page)
        assert page.keys == tuple(range(number * size, min(count, number * size + size)))
        assert cache.row(number * size) == (number * size, source.rows[number * size][1])
        assert cache.has(number)


def test_a_page_is_read_from_the_nearest_place_known() -> None:
    source, cache = Letters.numbered(100_000), RowCache(100)
    cache.add(500, source.page(skip=50_000))
    assert cache.request(501, 100_000).where == {"after": (50_099,), "skip": 0, "limit": 100}
    assert cache.request(499, 100_000).where == {"before": (50_000,), "skip": 0, "limit": 100}
    assert cache.request(505, 100_000).where == {"after": (50_099,), "skip": 400, "limit": 100}
    assert cache.request(999, 100_000).where == {"last": True, "skip": 0, "limit": 100}
    assert cache.request(0, 100_000).where == {"skip": 0, "limit": 100}
    assert cache.request(500, None).where == {
        "after": (50_000,),
        "own": True,
        "skip": 0,
        "limit": 100,
    }
