"""All that belongs to a case beside its timeline, as a folder has it; read in one go."""

from dataclasses import dataclass, field
from typing import Any, NamedTuple

from peewee import Database

from rcm_tui.data.bulk import read_by_keys, read_rows

MOST = 40
"""So many of each kind are shown; the rest is said as a count (ours)."""


class LineOfCase(NamedTuple):
    """A service line of a claim of the case. Cents; units in thousandths; `day` is ISO."""

    id: int
    claim: int
    position: int
    day: str
    code: str
    modifiers: str
    units: int
    billed: int
    paid: int
    denied: int
    payer_balance: int


class RemittanceOfCase(NamedTuple):
    """What a payer answered on a claim of the case. Cents; `codes` are its adjustments."""

    id: int
    payment: int
    claim: str
    payer: str
    trace: str
    day: str
    charge: int
    paid: int
    state: str


class SentOfCase(NamedTuple):
    """A transmission of a claim of the case, by any submission; moments as the store has them."""

    claim: int
    number: str
    file_name: str
    control_number: int
    state: str
    acknowledgement: str
    at: str


class AnswerOfCase(NamedTuple):
    """What an acknowledgement said of a claim of the case."""

    id: int
    claim: int
    number: str
    kind: str
    accepted: int
    words: str
    text: str
    at: str


class AuthorizationOfCase(NamedTuple):
    """An authorization of the patients of the case at its payers that holds on its days."""

    id: int
    number: str
    status: str
    starts_on: str
    ends_on: str
    patient: str
    payer: str


class PayerOfCase(NamedTuple):
    """A payer of the case's claims, with its clocks in days from the service or the notice."""

    id: int
    name: str
    filing: int
    corrected: int
    appeal: int
    answer: int
    retro: int
    correction_code: str


class Sibling(NamedTuple):
    """Another case of the same patient, or of the same payer and subject. Cents."""

    id: int
    number: str
    subject: str
    stage: str
    owner: str
    outstanding: int
    same_patient: int


@dataclass(frozen=True, slots=True)
class Folder:
    """All of it; each list holds one more than is shown where there are more."""

    lines: list[LineOfCase] = field(default_factory=list)
    remittances: list[RemittanceOfCase] = field(default_factory=list)
    codes: dict[int, str] = field(default_factory=dict)
    """The adjustments and remarks of each remittance, by its key."""
    sent: list[SentOfCase] = field(default_factory=list)
    answers: list[AnswerOfCase] = field(default_factory=list)
    authorizations: list[AuthorizationOfCase] = field(default_factory=list)
    payers: list[PayerOfCase] = field(default_factory=list)
    siblings: list[Sibling] = field(default_factory=list)


def read_folder(database: Database, case_id: int) -> Folder:
    """Reads it. Blocks."""
    remittances = [RemittanceOfCase(*row) for row in _of(database, REMITTANCES, case_id)]
    return Folder(
        lines=[LineOfCase(*row) for row in _of(database, LINES, case_id)],
        remittances=remittances,
        codes=_codes(database, [one.id for one in remittances]),
        sent=[SentOfCase(*row) for row in _of(database, SENT, case_id)],
        answers=[AnswerOfCase(*row) for row in _of(database, ANSWERS, case_id)],
        authorizations=[
            AuthorizationOfCase(*row) for row in read_rows(database, AUTHORIZATIONS, case_id)
        ],
        payers=[PayerOfCase(*row) for row in read_rows(database, PAYERS, case_id)],
        siblings=[
            Sibling(*row) for row in read_rows(database, SIBLINGS, case_id, case_id, MOST + 1)
        ],
    )


def _of(database: Database, sql: str, case_id: int) -> list[Any]:
    return read_rows(database, sql, case_id, MOST + 1)


