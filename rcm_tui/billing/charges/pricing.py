"""What a charge item comes to: units of service, modifiers, place of service, cents."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from peewee import Database

from rcm_tui.billing.charges.benefits import Benefit, Benefits
from rcm_tui.billing.charges.modifier_rules import (
    ANOTHER,
    SAME,
    Given,
    ModifierRule,
    apply_rules,
)
from rcm_tui.billing.charges.qualified import Qualifications, load_qualifications
from rcm_tui.billing.charges.units import (
    AGGREGATED,
    EIGHT_MINUTE,
    aggregated_units,
    billable_units,
)
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.fields import units_from_store

USUAL_UNIT = 15
"""Minutes of a unit where the payer has no benefit: the adaptive behaviour codes' own."""


@dataclass(slots=True)
class Item:
    """A charge item on its way to being priced. Amounts in cents, `day` ISO text.

    The first block says what was done; the second is what resolving finds. A `fixed` item is on
    a claim already: it counts with its minutes and units, and nothing of it changes. One that is
    not `submitted` yet may still not come to be: the others' units do not rely on it.
    """

    id: int
    client: int
    business_unit: int
    location: int | None
    day: str
    minutes: int
    code: str
    telehealth: bool
    fixed: bool = False
    own_modifiers: str = ""
    """Those of the session itself, beyond what the payer's rules add."""
    practitioner: int = 0
    starts_at: str = ""
    submitted: bool = True

    coverage: int | None = None
    payer: int | None = None
    authorization: int | None = None
    authorization_pending: bool = False
    units: Decimal = Decimal(0)
    billed: int = 0
    expected: int = 0
    modifiers: str = ""
    place_of_service: str = ""
    notes: str = ""


def price(
    database: Database,
    items: Sequence[Item],
    benefits: Benefits,
    rules: Sequence[ModifierRule],
    location_kinds: dict[int, str],
) -> None:
    """Fills in units, modifiers, place and amounts of all items that are not fixed."""
    _count_units(database, items, benefits)
    practitioners = {item.practitioner for item in items if not item.fixed}
    wanted = any(rule.qualifications for rule in rules)
    held = load_qualifications(database, practitioners) if wanted else Qualifications()
    repeats = _repeats(items) if any(rule.repeat != "any" for rule in rules) else {}
    for item in items:
        if item.fixed:
            continue
        kind = location_kinds.get(item.location or 0, "")
        _apply_benefit(item, benefits)
        _apply_rules(item, rules, kind, held, repeats.get(item.id, ""))


def _count_units(database: Database, items: Sequence[Item], benefits: Benefits) -> None:
    rounding = dict[int, str](read_rows(database, "SELECT id, rounding FROM payer"))
    half_unit = dict[int, str](read_rows(database, "SELECT id, half_unit FROM business_unit"))
    together: dict[tuple[int, str, int, int, int], list[Item]] = defaultdict(list)
    for item in items:
        benefit = benefits.benefit(item.payer, item.code, item.day)
        unit_minutes = benefit.unit_minutes if benefit else USUAL_UNIT
        policy = rounding.get(item.payer or 0, EIGHT_MINUTE)
        if policy == AGGREGATED and item.payer is not None:
            # The billing provider's minutes count together, whoever of its people gave them.
            key = (item.client, item.day, item.payer, item.business_unit, unit_minutes)
            together[key].append(item)
        elif not item.fixed:
            item.units = billable_units(
                item.minutes, unit_minutes, policy, half_unit[item.business_unit]
            )
    for (_, _, _, unit, unit_minutes), group in together.items():
        _share_out(group, unit_minutes, half_unit[unit])


def _share_out(group: list[Item], unit_minutes: int, half_unit: str) -> None:
    """Units of one day's items: what is billed keeps its own, then come the submitted ones."""
    counted = [item for item in group if item.fixed]
    # A benefit may have cut what is billed: those minutes are used up all the same.
    units = sum(max(int(item.units), item.minutes // unit_minutes) for item in counted)
    minutes = sum(item.minutes for item in counted)
    for submitted in (True, False):
        waiting = [item for item in group if not item.fixed and item.submitted is submitted]
        waiting.sort(key=lambda item: (item.starts_at, item.id))
        shares = aggregated_units(
            [item.minutes for item in waiting],
            unit_minutes,
            half_unit,
            billed_minutes=minutes,
            billed_units=units,
        )
        for item, share in zip(waiting, shares, strict=True):
            item.units = share
        minutes += sum(item.minutes for item in waiting)
        units += int(sum(shares))


def _apply_benefit(item: Item, benefits: Benefits) -> None:
    benefit = benefits.benefit(item.payer, item.code, item.day)
    item.notes = ""
    modifiers = benefit.modifiers.split() if benefit else []
    modifiers += item.own_modifiers.split()
    if benefit is not None:
        if item.telehealth:
            modifiers += benefit.telehealth_modifier.split()
        _keep_within(item, benefit)
    item.modifiers = " ".join(dict.fromkeys(modifiers))
    fee = benefits.fee(item.payer, item.business_unit, item.code, item.day)
    item.billed = int(item.units * fee.billed) if fee else 0
    item.expected = int(item.units * fee.expected) if fee else 0


def _keep_within(item: Item, benefit: Benefit) -> None:
    """Fewer units than the benefit's minimum are not billable; more than its maximum are cut."""
    least = units_from_store(benefit.min_units)
    if item.units < least:
        if item.units:
            item.notes = f"{item.units} units held; the benefit pays from {least} units."
        item.units = Decimal(0)
    elif benefit.max_units is not None and item.units > units_from_store(benefit.max_units):
        most = units_from_store(benefit.max_units)
        item.notes = f"{item.units} units held; the benefit pays at most {most} a session."
        item.units = most


def _apply_rules(
    item: Item,
    rules: Sequence[ModifierRule],
    location_kind: str,
    held: Qualifications,
    repeat: str,
) -> None:
    given = Given(
        item.payer or 0,
        item.code,
        item.day,
        item.telehealth,
        location_kind,
        held.on(item.practitioner, item.day),
        repeat,
    )
    item.modifiers, item.place_of_service = apply_rules(
        rules, given, item.modifiers.split(), item.place_of_service
    )


def _repeats(items: Iterable[Item]) -> dict[int, str]:
    """Items that had the same patient, day and code before, and whether the same practitioner."""
    alike: dict[tuple[int, str, str], list[Item]] = defaultdict(list)
    for item in items:
        alike[item.client, item.day, item.code].append(item)
    found = {}
    for group in alike.values():
        group.sort(key=lambda item: (item.starts_at, item.id))
        seen: set[int] = set()
        for item in group:
            if seen:
                found[item.id] = SAME if item.practitioner in seen else ANOTHER
            seen.add(item.practitioner)
    return found
