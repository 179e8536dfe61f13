"""Whether a client came: checking in, cancelling, not showing up, and back to booked."""

from collections.abc import Iterable, Mapping

from rcm_tui.billing.outcome import Left, Outcome, Refused, counted
from rcm_tui.billing.rights import BOOK_VISITS, CHECK_OUT, needs
from rcm_tui.billing.units import VISIT
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.tables.visits import BOOKED, CANCELLED, CHECKED_IN, CHECKED_OUT, NO_SHOW, Visit
from rcm_tui.data.work import Work

FROM: Mapping[str, tuple[str, ...]] = {
    CHECKED_IN: (BOOKED,),
    CANCELLED: (BOOKED, CHECKED_IN),
    NO_SHOW: (BOOKED,),
    BOOKED: (CHECKED_IN, CANCELLED, NO_SHOW),
}
"""What a visit may have been before it becomes so (ours). Checked out ends it."""


@needs(CHECK_OUT, visit_ids=VISIT)
def check_in(work: Work, visit_ids: Iterable[int]) -> Outcome:
    """The clients are here. A visit of a day to come is left."""
    return _move(work, visit_ids, CHECKED_IN, "", "Check in")


@needs(BOOK_VISITS, visit_ids=VISIT)
def cancel_visits(work: Work, visit_ids: Iterable[int], reason: str) -> Outcome:
    """Cancels visits that are not checked out. Raises Refused without a reason."""
    return _move(work, visit_ids, CANCELLED, _given(reason), "Cancel")


@needs(BOOK_VISITS, visit_ids=VISIT)
def note_no_show(work: Work, visit_ids: Iterable[int], reason: str) -> Outcome:
    """The clients did not come. Raises Refused without a reason."""
    return _move(work, visit_ids, NO_SHOW, _given(reason), "Note no-show of")


@needs(BOOK_VISITS, visit_ids=VISIT)
def book_again(work: Work, visit_ids: Iterable[int]) -> Outcome:
    """Back to booked: checked in by mistake, or cancelled and kept after all."""
    return _move(work, visit_ids, BOOKED, "", "Book again")


def _given(reason: str) -> str:
    text = " ".join(reason.split())
    if not text:
        raise Refused("a reason is needed: it is what the next person goes by")
    return text[:200]


def _move(work: Work, visit_ids: Iterable[int], to: str, reason: str, verb: str) -> Outcome:
    outcome = Outcome()
    today = work.today.isoformat()
    for key, number, status, day in read_by_keys(
        work.database,
        "SELECT id, number, status, visit_on FROM visit WHERE id IN ({keys}) ORDER BY id",
        sorted(set(visit_ids)),
    ):
        if status not in FROM[to]:
            outcome.left.append(Left(key, number, _why(status, to)))
        elif to in (CHECKED_IN, NO_SHOW) and day > today:
            outcome.left.append(Left(key, number, f"it is on {day}, which is still to come"))
        else:
            outcome.done.append(key)
    with work.undoable(f"{verb} {counted(len(outcome.done), 'visit')}", Visit):
        work.set_all(Visit, {"status": to, "reason": reason}, outcome.done)
        for key in outcome.done:
            work.record("visit status", "visit", key, to=to, reason=reason)
    return outcome


def _why(status: str, to: str) -> str:
    if status == to:
        return f"it is {status} already"
    if status == CHECKED_OUT:
        return "it is checked out: take that back (u) first"
    return f"it is {status}, not {' or '.join(FROM[to])}"
