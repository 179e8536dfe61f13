"""Forms without a screen: what is typed, what it means, what is wrong, what would be lost."""

import datetime
from decimal import Decimal
from typing import Any

import pytest

from rcm_tui.widgets.form import reading
from rcm_tui.widgets.form.field import FormField, FormTab, Offer
from rcm_tui.widgets.form.form_state import FormState
from rcm_tui.widgets.form.typed_line import TypedLine

TODAY = datetime.date(2026, 3, 16)
FIELDS = (
    FormField("name", "Name", "text", required=True, longest=10),
    FormField("born", "Born", "date"),
    FormField("fee", "Fee", "money"),
    FormField("units", "Units", "units"),
    FormField("days", "Days", "number", check=lambda days: "" if days > 0 else "is not enough"),
)
MORE = (
    FormField("kind", "Kind", "choice", choices={"a": "apple", "b": "banana"}),
    FormField("payer", "Payer", "reference"),
    FormField("code", "Codes", "code", many=True, lookup=True, normalise=str.upper),
    FormField("open", "Open", "flag"),
    FormField("why", "Why", "text", required=True, visible=lambda values: bool(values["open"])),
)


def form(**values: Any) -> FormState:
    tabs = [FormTab("first", "First", FIELDS), FormTab("more", "More", MORE)]
    return FormState(tabs, {"name": "Ada", "kind": "a", **values}, {"payer": "Acme"}, TODAY)


def typed(state: FormState, name: str, text: str) -> None:
    state.go(name)
    state.typing.set(text)
    state.read()


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("born", "t", TODAY),
        ("born", "+7d", datetime.date(2026, 3, 23)),
        ("born", "3/14", datetime.date(2026, 3, 14)),
        ("born", "3/14/17", datetime.date(2017, 3, 14)),
        ("born", "03142017", datetime.date(2017, 3, 14)),
        ("born", "2026-03-02", datetime.date(2026, 3, 2)),
        ("born", "", None),
        ("fee", "1,440", 144000),
        ("fee", "$12.5", 1250),
        ("units", "2.5", Decimal("2.5")),
        ("days", "1,200", 1200),
        ("name", "  Bea ", "Bea"),
        ("code", "f84.0", "F84.0"),
    ],
)
def test_what_is_typed_is_understood(name: str, text: str, value: Any) -> None:
    state = form()
    typed(state, name, text)
    assert state.values[name] == value
    assert name not in state.wrong


@pytest.mark.parametrize(
    ("name", "text", "sentence"),
    [
        ("born", "2/30", "'2/30' is not a day: write t, +7d, 3/14 or 2026-03-14"),
        ("born", "lastweek", "'lastweek' is not a day: write t, +7d, 3/14 or 2026-03-14"),
        ("fee", "12.345", "'12.345' is not an amount: write 1440 or 1,440.00"),
        ("units", "two", "'two' is not a number of units: write 8 or 2.5"),
        ("days", "1.5", "'1.5' is not a whole number"),
        ("days", "0", "'0' is not enough"),
        ("name", "", "is needed"),
    ],
)
def test_what_means_nothing_stays_as_typed_and_is_told(name: str, text: str, sentence: str) -> None:
    state = form()
    typed(state, name, text)
    assert state.wrong == {name: sentence}
    assert state.text(name) == text
    assert not state.check()
    assert name in state.touched


def test_a_value_is_written_as_it_is_read() -> None:
    for name, value in (("born", TODAY), ("fee", -144005), ("units", Decimal("2.50"))):
        field = next(one for one in FIELDS if one.name == name)
        assert reading.meant(field, reading.value_text(field, value), TODAY) == value


def test_entering_and_leaving_a_field_changes_nothing() -> None:
    state = form(born=TODAY, fee=100, units=Decimal(2), days=3, payer=1, code="A B", open=True)
    while state.step(1):
        pass
    assert state.changes() == {}
    assert state.touched == []


def test_only_what_differs_is_a_change_and_a_value_typed_again_is_none() -> None:
    state = form(fee=100)
    typed(state, "fee", "2")
    typed(state, "name", "Bea")
    assert state.changes() == {"fee": 200, "name": "Bea"}
    typed(state, "fee", "1.00")
    assert state.changes() == {"name": "Bea"}


def test_the_next_error_is_found_on_any_tab_and_round_the_end() -> None:
    state = form(days=1)
    typed(state, "days", "x")
    state.put("open", True)
    assert not state.check()
    assert state.sentences() == [
        ("days", "Days: 'x' is not a whole number"),
        ("why", "Why: is needed"),
    ]
    state.go("name")
    visited = []
    for by in (1, 1, 1, -1):
        assert state.step_wrong(by)
        visited.append((state.name, state.tab.name))
    assert visited == [("days", "first"), ("why", "more"), ("days", "first"), ("why", "more")]


def test_a_hidden_field_is_neither_entered_nor_needed() -> None:
    state = form()
    assert "why" not in [field.name for field in state.visible()]
    state.go("open")
    assert not state.step(1)
    assert state.check()


def test_several_codes_take_an_offer_at_the_word_under_the_cursor() -> None:
    state = form(code="A C")
    state.go("code")
    state.typing.end(-1)
    state.typing.move(1)
    state.pick(Offer("B", "b"))
    assert state.values["code"] == "B C"


def test_choices_are_found_by_word_or_code() -> None:
    state = form()
    state.go("kind")
    assert [offer.value for offer in state.offers()] == ["a", "b"]
    state.typing.insert("ban")
    assert [offer.value for offer in state.offers()] == ["b"]


def test_a_draft_holds_all_that_would_be_lost_and_nothing_else() -> None:
    state = form()
    typed(state, "born", "2/14")
    typed(state, "fee", "nonsense")
    typed(state, "units", "2.5")
    state.go("payer")
    state.put("payer", 7, "Blue")
    state.go("name")
    state.typing.set("Half ty")
    kept = state.draft()
    assert set(kept) == {"born", "fee", "units", "payer", "name"}
    again = form()
    again.restore(kept)
    assert again.changes() == {
        "born": datetime.date(2026, 2, 14),
        "units": Decimal("2.5"),
        "payer": 7,
        "name": "Half ty",
    }
    assert again.text("fee") == "nonsense"
    assert "fee" in again.wrong
    assert again.text("payer") == "Blue"


def test_a_draft_of_fields_that_are_gone_does_no_harm() -> None:
    state = form()
    state.restore({"gone": ["x", True], "name": "not a list", "born": ["later"]})
    assert state.values["name"] == "Ada"
    assert state.unread == {"born": "later"}


def test_hostile_text_is_drawn_harmless_and_saved_without_what_acts() -> None:
    state = form(name="\x1b[31mred\u202e")
    assert state.text("name").isprintable()
    assert state.touched == []
    typed(state, "name", "a\x07b")
    assert state.values["name"] == "a\ufffdb"


def test_a_line_is_edited_as_people_expect() -> None:
    line = TypedLine.of("one two", 20)
    line.insert("x")
    assert line.text == "x", "a field just entered is typed over"
    line = TypedLine.of("one two", 20)
    line.end(1)
    line.rub_out_word()
    assert (line.text, line.cursor) == ("one ", 4)
    line.insert("three four five six seven")
    assert len(line.text) == 20, "no more letters than fit"
    line.end(-1)
    line.rub_out(1)
    line.rub_out_to(1)
    assert line.text == ""
