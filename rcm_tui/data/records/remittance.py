"""One remittance: what the payer says of a claim, with its payment, lines and adjustments."""

import datetime
from dataclasses import dataclass

from peewee import JOIN, Database

from rcm_tui.data.records import rows_of
from rcm_tui.data.snapshot import one_moment
from rcm_tui.data.tables.claims import Claim, ClaimLine
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.remittances import Adjustment, Payment, Remittance, RemittanceLine


@dataclass(frozen=True, slots=True)
class AnsweredLine:
    """A line of the remittance, and the position of its claim line if it has one. Cents."""

    id: int
    position: int
    claim_line: int | None
    claim_position: int | None
    line_control_number: str
    procedure_code: str
    modifiers: str
    first_service_date: datetime.date | None
    charge: int
    allowed: int | None
    paid: int


@dataclass(frozen=True, slots=True)
class Taken:
    """An adjustment (CAS) in cents; `line` is the key of its line, None at claim level."""

    line: int | None
    group_code: str
    reason_code: str
    amount: int


@dataclass(frozen=True, slots=True)
class RemittanceRecord:
    """A remittance and what belongs to it."""

    remittance: Remittance
    payment: Payment
    payer: str
    claim: Claim | None
    lines: list[AnsweredLine]
    adjustments: list[Taken]


def read_remittance(database: Database, remittance_id: int) -> RemittanceRecord | None:
    """Reads a remittance; None when it is not there any more."""
    with one_moment(database):
        remittance = (
            Remittance.select(Remittance, Payment, Payer, Claim)
            .join_from(Remittance, Payment)
            .join_from(Payment, Payer, JOIN.LEFT_OUTER)
            .join_from(Remittance, Claim, JOIN.LEFT_OUTER)
            .where(Remittance.id == remittance_id)
            .first()
        )
        if remittance is None:
            return None
        payment = remittance.payment
        return RemittanceRecord(
            remittance,
            payment,
            payment.payer.name if payment.payer else payment.payer_name,
            remittance.claim,
            _lines(remittance_id),
            _adjustments(remittance_id),
        )


def remittance_of_line(database: Database, line_id: int) -> RemittanceRecord | None:
    """The remittance that a line is of; None when it is not there any more."""
    rows = rows_of(
        RemittanceLine.select(RemittanceLine.remittance).where(RemittanceLine.id == line_id)
    )
    return read_remittance(database, rows[0][0]) if rows else None


def claim_of_line(database: Database, line_id: int) -> int | None:
    """The claim that a line of a remittance is on; None where it is on none."""
    rows = rows_of(
        RemittanceLine.select(Remittance.claim)
        .join(Remittance)
        .where(RemittanceLine.id == line_id)
        .bind(database)
    )
    return rows[0][0] if rows else None


def _lines(remittance_id: int) -> list[AnsweredLine]:
    rows = (
        RemittanceLine.select(
            RemittanceLine.id,
            RemittanceLine.position,
            RemittanceLine.claim_line,
            ClaimLine.position,
            RemittanceLine.line_control_number,
            RemittanceLine.procedure_code,
            RemittanceLine.modifiers,
            RemittanceLine.first_service_date,
            RemittanceLine.charge,
            RemittanceLine.allowed,
            RemittanceLine.paid,
        )
        .join(ClaimLine, JOIN.LEFT_OUTER)
        .where(RemittanceLine.remittance == remittance_id)
        .order_by(RemittanceLine.position)
    )
    return [AnsweredLine(*row) for row in rows_of(rows)]


def _adjustments(remittance_id: int) -> list[Taken]:
    rows = (
        Adjustment.select(
            Adjustment.line, Adjustment.group_code, Adjustment.reason_code, Adjustment.amount
        )
        .where(Adjustment.remittance == remittance_id)
        .order_by(Adjustment.id)
    )
    return [Taken(*row) for row in rows_of(rows)]
