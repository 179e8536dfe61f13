"""Writing what came in as remittance rows, and reading it back for posting, by the page."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from peewee import Database

from rcm_tui.billing.remittances.matching import Match
from rcm_tui.billing.remittances.received import (
    ReceivedAdjustment,
    ReceivedClaim,
    ReceivedLine,
    ReceivedProviderAdjustment,
)
from rcm_tui.billing.remittances.standing import REVERSAL
from rcm_tui.billing.remittances.treatment import allowed_amount
from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.tables.remittances import (
    Adjustment,
    ProviderAdjustment,
    Remark,
    Remittance,
    RemittanceLine,
)
from rcm_tui.data.work import Work

PAGE = 500

REVERSALS = {
    None: "",
    True: f"AND status_code = '{REVERSAL}'",
    False: f"AND status_code <> '{REVERSAL}'",
}

# group, CARC, cents
StoredAdjustment = tuple[str, str, int]

REMITTANCE_COLUMNS = (
    "id",
    "payment",
    "position",
    "claim",
    "state",
    "reason",
    "patient_control_number",
    "payer_claim_control_number",
    "status_code",
    "charge",
    "paid",
    "patient_responsibility",
    "filing_indicator",
    "patient_name",
    "member_id",
    "first_service_date",
    "last_service_date",
)
ADJUSTMENT_COLUMNS = ("remittance", "line", "group_code", "reason_code", "amount", "quantity")
LINE_COLUMNS = (
    "id",
    "remittance",
    "position",
    "claim_line",
    "line_control_number",
    "procedure_code",
    "modifiers",
    "charge",
    "paid",
    "allowed",
    "units",
    "first_service_date",
    "last_service_date",
)


@dataclass(slots=True)
class StoredLine:
    """A line of a stored remittance, as posting needs it."""

    claim_line: int | None
    charge: int
    paid: int
    adjustments: list[StoredAdjustment] = field(default_factory=list)
    allowed: int | None = None


@dataclass(slots=True)
class StoredRemittance:
    """A stored remittance, as posting needs it. `adjustments` are those at claim level.

    `found` says that its claim was found only now; `claim_lines` are those of its lines then.
    """

    id: int
    position: int
    claim: int | None
    reason: str
    payer_claim_control_number: str
    status_code: str
    charge: int
    paid: int
    lines: list[StoredLine] = field(default_factory=list)
    adjustments: list[StoredAdjustment] = field(default_factory=list)
    journal: int | None = None
    found: bool = False
    claim_lines: list[int | None] = field(default_factory=list)


def store_claims(
    work: Work,
    payment_id: int,
    first_position: int,
    claims: Sequence[ReceivedClaim],
    matches: Sequence[Match],
    imbalances: Sequence[Sequence[str]],
) -> None:
    """Writes remittances with lines, adjustments and remarks; none of them is posted yet.

    Those that do not balance (`imbalances`, sentences of each) are waiting, the others held.
    """
    ids = work.next_ids(Remittance, len(claims))
    line_ids = iter(work.next_ids(RemittanceLine, sum(len(claim.lines) for claim in claims)))
    remittances: list[tuple[Any, ...]] = []
    lines: list[tuple[Any, ...]] = []
    adjustments: list[tuple[Any, ...]] = []
    remarks: list[tuple[Any, ...]] = []
    for place, (key, claim, match, unbalanced) in enumerate(
        zip(ids, claims, matches, imbalances, strict=True), first_position
    ):
        remittances.append(_remittance_row(key, payment_id, place, claim, match, unbalanced))
        adjustments += _adjustment_rows(key, None, claim.adjustments)
        remarks += [(key, None, code) for code in claim.remarks]
        priced_by_line = not claim.adjustments
        for position, (line, claim_line) in enumerate(
            zip(claim.lines, match.lines, strict=True), 1
        ):
            line_id = next(line_ids)
            lines.append(_line_row(line_id, key, position, claim_line, line, priced_by_line))
            adjustments += _adjustment_rows(key, line_id, line.adjustments)
            remarks += [(key, line_id, code) for code in line.remarks]
    work.insert(Remittance, REMITTANCE_COLUMNS, remittances)
    work.insert(RemittanceLine, LINE_COLUMNS, lines)
    work.insert(Adjustment, ADJUSTMENT_COLUMNS, adjustments)
    work.insert(Remark, ("remittance", "line", "code"), remarks)


def store_provider_adjustments(
    work: Work, payment_id: int, adjustments: Sequence[ReceivedProviderAdjustment]
) -> None:
    """Writes the provider-level adjustments (PLB) of a payment."""
    work.insert(
        ProviderAdjustment,
        (
            "payment",
            "position",
            "provider_identifier",
            "fiscal_date",
            "reason_code",
            "identifier",
            "amount",
        ),
        [
            (
                payment_id,
                position,
                adjustment.provider_identifier,
                adjustment.fiscal_date,
                adjustment.reason_code,
                adjustment.identifier,
                adjustment.amount,
            )
            for position, adjustment in enumerate(adjustments, 1)
        ],
    )


def pages(
    database: Database, payment_id: int, *, state: str = "held", reversals: bool | None = None
) -> Iterator[list[StoredRemittance]]:
    """The remittances of a payment in a state, in their order: reversals, all others, or both."""
    last = 0
    while True:
        rows = read_rows(
            database,
            "SELECT id, position, claim_id, reason, payer_claim_control_number, status_code,"
            " charge, paid, journal_id FROM remittance WHERE payment_id = ? AND position > ?"
            f" AND state = ? {REVERSALS[reversals]}"
            f" ORDER BY position LIMIT {PAGE}",
            payment_id,
            last,
            state,
        )
        page = [remittance_of(row) for row in rows]
        if not page:
            return
        last = page[-1].position
        yield page


def remittance_of(row: Sequence[Any]) -> StoredRemittance:
    """A stored remittance of its first columns, in the order of its fields, and its journal."""
    *columns, journal = row
    remittance = StoredRemittance(*columns)
    remittance.journal = journal
    return remittance


def read_details(database: Database, page: Sequence[StoredRemittance]) -> None:
    """Reads the lines and adjustments of remittances that are to be posted line by line."""
    of = {remittance.id: remittance for remittance in page}
    by_line: dict[int, StoredLine] = {}
    for key, remittance, claim_line, charge, paid, allowed in read_by_keys(
        database,
        "SELECT id, remittance_id, claim_line_id, charge, paid, allowed FROM remittance_line"
        " WHERE remittance_id IN ({keys}) ORDER BY remittance_id, position",
        of,
    ):
        by_line[key] = line = StoredLine(claim_line, charge, paid, allowed=allowed)
        of[remittance].lines.append(line)
    for remittance, line_id, *adjustment in read_by_keys(
        database,
        "SELECT remittance_id, line_id, group_code, reason_code, amount FROM adjustment"
        " WHERE remittance_id IN ({keys}) ORDER BY remittance_id, id",
        of,
    ):
        holder = of[remittance] if line_id is None else by_line[line_id]
        holder.adjustments.append(tuple(adjustment))


def _remittance_row(
    key: int,
    payment_id: int,
    position: int,
    claim: ReceivedClaim,
    match: Match,
    imbalances: Sequence[str],
) -> tuple[Any, ...]:
    return (
        key,
        payment_id,
        position,
        match.claim.id if match.claim else None,
        "waiting" if imbalances else "held",
        "; ".join([*imbalances, *([match.reason] if match.reason else [])]),
        claim.patient_control_number,
        claim.payer_claim_control_number,
        claim.status_code,
        claim.charge,
        claim.paid,
        claim.patient_responsibility,
        claim.filing_indicator,
        claim.patient_name,
        claim.member_id,
        claim.first_service_date,
        claim.last_service_date,
    )


def _line_row(
    key: int,
    remittance: int,
    position: int,
    claim_line: int | None,
    line: ReceivedLine,
    priced_by_line: bool,
) -> tuple[Any, ...]:
    allowed = line.allowed
    if priced_by_line:
        # Adjustments of the whole claim would make a price made up from its lines too high.
        allowed = allowed_amount(
            line.charge,
            line.paid,
            [(each.group_code, each.reason_code, each.amount) for each in line.adjustments],
            line.allowed,
        )
    return (
        key,
        remittance,
        position,
        claim_line,
        line.line_control_number,
        line.procedure_code,
        " ".join(line.modifiers),
        line.charge,
        line.paid,
        allowed,
        _storable(line.units),
        line.first_service_date,
        line.last_service_date,
    )


def _adjustment_rows(
    remittance: int, line: int | None, adjustments: Sequence[ReceivedAdjustment]
) -> list[tuple[Any, ...]]:
    return [
        (
            remittance,
            line,
            each.group_code,
            each.reason_code,
            each.amount,
            _storable(each.quantity),
        )
        for each in adjustments
    ]


def _storable(units: Decimal | None) -> Decimal | None:
    # Payers may send more decimals than a unit of service has; money never depends on them.
    return units if units is None else round(units, 3)
