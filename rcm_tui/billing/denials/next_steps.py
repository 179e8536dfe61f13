"""What is done next about claims that a payer left open, why, and by when.

Of what the newest standing remittance of a claim denies, the greatest amount speaks; what no row
of the table speaks of comes last. The clock runs from the date of the notice: when the payer made
the remittance, else when its money moved, else when it came in (ours).
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from peewee import Database

from rcm_tui.billing.denials.actions import DenialStep, load_denial_steps, step_for
from rcm_tui.billing.remittances.standing import standing_remittances
from rcm_tui.data.bulk import chunked, read_by_keys
from rcm_tui.data.codes.treatments import denies


@dataclass(frozen=True, slots=True)
class NextStep:
    """What is next for a claim. `amount` are the cents denied for the reason `code` (CO-197).

    `step` is None where the practice's table says nothing of it. `until` is the last day of its
    clock, None where none runs.
    """

    claim: int
    code: str
    remarks: tuple[str, ...]
    amount: int
    notice_on: datetime.date
    step: DenialStep | None
    until: datetime.date | None

    def days_left(self, today: datetime.date) -> int | None:
        """Days until the clock has run out, negative afterwards; None where none runs."""
        return None if self.until is None else (self.until - today).days


@dataclass(frozen=True, slots=True)
class _Denied:
    group: str
    reason: str
    amount: int
    remarks: frozenset[str]
    notice_on: str


def next_steps(database: Database, claim_ids: Iterable[int]) -> dict[int, NextStep]:
    """Claim → what is next. Claims of which nothing is denied are left out. Blocks."""
    steps = load_denial_steps(database)
    found: dict[int, NextStep] = {}
    for chunk in chunked(sorted(set(claim_ids))):
        payers = {row[0]: row[1:] for row in read_by_keys(database, PAYERS, chunk)}
        for claim, denied in _denied(database, chunk).items():
            payer, *days = payers[claim]
            found[claim] = _next(claim, denied, steps, payer, *days)
    return found


def _next(
    claim: int,
    denied: list[_Denied],
    steps: list[DenialStep],
    payer: int | None,
    corrected: int,
    appeal: int,
    filing: int,
) -> NextStep:
    said = [(step_for(steps, payer, one.group, one.reason, one.remarks), one) for one in denied]
    step, one = max(said, key=lambda pair: (pair[0] is not None, pair[1].amount))
    notice_on = datetime.date.fromisoformat(one.notice_on[:10])
    days = step.days(corrected, appeal, filing) if step else None
    return NextStep(
        claim,
        f"{one.group}-{one.reason}",
        tuple(sorted(one.remarks)),
        one.amount,
        notice_on,
        step,
        None if days is None else notice_on + datetime.timedelta(days=days),
    )


PAYERS = (
    "SELECT c.id, c.payer_id, COALESCE(p.corrected_days, 0), COALESCE(p.appeal_days, 0),"
    " COALESCE(p.filing_days, 0) FROM claim AS c LEFT JOIN payer AS p ON p.id = c.payer_id"
    " WHERE c.id IN ({keys})"
)
DENIED = (
    "SELECT r.id, a.group_code, a.reason_code, CAST(SUM(a.amount) AS BIGINT),"
    " COALESCE(p.production_date, p.effective_date, p.received_at)"
    " FROM adjustment AS a JOIN remittance AS r ON r.id = a.remittance_id"
    " JOIN payment AS p ON p.id = r.payment_id"
    f" WHERE r.id IN ({{keys}}) AND {denies('a')}"
    " GROUP BY r.id, a.group_code, a.reason_code, p.production_date, p.effective_date,"
    " p.received_at HAVING SUM(a.amount) > 0 ORDER BY r.id, a.group_code, a.reason_code"
)


def _denied(database: Database, claims: list[int]) -> dict[int, list[_Denied]]:
    """Claim → what its newest standing remittance denies."""
    newest = {
        standing[-1].id: claim
        for claim, standing in standing_remittances(database, claims).items()
        if standing
    }
    remarks: dict[int, set[str]] = defaultdict(set)
    for remittance, code in read_by_keys(
        database, "SELECT remittance_id, code FROM remark WHERE remittance_id IN ({keys})", newest
    ):
        remarks[remittance].add(code)
    found: dict[int, list[_Denied]] = defaultdict(list)
    for remittance, group, reason, amount, notice_on in read_by_keys(database, DENIED, newest):
        said = _Denied(group, reason, amount, frozenset(remarks[remittance]), str(notice_on))
        found[newest[remittance]].append(said)
    return found
