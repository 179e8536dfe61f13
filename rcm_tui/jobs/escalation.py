"""Escalates cases: what the rules that are in force raise, every hour."""

from rcm_tui.billing.cases.escalation import active_rules, escalate
from rcm_tui.billing.outcome import counted
from rcm_tui.data.actor import WORKER
from rcm_tui.data.fields import dollars
from rcm_tui.jobs.turn import Result, Turn


def escalate_cases(turn: Turn) -> Result:
    """The job: one unit of work for all that is due; nothing at all where no rule is in force."""
    if not active_rules(turn.store.database):
        return Result()
    turn.between()
    with turn.store.work(WORKER, turn.clock()) as work:
        turn.lease.check(work)
        outcome = escalate(work)
    if not outcome.done:
        return Result()
    what = counted(len(outcome.done), "case")
    return Result(len(outcome.done), f"{what} escalated, {dollars(outcome.amount):,} outstanding.")
