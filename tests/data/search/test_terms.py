"""What a typed text may mean."""

import datetime

import pytest

from rcm_tui.data.identifiers import masked_code
from rcm_tui.data.queues.values import Days
from rcm_tui.data.search.terms import Terms, read_terms
from tests.practice_builder import TODAY

MARCH = datetime.date(2026, 3, 14)


def day(year: int, month: int, of_month: int) -> Days:
    date = datetime.date(year, month, of_month)
    return Days(date, date)


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", Terms()),
        (" \t ", Terms()),
        ("-- ' . ,", Terms()),
        ("oka ada", Terms(words=("oka", "ada"))),
        ("Okafor, Ada", Terms(words=("okafor", "ada"))),
        ("Garcia-Lopez", Terms(words=("garcia", "lopez"))),
        ("O'Brien J.", Terms(words=("o'brien", "j"))),
        ("Élan", Terms(words=("élan",))),
        ("C-104233", Terms(codes=("C-104233",))),
        ("W00000001", Terms(codes=("W00000001",))),
        ("1234-5", Terms(codes=("1234-5",))),
        ("2026", Terms(codes=("2026",), whole_dollars=202600)),
        ("1440", Terms(codes=("1440",), whole_dollars=144000)),
        ("1234567", Terms(codes=("1234567",))),
        ("1,440.00", Terms(cents=144000)),
        ("$320", Terms(cents=32000)),
        ("-12.50", Terms(cents=-1250)),
        ("3/14", Terms(days=day(2026, 3, 14))),
        ("10/02/2026", Terms(days=day(2026, 10, 2))),
        ("2026-10-02", Terms(days=day(2026, 10, 2))),
        ("today", Terms(days=day(2026, 3, 16))),
        ("13/45", Terms(codes=("13/45",))),
        ("oka 3/14 320.00", Terms(("oka",), (), day(2026, 3, 14), 32000)),
        ("a b c d e f g h", Terms(words=("a", "b", "c", "d", "e", "f"))),
        ("a\x1b[31mb", Terms(words=("a",), codes=("[31mb",))),
        ("nul\x00l", Terms(words=("nul", "l"))),
    ],
)
def test_terms(text: str, terms: Terms) -> None:
    assert read_terms(text, TODAY) == terms


@pytest.mark.parametrize(
    ("member_id", "shown"),
    [
        ("W00000001", "•••••••01"),
        ("1234", "••34"),
        ("123", "••"),
        ("12", "••"),
        ("", "••"),
    ],
)
def test_of_a_member_id_two_characters_can_be_read(member_id: str, shown: str) -> None:
    assert masked_code(member_id) == shown
