"""Editing what stands on a timeline: one's own, for a while, with what it said before kept."""

import datetime
import json
from collections.abc import Mapping
from typing import Any

from rcm_tui.billing.cases.timeline.emails import addresses
from rcm_tui.billing.cases.timeline.writing import LONGEST_LINE, lines_of, needed, time_of
from rcm_tui.billing.outcome import Outcome, Refused
from rcm_tui.billing.rights import WORK_CASES, needs
from rcm_tui.billing.units import ENTRY
from rcm_tui.data.plain import plain
from rcm_tui.data.tables.timeline import (
    ACTIVITIES,
    APPOINTMENT,
    CALL,
    DRAFT,
    EMAIL,
    FAILED,
    NOTE,
    TASK,
    TimelineEntry,
    TimelineRevision,
)
from rcm_tui.data.work import Work

EDITABLE = {
    NOTE: ("text",),
    CALL: ("text", "party", "phone", "reference"),
    TASK: ("subject", "text", "due", "due_time", "assignee"),
    APPOINTMENT: ("subject", "text", "due", "due_time", "assignee"),
    EMAIL: ("party", "copies", "subject", "text"),
}
"""The fields of an entry that can be edited, by its kind; files and events stay as they are."""
UNFINISHED_EMAILS = (DRAFT, FAILED)


def edit_refusal(entry: Any, login: str, now: datetime.datetime, hours: int) -> str:
    """Why a person may not edit an entry now, as a sentence; "" when they may.

    What is finished is edited by its author, within so many `hours` of writing it. Tasks that are
    open and emails that were not sent are work in hand: whoever works on the case may (ours).
    """
    if entry.kind not in EDITABLE:
        return f"this {entry.kind} stays as it is"
    if entry.kind in ACTIVITIES and entry.done_at is None:
        return ""
    if entry.kind == EMAIL:
        if entry.state in UNFINISHED_EMAILS:
            return ""
        return f"the email is {entry.state}: it stays as it is"
    if entry.author != login:
        return f"{entry.author} wrote it: only they can edit it; add a note instead"
    if now - entry.at > datetime.timedelta(hours=hours):
        return f"it was written more than {hours} h ago: add a note instead"
    return ""


@needs(WORK_CASES, entry_id=ENTRY)
def edit_entry(
    work: Work, entry_id: int, values: Mapping[str, Any], *, hours: int, version: int | None = None
) -> Outcome:
    """Changes fields of an entry; what they held is kept with it. `done` is the entry, if changed.

    Raises Refused when it may not be edited any more, for a field that is not its, for a text that
    says nothing, and where somebody else has changed it since `version`.
    """
    entry = TimelineEntry.get_or_none(TimelineEntry.id == entry_id)
    if entry is None:
        raise Refused("this entry is not there any more")
    if reason := edit_refusal(entry, work.actor.login, work.now, hours):
        raise Refused(reason)
    if version is not None and entry.version != version:
        raise Refused("somebody else has changed it since: open it again to see what it says now")
    for name in values:
        if name not in EDITABLE[entry.kind]:
            raise Refused(f"{name} of {entry.kind} cannot be edited")
    new = {name: _made(entry.kind, name, value) for name, value in values.items()}
    if entry.kind in ACTIVITIES and "due_time" in new:
        new["kind"] = APPOINTMENT if new["due_time"] else TASK
        if new["due_time"] and new.get("due", entry.due) is None:
            raise Refused("an appointment needs its day")
    was = {name: getattr(entry, name) for name in new if getattr(entry, name) != new[name]}
    if not was:
        return Outcome()
    with work.undoable(f"Edit {entry.kind}", TimelineEntry):
        kept = json.dumps(was, default=str)
        work.insert(
            TimelineRevision,
            ("entry", "replaced_at", "author", "was"),
            [(entry_id, work.now, work.actor.login, kept)],
        )
        work.set_all(TimelineEntry, {name: new[name] for name in was}, [entry_id])
    work.record("edited", entry, **{name: [_said(was[name]), _said(new[name])] for name in was})
    return Outcome(done=[entry_id])


def _made(kind: str, name: str, value: Any) -> Any:
    if kind == EMAIL and name in ("party", "copies"):
        return ", ".join(addresses(value, "To" if name == "party" else "Cc"))
    if name == "due":
        return value
    if name == "due_time":
        return time_of(value)
    if name == "text":
        return needed(value, f"a {kind}") if kind in (NOTE, CALL) else lines_of(value)
    if name == "subject" and kind in ACTIVITIES:
        return needed(value, f"a {kind}", LONGEST_LINE)
    if name == "assignee":
        return needed(value, "the assignee", 60).lower()
    return plain(value, LONGEST_LINE)


def _said(value: Any) -> str:
    return "" if value is None else str(value)
