"""What is done next about claims that a payer left open, why, and by when.

Of what the newest standing remittance of a claim denies, the greatest amount speaks; what no row
of the table speaks of comes last. The clock runs from the date of the notice: when the payer made
the remittance, else when its money moved, else when it came in (ours).
"""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from peewee import Database

from rcm_tui.billing.denials.actions import (
    DenialStep,
    clock_days,
    load_denial_steps,
    step_for,
)
from rcm_tui.billing.remittances.standing import Standing, standing_remittances
from rcm_tui.data.bulk import chunked, read_by_keys
from rcm_tui.data.codes.denial_ways import EITHER_CLOCK, LOOK
from rcm_tui.data.codes.treatments import denies

UNPROCESSABLE = "MA130"
"""The remark of a claim that could not be processed: nothing of it was decided."""


@dataclass(frozen=True, slots=True)
class NextStep:
    """What is next for a claim. `amount` are the cents denied for the reason `code` (CO-197).

    `denied` are the cents that the `remittance` denied in all. `step` is None where the practice's
    table says nothing of it. `until` is the last day of its clock, None where none runs.
    """

    claim: int
    code: str
    remarks: tuple[str, ...]
    amount: int
    notice_on: datetime.date
    step: DenialStep | None
    until: datetime.date | None
    remittance: int
    denied: int

    @property
    def unprocessed(self) -> bool:
        """Whether the payer says that it never decided, so that there is nothing to dispute."""
        return UNPROCESSABLE in self.remarks

    @property
    def way(self) -> str:
        """What to do, `LOOK` where the table says nothing."""
        return self.step.way if self.step else LOOK

    @property
    def clock(self) -> str:
        """Whose clock runs; of what the table does not know, the shorter of two (ours)."""
        return self.step.clock if self.step else EITHER_CLOCK

    def days_left(self, today: datetime.date) -> int | None:
        """Days until the clock has run out, negative afterwards; None where none runs."""
        return None if self.until is None else (self.until - today).days


@dataclass(frozen=True, slots=True)
class _Denied:
    remittance: int
    group: str
    reason: str
    amount: int
    remarks: frozenset[str]
    notice_on: str


def next_steps(
    database: Database,
    claim_ids: Iterable[int],
    standing: Mapping[int, Sequence[Standing]] | None = None,
) -> dict[int, NextStep]:
    """Claim → what is next. Claims of which nothing is denied are left out. Blocks.

    `standing` are the standing remittances of the claims, for who has read them already.
    """
    wanted = sorted(set(claim_ids))
    steps = load_denial_steps(database) if wanted else []
    found: dict[int, NextStep] = {}
    for chunk in chunked(wanted):
        said = standing_remittances(database, chunk) if standing is None else standing
        payers = {row[0]: row[1:] for row in read_by_keys(database, PAYERS, chunk)}
        for claim, denied in _denied(database, chunk, said).items():
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
    clock = step.clock if step else EITHER_CLOCK
    days = clock_days(clock, corrected, appeal, filing)
    return NextStep(
        claim,
        f"{one.group}-{one.reason}",
        tuple(sorted(one.remarks)),
        one.amount,
        notice_on,
        step,
        None if days is None else notice_on + datetime.timedelta(days=days),
        one.remittance,
        sum(each.amount for each in denied),
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


def _denied(
    database: Database, claims: list[int], standing: Mapping[int, Sequence[Standing]]
) -> dict[int, list[_Denied]]:
    """Claim → what its newest standing remittance denies."""
    newest = {standing[claim][-1].id: claim for claim in claims if standing.get(claim)}
    remarks: dict[int, set[str]] = defaultdict(set)
    for remittance, code in read_by_keys(
        database, "SELECT remittance_id, code FROM remark WHERE remittance_id IN ({keys})", newest
    ):
        remarks[remittance].add(code)
    found: dict[int, list[_Denied]] = defaultdict(list)
    for remittance, group, reason, amount, notice_on in read_by_keys(database, DENIED, newest):
        codes = frozenset(remarks[remittance])
        said = _Denied(remittance, group, reason, amount, codes, str(notice_on))
        found[newest[remittance]].append(said)
    return found
