"""What came of one submission of a claim: files, answers, remittances, entries in the ledger."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from peewee import JOIN

from rcm_tui.data.records import rows_of
from rcm_tui.data.tables.claims import ClaimLine
from rcm_tui.data.tables.exchange import (
    ClaimResponse,
    ClaimsTransaction,
    IncomingFile,
    TransmittedClaim,
)
from rcm_tui.data.tables.ledger import Entry, Journal
from rcm_tui.data.tables.payers import Clearinghouse
from rcm_tui.data.tables.remittances import (
    Adjustment,
    Payment,
    ProviderAdjustment,
    Remark,
    Remittance,
    RemittanceLine,
)


@dataclass(frozen=True, slots=True)
class SentClaim:
    """One transmission of the claim and how far its file has come."""

    file_name: str
    interchange_control_number: int
    set_control_number: str
    clearinghouse: str
    state: str
    acknowledgement: str
    built_at: datetime.datetime
    sent_at: datetime.datetime | None
    confirmed_at: datetime.datetime | None
    live: bool
    message: str
    submission: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an acknowledgement said of the claim, or of the file, group or set that carried it.

    `text` are the sender's words, `words` ours; `note` says why it changed nothing.
    """

    kind: str
    level: str
    accepted: bool
    source: str
    category: str
    status: str
    entity: str
    text: str
    words: str
    note: str
    received_at: datetime.datetime
    file_name: str
    submission: str = ""

    @property
    def said(self) -> str:
        """Our words and theirs, as one sentence."""
        return ": ".join(filter(None, (self.words, self.text)))


@dataclass(frozen=True, slots=True)
class Reduction:
    """An adjustment (CAS) in cents; `line` is the remittance line's position, if it has one."""

    line: int | None
    group_code: str
    reason_code: str
    amount: int


@dataclass(frozen=True, slots=True)
class PaidLine:
    """A service line as the payer answered it. Cents."""

    position: int
    procedure_code: str
    modifiers: str
    charge: int
    allowed: int | None
    paid: int


@dataclass(frozen=True, slots=True)
class PaidClaim:
    """A remittance of the claim with its lines, adjustments and remarks. Cents."""

    id: int
    state: str
    reason: str
    status_code: str
    payer: str
    trace_number: str
    effective_date: datetime.date | None
    received_at: datetime.datetime
    charge: int
    paid: int
    patient_responsibility: int
    payer_claim_control_number: str
    lines: list[PaidLine] = field(default_factory=list)
    reductions: list[Reduction] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    submission: str = ""


@dataclass(frozen=True, slots=True)
class LinkedAdjustment:
    """A provider-level adjustment (PLB) that takes the claim back or pays on it. Cents."""

    id: int
    reason_code: str
    identifier: str
    amount: int
    linked_by: str
    remittance: int | None
    payer: str
    trace_number: str
    effective_date: datetime.date | None
    payment: int
    submission: str = ""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """Cents on an account: debits positive, credits negative."""

    posted_on: datetime.date
    kind: str
    account: str
    line: int | None
    amount: int
    memo: str
    journal: int
    submission: str = ""


def sent_claims(claim_id: int) -> list[SentClaim]:
    """The files that the claim went in, the first one first."""
    rows = (
        TransmittedClaim.select(
            ClaimsTransaction.file_name,
            ClaimsTransaction.interchange_control_number,
            TransmittedClaim.set_control_number,
            Clearinghouse.name,
            ClaimsTransaction.state,
            ClaimsTransaction.acknowledgement,
            ClaimsTransaction.built_at,
            ClaimsTransaction.sent_at,
            ClaimsTransaction.confirmed_at,
            TransmittedClaim.live,
            ClaimsTransaction.message,
        )
        .join(ClaimsTransaction)
        .join(Clearinghouse)
        .where(TransmittedClaim.claim == claim_id)
        .order_by(TransmittedClaim.id)
    )
    return [SentClaim(*row) for row in rows_of(rows)]


