"""What payers cover and pay per procedure code, looked up by payer, code and day."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from peewee import Database

from rcm_tui.billing.dated import covers, newest
from rcm_tui.data.bulk import read_by_keys


class Benefit(NamedTuple):
    """A payer's benefit for a code. Units are thousandths, as in the store."""

    service_line: str
    unit_minutes: int
    min_units: int
    max_units: int | None
    mue_units: int | None
    modifiers: str
    telehealth_modifier: str
    claim_qualification: str
    needs_authorization: int
    starts_on: str
    ends_on: str | None

    @property
    def qualifications(self) -> frozenset[str]:
        """What the rendering provider must hold, one of them; empty when anybody may render."""
        return frozenset(self.claim_qualification.replace("/", " ").split())


class Fee(NamedTuple):
    """Cents per unit of service, of one business unit or (None) of all."""

    business_unit: int | None
    billed: int
    expected: int
    starts_on: str
    ends_on: str | None


@dataclass(slots=True)
class Benefits:
    """Benefits and fees of some payers, read at once."""

    _benefits: dict[tuple[int, str], list[Benefit]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _fees: dict[tuple[int, str], list[Fee]] = field(default_factory=lambda: defaultdict(list))

    def benefit(self, payer: int | None, code: str, day: str) -> Benefit | None:
        """The benefit of a payer for a code on a day, if any."""
        if payer is None:
            return None
        return newest(self._benefits.get((payer, code), ()), day)

    def fee(self, payer: int | None, business_unit: int, code: str, day: str) -> Fee | None:
        """The fee on a day: the business unit's own before the one for all units."""
        if payer is None:
            return None
        fees = [fee for fee in self._fees.get((payer, code), ()) if covers(fee, day)]
        own = [fee for fee in fees if fee.business_unit == business_unit]
        return newest(own or [fee for fee in fees if fee.business_unit is None], day)


def load_benefits(database: Database, payers: Iterable[int], *, with_fees: bool) -> Benefits:
    """Reads the benefits (and fees) of payers in one or two queries."""
    keys = sorted(set(payers))
    found = Benefits()
    for payer, code, *columns in read_by_keys(
        database,
        "SELECT payer_id, procedure_code, service_line, unit_minutes, min_units, max_units,"
        " mue_units, modifiers, telehealth_modifier, claim_qualification, needs_authorization,"
        " starts_on, ends_on FROM benefit WHERE payer_id IN ({keys}) ORDER BY id",
        keys,
    ):
        found._benefits[payer, code].append(Benefit(*columns))
    if with_fees:
        for payer, code, *columns in read_by_keys(
            database,
            "SELECT payer_id, procedure_code, business_unit_id, billed, expected, starts_on,"
            " ends_on FROM fee WHERE payer_id IN ({keys}) ORDER BY id",
            keys,
        ):
            found._fees[payer, code].append(Fee(*columns))
    return found
