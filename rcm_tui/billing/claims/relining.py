"""A claim's lines made anew where charge items on them bill something else than before.

Only lines that such items are on, or come to, change: what somebody edited on the other lines of
a draft stays as it is.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from peewee import Database

from rcm_tui.billing.claims.billable import BILLABLE_SQL, billable_charges
from rcm_tui.billing.claims.grouping import MOST_LINES, BillableCharge, LineKey
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.fields import units_to_store
from rcm_tui.data.tables.charges import AWAITING_RESUBMISSION
from rcm_tui.data.tables.claims import Claim, ClaimLine

AS_BILLED_SQL = (
    "SELECT c.id, c.number, c.client_id, b.coverage_id, v.payer_id, k.business_unit_id,"
    " b.location_id, b.authorization_id, a.number, b.date_of_service, b.procedure_code,"
    " b.modifiers, b.units, b.billed, b.expected, b.place_of_service, c.version,"
    " b.practitioner_id, c.claim_line_id, b.starts_at, b.ends_at, v.plan_id"
    " FROM billed_charge b JOIN charge_item c ON c.id = b.charge_item_id"
    " JOIN claim_line l ON l.id = c.claim_line_id JOIN claim k ON k.id = l.claim_id"
    " LEFT JOIN coverage v ON v.id = b.coverage_id"
    ' LEFT JOIN "authorization" a ON a.id = b.authorization_id'
    " WHERE c.id IN ({keys}) AND COALESCE(c.status, '') = ? ORDER BY c.id"
)
"""As `BILLABLE_SQL`, with the values that the line of a reopened session still bills."""


@dataclass(slots=True)
class Relined:
    """A line of the claim as it will be. `line` is the stored one, None for a new one.

    When `changed` its columns come of its charge items; else they stay as they are stored.
    """

    line: Any = None
    charges: list[BillableCharge] = field(default_factory=list)
    changed: bool = False
    by_hand: bool = False
    """It never had a charge item: somebody added it to the claim."""


@dataclass(slots=True)
class Relining:
    """A claim with its charge items, and what becomes of those chosen.

    `stay` are the chosen items that are on its lines afterwards, `leave` those that belong on
    another claim, `edited` those whose line was edited by hand (with the line's position).
    `header` is an item whose columns the whole claim takes, where all of it moved alike.
    """

    claim: Any
    lines: list[Relined] = field(default_factory=list)
    stay: list[BillableCharge] = field(default_factory=list)
    leave: list[BillableCharge] = field(default_factory=list)
    edited: dict[int, int] = field(default_factory=dict)
    header: BillableCharge | None = None

    @property
    def charges(self) -> list[BillableCharge]:
        """All that is on the claim afterwards."""
        return [charge for line in self.lines for charge in line.charges]


def reline(database: Database, chosen: Iterable[int]) -> list[Relining]:
    """How the claims of charge items would be lined anew for them; nothing is changed."""
    wanted = set(chosen)
    rows = read_by_keys(
        database,
        "SELECT DISTINCT l.claim_id FROM charge_item c JOIN claim_line l ON l.id = c.claim_line_id"
        " WHERE c.id IN ({keys})",
        sorted(wanted),
    )
    keys = sorted({row[0] for row in rows})
    return [_relining(database, Claim.get_by_id(key), wanted) for key in keys]


def _relining(database: Database, claim: Claim, chosen: set[int]) -> Relining:
    stored: Any = ClaimLine.select().where(ClaimLine.claim == claim).order_by(ClaimLine.position)
    lines = {line.id: Relined(line) for line in stored}
    now = _billable(database, list(lines))
    members = [charge.id for charges in now.values() for charge in charges]
    rows = list(read_by_keys(database, AS_BILLED_SQL, sorted(members), AWAITING_RESUBMISSION))
    before = {charge.id: charge for charges in now.values() for charge in charges}
    before |= {charge.id: charge for charge in billable_charges(database, rows)}
    found = Relining(claim)
    apart: list[tuple[Relined, BillableCharge]] = []
    for key, line in lines.items():
        charges = now.get(key, [])
        line.by_hand = not charges
        intact = _bills(line.line, [before[charge.id] for charge in charges])
        for charge in charges:
            if charge.id in chosen and intact:
                line.changed = True
                apart.append((line, charge))
                continue
            line.charges.append(before[charge.id])
            if charge.id in chosen:
                found.edited[charge.id] = line.line.position
    _stay_or_leave(found, [charge for _, charge in apart], before)
    found.lines = list(lines.values())
    _place(found, apart, before)
    found.lines = [line for line in found.lines if line.charges or line.by_hand]
    return found


def _billable(database: Database, lines: Sequence[int]) -> dict[int, list[BillableCharge]]:
    """The charge items of lines, as they would be billed now."""
    sql = BILLABLE_SQL.replace("{chosen}", "c.claim_line_id IN ({keys})")
    rows = list(read_by_keys(database, sql, lines))
    found: dict[int, list[BillableCharge]] = defaultdict(list)
    for row, charge in zip(rows, billable_charges(database, rows), strict=True):
        found[row[18]].append(charge)
    return found


def _bills(line: Any, charges: Sequence[BillableCharge]) -> bool:
    """Whether a line still says what its charge items were billed as."""
    if not charges:
        return True
    first = charges[0]
    return (
        units_to_store(line.units) == sum(charge.units for charge in charges)
        and line.billed == sum(charge.billed for charge in charges)
        and line.procedure_code == first.code
        and line.modifiers == first.modifiers
        and line.first_service_date.isoformat() == first.first_day
        and line.last_service_date.isoformat() == first.last_day
    )


def _stay_or_leave(
    found: Relining, apart: Sequence[BillableCharge], before: Mapping[int, BillableCharge]
) -> None:
    """An item leaves when it would be generated onto another claim, unless all of them would."""
    moved = [charge for charge in apart if charge.claim_key != before[charge.id].claim_key]
    if moved and len(moved) == len(before) and len({charge.claim_key for charge in moved}) == 1:
        found.header = moved[0]
        moved = []
    gone = {charge.id for charge in moved}
    found.leave = moved
    found.stay = [charge for charge in apart if charge.id not in gone]


def _place(
    found: Relining,
    apart: Sequence[tuple[Relined, BillableCharge]],
    before: Mapping[int, BillableCharge],
) -> None:
    """Puts what stays onto lines: its own, one that bills the same, or a new one."""
    staying = {charge.id for charge in found.stay}
    by_key: dict[LineKey, Relined] = {}
    for line in found.lines:
        for charge in line.charges[:1]:
            by_key[charge.line_key] = line
    elsewhere = []
    for line, charge in apart:
        if charge.id not in staying:
            continue
        if charge.line_key == before[charge.id].line_key:
            line.charges.append(charge)
            by_key[charge.line_key] = line
        else:
            elsewhere.append((line, charge))
    for own, charge in elsewhere:
        target = by_key.get(charge.line_key) or (own if not own.charges else None)
        if target is None:
            if sum(bool(line.charges or line.by_hand) for line in found.lines) >= MOST_LINES:
                found.stay.remove(charge)
                found.leave.append(charge)
                continue
            target = Relined()
            found.lines.append(target)
        target.charges.append(charge)
        target.changed = True
        by_key[charge.line_key] = target