def answers_of(claim_id: int) -> list[Answer]:
    """The answers about the claim, and those about what carried it, in their order.

    A file that was refused is there once: as what that meant for the claim.
    """
    columns = (
        ClaimResponse.id,
        ClaimResponse.kind,
        ClaimResponse.level,
        ClaimResponse.accepted,
        ClaimResponse.source,
        ClaimResponse.category,
        ClaimResponse.status,
        ClaimResponse.entity,
        ClaimResponse.text,
        ClaimResponse.words,
        ClaimResponse.note,
        ClaimResponse.received_at,
        IncomingFile.name,
    )
    own = ClaimResponse.select(*columns, ClaimResponse.answer).join(IncomingFile, JOIN.LEFT_OUTER)
    rows = rows_of(own.where(ClaimResponse.claim == claim_id))
    said = {row[-1] for row in rows}
    sent = TransmittedClaim.select(
        TransmittedClaim.claims_transaction, TransmittedClaim.set_control_number
    ).where(TransmittedClaim.claim == claim_id)
    sets = dict(rows_of(sent))
    of_file = (
        ClaimResponse.select(
            *columns, ClaimResponse.claims_transaction, ClaimResponse.set_control_number
        )
        .join(IncomingFile)
        .where(ClaimResponse.claim.is_null(), ClaimResponse.claims_transaction.in_(list(sets)))
    )
    rows += [
        row[:-1]
        for row in rows_of(of_file)
        if row[0] not in said and row[-1] in ("", sets[row[-2]])
    ]
    return [Answer(*row[1:-1]) for row in sorted(rows)]


def remittances_of(claim_id: int) -> list[PaidClaim]:
    """What payers said of the claim, the first one first."""
    rows = (
        Remittance.select(
            Remittance.id,
            Remittance.state,
            Remittance.reason,
            Remittance.status_code,
            Payment.payer_name,
            Payment.trace_number,
            Payment.effective_date,
            Payment.received_at,
            Remittance.charge,
            Remittance.paid,
            Remittance.patient_responsibility,
            Remittance.payer_claim_control_number,
        )
        .join(Payment)
        .where(Remittance.claim == claim_id)
        .order_by(Remittance.id)
    )
    found = {row[0]: PaidClaim(*row) for row in rows_of(rows)}
    keys = list(found)
    lines = (
        RemittanceLine.select(
            RemittanceLine.remittance,
            RemittanceLine.position,
            RemittanceLine.procedure_code,
            RemittanceLine.modifiers,
            RemittanceLine.charge,
            RemittanceLine.allowed,
            RemittanceLine.paid,
        )
        .where(RemittanceLine.remittance.in_(keys))
        .order_by(RemittanceLine.remittance, RemittanceLine.position)
    )
    for remittance, *values in rows_of(lines):
        found[remittance].lines.append(PaidLine(*values))
    reductions = (
        Adjustment.select(
            Adjustment.remittance,
            RemittanceLine.position,
            Adjustment.group_code,
            Adjustment.reason_code,
            Adjustment.amount,
        )
        .join(RemittanceLine, JOIN.LEFT_OUTER, on=(Adjustment.line == RemittanceLine.id))
        .where(Adjustment.remittance.in_(keys))
        .order_by(Adjustment.id)
    )
    for remittance, *values in rows_of(reductions):
        found[remittance].reductions.append(Reduction(*values))
    remarks = Remark.select(Remark.remittance, Remark.code).where(Remark.remittance.in_(keys))
    for remittance, code in rows_of(remarks.order_by(Remark.id)):
        found[remittance].remarks.append(code)
    return list(found.values())


def adjustments_linked_to(claim_id: int) -> list[LinkedAdjustment]:
    """What payers kept back or gave for the claim at the level of the provider."""
    rows = (
        ProviderAdjustment.select(
            ProviderAdjustment.id,
            ProviderAdjustment.reason_code,
            ProviderAdjustment.identifier,
            ProviderAdjustment.amount,
            ProviderAdjustment.linked_by,
            ProviderAdjustment.remittance,
            Payment.payer_name,
            Payment.trace_number,
            Payment.effective_date,
            Payment.id,
        )
        .join(Payment)
        .where(ProviderAdjustment.claim == claim_id)
        .order_by(ProviderAdjustment.id)
    )
    return [LinkedAdjustment(*row) for row in rows_of(rows)]


def ledger_of(claim_id: int) -> list[LedgerEntry]:
    """The entries of the claim, journal after journal."""
    rows = (
        Entry.select(
            Journal.posted_on,
            Journal.kind,
            Entry.account,
            ClaimLine.position,
            Entry.amount,
            Journal.memo,
            Journal.id,
        )
        .join(Journal)
        .join_from(Entry, ClaimLine, JOIN.LEFT_OUTER)
        .where(Entry.claim == claim_id)
        .order_by(Journal.id, Entry.id)
    )
    return [LedgerEntry(*row) for row in rows_of(rows)]
