"""Every rule, on facts that break it and on facts that come close."""

import string

import pytest

from rcm_tui.billing.claims.facts import ClaimFacts
from rcm_tui.billing.claims.rules import ERROR, RULES, SUBJECTS, WARNING
from rcm_tui.billing.claims.validation import Strictness, check_claim
from tests.billing.claims.rules.cases import BREAKS, KEEPS
from tests.billing.claims.rules.clean_claim import clean

AS_WRITTEN = Strictness({})


def flat(table: dict[str, list[ClaimFacts]]) -> list[object]:
    return [
        pytest.param(rule, facts, id=f"{rule}-{number}")
        for rule, cases in table.items()
        for number, facts in enumerate(cases, 1)
    ]


def test_no_rule_lacks_a_case_and_no_case_a_rule() -> None:
    assert set(BREAKS) == set(KEEPS) == set(RULES)
    assert all(BREAKS.values())
    assert all(KEEPS.values())


def test_ids_are_unique_over_all_subjects() -> None:
    assert len(RULES) == sum(len(subject.RULES) for subject in SUBJECTS)


def test_a_clean_claim_has_no_findings() -> None:
    assert check_claim(clean(), AS_WRITTEN) == []


@pytest.mark.parametrize(("rule", "facts"), flat(BREAKS))
def test_rule_finds(rule: str, facts: ClaimFacts) -> None:
    findings = [one for one in check_claim(facts, AS_WRITTEN) if one.rule == rule]
    assert findings
    for one in findings:
        assert "{" not in one.reason
        assert one.field == RULES[rule].field
        assert one.severity == RULES[rule].severity


@pytest.mark.parametrize(("rule", "facts"), flat(KEEPS))
def test_rule_passes(rule: str, facts: ClaimFacts) -> None:
    assert [one for one in check_claim(facts, AS_WRITTEN) if one.rule == rule] == []


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_rule_says_what_where_how_and_how_not_again(rule: object) -> None:
    known = RULES[rule.id]  # type: ignore[attr-defined]
    assert known.severity in (ERROR, WARNING)
    assert "." in known.field
    for text in (known.reason, known.how_to_fix, known.how_to_prevent):
        assert text.endswith(".")
        assert text[0].isupper() or text[0] == "{"
    # Only reasons hold values: the advice is the same for every claim.
    for text in (known.how_to_fix, known.how_to_prevent):
        assert [name for _, name, _, _ in string.Formatter().parse(text) if name] == []


def test_a_line_finding_names_its_line() -> None:
    facts = BREAKS["line.charge"][0]
    assert [one.line for one in check_claim(facts, AS_WRITTEN)] == [1]


def test_values_from_outside_are_never_read_as_a_format() -> None:
    facts = clean(diagnoses=["{claim.patient}"])
    reasons = [one.reason for one in check_claim(facts, AS_WRITTEN)]
    assert any("{claim.patient}" in reason for reason in reasons)


def test_a_setting_of_the_payer_goes_before_the_general_one() -> None:
    broken = BREAKS["line.mue"][1]
    general = Strictness({("line.mue", None): "warning"})
    own = Strictness({("line.mue", None): "warning", ("line.mue", 1): "off"})
    elsewhere = Strictness({("line.mue", 2): "off"})
    assert [one.severity for one in check_claim(broken, general) if one.rule == "line.mue"] == [
        "warning"
    ]
    assert [one for one in check_claim(broken, own) if one.rule == "line.mue"] == []
    assert [one.severity for one in check_claim(broken, elsewhere) if one.rule == "line.mue"] == [
        "error"
    ]


def test_errors_come_before_warnings() -> None:
    facts = clean(diagnoses=["F84.0", "F840"], frequency="Z")
    assert [one.severity for one in check_claim(facts, AS_WRITTEN)] == ["error", "warning"]
