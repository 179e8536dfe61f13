"""Modifiers and places of service by rules that an administrator keeps as data.

A benefit says which modifiers its payer always wants for a code, and which for telehealth. What
depends on anything else (who gave the service, where, the same code again that day) is a rule.
Both stay: the benefit's are looked up where a code is set up, the rules go over many codes and
payers, and come after it, so that they can take out what the benefit put in.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from peewee import Database

from rcm_tui.billing.charges.benefits import one_of
from rcm_tui.data.bulk import read_rows

TELEHEALTH_MODIFIERS = frozenset(("93", "95", "FQ", "GQ", "GT", "G0"))
OF_BENEFIT = 50
"""Where the benefit's own modifiers stand among those of rules (ours)."""
ANY, REPEAT = "any", "repeat"
SAME, ANOTHER = "same practitioner", "another practitioner"


class Given(NamedTuple):
    """What rules look at of one charge.

    `held` are the qualifications of the session's practitioner on the day; `repeat` is who held
    the earlier session of the same patient, day and code, "" when there was none.
    """

    payer: int
    code: str
    day: str
    telehealth: bool
    location_kind: str
    held: frozenset[str]
    repeat: str


@dataclass(frozen=True, slots=True)
class ModifierRule:
    """A rule as it is applied; empty sets and "any" hold for every charge."""

    key: int
    name: str
    payer: int | None
    priority: int
    codes: frozenset[str]
    qualifications: frozenset[str]
    telehealth: str
    location_kind: str
    places: frozenset[str]
    repeat: str
    modifier: str
    instead_of: frozenset[str]
    position: int
    sets_place: str
    starts_on: str | None
    ends_on: str | None

    def fits(self, given: Given, place: str) -> bool:
        """Whether all conditions hold for a charge whose place of service is `place` by now."""
        return (
            self.payer in (None, given.payer)
            and (not self.codes or given.code in self.codes)
            and self.telehealth in (ANY, "yes" if given.telehealth else "no")
            and self.location_kind in (ANY, given.location_kind)
            and (not self.places or place in self.places)
            and (not self.qualifications or not self.qualifications.isdisjoint(given.held))
            and (
                self.repeat in (ANY, given.repeat) or (self.repeat == REPEAT and given.repeat != "")
            )
            and (self.starts_on is None or self.starts_on <= given.day)
            and (self.ends_on is None or given.day <= self.ends_on)
        )


def rule_of(values: Mapping[str, Any], key: int = 0) -> ModifierRule:
    """A rule of the values of its record, saved or not; days as dates or ISO text."""
    return ModifierRule(
        key,
        values["name"],
        values["payer"],
        values["priority"],
        frozenset(values["procedure_codes"].split()),
        one_of(values["qualification"]),
        values["telehealth"],
        values["location_kind"],
        frozenset(values["place_of_service"].split()),
        values["repeat"],
        values["modifier"],
        frozenset(values["instead_of"].split()),
        values["position"],
        values["sets_place"],
        str(values["starts_on"]) if values["starts_on"] else None,
        str(values["ends_on"]) if values["ends_on"] else None,
    )


COLUMNS = (
    "name payer priority procedure_codes qualification telehealth location_kind place_of_service"
    " repeat modifier instead_of position sets_place starts_on ends_on"
).split()


def load_modifier_rules(database: Database) -> list[ModifierRule]:
    """The rules in force, in the order in which they are applied."""
    columns = ", ".join(f"{name}_id" if name == "payer" else name for name in COLUMNS)
    return in_order(
        rule_of(dict(zip(COLUMNS, row, strict=True)), key)
        for key, *row in read_rows(
            database, f"SELECT id, {columns} FROM modifier_rule WHERE active = 1"
        )
    )


def in_order(rules: Iterable[ModifierRule]) -> list[ModifierRule]:
    """By priority; at the same one a payer's own come last, and so have the last word."""
    return sorted(rules, key=lambda rule: (rule.priority, rule.payer is not None, rule.key))


def apply_rules(
    rules: Sequence[ModifierRule], given: Given, modifiers: Iterable[str], place: str
) -> tuple[str, str]:
    """The modifiers, in the order of the line, and the place of service that a charge gets.

    `modifiers` are those of benefit and session. Each rule sees what the ones before it did. A
    line has one telehealth modifier: a second is only put there by a rule that takes out the
    first. Telehealth modifiers stand last.
    """
    placed = dict.fromkeys(modifiers, OF_BENEFIT)
    for rule in rules:
        if not rule.fits(given, place):
            continue
        place = rule.sets_place or place
        for modifier in rule.instead_of:
            placed.pop(modifier, None)
        second = rule.modifier in TELEHEALTH_MODIFIERS and TELEHEALTH_MODIFIERS & placed.keys()
        if rule.modifier and not second:
            placed.setdefault(rule.modifier, rule.position)
    ordered = sorted(placed, key=lambda one: (one in TELEHEALTH_MODIFIERS, placed[one]))
    return " ".join(ordered), place
