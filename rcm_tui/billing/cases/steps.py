"""The steps of cases: copied from the kind, done one by one or said not to apply."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

from peewee import Database

from rcm_tui.billing.cases.families import follow_parents, refresh_families
from rcm_tui.billing.outcome import Left, Outcome, Refused, counted
from rcm_tui.billing.rights import WORK_CASES, needs
from rcm_tui.billing.units import STEP
from rcm_tui.data.bulk import read_by_keys, read_rows
from rcm_tui.data.tables.cases import (
    ACTIVE_STAGES,
    DONE,
    NOT_APPLICABLE,
    OPEN_STEP,
    CaseFile,
    CaseStep,
)
from rcm_tui.data.work import Work

LONGEST_NOTE = 500
VERBS = {DONE: "Do", NOT_APPLICABLE: "Leave out", OPEN_STEP: "Take up"}


def usual_kind(database: Database) -> int | None:
    """The kind of new cases for which nobody says another; None where the practice has none."""
    rows = read_rows(
        database, "SELECT id FROM case_kind WHERE usual = 1 AND active = 1 ORDER BY id"
    )
    return int(rows[0][0]) if rows else None


def begin_case(work: Work, case_id: int, parent: int | None) -> None:
    """Gives a new case the steps and the clock of its kind; what is above it counts it."""
    ((kind,),) = read_rows(work.database, "SELECT kind_id FROM case_file WHERE id = ?", case_id)
    give_steps(work, {case_id: kind})
    if parent is not None:
        follow_parents(work, {case_id: (None, parent)})


def end_case(work: Work, case_id: int, parent: int | None) -> None:
    """Deletes the steps of a case that is removed; what is above it counts it no more."""
    rows = read_rows(work.database, "SELECT id FROM case_step WHERE case_id = ?", case_id)
    work.delete(CaseStep, [row[0] for row in rows])
    if parent is not None:
        work.set_all(CaseFile, {"parent": None}, [case_id])
        follow_parents(work, {case_id: (parent, None)})


def give_steps(work: Work, kinds: Mapping[int, int | None]) -> None:
    """Gives cases (by key) the steps and the clock of their kind, beside steps that were begun.

    Steps that nobody has touched give way. Days count from today.
    """
    untouched = read_by_keys(
        work.database,
        "SELECT id FROM case_step WHERE case_id IN ({keys}) AND state = 'open' AND note = ''",
        kinds,
    )
    work.delete(CaseStep, sorted(row[0] for row in untouched))
    last = dict(
        read_by_keys(
            work.database,
            "SELECT case_id, max(position) FROM case_step WHERE case_id IN ({keys})"
            " GROUP BY case_id",
            kinds,
        )
    )
    days, templates = _templates(work.database, {kind for kind in kinds.values() if kind})
    rows: list[tuple[Any, ...]] = []
    for case, kind in kinds.items():
        for number, (title, words, needed, clock) in enumerate(templates.get(kind or 0, ()), 1):
            due = _day(work, clock)
            rows.append((case, last.get(case, 0) + number, title, words, bool(needed), due))
    columns = ("case", "position", "title", "words", "needed", "due")
    work.insert(CaseStep, columns, rows)
    work.update(
        CaseFile,
        ["due"],
        [(_day(work, days.get(kind or 0)), case) for case, kind in kinds.items()],
    )
    refresh_families(work, kinds)


@needs(WORK_CASES, step_ids=STEP)
def settle_steps(
    work: Work, step_ids: Iterable[int], state: str, note: str | None = None
) -> Outcome:
    """Sets steps to done, not applicable, or open again: `done` are the steps that are now.

    A `note` takes the place of the one there was; None leaves it. Left with a reason are steps of
    closed cases and those that are so already. Raises Refused for a note that is too long.
    """
    if note is not None and len(note) > LONGEST_NOTE:
        raise Refused(f"the note has {len(note)} characters: {LONGEST_NOTE} are the most")
    outcome = Outcome()
    cases: dict[int, list[tuple[int, str, str]]] = defaultdict(list)
    for key, title, was, old_note, case, number, stage in read_by_keys(
        work.database,
        "SELECT s.id, s.title, s.state, s.note, f.id, f.number, f.stage FROM case_step s"
        " JOIN case_file f ON f.id = s.case_id WHERE s.id IN ({keys})"
        " ORDER BY f.id, s.position, s.id",
        sorted(set(step_ids)),
    ):
        if stage not in ACTIVE_STAGES:
            reason = f"case {number} is {stage}: reopen it first"
            outcome.left.append(Left(key, title, reason))
        elif was == state and note in (None, old_note):
            outcome.left.append(Left(key, title, f"it is {state} already"))
        else:
            cases[case].append((key, title, was))
            outcome.done.append(key)
    with work.undoable(f"{VERBS[state]} steps", CaseFile) as action:
        _settle(work, outcome.done, state, note)
        for case, steps in cases.items():
            work.set_all(CaseFile, {}, [case])
            for _, title, was in steps:
                more = {} if note is None else {"note": note}
                work.record("step", "case_file", case, title=title, state=[was, state], **more)
        refresh_families(work, cases)
        action.title = f"{VERBS[state]} {counted(len(outcome.done), 'step')}"
        action.worth_undoing = bool(outcome.done)
    return outcome


def _settle(work: Work, steps: list[int], state: str, note: str | None) -> None:
    settled = state != OPEN_STEP
    values: dict[str, Any] = {
        "state": state,
        "settled_by": work.actor.login if settled else "",
        "settled_at": work.now if settled else None,
    }
    if note is not None:
        values["note"] = note
    work.set_all(CaseStep, values, steps)


def _templates(
    database: Database, kinds: Iterable[int]
) -> tuple[dict[int, int | None], dict[int, list[tuple[str, str, int, int | None]]]]:
    """By kind the days of the whole, and its steps in order: title, words, needed, days."""
    wanted = sorted(kinds)
    days = dict(
        read_by_keys(database, "SELECT id, days FROM case_kind WHERE id IN ({keys})", wanted)
    )
    steps: dict[int, list[tuple[str, str, int, int | None]]] = defaultdict(list)
    for kind, *step in read_by_keys(
        database,
        "SELECT kind_id, title, words, needed, days FROM case_kind_step WHERE kind_id IN ({keys})"
        " ORDER BY kind_id, position, id",
        wanted,
    ):
        steps[kind].append(tuple(step))
    return days, dict(steps)


def _day(work: Work, days: int | None) -> datetime.date | None:
    return None if days is None else work.today + datetime.timedelta(days=days)
