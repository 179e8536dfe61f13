"""Charges that are billed in another system: what is exported for it, and what becomes of them."""

import datetime
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from peewee import Database

from rcm_tui.billing.charges.benefits import load_benefits
from rcm_tui.billing.charges.lifecycle import EXPORT, REMEDIES, refusal
from rcm_tui.billing.charges.selection import Chosen
from rcm_tui.billing.claims.billable import BILLABLE_SQL, billable_charges
from rcm_tui.billing.claims.grouping import BillableCharge
from rcm_tui.billing.dated import practice_zone
from rcm_tui.billing.outcome import Left, Outcome, counted
from rcm_tui.billing.rights import BILL_ELSEWHERE, needs
from rcm_tui.billing.units import CHARGE
from rcm_tui.data.bulk import chunked, read_by_keys, read_rows
from rcm_tui.data.fields import units_from_store
from rcm_tui.data.spans import spans
from rcm_tui.data.tables.charges import (
    AWAITING_SUBMISSION,
    BILLED_EXTERNALLY,
    NEW,
    ON_HOLD,
    PENDING_AUTHORIZATION,
    READY_TO_BILL,
    SCHEDULED,
    ChargeItem,
)
from rcm_tui.data.work import Work

STEP = 2000
WAITING = (SCHEDULED, AWAITING_SUBMISSION, NEW, PENDING_AUTHORIZATION, ON_HOLD)
"""What may still be billed, and is not ready for it."""


@dataclass(slots=True)
class ExportChoice:
    """What to export: dates of service, business units, single items (None: no limit).

    What is Ready to Bill is exported; `again` adds what was billed externally before.
    """

    from_date: datetime.date | None = None
    to_date: datetime.date | None = None
    business_units: Iterable[int] | None = None
    charge_items: Iterable[int] | None = None
    again: bool = False

    @property
    def statuses(self) -> tuple[str, ...]:
        return (READY_TO_BILL, BILLED_EXTERNALLY) if self.again else (READY_TO_BILL,)

    def chosen(self) -> Chosen:
        """The same choice, as a selection of charge items."""
        return Chosen(self.from_date, self.to_date, self.business_units, self.charge_items)


class ExternalCharge(NamedTuple):
    """A charge item as the seed's billing export has it. Moments are in the practice's zone."""

    name: str
    modifiers: str
    place_of_service: str
    location_type: str
    telehealth: bool
    business_unit: str
    units: Decimal
    patient_first_name: str
    patient_last_name: str
    patient_mrn: str
    practitioner_first_name: str
    practitioner_last_name: str
    practitioner_qualification: str
    starts_at: datetime.datetime
    ends_at: datetime.datetime
    minutes: int
    unit_type: str
    procedure_code: str
    authorization_number: str
    rendering_provider: str
    rendering_npi: str


def exportable(database: Database, choice: ExportChoice) -> tuple[list[int], list[Left]]:
    """The keys of what would be exported, by date of service; and what of the same choice waits
    to be billed and would not be, with the reason.
    """
    keys = []
    left = []
    for key, number, status, units in choice.chosen().read(
        database,
        "SELECT c.id, c.number, c.status, c.units FROM charge_item c WHERE {chosen}"
        " ORDER BY c.date_of_service, c.id",
        *dict.fromkeys((*choice.statuses, *WAITING)),
    ):
        if status in choice.statuses and units > 0:
            keys.append(key)
        elif status in choice.statuses:
            left.append(Left(key, number, "no billable units: too short for the benefit's unit"))
        else:
            text = f"it is {status}, not {READY_TO_BILL}: {REMEDIES[status]}"
            left.append(Left(key, number, text))
    return keys, left


def external_charges(database: Database, keys: Iterable[int]) -> Iterator[ExternalCharge]:
    """The rows of an export, in the order of the keys."""
    zone = practice_zone(database)
    people = {
        row[0]: (row[1], row[2], row[3])
        for row in read_rows(database, "SELECT id, first_name, last_name, npi FROM practitioner")
    }
    for part in chunked(keys, STEP):
        yield from _external(database, part, zone, people)


