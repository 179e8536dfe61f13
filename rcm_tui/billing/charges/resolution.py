"""What a charge item is billed under: coverage, authorization, units, price, modifiers, place."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from peewee import Database

from rcm_tui.billing.charges.benefits import Benefit, Benefits, load_benefits
from rcm_tui.billing.charges.units import AGGREGATED, aggregated_units, billable_units
from rcm_tui.billing.dated import covers
from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.fields import units_from_store

TELEHEALTH = "02"
TELEHEALTH_AT_HOME = "10"


@dataclass(slots=True)
class Item:
    """A charge item on its way to being priced. Amounts in cents, `day` ISO text.

    The first block says what was done; the second is what resolving finds. A `fixed` item is on
    a claim already: it counts with its minutes and units, and nothing of it changes.
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


class _Coverage(NamedTuple):
    id: int
    payer: int
    rank: int
    starts_on: str | None
    ends_on: str | None


class _Authorization(NamedTuple):
    id: int
    payer: int
    status: str
    starts_on: str
    ends_on: str


def resolve(database: Database, items: Sequence[Item]) -> None:
    """Fills in what each item is billed under, for any number of items, in a few queries.

    Items of one client and day have to come together where their payer aggregates minutes.
    """
    clients = sorted({item.client for item in items})
    coverages = _coverages(database, clients)
    authorizations = _authorizations(database, clients)
    codes = _authorized_codes(database, clients)
    locations = dict[int, tuple[str, str]](
        (key, (kind, place))
        for key, kind, place in read_rows(
            database, "SELECT id, kind, place_of_service FROM location"
        )
    )
    open_items = [item for item in items if not item.fixed]
    for item in open_items:
        _choose_coverage(item, coverages.get(item.client, ()))
        _choose_authorization(item, authorizations.get(item.client, ()), codes)
        item.place_of_service = _place(item, locations)
    payers = {item.payer for item in items if item.payer is not None}
    _price(database, items, load_benefits(database, payers, with_fees=True))


def aggregating_payers(database: Database) -> set[int]:
    """The payers under whose policy the minutes of a day count together."""
    return {
        row[0] for row in read_rows(database, "SELECT id FROM payer WHERE rounding = ?", AGGREGATED)
    }


def _coverages(database: Database, clients: Sequence[int]) -> dict[int, list[_Coverage]]:
    found: dict[int, list[_Coverage]] = defaultdict(list)
    for client, *columns in read_by_keys(
        database,
        "SELECT client_id, id, payer_id, rank, starts_on, ends_on FROM coverage"
        " WHERE client_id IN ({keys}) ORDER BY rank, id",
        clients,
    ):
        found[client].append(_Coverage(*columns))
    return found


def _authorizations(database: Database, clients: Sequence[int]) -> dict[int, list[_Authorization]]:
    found: dict[int, list[_Authorization]] = defaultdict(list)
    for client, *columns in read_by_keys(
        database,
        "SELECT client_id, id, payer_id, status, starts_on, ends_on"
        " FROM \"authorization\" WHERE client_id IN ({keys}) AND status <> 'denied'",
        clients,
    ):
        found[client].append(_Authorization(*columns))
    for entries in found.values():
        # An approved one before a pending one, and what ends first is used up first.
        entries.sort(key=lambda entry: (entry.status != "approved", entry.ends_on, entry.id))
    return found


def _authorized_codes(database: Database, clients: Sequence[int]) -> set[tuple[int, str]]:
    return {
        (key, code)
        for key, codes in read_by_keys(
            database,
            "SELECT s.authorization_id, s.procedure_codes FROM authorized_service s"
            ' JOIN "authorization" a ON a.id = s.authorization_id WHERE a.client_id IN ({keys})',
            clients,
        )
        for code in codes.split()
    }


def _choose_coverage(item: Item, coverages: Iterable[_Coverage]) -> None:
    """The primary coverage on the day: the lowest rank among those in force."""
    in_force = next((entry for entry in coverages if covers(entry, item.day)), None)
    item.coverage = in_force.id if in_force else None
    item.payer = in_force.payer if in_force else None


def _choose_authorization(
    item: Item, authorizations: Iterable[_Authorization], codes: set[tuple[int, str]]
) -> None:
    for entry in authorizations:
        fits = entry.payer == item.payer and (entry.id, item.code) in codes
        if fits and covers(entry, item.day):
            item.authorization = entry.id
            item.authorization_pending = entry.status == "pending"
            return
    item.authorization, item.authorization_pending = None, False


def _place(item: Item, locations: dict[int, tuple[str, str]]) -> str:
    kind, place = locations.get(item.location or 0, ("", ""))
    if item.telehealth:
        return TELEHEALTH_AT_HOME if kind == "home" else TELEHEALTH
    return place


def _price(database: Database, items: Sequence[Item], benefits: Benefits) -> None:
    rounding = dict[int, str](read_rows(database, "SELECT id, rounding FROM payer"))
    half_unit = dict[int, str](read_rows(database, "SELECT id, half_unit FROM business_unit"))
    together: dict[tuple[int, str, int, int], list[Item]] = defaultdict(list)
    for item in items:
        benefit = benefits.benefit(item.payer, item.code, item.day)
        unit_minutes = benefit.unit_minutes if benefit else 15
        policy = rounding.get(item.payer or 0, "eight minute")
        if policy == AGGREGATED and item.payer is not None:
            together[item.client, item.day, item.payer, unit_minutes].append(item)
        elif not item.fixed:
            item.units = billable_units(
                item.minutes, unit_minutes, policy, half_unit[item.business_unit]
            )
    for (_, _, _, unit_minutes), group in together.items():
        _share_out(group, unit_minutes, half_unit[group[0].business_unit])
    for item in items:
        if not item.fixed:
            _apply_benefit(item, benefits)


def _share_out(group: list[Item], unit_minutes: int, half_unit: str) -> None:
    billed = [item for item in group if item.fixed]
    waiting = sorted((item for item in group if not item.fixed), key=lambda item: item.id)
    shares = aggregated_units(
        [item.minutes for item in waiting],
        unit_minutes,
        half_unit,
        billed_minutes=sum(item.minutes for item in billed),
        billed_units=int(sum(item.units for item in billed)),
    )
    for item, units in zip(waiting, shares, strict=True):
        item.units = units


def _apply_benefit(item: Item, benefits: Benefits) -> None:
    benefit = benefits.benefit(item.payer, item.code, item.day)
    item.modifiers = _modifiers(item, benefit)
    item.notes = ""
    if benefit is not None:
        _keep_within(item, benefit)
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


def _modifiers(item: Item, benefit: Benefit | None) -> str:
    modifiers = benefit.modifiers.split() if benefit else []
    modifiers += item.own_modifiers.split()
    if benefit and item.telehealth:
        modifiers += benefit.telehealth_modifier.split()
    return " ".join(dict.fromkeys(modifiers))
