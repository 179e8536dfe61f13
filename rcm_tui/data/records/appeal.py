"""One appeal with its claim, its documents and what was done; and the appeals of claims."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from peewee import JOIN, Database

from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.records.history import Event, history_of
from rcm_tui.data.snapshot import one_moment
from rcm_tui.data.tables.appeals import Appeal, LetterTemplate
from rcm_tui.data.tables.cases import CaseFile
from rcm_tui.data.tables.claims import Claim
from rcm_tui.data.tables.payers import Payer


@dataclass(frozen=True, slots=True)
class Proof:
    """A kind of document of an appeal; with the name and bytes of its file where it has one."""

    kind: str
    required: bool
    enclosed: bool
    entry: int | None = None
    file_name: str = ""
    size: int = 0


@dataclass(frozen=True, slots=True)
class AppealRecord:
    """An appeal, all that is known of it, and its documents (`proofs`)."""

    appeal: Appeal
    claim: Claim
    payer_name: str
    case: int | None
    case_number: str
    template_name: str
    proofs: list[Proof]
    history: list[Event]


def read_appeal(database: Database, appeal_id: int) -> AppealRecord | None:
    """Reads an appeal; None when it is not there any more."""
    with one_moment(database):
        appeal = (
            Appeal.select(Appeal, Claim, Payer, CaseFile, LetterTemplate)
            .join_from(Appeal, Claim)
            .join_from(Appeal, Payer, JOIN.LEFT_OUTER)
            .join_from(Appeal, CaseFile, JOIN.LEFT_OUTER)
            .join_from(Appeal, LetterTemplate, JOIN.LEFT_OUTER)
            .where(Appeal.id == appeal_id)
            .first()
        )
        if appeal is None:
            return None
        return AppealRecord(
            appeal,
            appeal.claim,
            appeal.payer.name if appeal.payer_id else "",
            appeal.case.id if appeal.case_id else None,
            appeal.case.number if appeal.case_id else "",
            appeal.template.name if appeal.template_id else "",
            proofs_of_appeal(database, appeal_id),
            history_of("appeal", appeal_id),
        )


def proofs_of_appeal(database: Database, appeal_id: int) -> list[Proof]:
    """The documents of an appeal, in the order in which they were asked for. Blocks."""
    return [
        Proof(kind, bool(required), bool(enclosed), entry, name, size)
        for kind, required, enclosed, entry, name, size in read_rows(database, PROOFS, appeal_id)
    ]


PROOFS = (
    "SELECT p.kind, p.required, p.enclosed, p.file_id, COALESCE(t.subject, ''),"
    " COALESCE(s.size, 0) FROM appeal_proof AS p"
    " LEFT JOIN timeline_entry AS t ON t.id = p.file_id"
    " LEFT JOIN stored_file AS s ON s.id = t.file_id WHERE p.appeal_id = ? ORDER BY p.id"
)


@dataclass(frozen=True, slots=True)
class AppealOfClaim:
    """An appeal as its claim or its case shows it. Amounts are cents."""

    id: int
    number: str
    claim_number: str
    level_name: str
    reason: str
    amount: int
    state: str
    outcome: str
    deadline: datetime.date | None
    sent_on: datetime.date | None
    answer_due: datetime.date | None
    answered_on: datetime.date | None
    won: int


COLUMNS = (
    "a.id, a.number, c.number, a.level_name, a.reason, a.amount, a.state, a.outcome, a.deadline,"
    " a.sent_on, a.answer_due, a.answered_on, a.won FROM appeal AS a"
    " JOIN claim AS c ON c.id = a.claim_id"
)


def appeals_of_chain(database: Database, chain: int) -> list[AppealOfClaim]:
    """The appeals of a claim in any of its submissions, the newest first. Blocks."""
    return _read(
        read_rows(database, f"SELECT {COLUMNS} WHERE a.chain = ? ORDER BY a.id DESC", chain)
    )


def appeals_of_case(database: Database, case_id: int) -> list[AppealOfClaim]:
    """The appeals of the claims of a case, also of those begun before it, newest first. Blocks."""
    chains = [
        chain
        for (chain,) in read_rows(
            database, "SELECT chain FROM case_claim WHERE case_id = ?", case_id
        )
    ]
    rows = read_by_keys(database, f"SELECT {COLUMNS} WHERE a.chain IN ({{keys}})", chains)
    return sorted(_read(rows), key=lambda one: -one.id)


def _read(rows: Iterable[tuple[object, ...]]) -> list[AppealOfClaim]:
    found = []
    for row in rows:
        values = list(row)
        for place in range(8, 12):
            iso = values[place]
            values[place] = datetime.date.fromisoformat(str(iso)) if iso else None
        found.append(AppealOfClaim(*values))  # type: ignore[arg-type]
    return found
