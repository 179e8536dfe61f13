"""What payers cover and pay per procedure code, looked up by payer, code and day."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from peewee import Database

from rcm_tui.billing.dated import covers, newest
from rcm_tui.data.bulk import read_by_keys, read_rows


def one_of(qualifications: str) -> frozenset[str]:
    """The qualifications of which one is needed, written with "/" between them."""
    return frozenset(qualifications.replace("/", " ").split())


class Benefit(NamedTuple):
    """A payer's benefit for a code. Units are thousandths, as in the store."""

    service_line: str
    unit_minutes: int
    min_units: int
    max_units: int | None
    modifiers: str
    telehealth_modifier: str
    session_qualification: str
    claim_qualification: str
    needs_authorization: int
    starts_on: str
    ends_on: str | None

    @property
    def qualifications(self) -> frozenset[str]:
        """What the rendering provider must hold, one of them; empty when anybody may render."""
        return one_of(self.claim_qualification)


class Fee(NamedTuple):
    """Cents per unit of service, of a payer, of a business unit, or of both (None: of all)."""

    payer: int | None
    business_unit: int | None
    billed: int
    expected: int
    starts_on: str
    ends_on: str | None


class DailyLimit(NamedTuple):
    """A medically unlikely edit: the most units a patient and day, in thousandths (None: any)."""

    units: int | None
    starts_on: str
    ends_on: str | None


@dataclass(slots=True)
class Benefits:
    """Benefits, fees and daily limits of some payers, read at once."""

    _benefits: dict[tuple[int, str], list[Benefit]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _fees: dict[str, list[Fee]] = field(default_factory=lambda: defaultdict(list))
    _limits: dict[tuple[int | str, str], list[DailyLimit]] = field(
        default_factory=lambda: defaultdict(list)
    )
    _programs: dict[int, str] = field(default_factory=dict)

    def benefit(self, payer: int | None, code: str, day: str) -> Benefit | None:
        """The benefit of a payer for a code on a day, if any."""
        if payer is None:
            return None
        return newest(self._benefits.get((payer, code), ()), day)

    def fee(self, payer: int | None, business_unit: int, code: str, day: str) -> Fee | None:
        """The fee on a day: of payer and business unit, else of the payer, else of the unit.

        None without a payer: who has no coverage is billed to nobody.
        """
        if payer is None:
            return None
        fees = [fee for fee in self._fees.get(code, ()) if covers(fee, day)]
        for of in ((payer, business_unit), (payer, None), (None, business_unit)):
            fitting = [fee for fee in fees if (fee.payer, fee.business_unit) == of]
            if fitting:
                return newest(fitting, day)
        return None

    def most_a_day(self, payer: int | None, code: str, day: str) -> int | None:
        """The most units (thousandths) of a code that a payer pays a patient and day (MUE).

        The payer's own value of that day, else its program's, else the one published for any
        program; None where there is none, or the payer goes by no program.
        """
        if payer is None:
            return None
        program = self._programs.get(payer, "none")
        general: tuple[int | str, ...] = () if program == "none" else (program, "any")
        for whose in (payer, *general):
            limit = newest(self._limits.get((whose, code), ()), day)
            if limit is not None:
                return limit.units
        return None


def load_benefits(
    database: Database, payers: Iterable[int], *, with_fees: bool = False, with_limits: bool = False
) -> Benefits:
    """Reads the benefits of payers, and where wanted fees and daily limits, in a few queries."""
    keys = sorted(set(payers))
    found = Benefits()
    for payer, code, *columns in read_by_keys(
        database,
        "SELECT payer_id, procedure_code, service_line, unit_minutes, min_units, max_units,"
        " modifiers, telehealth_modifier, session_qualification, claim_qualification,"
        " needs_authorization, starts_on, ends_on FROM benefit WHERE payer_id IN ({keys})"
        " ORDER BY id",
        keys,
    ):
        found._benefits[payer, code].append(Benefit(*columns))
    if with_fees:
        _load_fees(database, keys, found)
    if with_limits:
        _load_limits(database, keys, found)
    return found


def _load_fees(database: Database, payers: Sequence[int], found: Benefits) -> None:
    columns = (
        "SELECT procedure_code, payer_id, business_unit_id, billed, expected, starts_on, ends_on"
        " FROM fee"
    )
    for code, *rest in chain(
        read_by_keys(database, f"{columns} WHERE payer_id IN ({{keys}}) ORDER BY id", payers),
        read_rows(database, f"{columns} WHERE payer_id IS NULL ORDER BY id"),
    ):
        found._fees[code].append(Fee(*rest))


def _load_limits(database: Database, payers: Sequence[int], found: Benefits) -> None:
    columns = "SELECT {whose}, procedure_code, units, starts_on, ends_on FROM mue"
    own = columns.replace("{whose}", "payer_id") + " WHERE payer_id IN ({keys}) ORDER BY id"
    general = columns.replace("{whose}", "program") + " WHERE payer_id IS NULL ORDER BY id"
    for whose, code, *rest in chain(
        read_by_keys(database, own, payers), read_rows(database, general)
    ):
        found._limits[whose, code].append(DailyLimit(*rest))
    programs = "SELECT id, mue_program FROM payer WHERE id IN ({keys})"
    found._programs.update(read_by_keys(database, programs, payers))
