"""Charge items of the store, to be priced again: read in bulk, compared, and written back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from peewee import Database

from rcm_tui.billing.charges.modifier_rules import ModifierRule
from rcm_tui.billing.charges.pricing import Item
from rcm_tui.billing.charges.resolution import days_count_together
from rcm_tui.billing.invoices.invoicing import follow_charges
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.fields import units_from_store
from rcm_tui.data.tables.charges import (
    AWAITING_SUBMISSION,
    BILLED_EXTERNALLY,
    CANCELLED,
    CLAIM_LINE_CREATED,
    NEW,
    PENDING_AUTHORIZATION,
    SCHEDULED,
    ChargeItem,
)
from rcm_tui.data.work import Work

PRICED = "coverage authorization modifiers units billed expected place_of_service".split()
"""What resolving finds, as columns of a charge item."""


class Billing(NamedTuple):
    """How a charge or a line is billed. Amounts in cents."""

    modifiers: str
    place_of_service: str
    units: Decimal
    billed: int
    expected: int


@dataclass(slots=True)
class StoredItem:
    """A charge item in the store, with what it was `before` it is priced again (as `PRICED`)."""

    item: Item
    number: str
    status: str
    version: int
    before: tuple[object, ...]
    billed_as: Billing
    notes: str
    line: int | None

    @property
    def bills(self) -> Billing:
        """How it is billed by now; `billed_as` is how the store has it."""
        return _billing(self.item)

    def now(self) -> tuple[object, ...]:
        """What it is priced at by now."""
        return _priced(self.item)


def _priced(item: Item) -> tuple[object, ...]:
    return (
        item.coverage,
        item.authorization,
        item.modifiers,
        item.units,
        item.billed,
        item.expected,
        item.place_of_service,
    )


def _billing(item: Item) -> Billing:
    return Billing(item.modifiers, item.place_of_service, item.units, item.billed, item.expected)


def stored_items(database: Database, keys: Sequence[int]) -> list[StoredItem]:
    """Charge items by key. Those whose line stands, or that are billed externally, are fixed."""
    found = []
    for row in read_by_keys(
        database,
        "SELECT c.id, c.client_id, c.business_unit_id, c.location_id, c.date_of_service,"
        " c.minutes, c.procedure_code, c.telehealth, c.status, c.version, c.coverage_id,"
        " c.authorization_id, c.modifiers, c.units, c.billed, c.expected, c.place_of_service,"
        " c.notes, v.payer_id, s.modifiers, c.practitioner_id, s.starts_at, c.number,"
        " c.claim_line_id"
        " FROM charge_item c"
        " JOIN session s ON s.id = c.session_id LEFT JOIN coverage v ON v.id = c.coverage_id"
        " WHERE c.id IN ({keys}) ORDER BY c.id",
        keys,
    ):
        key, client, unit, location, day, minutes, code, telehealth, status, version = row[:10]
        fixed = status in (CLAIM_LINE_CREATED, BILLED_EXTERNALLY)
        item = Item(key, client, unit, location, day, minutes, code, bool(telehealth), fixed)
        item.coverage, item.authorization, item.modifiers = row[10:13]
        item.units, item.billed, item.expected = units_from_store(row[13]), row[14], row[15]
        item.place_of_service, item.payer, item.own_modifiers = row[16], row[18], row[19]
        item.practitioner, item.starts_at = row[20], row[21]
        item.submitted = status not in (SCHEDULED, AWAITING_SUBMISSION)
        before, billed_as = _priced(item), _billing(item)
        found.append(
            StoredItem(item, row[22], status, version, before, billed_as, row[17], row[23])
        )
    return found


def siblings_of(
    database: Database,
    items: Sequence[Item],
    apart_from: Iterable[int] = (),
    rules: Sequence[ModifierRule] = (),
) -> list[StoredItem]:
    """The stored items of the same clients and days, where those count together."""
    if not days_count_together(database, rules):
        return []
    days = {(item.client, item.day) for item in items}
    excluded = set(apart_from)
    keys = [
        key
        for key, client, day, status in read_by_keys(
            database,
            "SELECT id, client_id, date_of_service, status FROM charge_item"
            " WHERE client_id IN ({keys}) AND date_of_service BETWEEN ? AND ?",
            sorted({client for client, _ in days}),
            min((day for _, day in days), default=""),
            max((day for _, day in days), default=""),
        )
        if (client, day) in days and key not in excluded and status != CANCELLED
    ]
    return stored_items(database, keys)


def store_changed(work: Work, stored: Iterable[StoredItem]) -> list[int]:
    """Writes what is priced otherwise now, with the status that follows from the authorization.

    Returns the keys of the items that changed.
    """
    rows = []
    for one in stored:
        status = one.status
        if status == NEW and one.item.authorization_pending:
            status = PENDING_AUTHORIZATION
        elif status == PENDING_AUTHORIZATION and not one.item.authorization_pending:
            status = NEW
        if one.item.fixed or (one.now() == one.before and status == one.status):
            continue
        notes = one.notes or one.item.notes
        rows.append((status, *one.now(), notes, one.version + 1, one.item.id))
    work.update(ChargeItem, ["status", *PRICED, "notes", "version"], rows)
    changed = [int(str(row[-1])) for row in rows]
    follow_charges(work, changed)
    return changed