def _codes(database: Database, remittances: list[int]) -> dict[int, str]:
    found: dict[int, list[str]] = {}
    for key, group, reason in read_by_keys(
        database,
        "SELECT DISTINCT remittance_id, group_code, reason_code FROM adjustment"
        " WHERE remittance_id IN ({keys}) ORDER BY remittance_id, group_code, reason_code",
        remittances,
    ):
        found.setdefault(key, []).append(f"{group}-{reason}")
    for key, code in read_by_keys(
        database,
        "SELECT DISTINCT remittance_id, code FROM remark WHERE remittance_id IN ({keys})"
        " ORDER BY remittance_id, code",
        remittances,
    ):
        found.setdefault(key, []).append(code)
    return {key: " ".join(codes) for key, codes in found.items()}


SUBMISSIONS = "case_claim AS k JOIN claim AS s ON s.chain = k.chain"
NEWEST = (
    "case_claim AS k JOIN claim AS s"
    " ON s.id = (SELECT max(x.id) FROM claim AS x WHERE x.chain = k.chain)"
)
LINES = (
    "SELECT l.id, l.claim_id, l.position, l.first_service_date, l.procedure_code, l.modifiers,"
    " l.units, l.billed, l.paid, l.denied, l.payer_balance"
    f" FROM {NEWEST} JOIN claim_line AS l ON l.claim_id = s.id WHERE k.case_id = ?"
    " ORDER BY s.first_service_date, s.id, l.position LIMIT ?"
)
REMITTANCES = (
    "SELECT r.id, p.id, s.number, p.payer_name, p.trace_number,"
    " COALESCE(p.effective_date, substr(p.received_at, 1, 10)), r.charge, r.paid, r.state"
    f" FROM {SUBMISSIONS} JOIN remittance AS r ON r.claim_id = s.id"
    " JOIN payment AS p ON p.id = r.payment_id WHERE k.case_id = ? ORDER BY r.id DESC LIMIT ?"
)
SENT = (
    "SELECT s.id, s.number, t.file_name, t.interchange_control_number, t.state, t.acknowledgement,"
    f" COALESCE(t.sent_at, t.built_at) FROM {SUBMISSIONS}"
    " JOIN transmitted_claim AS m ON m.claim_id = s.id"
    " JOIN claims_transaction AS t ON t.id = m.claims_transaction_id"
    " WHERE k.case_id = ? ORDER BY m.id DESC LIMIT ?"
)
ANSWERS = (
    "SELECT a.id, s.id, s.number, a.kind, a.accepted, a.words, a.text, a.received_at"
    f" FROM {SUBMISSIONS} JOIN claim_response AS a ON a.claim_id = s.id"
    " WHERE k.case_id = ? ORDER BY a.id DESC LIMIT ?"
)
AUTHORIZATIONS = (
    "SELECT a.id, a.number, a.status, a.starts_on, a.ends_on,"
    " c.last_name || ', ' || c.first_name, p.name"
    ' FROM "authorization" AS a JOIN client AS c ON c.id = a.client_id'
    " JOIN payer AS p ON p.id = a.payer_id WHERE EXISTS (SELECT 1"
    f" FROM {SUBMISSIONS} WHERE k.case_id = ? AND s.client_id = a.client_id"
    " AND s.payer_id = a.payer_id AND a.starts_on <= s.last_service_date"
    " AND a.ends_on >= s.first_service_date) ORDER BY a.starts_on, a.id"
)
PAYERS = (
    "SELECT p.id, p.name, p.filing_days, p.corrected_days, p.appeal_days, p.answer_days,"
    " p.retro_days, p.correction_code FROM payer AS p WHERE p.id IN (SELECT s.payer_id"
    f" FROM {SUBMISSIONS} WHERE k.case_id = ?) ORDER BY p.name"
)
SIBLINGS = (
    "SELECT f.id, f.number, f.subject, f.stage, f.owner, f.outstanding,"
    " CASE WHEN f.client_id = me.client_id THEN 1 ELSE 0 END"
    " FROM case_file AS me JOIN case_file AS f ON f.id <> me.id AND (f.client_id = me.client_id"
    " OR (f.payer_id = me.payer_id AND f.subject = me.subject))"
    " WHERE me.id = ? AND f.id <> ? ORDER BY 7 DESC, f.id DESC LIMIT ?"
)
