"""Opens cases by the practice's rules: follows what was posted, and looks once a day at what ages.

Each payment is worked off for itself and in steps, so that nobody waits long; a worker that is
killed has left whole cases, and the next one opens the rest.
"""

from rcm_tui.billing.cases.rules.due import (
    aged_are_due,
    anything_due,
    look_at_aged,
    look_at_next,
)
from rcm_tui.billing.outcome import Outcome, counted
from rcm_tui.data.actor import WORKER
from rcm_tui.data.fields import dollars
from rcm_tui.jobs.turn import Result, Turn


def open_cases(turn: Turn) -> Result:
    """The job: `items` are the claims that were put into cases."""
    all_of_it = Outcome()
    database = turn.store.database
    while anything_due(database):
        turn.between()
        with turn.store.work(WORKER, turn.clock(), in_steps=True) as work:
            turn.lease.check(work)
            _count(all_of_it, look_at_next(work))
    if aged_are_due(database, turn.store.today(turn.clock())):
        turn.between()
        with turn.store.work(WORKER, turn.clock(), in_steps=True) as work:
            turn.lease.check(work)
            _count(all_of_it, look_at_aged(work))
    if not all_of_it.done:
        return Result()
    cases, claims = counted(len(all_of_it.made), "case"), counted(len(all_of_it.done), "claim")
    money = f"{dollars(all_of_it.amount):,}"
    return Result(
        len(all_of_it.done), f"{cases} opened by rules, {claims} put into cases, {money}."
    )


def _count(whole: Outcome, part: Outcome) -> None:
    whole.done += part.done
    whole.made += part.made
    whole.amount += part.amount
