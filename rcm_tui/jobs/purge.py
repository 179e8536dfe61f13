"""Once a day, lets go what the practice's policies no longer keep. Without one that is switched
on, nothing is done."""

from rcm_tui.billing.outcome import Refused, counted
from rcm_tui.billing.purging.purging import (
    active_policies,
    begin_run,
    end_run,
    purge_step,
    remove_purged,
)
from rcm_tui.data.actor import WORKER
from rcm_tui.data.store_database import StoreError
from rcm_tui.jobs.turn import Result, Turn


def purge(turn: Turn) -> Result:
    """The job: `items` are the contents that went, over all policies."""
    result, told = Result(), []
    for policy in active_policies(turn.store.database):
        with turn.store.work(WORKER, turn.clock()) as work:
            turn.lease.check(work)
            run_id = begin_run(work, policy)
        try:
            _step_by_step(turn, run_id)
        except Refused as error:
            result.problems.append(f"{error}.")
        with turn.store.work(WORKER, turn.clock()) as work:
            turn.lease.check(work)
            run = end_run(work, run_id)
        result.items += run.things
        if run.things or run.held:
            held = f", {run.held:,} kept by holds" if run.held else ""
            told.append(f"{run.policy.kept} {run.things:,} ({run.bytes / 1e6:,.1f} MB){held}")
    _remove(turn, result)
    if told:
        result.message = f"{counted(result.items, 'content')} let go: {'; '.join(told)}."
    return result


def _step_by_step(turn: Turn, run_id: int) -> None:
    went = 1
    while went:
        turn.between()
        with turn.store.work(WORKER, turn.clock()) as work:
            turn.lease.check(work)
            went = purge_step(work, run_id)


def _remove(turn: Turn, result: Result) -> None:
    try:
        remove_purged(turn.store.database, turn.store.files)
    except StoreError:
        return  # without a folder there are no files
    except OSError as error:
        result.problems.append(f"Files that were let go are there still: {error.strerror}.")
