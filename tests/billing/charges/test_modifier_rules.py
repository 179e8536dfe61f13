"""Modifier rules: the ones every practice begins with, and how rules work together.

`domain/aba_rules.md` names the sources of rules 5 (modifiers) and 6 (places of service).
"""

import datetime
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rcm_tui.billing.charges.modifier_rules import (
    ANOTHER,
    SAME,
    TELEHEALTH_MODIFIERS,
    Given,
    ModifierRule,
    apply_rules,
    in_order,
    load_modifier_rules,
    rule_of,
)
from rcm_tui.data.store import Store
from rcm_tui.data.tables.charges import ChargeItem
from rcm_tui.data.tables.payers import Benefit, Payer
from rcm_tui.data.tables.payers import ModifierRule as Stored
from tests.billing.charges.test_recording import record, session
from tests.practice_builder import small_practice

OPEN: dict[str, Any] = {
    "name": "test",
    "payer": None,
    "priority": 50,
    "procedure_codes": "",
    "qualification": "",
    "telehealth": "any",
    "location_kind": "any",
    "place_of_service": "",
    "repeat": "any",
    "modifier": "",
    "instead_of": "",
    "position": 50,
    "sets_place": "",
    "starts_on": None,
    "ends_on": None,
}
PLAIN = Given(1, "97153", "2026-03-02", False, "office", frozenset(("RBT",)), "")


def rule(key: int = 0, **values: Any) -> ModifierRule:
    return rule_of({**OPEN, "modifier": "U1", **values}, key)


CONDITIONS: tuple[tuple[dict[str, Any], Given, Given], ...] = (
    # a condition, a charge that it holds for, and one that it does not
    ({"payer": 1}, PLAIN, PLAIN._replace(payer=2)),
    ({"procedure_codes": "97155 97153"}, PLAIN, PLAIN._replace(code="97156")),
    ({"qualification": "BCBA/RBT"}, PLAIN, PLAIN._replace(held=frozenset(("BCaBA",)))),
    ({"qualification": "RBT"}, PLAIN, PLAIN._replace(held=frozenset())),
    ({"telehealth": "yes"}, PLAIN._replace(telehealth=True), PLAIN),
    ({"telehealth": "no"}, PLAIN, PLAIN._replace(telehealth=True)),
    ({"location_kind": "home"}, PLAIN._replace(location_kind="home"), PLAIN),
    ({"repeat": "repeat"}, PLAIN._replace(repeat=SAME), PLAIN),
    ({"repeat": "repeat"}, PLAIN._replace(repeat=ANOTHER), PLAIN),
    ({"repeat": SAME}, PLAIN._replace(repeat=SAME), PLAIN._replace(repeat=ANOTHER)),
    ({"repeat": ANOTHER}, PLAIN._replace(repeat=ANOTHER), PLAIN._replace(repeat=SAME)),
    ({"starts_on": "2026-03-02"}, PLAIN, PLAIN._replace(day="2026-03-01")),
    ({"ends_on": datetime.date(2026, 3, 2)}, PLAIN, PLAIN._replace(day="2026-03-03")),
)


@pytest.mark.parametrize(("values", "yes", "no"), CONDITIONS, ids=lambda value: str(value)[:30])
def test_a_condition_holds_or_not(values: dict[str, Any], yes: Given, no: Given) -> None:
    assert apply_rules([rule(**values)], yes, [], "11") == ("U1", "11")
    assert apply_rules([rule(**values)], no, [], "11") == ("", "11")


def test_a_place_of_service_is_the_one_that_rules_before_have_set() -> None:
    first = rule(1, modifier="", telehealth="yes", sets_place="10", priority=1)
    second = rule(2, modifier="U2", place_of_service="10 12")
    by_telehealth = PLAIN._replace(telehealth=True)
    assert apply_rules([first, second], by_telehealth, [], "11") == ("U2", "10")
    assert apply_rules([first, second], PLAIN, [], "11") == ("", "11")
    assert apply_rules([first, second], PLAIN, [], "12") == ("U2", "12")


