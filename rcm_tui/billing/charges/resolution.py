"""What a charge item is billed under: coverage, authorization, units, price, modifiers, place."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from peewee import Database

from rcm_tui.billing.charges.benefits import load_benefits
from rcm_tui.billing.charges.modifier_rules import ANY, ModifierRule, load_modifier_rules
from rcm_tui.billing.charges.pricing import Item, price
from rcm_tui.billing.charges.units import AGGREGATED
from rcm_tui.billing.dated import covers
from rcm_tui.data.bulk import read_by_keys, read_rows


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


def resolve(
    database: Database, items: Sequence[Item], rules: Sequence[ModifierRule] | None = None
) -> None:
    """Fills in what each item is billed under, for any number of items, in a few queries.

    Items of one client and day have to come together where `days_count_together`. `rules` stand
    in for the modifier rules in force, to try some before they are saved.
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
        item.place_of_service = locations.get(item.location or 0, ("", ""))[1]
    payers = {item.payer for item in items if item.payer is not None}
    benefits = load_benefits(database, payers, with_fees=True)
    kinds = {key: kind for key, (kind, _) in locations.items()}
    in_force = load_modifier_rules(database) if rules is None else rules
    price(database, items, benefits, in_force, kinds)


def days_count_together(database: Database, rules: Sequence[ModifierRule] = ()) -> bool:
    """Whether what a session is billed as depends on the others of its day: some payer adds up
    their minutes, or a modifier rule (in force, or of `rules`) looks for the same code again.
    """
    return bool(
        any(rule.repeat != ANY for rule in rules)
        or read_rows(database, "SELECT 1 FROM payer WHERE rounding = ? LIMIT 1", AGGREGATED)
        or read_rows(
            database,
            "SELECT 1 FROM modifier_rule WHERE active = 1 AND repeat <> ? LIMIT 1",
            ANY,
        )
    )


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
