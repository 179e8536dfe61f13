"""Text from outside is made harmless where it enters."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcm_tui.data.plain import plain, plain_name


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  Ada Okafor ", "Ada Okafor"),
        ("Zoë Łukasz 山田", "Zoë Łukasz 山田"),
        ("\x1b[31mred\x1b[0m", "\ufffd[31mred\ufffd[0m"),
        ("a\u202eb\u2066c\u200fd\ufeffe", "a\ufffdb\ufffdc\ufffdd\ufffde"),
        ("tab\tline\nend\x7f\x9b", "tab\ufffdline\ufffdend\ufffd\ufffd"),
        ("half \ud800 a pair", "half ? a pair"),
        ("", ""),
    ],
)
def test_hostile_characters_are_replaced_and_others_kept(text: str, kept: str) -> None:
    assert plain(text) == kept


def test_what_is_too_long_ends_in_an_ellipsis() -> None:
    assert plain("x" * 300, 10) == "x" * 9 + "…"
    assert plain("x" * 10, 10) == "x" * 10


@given(st.text(st.characters(exclude_categories=[])), st.integers(1, 50))
def test_whatever_comes_it_is_short_printable_and_stays_so(text: str, longest: int) -> None:
    kept = plain(text, longest)
    assert len(kept) <= longest
    assert not any(unicodedata.category(letter) in ("Cc", "Cs") for letter in kept)
    assert kept.encode("utf-8").decode("utf-8") == plain(kept, longest)


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("/a/b/claims.837", "claims.837"),
        ("C:\\in\\claims.837", "claims.837"),
        ("../../etc/passwd", "passwd"),
        ("", "unnamed"),
        ("///", "unnamed"),
        ("\x1b]0;title\x07.835", "\ufffd]0;title\ufffd.835"),
    ],
)
def test_of_a_path_the_name_is_left(name: str, kept: str) -> None:
    assert plain_name(name) == kept