def test_a_modifier_is_put_in_the_place_of_others() -> None:
    assert apply_rules([rule(modifier="HO", instead_of="HM HN")], PLAIN, ["HM", "U1"], "") == (
        "U1 HO",
        "",
    )
    assert apply_rules([rule(modifier="", instead_of="HM")], PLAIN, ["HM", "U1"], "") == ("U1", "")
    assert apply_rules([rule(modifier="HM")], PLAIN, ["HM"], "") == ("HM", "")


def test_position_orders_a_line_and_telehealth_comes_last() -> None:
    rules = [
        rule(1, modifier="95", position=1),
        rule(2, modifier="76", position=20),
        rule(3, modifier="HO", position=10),
    ]
    assert apply_rules(rules, PLAIN, ["U1"], "")[0] == "HO 76 U1 95"


def test_a_line_has_one_telehealth_modifier() -> None:
    assert apply_rules([rule(modifier="95")], PLAIN, ["GT"], "")[0] == "GT"
    assert apply_rules([rule(modifier="95", instead_of="GT")], PLAIN, ["GT"], "")[0] == "95"


def test_a_payers_own_rule_has_the_last_word_at_one_priority() -> None:
    general, own = rule(9, modifier="HM"), rule(1, payer=1, modifier="HO", instead_of="HM")
    later = rule(2, priority=60)
    assert in_order([later, own, general]) == [general, own, later]


words = st.sampled_from(["", "HM", "HN", "95", "GT", "76", "U1"])
rules = st.builds(
    lambda key, modifier, instead, priority, position, telehealth: rule(
        key,
        modifier=modifier,
        instead_of=instead,
        priority=priority,
        position=position,
        telehealth=telehealth,
    ),
    st.integers(1, 9),
    words,
    words,
    st.integers(0, 3),
    st.integers(0, 3),
    st.sampled_from(["any", "yes", "no"]),
)


@given(st.lists(rules, max_size=4, unique_by=lambda rule: rule.key), st.lists(words, max_size=3))
def test_rules_give_the_same_in_whatever_order_they_are_read(
    some: list[ModifierRule], own: list[str]
) -> None:
    given = PLAIN._replace(telehealth=True)
    before = [one for one in own if one]
    once = apply_rules(in_order(some), given, before, "11")
    for mixed in permutations(some):
        assert apply_rules(in_order(mixed), given, before, "11") == once
    modifiers = once[0].split()
    assert len(set(modifiers)) == len(modifiers)
    added = {rule.modifier for rule in some} | set(before)
    assert set(modifiers) <= added
    assert modifiers == sorted(modifiers, key=lambda one: one in TELEHEALTH_MODIFIERS)


def in_force(*names: str, **values: Any) -> None:
    assert Stored.update(active=True, **values).where(Stored.name.in_(names)).execute() == len(
        names
    )


LEVELS = (
    # aba_rules.md:17 "HM less than bachelor, HN bachelor, HO master, HP doctoral"
    ("RBT", "HM"),
    ("BCaBA", "HN"),
    ("BCBA", "HO"),
    ("BCBA-D", "HP"),
    ("PhD", "HP"),
    ("MD", ""),
)


@pytest.mark.parametrize(("qualification", "modifier"), LEVELS)
def test_the_level_of_the_practitioner(store: Store, qualification: str, modifier: str) -> None:
    practice = small_practice()
    Stored.update(active=True).where(Stored.name.startswith("Level:")).execute()
    someone = practice.add_practitioner("LEVEL", qualification)
    [charge] = record(store, session(practice, practitioner=someone.id))
    assert charge.modifiers == modifier


def test_the_highest_level_counts_and_goes_before_the_benefits_own(store: Store) -> None:
    practice = small_practice()
    Stored.update(active=True).where(Stored.name.startswith("Level:")).execute()
    Benefit.update(modifiers="U1 HM").execute()
    someone = practice.add_practitioner("BOTH", "BCaBA")
    [charge] = record(store, session(practice, practitioner=someone.id, telehealth=True))
    assert charge.modifiers == "HN U1 95"


TELEHEALTH = (
    # aba_rules.md:18 "POS 02 for telehealth, 10 when telehealth at home"; :17 "95 (most)"
    ("office", True, "02", "95"),
    ("home", True, "10", "95"),
    ("office", False, "11", ""),
    ("home", False, "12", ""),
)


