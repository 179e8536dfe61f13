"""Snoozing claims: they leave the views that people work from until a day."""

import datetime
from collections.abc import Iterable

from rcm_tui.billing.outcome import Left, Outcome, Refused, counted
from rcm_tui.billing.rights import SNOOZE, needs
from rcm_tui.billing.units import CLAIM
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.spans import spans
from rcm_tui.data.tables.claims import HISTORICAL, INACTIVE, Claim
from rcm_tui.data.work import Work

USUAL_REASONS = (
    "waiting for the payer",
    "waiting for documents",
    "waiting for an authorization",
    "the payer is reprocessing it",
    "waiting for the client",
)
LONGEST_REASON = 200


@needs(SNOOZE, claim_ids=CLAIM)
def snooze_claims(
    work: Work, claim_ids: Iterable[int], until: datetime.date, reason: str = ""
) -> Outcome:
    """Keeps claims out of the work views until a day, on which they are there again.

    `amount` is what was billed. Claims that nobody works on any more are left with the reason.
    Raises Refused when the day is not after today.
    """
    if until <= work.today:
        raise Refused(f"claims are snoozed until a day after today, not {until}")
    outcome = Outcome()
    for key, number, status, billed, _ in _rows(work, claim_ids):
        if status in (HISTORICAL, INACTIVE):
            outcome.left.append(Left(key, number, f"it is {status}: nobody works on it"))
            continue
        outcome.done.append(key)
        outcome.amount += billed
    reason = " ".join(reason.split())[:LONGEST_REASON]
    with work.undoable(f"Snooze {counted(len(outcome.done), 'claim')}", Claim):
        work.set_all(Claim, {"snoozed_until": until, "snooze_reason": reason}, outcome.done)
    if outcome.done:
        work.record("snoozed", "claim", ids=spans(outcome.done), until=until, reason=reason)
    return outcome


@needs(SNOOZE, claim_ids=CLAIM)
def wake_claims(work: Work, claim_ids: Iterable[int]) -> Outcome:
    """Takes snoozed claims back into the work views before their day."""
    outcome = Outcome()
    for key, number, _, billed, until in _rows(work, claim_ids):
        if until is None:
            outcome.left.append(Left(key, number, "it is not snoozed"))
            continue
        outcome.done.append(key)
        outcome.amount += billed
    with work.undoable(f"Wake {counted(len(outcome.done), 'claim')}", Claim):
        work.set_all(Claim, {"snoozed_until": None, "snooze_reason": ""}, outcome.done)
    if outcome.done:
        work.record("woken", "claim", ids=spans(outcome.done))
    return outcome


def _rows(work: Work, claim_ids: Iterable[int]) -> Iterable[tuple[int, str, str, int, str | None]]:
    return read_by_keys(
        work.database,
        "SELECT id, number, status, billed, snoozed_until FROM claim WHERE id IN ({keys})"
        " ORDER BY id",
        sorted(set(claim_ids)),
    )
