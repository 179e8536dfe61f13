"""Adding to the timelines of cases: notes, phone calls, tasks, appointments and events."""

import datetime
import re
from collections.abc import Iterable, Sequence
from typing import Any

from rcm_tui.billing.editing.saving import save_many
from rcm_tui.billing.outcome import Left, Outcome, Refused, counted
from rcm_tui.billing.rights import WORK_CASES, needs
from rcm_tui.billing.units import CASE
from rcm_tui.data.bulk import read_by_keys
from rcm_tui.data.plain import plain
from rcm_tui.data.tables.cases import ACTIVE_STAGES, CaseFile
from rcm_tui.data.tables.timeline import (
    ACTIVITIES,
    APPOINTMENT,
    CALL,
    EVENT,
    NOTE,
    TASK,
    TimelineEntry,
)
from rcm_tui.data.work import Work

LONGEST_LINE = 200
LONGEST_TEXT = 20_000
"""Characters of one line of an entry, and of its text (ours)."""
TIME = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


@needs(WORK_CASES, case_ids=CASE)
def add_note(work: Work, case_ids: Iterable[int], text: str) -> Outcome:
    """Writes a note on cases, open or closed: `done` are the cases, `made` the entries.

    Raises Refused when the note says nothing.
    """
    return add_entries(work, case_ids, NOTE, "Write a note on", text=needed(text, "a note"))


@needs(WORK_CASES, case_ids=CASE)
def add_call(
    work: Work,
    case_ids: Iterable[int],
    *,
    outcome: str,
    party: str = "",
    phone: str = "",
    reference: str = "",
    follow_up: datetime.date | None = None,
) -> Outcome:
    """Logs a phone call about cases: who was called, what came of it, and when to follow up.

    The next follow-up of active cases becomes that day; closed ones keep what they have. Raises
    Refused when the outcome says nothing, or when the day is before today.
    """
    if follow_up is not None and follow_up < work.today:
        raise Refused(f"the next follow-up, {follow_up:%m/%d/%Y}, is before today")
    wanted = sorted(set(case_ids))
    values = {
        "text": needed(outcome, "the outcome of a call"),
        "party": plain(party, LONGEST_LINE),
        "phone": plain(phone, LONGEST_LINE),
        "reference": plain(reference, LONGEST_LINE),
        "follow_up": follow_up,
    }
    with work.undoable("Log a call", CaseFile) as action:
        done = add_entries(work, wanted, CALL, "Log a call on", **values)
        if follow_up is not None:
            active = [key for key, _, stage in _cases(work, done.done) if stage in ACTIVE_STAGES]
            save_many(work, "case_file", active, {"follow_up": follow_up})
        action.title = f"Log a call on {counted(len(done.done), 'case')}"
    return done


@needs(WORK_CASES, case_ids=CASE)
def add_task(
    work: Work,
    case_ids: Iterable[int],
    what: str,
    *,
    due: datetime.date | None,
    assignee: str = "",
    text: str = "",
    due_time: str = "",
) -> Outcome:
    """Opens a task on active cases; with a time of day (14:30) it is an appointment.

    Who acts is the assignee where none is named. Closed cases are left with the reason. Raises
    Refused when it does not say what is to be done, and for an appointment without a day.
    """
    if due_time and due is None:
        raise Refused("an appointment needs its day")
    return add_entries(
        work,
        case_ids,
        APPOINTMENT if due_time else TASK,
        "Open a task on",
        subject=needed(what, "a task", LONGEST_LINE),
        text=lines_of(text),
        due=due,
        due_time=time_of(due_time),
        assignee=plain(assignee, 60).lower() or work.actor.login,
    )


def add_event(work: Work, case_ids: Iterable[int], text: str) -> Outcome:
    """Writes on cases what happened without anybody writing it down, such as what a rule did."""
    return add_entries(work, case_ids, EVENT, "Record an event on", text=needed(text, "an event"))


def add_entries(
    work: Work, case_ids: Iterable[int], kind: str, verb: str, **values: Any
) -> Outcome:
    """One entry of a kind on each of some cases, with its audit record."""
    outcome = Outcome()
    wanted = sorted(set(case_ids))
    cases = _cases(work, wanted)
    known = {key for key, _, _ in cases}
    outcome.left += [
        Left(key, str(key), "there is no such case") for key in wanted if key not in known
    ]
    taken: list[tuple[int, str]] = []
    for key, number, stage in cases:
        if kind in ACTIVITIES and stage not in ACTIVE_STAGES:
            outcome.left.append(Left(key, number, f"it is {stage}: reopen it first"))
        else:
            taken.append((key, number))
    with work.undoable(f"{verb} {counted(len(taken), 'case')}", CaseFile):
        keys = work.next_ids(TimelineEntry, len(taken))
        work.insert(
            TimelineEntry,
            ["id", "case", "kind", "at", "author", *values],
            [
                (key, case, kind, work.now, work.actor.login, *values.values())
                for key, (case, _) in zip(keys, taken, strict=True)
            ],
        )
    said = {name: value for name, value in values.items() if value not in ("", None)}
    for key, (case, number) in zip(keys, taken, strict=True):
        work.record("added", "timeline_entry", key, case=number, kind=kind, **said)
        outcome.done.append(case)
        outcome.made.append(key)
    return outcome


def needed(text: str, what: str, longest: int = LONGEST_TEXT) -> str:
    """The text made plain. Raises Refused when there is none."""
    made = lines_of(text, longest)
    if not made:
        raise Refused(f"{what} has to say something")
    return made


def lines_of(text: str, longest: int = LONGEST_TEXT) -> str:
    """A text of several lines made plain, without blank lines around it."""
    lines = [plain(line, longest) for line in text.replace("\r\n", "\n").split("\n")]
    return "\n".join(lines).strip()[:longest]


def time_of(text: str) -> str:
    """A time of day as the store has it: 09:30. Raises Refused for what is none."""
    if not text.strip():
        return ""
    found = TIME.fullmatch(text.strip())
    if found is None:
        raise Refused(f"{plain(text, 20)!r} is not a time of day: write 14:30")
    return f"{int(found[1]):02}:{found[2]}"


def _cases(work: Work, case_ids: Sequence[int]) -> list[tuple[int, str, str]]:
    return sorted(
        read_by_keys(
            work.database, "SELECT id, number, stage FROM case_file WHERE id IN ({keys})", case_ids
        )
    )
