"""Approving charges: New items become Ready to Bill, unless they would be billed twice."""

import datetime
from array import array
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from peewee import Database

from rcm_tui.billing.charges.duplicates import Twin, find_twins
from rcm_tui.billing.charges.lifecycle import APPROVAL, refusal
from rcm_tui.billing.charges.overlaps import find_overlaps
from rcm_tui.billing.charges.qualified import NOT_QUALIFIED, unqualified
from rcm_tui.billing.charges.selection import Chosen, own_part
from rcm_tui.billing.outcome import Left, Outcome, Progress, counted, go_on
from rcm_tui.billing.rights import APPROVE, needs
from rcm_tui.data.bulk import read_numbers
from rcm_tui.data.spans import spans
from rcm_tui.data.tables.charges import NEW, READY_TO_BILL, ChargeItem
from rcm_tui.data.work import Work

NOT_SUBMITTED = "the session is not submitted"
NO_UNITS = "no billable units"
NO_PRICE = "no fee for the service"
STEP = 2000


@dataclass(slots=True)
class ApprovalChoice:
    """What to approve: a date range, business units, single items (None: no limit)."""

    from_date: datetime.date | None = None
    to_date: datetime.date | None = None
    business_units: Iterable[int] | None = None
    charge_items: Iterable[int] | None = None
    leave_duplicates: bool = True

    def chosen(self) -> Chosen:
        """The same choice, as a selection of charge items."""
        return Chosen(self.from_date, self.to_date, self.business_units, self.charge_items)


@dataclass(slots=True)
class ApprovalPreview:
    """What approval would do. Amounts in cents; `left` counts the items that stay, by reason.

    `warnings` counts items that would be approved although something looks wrong, by what.
    """

    new_count: int = 0
    new_amount: int = 0
    approved_count: int = 0
    approved_amount: int = 0
    left: dict[str, int] = field(default_factory=dict)
    warnings: dict[str, int] = field(default_factory=dict)


@dataclass(slots=True)
class ApprovalOutcome(Outcome):
    """What approval did; `warnings` names approved items whose sessions overlap others."""

    warnings: list[Left] = field(default_factory=list)


class _New(NamedTuple):
    id: int
    number: str
    day: str
    units: int
    billed: int
    duplicate_of: int | None
    session_status: str
    twin: Twin | None
    lacks: str
    reason: str


def preview_approval(database: Database, choice: ApprovalChoice) -> ApprovalPreview:
    """Counts what `approve_charges` would do now, and changes nothing."""
    items = _examine(database, choice)
    approved = [item for item in items if not item.reason]
    overlaps = find_overlaps(
        database, (item.id for item in approved), {item.day for item in approved}
    )
    warned = {(overlap.charge, overlap.who) for overlap in overlaps}
    return ApprovalPreview(
        new_count=len(items),
        new_amount=sum(item.billed for item in items),
        approved_count=len(approved),
        approved_amount=sum(item.billed for item in approved),
        left=dict(Counter(item.reason for item in items if item.reason)),
        warnings=dict(Counter(_overlap_text(who) for _, who in warned)),
    )


@needs(APPROVE)
def approve_charges(
    work: Work, choice: ApprovalChoice, progress: Progress | None = None
) -> ApprovalOutcome:
    """Makes New charge items Ready to Bill. `done` are the approved ones, `amount` their cents.

    An item stays New, linked to its twin, when `leave_duplicates` is on and the twin is billed or
    not yet submitted (`duplicates.py`); it also stays when its session is not submitted, or when
    its practitioner lacks what the benefit asks of who holds the session, or it has no units or no
    price (ours). Items chosen by key that are not New are left with a
    reason. Approving twice changes nothing. Done in steps: when `progress` stops it the items
    that were not reached are left untouched.
    """
    choice, left = own_part(work, choice)
    with work.undoable("Approve charges", ChargeItem) as action:
        outcome = _approve(work, choice, progress)
        outcome.left += left
        action.title = f"Approve {counted(len(outcome.done), 'charge')}"
        action.worth_undoing = bool(outcome.done)
    return outcome


def _approve(work: Work, choice: ApprovalChoice, progress: Progress | None) -> ApprovalOutcome:
    outcome = ApprovalOutcome()
    wanted = _wanted(work.database, choice)
    days: set[str] = set()
    for start in range(0, len(wanted), STEP):
        if not go_on(work, progress, start, len(wanted)):
            outcome.stop(read_numbers(work.database, ChargeItem, wanted[start:]).items())
            break
        step = replace(choice, charge_items=wanted[start : start + STEP])
        for item in _approve_step(work, step, outcome):
            outcome.done.append(item.id)
            outcome.amount += item.billed
            days.add(item.day)
    outcome.warnings = [
        Left(
            overlap.charge,
            overlap.number,
            f"{_overlap_text(overlap.who)} ({overlap.other_number})",
        )
        for overlap in find_overlaps(work.database, outcome.done, days)
    ]
    return outcome


