"""The language of letter templates: what it takes, what it refuses, and how it says so."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcm_tui.billing.letters.fields import LISTS, RECORDS
from rcm_tui.billing.letters.language import LONGEST_LETTER, LetterError, check_template, fill
from rcm_tui.data.appeal_defaults import LETTERS
from tests.billing.letters.blank import blank_facts

FACTS = blank_facts()


def test_fields_conditions_and_lists_are_filled_in() -> None:
    text = (
        "Claim {{ claim.number }}"
        "{% if claim.authorization and lines %}, {{ claim['authorization'] }}{% endif %}"
        " for {{ claim.billed }}\n"
        "{% for line in lines %}\n"
        "{{ loop.index }} {{ line.code|upper }} {{ 'a' if line.paid == '0' else 'b' }}\n"
        "{% else %}\nnone\n{% endfor %}\n"
        "{{ lines|length }} of {{ today ~ '!' }}"
    )
    assert fill("L", text, FACTS) == (
        "Claim claim.number, claim.authorization for claim.billed\n1 LINES.CODE b\n1 of today!"
    )


def test_every_letter_that_ships_is_filled_with_every_field_known() -> None:
    for letter in LETTERS:
        assert "{" not in fill(letter.name, letter.body, FACTS)
        empty = {**FACTS, **{name: [] for name in LISTS}}
        assert fill(letter.name, letter.body, empty)


def test_every_field_can_be_used() -> None:
    for record, fields in RECORDS.items():
        for name in fields:
            assert fill("L", f"{{{{ {record}.{name} }}}}", FACTS) == f"{record}.{name}"


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("{{ ''.__class__ }}", 1, "a text has no __class__: only fields can be named"),
        ("a\n{{ claim.__class__ }}", 2, "there is no field claim.__class__"),
        ("{{ claim.number.__class__.__mro__ }}", 1, "claim.number is a text, it has no __class__"),
        ("{{ claim['__class__'] }}", 1, "there is no field claim.__class__"),
        ("{{ claim|attr('__class__') }}", 1, "there is no |attr"),
        ("{{ ().__class__ }}", 1, "a field is needed"),
        ("{{ claim.items() }}", 1, "functions cannot stand in a letter"),
        ("{{ range(9999999999) }}", 1, "functions cannot stand in a letter"),
        ("{{ 'a' * 9999999999 }}", 1, "arithmetic cannot stand in a letter"),
        ("{{ '%0999999999d' % 1 }}", 1, "arithmetic cannot stand in a letter"),
        ("{{ 10 ** 10 ** 10 }}", 1, "arithmetic cannot stand in a letter"),
        ("{{ '{0.__class__}'.format(1) }}", 1, "functions cannot stand in a letter"),
        ("{{ 'x'|format(1) }}", 1, "there is no |format"),
        ("{{ 'x'|center(999999999) }}", 1, "there is no |center"),
        ("{{ self.__init__ }}", 1, "there is no field self"),
        ("{{ cycler }}", 1, "there is no field cycler"),
        ("{% include '/etc/passwd' %}", 1, "include cannot stand in a letter"),
        ("{% import 'os' as os %}", 1, "import cannot stand in a letter"),
        ("{% extends 'x' %}", 1, "extends cannot stand in a letter"),
        ("{% set x = claim %}", 1, "set cannot stand in a letter"),
        ("{% macro m() %}{% endmacro %}", 1, "macro cannot stand in a letter"),
        ("{% for a in claim %}{% endfor %}", 1, "only lines, acceptances can be gone through"),
        ("{% for a in lines recursive %}{% endfor %}", 1, "write {% for line in lines %}"),
        ("{% for a, b in lines %}{% endfor %}", 1, "write {% for line in lines %}"),
        (
            "{% for a in lines %}{% for b in lines %}{% for c in lines %}{% endfor %}"
            "{% endfor %}{% endfor %}",
            1,
            "lists go 2 deep at most",
        ),
        ("\n\n{{ claim.numbr }}", 3, "there is no field claim.numbr: claim.number is meant?"),
        ("{{ clam.number }}", 1, "there is no field clam: claim is meant?"),
        ("{{ claim }}", 1, "claim has fields: write claim.number"),
        ("{{ lines }}", 1, "lines is a list: write"),
        ("{{ lines ~ '' }}", 1, "lines is a list: write"),
        ("{{ lines.code }}", 1, "lines is a list: write {% for one in lines %} and one.dates"),
        ("{% if claim.paid is defined %}{% endif %}", 1, "tests (is …) cannot stand"),
        ("{% if claim.paid %}", 1, "Unexpected end of template"),
        ("a\n{{ claim.number }", 2, "unexpected '}'"),
        ("(" * 3 + "{{ " + "(" * 6000 + "claim.paid" + ")" * 6000 + " }}", 1, "too deep"),
        ("x" * 20_001, 1, "it is longer than 20,000 characters"),
    ],
)
def test_what_a_letter_cannot_hold_is_refused_with_its_line(
    text: str, line: int, words: str
) -> None:
    with pytest.raises(LetterError) as refused:
        check_template("Appeal", text)
    assert str(refused.value).startswith(f"letter Appeal, line {line}: ")
    assert words in str(refused.value)


def test_what_is_left_to_run_is_safe_by_itself() -> None:
    """The list apart: the sandbox alone lets nothing out either."""
    from rcm_tui.billing.letters.language import _language

    for text in (
        "{{ claim.__class__ }}",
        "{{ claim.items() }}",
        "{{ ''.__class__ }}",
        "{{ claim['items'] }}",
        "{% for one in lines %}{{ loop.__class__ }}{% endfor %}",
        "{{ missing }}",
    ):
        with pytest.raises(Exception, match=r"undefined|no attribute|no element|not safely") as no:
            _language().from_string(text).render(FACTS)
        assert type(no.value).__name__ in ("UndefinedError", "SecurityError")


def test_values_are_never_read_as_templates() -> None:
    facts = {**FACTS, "patient": {**RECORDS["patient"], "name": "{{ claim.number }}{% raw %}"}}
    assert fill("L", "{{ patient.name }}", facts) == "{{ claim.number }}{% raw %}"


def test_a_letter_does_not_grow_without_end() -> None:
    facts = {**FACTS, "lines": [dict.fromkeys(LISTS["lines"], "x" * 90)] * 600}
    with pytest.raises(LetterError, match="over 40,000 characters"):
        fill("L", "{% for a in lines %}{{ a.code }}{% endfor %}", facts)


@given(st.text(alphabet="{}%#|().[]'_ \nclaimnumberforinlinesend*=", max_size=80))
def test_any_text_is_filled_in_or_refused(text: str) -> None:
    with contextlib.suppress(LetterError):
        assert len(fill("L", text, FACTS)) <= LONGEST_LETTER
