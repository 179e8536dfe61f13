"""One claim with all that belongs to it: lines, findings, submissions, money, history."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, fields, replace
from typing import Any

from peewee import JOIN, Database

from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.records import rows_of
from rcm_tui.data.records.case import CaseOfClaim, cases_of_chain
from rcm_tui.data.records.history import Event, history_of
from rcm_tui.data.records.payers_in_turn import PayerInTurn, next_payer, payers_in_turn
from rcm_tui.data.snapshot import one_moment
from rcm_tui.data.tables.claims import Claim, ClaimLine, ClaimValidation
from rcm_tui.data.tables.clients import Client, Coverage
from rcm_tui.data.tables.exchange import (
    ClaimResponse,
    ClaimsTransaction,
    IncomingFile,
    TransmittedClaim,
)
from rcm_tui.data.tables.ledger import Entry, Journal
from rcm_tui.data.tables.payers import Clearinghouse, Payer
from rcm_tui.data.tables.practice import BusinessUnit, Location, Practitioner
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


@dataclass(frozen=True, slots=True)
class Version:
    """One submission of the claim's chain, with what came of it. Cents."""

    id: int
    number: str
    frequency: str
    status: str
    acknowledgement: str
    adjudication: str
    payer: str | None
    created_at: datetime.datetime
    submitted_at: datetime.datetime | None
    answered_at: datetime.datetime | None
    original_reference: str
    payer_claim_control_number: str
    billed: int
    paid: int
    payer_balance: int
    patient_balance: int


@dataclass(frozen=True, slots=True)
class WholeChain:
    """What all submissions of a chain have together; each thing says which one's it is."""

    sent: list[SentClaim]
    answers: list[Answer]
    remittances: list[PaidClaim]
    provider_adjustments: list[LinkedAdjustment]
    ledger: list[LedgerEntry]


@dataclass(frozen=True, slots=True)
class ClaimRecord:
    """A claim and all that belongs to it, read in one go."""

    claim: Claim
    client: Client
    payer: Payer | None
    coverage: Coverage | None
    unit: BusinessUnit
    rendering: Practitioner | None
    referring: Practitioner | None
    facility: Location | None
    lines: list[ClaimLine]
    validations: list[ClaimValidation]
    sent: list[SentClaim]
    answers: list[Answer]
    remittances: list[PaidClaim]
    provider_adjustments: list[LinkedAdjustment]
    ledger: list[LedgerEntry]
    history: list[Event]
    versions: list[Version]
    cases: list[CaseOfClaim]
    payers: list[PayerInTurn]
    next_payer: str
    chain: WholeChain | None = None
    """Of a claim that was submitted more than once."""

    def of_all_submissions(self) -> ClaimRecord:
        """The record with what all submissions of its chain have, instead of its own alone."""
        if self.chain is None:
            return self
        return replace(
            self, **{one.name: getattr(self.chain, one.name) for one in fields(self.chain)}
        )


def read_claim(database: Database, claim_id: int) -> ClaimRecord | None:
    """Reads a claim; None when it is not there any more."""
    with one_moment(database):
        claim = (
            Claim.select(Claim, Client, Payer, Coverage, BusinessUnit, Location)
            .join_from(Claim, Client)
            .join_from(Claim, Payer, JOIN.LEFT_OUTER)
            .join_from(Claim, Coverage, JOIN.LEFT_OUTER)
            .join_from(Claim, BusinessUnit)
            .join_from(Claim, Location, JOIN.LEFT_OUTER)
            .where(Claim.id == claim_id)
            .first()
        )
        if claim is None:
            return None
        versions = _versions(claim)
        return ClaimRecord(
            claim=claim,
            client=claim.client,
            payer=claim.payer,
            coverage=claim.coverage,
            unit=claim.business_unit,
            rendering=claim.rendering,
            referring=claim.referring,
            facility=claim.facility,
            lines=list(
                ClaimLine.select().where(ClaimLine.claim == claim_id).order_by(ClaimLine.position)
            ),
            validations=list(
                ClaimValidation.select()
                .where(ClaimValidation.claim == claim_id)
                .order_by(ClaimValidation.severity, ClaimValidation.id)
            ),
            sent=_sent(claim_id),
            answers=_answers(claim_id),
            remittances=_remittances(claim_id),
            provider_adjustments=_provider_adjustments(claim_id),
            ledger=_ledger(claim_id),
            history=history_of("claim", claim_id),
            versions=versions,
            cases=cases_of_chain(claim.chain or claim.id),
            payers=payers_in_turn(claim),
            next_payer=next_payer(claim),
            chain=_whole_chain(versions) if len(versions) > 1 else None,
        )


def _whole_chain(versions: Sequence[Version]) -> WholeChain:
    def of_all(read: Callable[[int], Sequence[Any]]) -> list[Any]:
        return [
            replace(one, submission=version.number)
            for version in versions
            for one in read(version.id)
        ]

    return WholeChain(
        of_all(_sent),
        of_all(_answers),
        sorted(of_all(_remittances), key=lambda one: one.id),
        sorted(of_all(_provider_adjustments), key=lambda one: one.id),
        sorted(of_all(_ledger), key=lambda one: one.journal),
    )


def _sent(claim_id: int) -> list[SentClaim]:
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


def _answers(claim_id: int) -> list[Answer]:
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


def _remittances(claim_id: int) -> list[PaidClaim]:
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


def _provider_adjustments(claim_id: int) -> list[LinkedAdjustment]:
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


def _ledger(claim_id: int) -> list[LedgerEntry]:
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


def _versions(claim: Claim) -> list[Version]:
    rows = (
        Claim.select(
            Claim.id,
            Claim.number,
            Claim.frequency,
            Claim.status,
            Claim.acknowledgement,
            Claim.adjudication,
            Payer.name,
            Claim.created_at,
            Claim.submitted_at,
            Claim.answered_at,
            Claim.original_reference,
            Claim.payer_claim_control_number,
            Claim.billed,
            Claim.paid,
            Claim.payer_balance,
            Claim.patient_balance,
        )
        .join(Payer, JOIN.LEFT_OUTER)
        .where(Claim.chain == (claim.chain or claim.id))
        .order_by(Claim.id)
    )
    return [Version(*row) for row in rows_of(rows)]


def claim_of_remittance(database: Database, remittance_id: int) -> int | None:
    """The key of the claim that a remittance is for; None for an orphan."""
    rows = rows_of(Remittance.select(Remittance.claim).where(Remittance.id == remittance_id))
    return rows[0][0] if rows else None


def claims_of_lines(database: Database, line_ids: Iterable[int]) -> tuple[list[int], int]:
    """The keys of the claims that lines are of, each once, and what these bill in cents."""
    rows = read_by_keys(
        database,
        "SELECT DISTINCT claim.id, claim.billed FROM claim_line AS line"
        " JOIN claim ON claim.id = line.claim_id WHERE line.id IN ({keys})",
        line_ids,
    )
    claims = dict[int, int](rows)
    return sorted(claims), sum(claims.values())
