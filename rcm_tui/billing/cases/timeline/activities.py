"""Tasks and appointments that are done, and taken up again."""

from collections.abc import Iterable

from rcm_tui.billing.outcome import Left, Outcome, counted
from rcm_tui.billing.rights import WORK_CASES, needs
from rcm_tui.billing.units import ENTRY
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.tables.timeline import ACTIVITIES, TimelineEntry
from rcm_tui.data.work import Work


@needs(WORK_CASES, entry_ids=ENTRY)
def finish(work: Work, entry_ids: Iterable[int]) -> Outcome:
    """Marks tasks and appointments as done; others are left with the reason."""
    return _set(work, entry_ids, True)


@needs(WORK_CASES, entry_ids=ENTRY)
def take_up_again(work: Work, entry_ids: Iterable[int]) -> Outcome:
    """Opens tasks and appointments again that were marked as done."""
    return _set(work, entry_ids, False)


def _set(work: Work, entry_ids: Iterable[int], done: bool) -> Outcome:
    outcome = Outcome()
    for key, kind, subject, done_by, number in read_by_keys(
        work.database,
        "SELECT e.id, e.kind, e.subject, e.done_by, f.number FROM timeline_entry e"
        " JOIN case_file f ON f.id = e.case_id WHERE e.id IN ({keys}) ORDER BY e.id",
        sorted(set(entry_ids)),
    ):
        if kind not in ACTIVITIES:
            outcome.left.append(Left(key, number, f"a {kind} is not a task"))
        elif bool(done_by) == done:
            why = f"{done_by} has done it already" if done else "it is open"
            outcome.left.append(Left(key, f"{number}, {subject}", why))
        else:
            outcome.done.append(key)
            word = "done" if done else "open again"
            work.record(word, "timeline_entry", key, case=number, subject=subject)
    verb = "Mark as done" if done else "Open again"
    with work.undoable(f"{verb}: {counted(len(outcome.done), 'task')}", TimelineEntry):
        by = work.actor.login if done else ""
        work.set_all(
            TimelineEntry, {"done_at": work.now if done else None, "done_by": by}, outcome.done
        )
    return outcome
