"""One claim with all that belongs to it: lines, findings, submissions, money, history."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from peewee import JOIN, Database

from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.records import rows_of
from rcm_tui.data.records.case import CaseOfClaim, cases_of_chain
from rcm_tui.data.records.history import Event, history_of
from rcm_tui.data.records.payers_in_turn import PayerInTurn, next_payer, payers_in_turn
from rcm_tui.data.records.submission import (
    Answer,
    LedgerEntry,
    LinkedAdjustment,
    PaidClaim,
    SentClaim,
    adjustments_linked_to,
    answers_of,
    ledger_of,
    remittances_of,
    sent_claims,
)
from rcm_tui.data.snapshot import one_moment
from rcm_tui.data.tables.claims import Claim, ClaimLine, ClaimValidation
from rcm_tui.data.tables.clients import Client, Coverage
from rcm_tui.data.tables.payers import Payer
from rcm_tui.data.tables.practice import BusinessUnit, Location, Practitioner
from rcm_tui.data.tables.remittances import Remittance


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
            sent=sent_claims(claim_id),
            answers=answers_of(claim_id),
            remittances=remittances_of(claim_id),
            provider_adjustments=adjustments_linked_to(claim_id),
            ledger=ledger_of(claim_id),
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
        of_all(sent_claims),
        of_all(answers_of),
        sorted(of_all(remittances_of), key=lambda one: one.id),
        sorted(of_all(adjustments_linked_to), key=lambda one: one.id),
        sorted(of_all(ledger_of), key=lambda one: one.journal),
    )


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
