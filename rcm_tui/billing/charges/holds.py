"""Holding charge items back with a reason, and letting them go."""

import datetime
from collections.abc import Iterable

from rcm_tui.billing.charges.lifecycle import BILLER, SUBMITTED, refusal
from rcm_tui.billing.charges.recording import refresh_charges
from rcm_tui.billing.outcome import Left, Outcome, Refused, counted
from rcm_tui.billing.rights import HOLD, needs
from rcm_tui.billing.units import CHARGE
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.spans import spans
from rcm_tui.data.tables.charges import NEW, ON_HOLD, ChargeItem
from rcm_tui.data.work import Work

REOPENED = "its session is open again: release it when the practitioner has submitted it"


@needs(HOLD, charge_ids=CHARGE)
def hold_charges(
    work: Work, charge_ids: Iterable[int], reason: str, until: datetime.date | None = None
) -> Outcome:
    """Puts New and Ready to Bill charge items On Hold. `until` is when to look at them again.

    What is on hold already gets the new reason and day. They must go back to New
    (`release_charges`) before they can be approved. Raises Refused without a reason, or when
    `until` has passed.
    """
    if not reason.strip():
        raise Refused("a reason is needed to put charges on hold")
    if until is not None and until < work.today:
        raise Refused(f"the hold cannot end on {until}: that day has passed")
    outcome = Outcome()
    for key, number, status, billed, _ in _items(work, charge_ids):
        _sort(outcome, key, number, billed, refusal(status, ON_HOLD, BILLER))
    held = {"status": ON_HOLD, "hold_reason": reason.strip(), "hold_until": until}
    with work.undoable(f"Hold {counted(len(outcome.done), 'charge')}", ChargeItem):
        work.set_all(ChargeItem, held, outcome.done)
    if outcome.done:
        work.record("charges held", "charge_item", ids=spans(outcome.done), reason=reason.strip())
    return outcome


@needs(HOLD, charge_ids=CHARGE)
def release_charges(work: Work, charge_ids: Iterable[int]) -> Outcome:
    """Takes charge items off hold: they become New again, or Pending Authorization where that is
    what they wait for by now. Others are left with a reason, and so is what a practitioner has
    opened again in the meantime.
    """
    outcome = Outcome()
    for key, number, status, billed, session_status in _items(work, charge_ids):
        reason = f"it is {status}, not {ON_HOLD}" if status != ON_HOLD else ""
        if not reason and session_status != SUBMITTED:
            reason = REOPENED
        _sort(outcome, key, number, billed, reason)
    free = {"status": NEW, "hold_reason": "", "hold_until": None}
    with work.undoable(f"Release {counted(len(outcome.done), 'charge')}", ChargeItem):
        work.set_all(ChargeItem, free, outcome.done)
        refresh_charges(work, outcome.done)
    if outcome.done:
        work.record("charges released", "charge_item", ids=spans(outcome.done))
    return outcome


def _items(work: Work, charge_ids: Iterable[int]) -> Iterable[tuple[int, str, str, int, str]]:
    return read_by_keys(
        work.database,
        "SELECT c.id, c.number, c.status, c.billed, s.status FROM charge_item c"
        " JOIN session s ON s.id = c.session_id WHERE c.id IN ({keys}) ORDER BY c.id",
        sorted(set(charge_ids)),
    )


def _sort(outcome: Outcome, key: int, number: str, billed: int, reason: str) -> None:
    if reason:
        outcome.left.append(Left(key, number, reason))
    else:
        outcome.done.append(key)
        outcome.amount += billed
