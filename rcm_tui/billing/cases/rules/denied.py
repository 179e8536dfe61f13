"""What payers denied, as the rules of cases are asked: claims with the codes of an answer."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from peewee import Database

from rcm_tui.billing.outcome import Left
from rcm_tui.billing.remittances.standing import standing_remittances
from rcm_tui.data.bulk import chunked, read_by_keys
from rcm_tui.data.codes.treatments import denies


@dataclass(frozen=True, slots=True)
class DeniedCode:
    """A reason by which an answer leaves money open: group, CARC, the answer's RARCs, cents."""

    group: str
    reason: str
    remarks: frozenset[str]
    amount: int

    @property
    def words(self) -> str:
        """As people read it: CO-197."""
        return f"{self.group}-{self.reason}"


@dataclass(frozen=True, slots=True)
class DeniedClaim:
    """A claim of which an answer denies something: `codes`, the most money first.

    `outstanding` is in cents. `told_at` is when the answer was posted, as the store writes it.
    """

    id: int
    number: str
    chain: int
    payer: int | None
    business_unit: int
    client: int
    first_service_date: datetime.date
    outstanding: int
    told_at: str
    codes: tuple[DeniedCode, ...]


@dataclass(slots=True)
class Denied:
    """Denied claims that no case has yet, and those that are left, each with the reason."""

    claims: list[DeniedClaim] = field(default_factory=list)
    left: list[Left] = field(default_factory=list)


CLAIM = "id, number, COALESCE(chain, id), payer_id, business_unit_id, client_id, first_service_date"
# States are hidden from the planner, which would read all that is denied.
CLAIMS = (
    f"SELECT {CLAIM}, payer_balance FROM claim WHERE id IN ({{keys}})"
    " AND COALESCE(adjudication, '') IN ('denied', 'partially paid') AND payer_balance > 0"
    " AND COALESCE(status, '') = 'Submitted'"
)
CODES = (
    "SELECT a.remittance_id, a.group_code, a.reason_code, CAST(SUM(a.amount) AS BIGINT)"
    " FROM adjustment AS a WHERE a.remittance_id IN ({keys})"
    f" AND {denies('a')} GROUP BY a.remittance_id, a.group_code, a.reason_code"
    " HAVING SUM(a.amount) > 0"
)
TOLD = (
    "SELECT r.id, COALESCE(p.posted_at, p.received_at) FROM remittance AS r"
    " JOIN payment AS p ON p.id = r.payment_id WHERE r.id IN ({keys})"
)


def denied_claims(database: Database, claim_ids: Iterable[int]) -> Denied:
    """Of some claims those whose newest answer denies, as they stand now. Blocks.

    A claim that stands in an active case is left with the reason, and so is one that stood in a
    case since it was denied: somebody has settled that denial.
    """
    result = Denied()
    for chunk in chunked(sorted(set(claim_ids))):
        rows = {row[0]: row for row in read_by_keys(database, CLAIMS, chunk)}
        newest = {
            claim: standing[-1].id
            for claim, standing in standing_remittances(database, list(rows)).items()
            if standing
        }
        codes = denied_codes(database, newest.values())
        told = dict(read_by_keys(database, TOLD, newest.values()))
        found = [
            denied_claim(rows[claim], rows[claim][7], told[remittance], codes[remittance])
            for claim, remittance in sorted(newest.items())
            if remittance in codes
        ]
        _sort(database, found, result)
    return result


def denied_claim(
    row: Sequence[Any], outstanding: int, told_at: str, codes: tuple[DeniedCode, ...]
) -> DeniedClaim:
    """A claim by the columns `CLAIM` as the rules are asked about it."""
    key, number, chain, payer, unit, client, day, *_ = row
    first = datetime.date.fromisoformat(day)
    return DeniedClaim(key, number, chain, payer, unit, client, first, outstanding, told_at, codes)


def denied_codes(
    database: Database, remittances: Iterable[int]
) -> Mapping[int, tuple[DeniedCode, ...]]:
    """Remittance → the codes by which it denies, the most money first; posted or not yet."""
    wanted = sorted(set(remittances))
    remarks: dict[int, set[str]] = defaultdict(set)
    found: dict[int, list[DeniedCode]] = defaultdict(list)
    rows = list(read_by_keys(database, CODES, wanted))
    denying = {row[0] for row in rows}
    for remittance, code in read_by_keys(
        database, "SELECT remittance_id, code FROM remark WHERE remittance_id IN ({keys})", denying
    ):
        remarks[remittance].add(code)
    for remittance, group, reason, amount in rows:
        code = DeniedCode(group, reason, frozenset(remarks[remittance]), int(amount))
        found[remittance].append(code)
    return {
        remittance: tuple(sorted(codes, key=lambda code: (-code.amount, code.words)))
        for remittance, codes in found.items()
    }


def _sort(database: Database, found: list[DeniedClaim], result: Denied) -> None:
    stood = cases_since(database, found)
    newest = {claim.chain: claim.id for claim in found}
    for claim in found:
        if reason := stood.get(claim.id, ""):
            result.left.append(Left(claim.id, claim.number, reason))
        elif newest[claim.chain] != claim.id:
            reason = "a later submission of it stands for it"
            result.left.append(Left(claim.id, claim.number, reason))
        else:
            result.claims.append(claim)


def cases_since(database: Database, claims: Iterable[DeniedClaim]) -> dict[int, str]:
    """Claim → why no rule opens a case for it: it stands in one, or did since it was denied."""
    wanted = list(claims)
    stood: dict[int, list[tuple[str, bool, str | None]]] = defaultdict(list)
    for chain, number, active, closed_at in read_by_keys(
        database,
        "SELECT k.chain, f.number, k.active, f.closed_at FROM case_claim AS k"
        " JOIN case_file AS f ON f.id = k.case_id WHERE k.chain IN ({keys}) ORDER BY f.id",
        {claim.chain for claim in wanted},
    ):
        stood[chain].append((number, bool(active), closed_at))
    reasons: dict[int, str] = {}
    for claim in wanted:
        for number, active, closed_at in stood.get(claim.chain, ()):
            if active:
                reasons[claim.id] = f"it stands in an active case: {number}"
            elif closed_at is not None and closed_at >= claim.told_at:
                reasons[claim.id] = f"it stood in case {number} since it was denied"
    return reasons
