"""The code values that claims are checked against."""

from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcm_tui.data import codes
from rcm_tui.data.codes.descriptions import description_of
from rcm_tui.data.codes.words import codes_like, word_of


@pytest.mark.parametrize("code", ["F840", "I10", "Z00129", "S72001A", "R6250", "F88"])
def test_billable_diagnoses(code: str) -> None:
    assert codes.is_diagnosis(code)


@pytest.mark.parametrize(
    "code", ["", "F84", "F84.0", "f840", "S72001", "F847", "29900", "F840 2", "-"]
)
def test_what_is_no_billable_diagnosis(code: str) -> None:
    assert not codes.is_diagnosis(code)


@pytest.mark.parametrize(
    ("code", "since", "until"),
    [
        ("F840", None, None),
        ("F78", None, "2024-09-30"),
        ("F78A1", "2021-10-01", None),
        ("G35", None, "2025-09-30"),
        ("G35A", "2025-10-01", None),
    ],
)
def test_when_a_diagnosis_is_billable(code: str, since: str | None, until: str | None) -> None:
    assert codes.diagnosis_term(code) == (since, until)
    assert codes.is_diagnosis(code)


def test_no_code_is_both_added_and_there_before() -> None:
    for line in (codes.FOLDER / "icd10cm_changes.txt").read_text(encoding="ascii").splitlines():
        word, day, *changed = line.split()
        assert changed == sorted(set(changed))
        for code in changed:
            term = codes.diagnosis_term(code)
            assert term is not None
            assert (term.since if word == "from" else term.until) == day


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("autis", "F84.0"),
        ("rett", "F84.2"),
        ("oppositional", "F91.3"),
        ("selective mut", "F94.0"),
        ("feeding disorder infan", "F98.29"),
        ("kleptomania", "F63.2"),
        ("F84.0", "F84.0"),
        ("fragile", "Q99.2"),
        ("epilepsy intractable juvenile", "G40.B11"),
    ],
)
def test_diagnoses_are_found_by_their_words(text: str, first: str) -> None:
    assert next(codes_like("diagnosis", text)) == first


def test_every_billable_diagnosis_has_its_description() -> None:
    assert word_of("diagnosis", "F63.2") == "Kleptomania"
    assert word_of("diagnosis", "F84.0") == "autism spectrum disorder", "our own word first"
    assert word_of("diagnosis", "F84.7") == ""
    assert word_of("diagnosis", "") == ""
    for line in (codes.FOLDER / "icd10cm.txt").read_text(encoding="ascii").splitlines()[::40]:
        category, *rests = line.split()
        for rest in rests[:3]:
            assert description_of(category + rest.removeprefix("-"))


@given(st.text(max_size=12))
def test_looking_for_anything_is_safe_and_gives_codes(text: str) -> None:
    for code in islice(codes_like("diagnosis", text), 3):
        assert codes.is_diagnosis(code.replace(".", ""))


def test_the_list_is_whole() -> None:
    lines = (codes.FOLDER / "icd10cm.txt").read_text(encoding="ascii").splitlines()
    assert sum(len(line.split()) - 1 for line in lines) > 74_000
    assert [line[:3] for line in lines] == sorted({line[:3] for line in lines})


@pytest.mark.parametrize("code", ["02", "10", "11", "12", "99"])
def test_places_of_service(code: str) -> None:
    assert codes.is_place_of_service(code)


@pytest.mark.parametrize("code", ["", "00", "30", "2", "111"])
def test_unassigned_places_of_service(code: str) -> None:
    assert not codes.is_place_of_service(code)


@pytest.mark.parametrize("code", ["HM", "HN", "HO", "HP", "95", "GT", "XE", "XP", "59", "76", "U1"])
def test_modifiers_of_the_trade(code: str) -> None:
    assert codes.is_modifier(code)


def test_states_are_two_letters() -> None:
    assert codes.is_state("NY")
    assert not any(codes.is_state(text) for text in ("", "ny", "ON", "New York"))
