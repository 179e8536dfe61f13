"""The stages of a case: New, In Progress, Awaiting Payment; resolved or cancelled at any point."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from rcm_tui.billing.cases.claims import active_cases
from rcm_tui.billing.cases.closing import why_not_closed, why_not_taken_up
from rcm_tui.billing.cases.escalation import forget_escalations
from rcm_tui.billing.cases.families import descendants, refresh_families
from rcm_tui.billing.outcome import Left, Outcome, counted
from rcm_tui.billing.rights import CLOSE_CASES, WORK_CASES, Right, needs
from rcm_tui.billing.units import CASE
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.tables.cases import (
    ACTIVE_STAGES,
    AWAITING_PAYMENT,
    CANCELLED,
    IN_PROGRESS,
    NEW,
    RESOLVED,
    CaseClaim,
    CaseFile,
)
from rcm_tui.data.work import Work

FOLLOWING = {NEW: IN_PROGRESS, IN_PROGRESS: AWAITING_PAYMENT}
"""The main step onward from a stage; what awaits payment is resolved."""


@dataclass(frozen=True, slots=True)
class _Case:
    id: int
    number: str
    stage: str
    outstanding: int


class _Stays(Exception):
    """Why a case is not moved: a sentence."""


def _of_stage(work: Work, case_ids: Iterable[int], stage: str) -> Right:
    return WORK_CASES if stage in ACTIVE_STAGES else CLOSE_CASES


@needs(_of_stage, case_ids=CASE)
def set_stage(work: Work, case_ids: Iterable[int], stage: str) -> Outcome:
    """Puts cases into a stage, from any other: `done` are those moved, `amount` what they owe.

    Closing frees their claims for other cases; closed ones come back only while no other active
    case holds one of their claims, and are left with a reason that names it otherwise.
    """

    def target(case: _Case) -> str:
        if case.stage == stage:
            raise _Stays(f"it is {stage} already")
        return stage

    return _move(work, case_ids, target, f"Set to {stage}:")


@needs(WORK_CASES, case_ids=CASE)
def advance(work: Work, case_ids: Iterable[int]) -> Outcome:
    """The main step onward: work starts on New cases, started ones await payment."""

    def target(case: _Case) -> str:
        if case.stage == AWAITING_PAYMENT:
            raise _Stays("it awaits payment: resolve it when that is settled")
        if case.stage not in FOLLOWING:
            raise _Stays(f"it is {case.stage}: reopen it first")
        return FOLLOWING[case.stage]

    return _move(work, case_ids, target, "Take onward")


@needs(CLOSE_CASES, case_ids=CASE)
def resolve(work: Work, case_ids: Iterable[int], *, with_children: bool = False) -> Outcome:
    """Resolves active cases, and with them all that is open below them where that is wanted.

    Left with a reason are those whose kind wants something first, who acts may not close, or below
    which a case stays open (billing/cases/closing.py).
    """
    wanted = set(case_ids)
    if with_children:
        wanted |= _resolvable_below(work, wanted)
    return _close(work, wanted, RESOLVED, "Resolve")


def _resolvable_below(work: Work, tops: set[int]) -> set[int]:
    """The open cases below some that are resolved with them, and those that keep one from it.

    Where a case stays open, for itself or for one below it, all below it stays as it is.
    """
    below = {
        top: {key for key, one in found.items() if one[3]}
        for top, found in descendants(work.database, sorted(tops)).items()
    }
    together = tops.union(*below.values())
    reasons = why_not_closed(work, RESOLVED, together)
    wanted: set[int] = set()
    for top, cases in below.items():
        wanted |= {key for key in cases if top not in reasons or key in reasons}
    return wanted


@needs(CLOSE_CASES, case_ids=CASE)
def cancel(work: Work, case_ids: Iterable[int]) -> Outcome:
    """Cancels active cases; those below which one stays open are left."""
    return _close(work, case_ids, CANCELLED, "Cancel")


@needs(CLOSE_CASES, case_ids=CASE)
def reopen(work: Work, case_ids: Iterable[int]) -> Outcome:
    """Takes closed cases up again: In Progress, since somebody works on them (ours).

    Left with a reason while another active case holds one of their claims.
    """

    def target(case: _Case) -> str:
        if case.stage in ACTIVE_STAGES:
            raise _Stays(f"it is open: {case.stage}")
        return IN_PROGRESS

    return _move(work, case_ids, target, "Reopen")


def _close(work: Work, case_ids: Iterable[int], stage: str, verb: str) -> Outcome:
    def target(case: _Case) -> str:
        if case.stage not in ACTIVE_STAGES:
            raise _Stays(f"it is {case.stage} already")
        return stage

    return _move(work, case_ids, target, verb)


def _move(
    work: Work, case_ids: Iterable[int], target: Callable[[_Case], str], verb: str
) -> Outcome:
    """Moves each case to the stage that `target` says, or leaves it with what that raises."""
    outcome = Outcome()
    moved: dict[str, list[_Case]] = defaultdict(list)
    back: list[_Case] = []
    wanted = sorted(set(case_ids))
    for row in read_by_keys(
        work.database,
        "SELECT id, number, stage, outstanding FROM case_file WHERE id IN ({keys}) ORDER BY id",
        wanted,
    ):
        case = _Case(*row)
        try:
            stage = target(case)
        except _Stays as reason:
            outcome.left.append(Left(case.id, case.number, str(reason)))
            continue
        moved[stage].append(case)
        if case.stage not in ACTIVE_STAGES and stage in ACTIVE_STAGES:
            back.append(case)
    refused = {**_held_elsewhere(work, back), **_guarded(work, moved, back)}
    outcome.left += refused.values()
    with work.undoable(f"{verb} cases", CaseFile) as action:
        for stage, cases in moved.items():
            cases = [case for case in cases if case.id not in refused]
            _write(work, stage, cases)
            outcome.done += [case.id for case in cases]
            outcome.amount += sum(case.outstanding for case in cases)
        action.title = f"{verb} {counted(len(outcome.done), 'case')}"
    return outcome


def _guarded(
    work: Work, moved: Mapping[str, Sequence[_Case]], back: Sequence[_Case]
) -> dict[int, Left]:
    """Cases that stay open, or closed, for what their kind or their family says."""
    reasons = why_not_taken_up(work.database, [case.id for case in back])
    for stage, cases in moved.items():
        closing = [case.id for case in cases if case.stage in ACTIVE_STAGES]
        if stage not in ACTIVE_STAGES:
            reasons |= why_not_closed(work, stage, closing)
    named = {case.id: case.number for cases in moved.values() for case in cases}
    return {key: Left(key, named[key], reason) for key, reason in reasons.items()}


def _write(work: Work, stage: str, cases: list[_Case]) -> None:
    keys = [case.id for case in cases]
    active = stage in ACTIVE_STAGES
    work.set_all(CaseFile, {"stage": stage, "closed_at": None if active else work.now}, keys)
    links = read_by_keys(
        work.database,
        f"SELECT id FROM case_claim WHERE active = {int(not active)} AND case_id IN ({{keys}})",
        keys,
    )
    work.set_all(CaseClaim, {"active": active}, [row[0] for row in links])
    if active:
        taken_up = [case.id for case in cases if case.stage not in ACTIVE_STAGES]
        forget_escalations(work, taken_up)
    for case in cases:
        work.record("stage", "case_file", case.id, stage=[case.stage, stage])
    refresh_families(work, keys)


def _held_elsewhere(work: Work, cases: list[_Case]) -> dict[int, Left]:
    """Closed cases that cannot come back: another active case holds one of their claims."""
    claims: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for case, chain, number in read_by_keys(
        work.database,
        "SELECT k.case_id, k.chain, c.number FROM case_claim k JOIN claim c ON c.id = k.claim_id"
        " WHERE k.case_id IN ({keys}) ORDER BY k.case_id, k.chain",
        [case.id for case in cases],
    ):
        claims[case].append((chain, number))
    holders = active_cases(work.database, (chain for held in claims.values() for chain, _ in held))
    refused: dict[int, Left] = {}
    for case in cases:
        held = next((one for one in claims[case.id] if one[0] in holders), None)
        if held is not None:
            _, other = holders[held[0]]
            reason = f"another active case holds a claim of it: {other} holds {held[1]}"
            refused[case.id] = Left(case.id, case.number, reason)
            continue
        # Of two cases taken up at once for one claim the first gets it.
        holders.update({chain: (case.id, case.number) for chain, _ in claims[case.id]})
    return refused
