"""Why a denial stands where it stands, what is done about it, and which clocks run."""

import datetime
from dataclasses import dataclass

from peewee import Database

from rcm_tui.billing.appeals.grounds import grounds_of
from rcm_tui.billing.denials.next_steps import NextStep, next_steps
from rcm_tui.billing.denials.triage import Score, score
from rcm_tui.data.bulk import read_rows
from rcm_tui.data.codes.denial_ways import FIRST_CLAIM

LOOKED_BACK = 365
"""Days for which what was denied before is counted."""


@dataclass(frozen=True, slots=True)
class Deadline:
    """A clock of a payer that runs from a notice: what it is for, and its last day."""

    what: str
    until: datetime.date

    def days_left(self, today: datetime.date) -> int:
        """Days until it has run out, negative afterwards."""
        return (self.until - today).days


@dataclass(frozen=True, slots=True)
class DeniedBefore:
    """Claim lines that a payer denied for a reason since a day, and how many it paid later."""

    denied: int
    overturned: int


@dataclass(frozen=True, slots=True)
class Explained:
    """All that decides on an open denial; `open_amount` in cents.

    `correction_code` is what the payer wants of corrections, `number` its claim control number.
    `before` are lines denied by this payer for this reason within a year.
    """

    step: NextStep
    score: Score
    open_amount: int
    payer: str
    correction_code: str
    number: str
    deadlines: tuple[Deadline, ...]
    why_no_appeal: str
    before: DeniedBefore


def explain_denial(database: Database, claim_id: int, today: datetime.date) -> Explained | None:
    """Explains what is open and denied of a claim; None where nothing is. Blocks."""
    step = next_steps(database, [claim_id]).get(claim_id)
    if step is None:
        return None
    ((balance, payer, name, corrected, filing, code, number),) = read_rows(
        database,
        "SELECT c.payer_balance, c.payer_id, COALESCE(p.name, ''), COALESCE(p.corrected_days, 0),"
        " COALESCE(p.filing_days, 0), COALESCE(p.correction_code, ''),"
        " c.payer_claim_control_number FROM claim AS c LEFT JOIN payer AS p ON p.id = c.payer_id"
        " WHERE c.id = ?",
        claim_id,
    )
    open_amount = min(step.denied, balance)
    grounds = grounds_of(database, [claim_id], today)
    clocks = [Deadline("corrected claim", step.notice_on + datetime.timedelta(days=corrected))]
    if step.clock == FIRST_CLAIM:
        clocks = [Deadline("new claim", step.notice_on + datetime.timedelta(days=filing))]
    clocks += [Deadline(ground.level.name, ground.deadline) for ground in grounds.taken]
    return Explained(
        step,
        score(step.notice_on, step.until, step.clock, open_amount, step.way),
        open_amount,
        name,
        code,
        number,
        tuple(clocks),
        next((left.reason for left in grounds.left), ""),
        _before(database, payer, step.code, today),
    )


def _before(database: Database, payer: int | None, code: str, today: datetime.date) -> DeniedBefore:
    since = (today - datetime.timedelta(days=LOOKED_BACK)).isoformat()[:7]
    ((denied, overturned),) = read_rows(
        database,
        "SELECT CAST(COALESCE(SUM(ever), 0) AS BIGINT), CAST(COALESCE(SUM(overturned), 0) AS"
        " BIGINT) FROM denial_history WHERE payer_id = ? AND reason = ? AND month >= ?",
        payer,
        code,
        since,
    )
    return DeniedBefore(denied, overturned)
