import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from rcm_tui.widgets.plain_text import cell, plain

HOSTILE = {
    "[@click=app.quit]x": "[@click=app.quit]x",
    "[/oops]": "[/oops]",
    "\x1b[31mred": "�[31mred",
    "\x9b31mred": "�31mred",
    "\x07bell\x00nul\x7fdel": "�bell�nul�del",
    "Okafor\u202eadA": "Okafor�adA",
    "a\u2066b\u2069\u200f\u061c": "a�b���",
    "zero\u200bwidth\ufeff": "zero�width�",
    "soft\u00adhyphen": "soft�hyphen",
    "two\r\nlines\ttab\nend\r": "two⏎lines⇥tab⏎end⏎",
    "line\u2028separator\u0085": "line�separator�",
    "\u0301accent first": "�accent first",
    "e\u0301": "é",
    "a\u0327\u0303\u0303\u0303": "ã\u0327\u0303�",
    "👨\u200d👩\u200d👧": "👨�👩�👧",
    "❤\ufe0f": "❤",
    "🇺🇸": "US",
    "👍🏽": "👍",
    "lone \ud800 surrogate": "lone � surrogate",
    "private \ue000": "private �",
    "hangul\u3164filler": "hangul�filler",
    "no\u00a0break\u3000wide": "no break wide",
    "Ολγα Ñandú 山田太郎": "Ολγα Ñandú 山田太郎",
    "tag \U000e0041": "tag �",
}


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_names_become_visible(text: str) -> None:
    assert plain(text) == HOSTILE[text]


anything = st.text(st.characters(), max_size=30) | st.sampled_from(list(HOSTILE))


@given(anything)
def test_nothing_that_acts_on_a_terminal_is_left(text: str) -> None:
    drawn = plain(text)
    assert {unicodedata.category(c) for c in drawn}.isdisjoint({"Cc", "Cf", "Cs", "Co", "Zl", "Zp"})
    drawn.encode("utf-8")
    assert plain(drawn) == drawn


@given(anything, st.integers(0, 20), st.sampled_from(["left", "right"]))
def test_a_cell_is_as_wide_as_it_was_asked_for(text: str, width: int, align: str) -> None:
    drawn = cell(text, width, align)  # type: ignore[arg-type]
    assert cell_len(drawn) == width
    if cell_len(plain(text)) > width > 0:
        assert "…" in drawn
    else:
        assert plain(text).strip(" ") in drawn or width == 0


@pytest.mark.parametrize(
    ("text", "width", "align", "drawn"),
    [
        ("Okafor", 8, "left", "Okafor  "),
        ("1,440.00", 10, "right", "  1,440.00"),
        ("Lindqvist", 5, "left", "Lind…"),
        ("山田太郎", 8, "left", "山田太郎"),
        ("山田太郎", 6, "left", "山田… "),
        ("山田太郎", 6, "right", " 山田…"),
        ("山田", 1, "left", "…"),
        ("x", 0, "left", ""),
        ("", 2, "right", "  "),
    ],
)
def test_cells(text: str, width: int, align: str, drawn: str) -> None:
    assert cell(text, width, align) == drawn  # type: ignore[arg-type]
