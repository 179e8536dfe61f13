"""Holding charge items back with a reason, and letting them go."""

import datetime
from collections.abc import Iterable

from rcm_tui.billing.outcome import Left, Outcome, Refused, counted
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.spans import spans
from rcm_tui.data.tables.charges import NEW, ON_HOLD, READY_TO_BILL, ChargeItem
from rcm_tui.data.work import Work


def hold_charges(
    work: Work, charge_ids: Iterable[int], reason: str, until: datetime.date | None = None
) -> Outcome:
    """Puts New and Ready to Bill charge items On Hold. `until` is when to look at them again.

    They must go back to New (`release_charges`) before they can be approved. Raises Refused
    without a reason, or when `until` has passed.
    """
    if not reason.strip():
        raise Refused("a reason is needed to put charges on hold")
    if until is not None and until < work.today:
        raise Refused(f"the hold cannot end on {until}: that day has passed")
    with work.undoable("Hold charges", ChargeItem) as action:
        outcome = _move(work, charge_ids, (NEW, READY_TO_BILL), ON_HOLD, reason.strip(), until)
        action.title = f"Hold {counted(len(outcome.done), 'charge')}"
    if outcome.done:
        work.record("charges held", "charge_item", ids=spans(outcome.done), reason=reason.strip())
    return outcome


def release_charges(work: Work, charge_ids: Iterable[int]) -> Outcome:
    """Takes charge items off hold: they become New again. Others are left with a reason."""
    with work.undoable("Release charges", ChargeItem) as action:
        outcome = _move(work, charge_ids, (ON_HOLD,), NEW, "", None)
        action.title = f"Release {counted(len(outcome.done), 'charge')}"
    if outcome.done:
        work.record("charges released", "charge_item", ids=spans(outcome.done))
    return outcome


def _move(
    work: Work,
    charge_ids: Iterable[int],
    sources: tuple[str, ...],
    target: str,
    reason: str,
    until: datetime.date | None,
) -> Outcome:
    outcome = Outcome()
    for key, number, status, billed in read_by_keys(
        work.database,
        "SELECT id, number, status, billed FROM charge_item WHERE id IN ({keys}) ORDER BY id",
        sorted(set(charge_ids)),
    ):
        if status in sources:
            outcome.done.append(key)
            outcome.amount += billed
        else:
            outcome.left.append(Left(key, number, f"it is {status}, not {' or '.join(sources)}"))
    moved = {"status": target, "hold_reason": reason, "hold_until": until}
    work.set_all(ChargeItem, moved, outcome.done)
    return outcome