@needs(BILL_ELSEWHERE, charge_ids=CHARGE)
def mark_billed_externally(work: Work, charge_ids: Iterable[int]) -> Outcome:
    """Makes Ready to Bill charge items Billed Externally (`done`): claims are not made of them.

    Others are left with the reason; what is Billed Externally already is passed over.
    """
    outcome = Outcome()
    for key, number, status, billed in read_by_keys(
        work.database,
        "SELECT id, number, status, billed FROM charge_item WHERE id IN ({keys}) ORDER BY id",
        sorted(set(charge_ids)),
    ):
        reason = refusal(status, BILLED_EXTERNALLY, EXPORT)
        if reason:
            outcome.left.append(Left(key, number, reason))
        elif status != BILLED_EXTERNALLY:
            outcome.done.append(key)
            outcome.amount += billed
    with work.undoable(f"Mark {counted(len(outcome.done), 'charge')} as billed", ChargeItem):
        work.set_all(ChargeItem, {"status": BILLED_EXTERNALLY}, outcome.done)
    if outcome.done:
        work.record(
            "charges billed externally",
            "charge_item",
            status=[READY_TO_BILL, BILLED_EXTERNALLY],
            ids=spans(outcome.done),
            billed=outcome.amount,
        )
    return outcome


def _external(
    database: Database,
    keys: list[int],
    zone: datetime.tzinfo,
    people: dict[int, tuple[str, str, str]],
) -> Iterator[ExternalCharge]:
    rows = list(
        read_by_keys(database, BILLABLE_SQL.replace("{chosen}", "c.id IN ({keys})"), sorted(keys))
    )
    charges = {charge.id: charge for charge in billable_charges(database, rows)}
    benefits = load_benefits(
        database, {charge.payer for charge in charges.values() if charge.payer}, with_fees=False
    )
    practitioners = {row[0]: row[17] for row in rows}
    qualifications = _qualifications(database, practitioners.values())
    details = {
        row[0]: row[1:]
        for row in read_by_keys(
            database,
            "SELECT c.id, COALESCE(l.kind, ''), c.telehealth, u.name, k.first_name, k.last_name,"
            " k.mrn, s.starts_at, s.ends_at, c.minutes FROM charge_item c"
            " JOIN session s ON s.id = c.session_id JOIN client k ON k.id = c.client_id"
            " JOIN business_unit u ON u.id = c.business_unit_id"
            " LEFT JOIN location l ON l.id = c.location_id WHERE c.id IN ({keys})",
            sorted(keys),
        )
    }
    for key in keys:
        charge: BillableCharge = charges[key]
        kind, telehealth, unit, first, last, mrn, starts_at, ends_at, minutes = details[key]
        practitioner = practitioners[key]
        benefit = benefits.benefit(charge.payer, charge.code, charge.first_day)
        rendering = people.get(charge.rendering or 0, ("", "", ""))
        yield ExternalCharge(
            charge.number,
            charge.modifiers,
            charge.place_of_service,
            kind,
            bool(telehealth),
            unit,
            units_from_store(charge.units),
            first,
            last,
            mrn,
            *people[practitioner][:2],
            _held(qualifications.get(practitioner, ()), charge.first_day),
            datetime.datetime.fromisoformat(starts_at).astimezone(zone),
            datetime.datetime.fromisoformat(ends_at).astimezone(zone),
            minutes,
            f"{benefit.unit_minutes} minutes" if benefit else "",
            charge.code,
            charge.authorization_number,
            ", ".join(filter(None, (rendering[1], rendering[0]))),
            rendering[2],
        )


def _qualifications(
    database: Database, practitioners: Iterable[int]
) -> dict[int, list[tuple[str, str, str | None]]]:
    """Code and days of practitioners' qualifications, the foremost first."""
    found: dict[int, list[tuple[str, str, str | None]]] = {}
    for key, *held in read_by_keys(
        database,
        "SELECT practitioner_id, code, starts_on, ends_on FROM qualification"
        " WHERE practitioner_id IN ({keys}) ORDER BY rank, id",
        sorted(set(practitioners)),
    ):
        found.setdefault(key, []).append((held[0], held[1], held[2]))
    return found


def _held(qualifications: Iterable[tuple[str, str, str | None]], day: str) -> str:
    """The foremost qualification on a day."""
    for code, starts_on, ends_on in qualifications:
        if starts_on <= day and (ends_on is None or day <= ends_on):
            return code
    return ""
