"""One case with its claims and history, and the cases of one claim."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from peewee import JOIN, Database

from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.queues.claims import STANDING
from rcm_tui.data.records import rows_of
from rcm_tui.data.records.history import Event, history_of
from rcm_tui.data.snapshot import one_moment
from rcm_tui.data.tables.cases import CaseClaim, CaseFile
from rcm_tui.data.tables.clients import Client
from rcm_tui.data.tables.payers import Payer

MOST_CLAIMS = 500
"""So many claims of a case are listed with it; all of them are a queue of their own."""


@dataclass(frozen=True, slots=True)
class ClaimOfCase:
    """A claim of a case as it stands now. Cents; `day` is ISO; `standing` as in its queue."""

    id: int
    number: str
    patient: str
    payer: str
    day: str
    billed: int
    paid: int
    payer_balance: int
    patient_balance: int
    standing: str


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A case and all that belongs to it, read in one go.

    `clocks` are the last days of the open denials of its claims, the earliest first; `kind` is what
    its kind is called, `parent` the number of the case that it is part of.
    """

    case: CaseFile
    payer: str
    patient: str
    claims: list[ClaimOfCase]
    history: list[Event]
    clocks: tuple[datetime.date, ...] = ()
    kind: str = ""
    parent: str = ""

    def next_clock(self, today: datetime.date) -> datetime.date | None:
        """The clock that runs out next; where none runs any more, the last that did."""
        running = [day for day in self.clocks if day >= today]
        return running[0] if running else max(self.clocks, default=None)


@dataclass(frozen=True, slots=True)
class CaseOfClaim:
    """A case in which a claim stands or stood. `claim` is the submission that it was opened for."""

    id: int
    number: str
    subject: str
    stage: str
    owner: str
    follow_up: datetime.date | None
    outstanding: int
    claim: int


def read_case(database: Database, case_id: int) -> CaseRecord | None:
    """Reads a case; None when it is not there any more."""
    with one_moment(database):
        case = (
            CaseFile.select(CaseFile, Payer, Client)
            .join_from(CaseFile, Payer, JOIN.LEFT_OUTER)
            .join_from(CaseFile, Client, JOIN.LEFT_OUTER)
            .where(CaseFile.id == case_id)
            .first()
        )
        if case is None:
            return None
        client = case.client
        names = (client.last_name, client.first_name) if client else ()
        return CaseRecord(
            case=case,
            payer=case.payer.name if case.payer else "",
            patient=", ".join(name for name in names if name),
            claims=_claims(database, case_id),
            history=history_of("case_file", case_id),
            clocks=_clocks(database, case_id),
            kind=case.kind.name if case.kind_id else "",
            parent=case.parent.number if case.parent_id else "",
        )


def _clocks(database: Database, case_id: int) -> tuple[datetime.date, ...]:
    rows = read_rows(
        database,
        "SELECT DISTINCT d.until FROM case_claim AS k JOIN denial AS d ON d.chain = k.chain"
        " WHERE k.case_id = ? AND d.until IS NOT NULL ORDER BY d.until",
        case_id,
    )
    return tuple(datetime.date.fromisoformat(until) for (until,) in rows)


def _claims(database: Database, case_id: int) -> list[ClaimOfCase]:
    """Each claim by its newest submission."""
    rows = read_rows(
        database,
        "SELECT claim.id, claim.number, claim.patient_name, COALESCE(payer.name, ''),"
        " claim.first_service_date, claim.billed, claim.paid, claim.payer_balance,"
        f" claim.patient_balance, {STANDING} FROM case_claim AS k JOIN claim"
        " ON claim.id = (SELECT max(id) FROM claim AS s WHERE s.chain = k.chain)"
        " LEFT JOIN payer ON payer.id = claim.payer_id WHERE k.case_id = ?"
        " ORDER BY claim.first_service_date, claim.id LIMIT ?",
        case_id,
        MOST_CLAIMS,
    )
    return [ClaimOfCase(*row) for row in rows]


def active_cases_of_claims(database: Database, claim_ids: Iterable[int]) -> list[int]:
    """The active cases in which claims stand by any submission, each once. Blocks."""
    rows = read_by_keys(
        database,
        "SELECT k.case_id FROM claim AS c JOIN case_claim AS k ON k.chain = c.chain"
        " WHERE c.id IN ({keys}) AND k.active = 1",
        claim_ids,
    )
    return sorted({row[0] for row in rows})


def claims_of_case(database: Database, case_id: int) -> list[int]:
    """The keys of all claims of a case, each by its newest submission."""
    rows = read_rows(
        database,
        "SELECT max(s.id) FROM case_claim AS k JOIN claim AS s ON s.chain = k.chain"
        " WHERE k.case_id = ? GROUP BY k.chain ORDER BY 1",
        case_id,
    )
    return [row[0] for row in rows]


def open_claims_of_case(database: Database, case_id: int) -> list[int]:
    """The keys of those claims of a case, by any submission of theirs, that a payer still owes."""
    rows = read_rows(
        database,
        "SELECT s.id FROM case_claim AS k JOIN claim AS s ON s.chain = k.chain"
        " WHERE k.case_id = ? AND s.payer_balance > 0",
        case_id,
    )
    return [row[0] for row in rows]


def cases_of_chain(chain: int) -> list[CaseOfClaim]:
    """The cases of a submission chain, the active one first, then the newest."""
    rows = (
        CaseFile.select(
            CaseFile.id,
            CaseFile.number,
            CaseFile.subject,
            CaseFile.stage,
            CaseFile.owner,
            CaseFile.follow_up,
            CaseFile.outstanding,
            CaseClaim.claim,
        )
        .join(CaseClaim, on=(CaseClaim.case == CaseFile.id))
        .where(CaseClaim.chain == chain)
        .order_by(CaseClaim.active.desc(), CaseFile.id.desc())
    )
    return [CaseOfClaim(*row) for row in rows_of(rows)]


def open_cases(
    database: Database, claim_ids: Sequence[int], limit: int
) -> list[tuple[int, str, str, str]]:
    """Open cases to which claims could be added, those of the first claim's payer first.

    Key, number, subject, and payer with owner.
    """
    rows = read_rows(
        database,
        "SELECT f.id, f.number, f.subject, COALESCE(payer.name, ''), f.owner FROM case_file AS f"
        " LEFT JOIN payer ON payer.id = f.payer_id WHERE f.closed_at IS NULL"
        " ORDER BY CASE WHEN f.payer_id = (SELECT payer_id FROM claim WHERE id = ?) THEN 0"
        " ELSE 1 END, f.id DESC LIMIT ?",
        claim_ids[0],
        limit,
    )
    return [
        (key, number, subject, " · ".join(filter(None, (payer, owner))))
        for key, number, subject, payer, owner in rows
    ]


def payer_of_cases(database: Database, case_ids: Iterable[int]) -> str:
    """The name of the payer that some cases have in common; "" where there is no such one."""
    sql = (
        "SELECT DISTINCT COALESCE(payer.name, '') FROM case_file AS f"
        " LEFT JOIN payer ON payer.id = f.payer_id WHERE f.id IN ({keys})"
    )
    names = {row[0] for row in read_by_keys(database, sql, case_ids)}
    return names.pop() if len(names) == 1 else ""


def claims_by_number(database: Database, numbers: Iterable[str]) -> dict[str, int]:
    """The keys of claims by their numbers in capitals; unknown ones are left out."""
    wanted = [number.upper() for number in numbers]
    sql = "SELECT number, id FROM claim WHERE number IN ({keys})"
    return dict(read_by_keys(database, sql, wanted))
