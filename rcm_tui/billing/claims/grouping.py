"""Which charge items share a claim line, and which lines share a claim.

A line: patient, first and last day, procedure code, authorization number, place of service,
rendering provider, and modifiers (ours, since a line carries one set). A claim: patient,
authorization number, rendering provider, place of service, facility, and (ours) coverage and
billing provider; at most 50 lines. A plan may ask for a line per session, for a claim per set of
modifiers, or for places of service together on one claim.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

MOST_LINES = 50

LineKey = tuple[str, str, str, str, str, int]
ClaimKey = tuple[int, int, int, str, int, str, int, str]


class Overrides(NamedTuple):
    """How a plan departs from the usual grouping."""

    line_per_session: bool = False
    split_by_modifier: bool = False
    split_by_place: bool = True


USUAL = Overrides()


class BillableCharge(NamedTuple):
    """A Ready to Bill charge item with all that decides its line and claim.

    Units are thousandths, amounts cents, days ISO text, references row ids. `facility` is a
    location with an address, 0 for the business unit itself, and -1 for none.
    """

    id: int
    number: str
    client: int
    coverage: int | None
    payer: int | None
    business_unit: int
    location: int | None
    authorization: int | None
    authorization_number: str
    first_day: str
    last_day: str
    code: str
    modifiers: str
    units: int
    billed: int
    expected: int
    place_of_service: str
    rendering: int | None
    facility: int
    version: int
    overrides: Overrides = USUAL

    @property
    def line_key(self) -> LineKey:
        session = self.id if self.overrides.line_per_session else 0
        return (
            self.first_day,
            self.code,
            self.modifiers,
            self.place_of_service,
            self.last_day,
            session,
        )

    @property
    def claim_key(self) -> ClaimKey:
        apart = self.overrides.split_by_place
        number = self.authorization_number or (
            f"#{self.authorization}" if self.authorization else ""
        )
        return (
            self.business_unit,
            self.client,
            self.coverage or 0,
            number,
            self.rendering or 0,
            self.place_of_service if apart else "",
            self.facility if apart else 0,
            self.modifiers if self.overrides.split_by_modifier else "",
        )


@dataclass(slots=True)
class PlannedLine:
    """A claim line to be: charge items whose units and amounts are summed, the oldest first."""

    charges: list[BillableCharge]

    @property
    def first(self) -> BillableCharge:
        return self.charges[0]

    @property
    def units(self) -> int:
        return sum(charge.units for charge in self.charges)

    @property
    def billed(self) -> int:
        return sum(charge.billed for charge in self.charges)

    @property
    def expected(self) -> int:
        return sum(charge.expected for charge in self.charges)


@dataclass(slots=True)
class PlannedClaim:
    """A claim to be, of 1 to 50 lines by day and code."""

    lines: list[PlannedLine]

    @property
    def first(self) -> BillableCharge:
        return self.lines[0].first

    @property
    def charges(self) -> list[BillableCharge]:
        return [charge for line in self.lines for charge in line.charges]

    @property
    def facility(self) -> int | None:
        """The service location; an office without an address stands for the business unit."""
        if self.first.facility:
            return self.first.facility if self.first.facility > 0 else None
        offices = (charge.location for charge in self.charges if charge.facility == 0)
        return min((office for office in offices if office is not None), default=None)


def plan_claims(charges: Iterable[BillableCharge]) -> list[PlannedClaim]:
    """Groups charges into claims; the same charges give the same claims in whatever order."""
    grouped: dict[ClaimKey, dict[LineKey, list[BillableCharge]]] = defaultdict(
        lambda: defaultdict(list)
    )
    for charge in sorted(charges, key=lambda charge: charge.id):
        grouped[charge.claim_key][charge.line_key].append(charge)
    claims = []
    for claim_key in sorted(grouped):
        lines = grouped[claim_key]
        planned = [PlannedLine(lines[key]) for key in sorted(lines)]
        claims += [
            PlannedClaim(planned[start : start + MOST_LINES])
            for start in range(0, len(planned), MOST_LINES)
        ]
    return claims
