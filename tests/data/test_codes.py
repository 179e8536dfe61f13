"""The code values that claims are checked against."""

import pytest

from rcm_tui.data import codes


@pytest.mark.parametrize("code", ["F840", "I10", "Z00129", "S72001A", "R6250", "F88"])
def test_billable_diagnoses(code: str) -> None:
    assert codes.is_diagnosis(code)


@pytest.mark.parametrize(
    "code", ["", "F84", "F84.0", "f840", "S72001", "F847", "29900", "F840 2", "-"]
)
def test_what_is_no_billable_diagnosis(code: str) -> None:
    assert not codes.is_diagnosis(code)


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