def _wanted(database: Database, choice: ApprovalChoice) -> "array[int]":
    """Keys of the New items that are meant; of those chosen by key, whatever they are."""
    rows = choice.chosen().stream(
        database,
        "SELECT c.id FROM charge_item c WHERE {chosen} ORDER BY c.date_of_service, c.id",
        *([NEW] if choice.charge_items is None else []),
    )
    return array("q", (key for (key,) in rows))


def _approve_step(work: Work, choice: ApprovalChoice, outcome: ApprovalOutcome) -> list[_New]:
    """Approves the items of one step, which may have changed since they were chosen."""
    items = _examine(work.database, choice)
    approved = [item for item in items if not item.reason]
    outcome.left += [Left(item.id, item.number, _sentence(item)) for item in items if item.reason]
    outcome.left += _left_by_status(work.database, choice)
    keys = [item.id for item in approved]
    _make_ready(work, keys)
    _link_twins(work, items)
    if approved:
        work.record(
            "charges approved",
            "charge_item",
            old=NEW,
            new=READY_TO_BILL,
            ids=spans(keys),
            billed=sum(item.billed for item in approved),
        )
    return approved


def _examine(database: Database, choice: ApprovalChoice) -> list[_New]:
    chosen = choice.chosen()
    twins = find_twins(database, chosen)
    lacking = unqualified(database, chosen, NEW)
    items = []
    for key, number, day, units, billed, duplicate_of, session_status in chosen.read(
        database,
        "SELECT c.id, c.number, c.date_of_service, c.units, c.billed, c.duplicate_of_id, s.status"
        " FROM charge_item c JOIN session s ON s.id = c.session_id"
        " WHERE {chosen} ORDER BY c.date_of_service, c.id",
        NEW,
    ):
        twin, lacks = twins.get(key), lacking.get(key, "")
        counted_twin = twin if choice.leave_duplicates else None
        reason = _reason(session_status, units, billed, counted_twin, lacks)
        items.append(
            _New(key, number, day, units, billed, duplicate_of, session_status, twin, lacks, reason)
        )
    return items


def _reason(session_status: str, units: int, billed: int, twin: Twin | None, lacks: str) -> str:
    if session_status != "submitted":
        return NOT_SUBMITTED
    if twin is not None:
        return twin.reason
    if lacks:
        return NOT_QUALIFIED
    if units <= 0:
        return NO_UNITS
    if billed <= 0:
        return NO_PRICE
    return ""


def _sentence(item: _New) -> str:
    if item.twin is not None and item.reason == item.twin.reason:
        return f"{item.reason}: {item.twin.number} is {item.twin.status}"
    if item.reason == NOT_SUBMITTED:
        return f"{item.reason}: it is {item.session_status}"
    if item.reason == NOT_QUALIFIED:
        return f"{item.reason}: {item.lacks}"
    if item.reason == NO_PRICE:
        return (
            f"{item.reason}: add one for its payer, code and date, which prices it as it is saved"
        )
    return f"{item.reason}: too short for the benefit's unit or minimum"


def _overlap_text(who: str) -> str:
    return f"the {who} has another session at the same time"


def _make_ready(work: Work, keys: list[int]) -> None:
    ready = {"status": READY_TO_BILL, "hold_reason": "", "hold_until": None}
    work.set_all(ChargeItem, ready, keys)


def _link_twins(work: Work, items: list[_New]) -> None:
    """Points every item at its twin of today, and no longer at one that is none any more."""
    changed = [
        (item.twin.id if item.twin else None, item.id)
        for item in items
        if item.duplicate_of != (item.twin.id if item.twin else None)
    ]
    work.update(ChargeItem, ["duplicate_of"], changed)
    if changed:
        work.record(
            "twins linked", "charge_item", charges={str(key): twin for twin, key in changed}
        )


def _left_by_status(database: Database, choice: ApprovalChoice) -> list[Left]:
    """What was chosen by key but is not New: nobody should have to guess why it was passed over."""
    return [
        Left(key, number, refusal(status, READY_TO_BILL, APPROVAL))
        for key, number, status in choice.chosen().read(
            database,
            "SELECT c.id, c.number, c.status FROM charge_item c WHERE {chosen} ORDER BY c.id",
        )
        if status not in (NEW, READY_TO_BILL)
    ]