@pytest.mark.parametrize(("kind", "telehealth", "place", "modifier"), TELEHEALTH)
def test_telehealth_as_every_practice_begins(
    store: Store, kind: str, telehealth: bool, place: str, modifier: str
) -> None:
    practice = small_practice()
    Benefit.update(telehealth_modifier="").execute()
    location = {"office": practice.office, "home": practice.home}[kind]
    [charge] = record(store, session(practice, location=location.id, telehealth=telehealth))
    assert (charge.place_of_service, charge.modifiers) == (place, modifier)


def test_the_benefits_telehealth_modifier_goes_before_the_general_one(store: Store) -> None:
    practice = small_practice()
    Benefit.update(telehealth_modifier="GT").execute()
    [charge] = record(store, session(practice, telehealth=True))
    assert charge.modifiers == "GT"


def test_tricare_of_2020_for_family_guidance_by_telehealth(store: Store) -> None:
    # aba_rules.md:18 "TRICARE 97156 telehealth used GT + POS 02 (2020)"
    practice = small_practice()
    in_force("Family guidance by telehealth, TRICARE 2020", payer=practice.payer)
    other = practice.add_payer("Other")
    elsewhere = practice.add_client("ELSE", other)
    ours, theirs, another_code = record(
        store,
        session(practice, procedure_code="97156", telehealth=True, location=practice.home.id),
        session(practice, procedure_code="97156", telehealth=True, client=elsewhere.id),
        session(practice, telehealth=True, location=practice.home.id),
    )
    assert (ours.modifiers, ours.place_of_service) == ("GT", "02")
    assert theirs.modifiers == "95"
    assert (another_code.modifiers, another_code.place_of_service) == ("95", "10")


REPEATS = (
    # aba_rules.md:17 "XE/76/77 same-day repeats and XP BCaBA"
    (("Again that day: separate encounter",), "same", "XE"),
    (("Again that day: same practitioner",), "same", "76"),
    (("Again that day: same practitioner",), "other", ""),
    (("Again that day: another practitioner",), "other", "77"),
    (("Again that day: another practitioner",), "same", ""),
    (("Again that day: an assistant",), "assistant", "XP"),
    (("Again that day: an assistant",), "other", ""),
)


@pytest.mark.parametrize(("names", "second_by", "modifier"), REPEATS)
def test_the_same_code_again_that_day(
    store: Store, names: tuple[str, ...], second_by: str, modifier: str
) -> None:
    practice = small_practice()
    in_force(*names)
    who = {
        "same": practice.technician,
        "other": practice.add_practitioner("OTHER", "RBT"),
        "assistant": practice.add_practitioner("ASSISTANT", "BCaBA"),
    }[second_by]
    start = session(practice).starts_at + datetime.timedelta(hours=3)
    again = session(
        practice,
        practitioner=who.id,
        starts_at=start,
        ends_at=start + datetime.timedelta(hours=1),
    )
    another_day = start + datetime.timedelta(days=1)
    next_day = session(
        practice, starts_at=another_day, ends_at=another_day + datetime.timedelta(hours=1)
    )
    # The second is recorded first: the hour of the day decides, not the order of recording.
    [second] = record(store, again)
    first, later = record(store, session(practice), next_day)
    assert ChargeItem.get_by_id(second.id).modifiers == modifier
    assert (first.modifiers, later.modifiers) == ("", "")


def test_rules_out_of_force_or_of_other_dates_do_nothing(store: Store) -> None:
    practice = small_practice()
    assert {rule.name for rule in load_modifier_rules(store.database)} == {
        "Place of telehealth",
        "Place of telehealth at home",
        "Telehealth",
    }
    Stored.create(name="until February", modifier="U1", ends_on=datetime.date(2026, 2, 28))
    Stored.create(name="off", modifier="U2", active=False)
    Stored.create(name="from March", modifier="U3", starts_on=datetime.date(2026, 3, 1))
    [charge] = record(store, session(practice))
    assert charge.modifiers == "U3"


def test_rules_hold_where_the_payer_has_no_benefit(store: Store) -> None:
    practice = small_practice()
    Benefit.delete().execute()
    Payer.update(rounding="whole units").execute()
    [charge] = record(store, session(practice, telehealth=True))
    assert (charge.modifiers, charge.place_of_service) == ("95", "02")
