"""The tab Timeline of a case: what it is about, what is next, and all that was done, by day."""

from __future__ import annotations

import datetime
import re
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from peewee import Database
from textual.content import Content

from rcm_tui.billing.denials.next_steps import NextStep, next_steps
from rcm_tui.billing.editing.declared.denials import WAYS
from rcm_tui.data.records.case import open_claims_of_case
from rcm_tui.data.records.history import Event
from rcm_tui.data.records.timeline import MOST_ENTRIES, Entry, read_timeline
from rcm_tui.data.tables.timeline import APPOINTMENT, CALL, EMAIL, EVENT, FILE, NOTE, TASK
from rcm_tui.screens.case_part import CasePart, ShownCase
from rcm_tui.screens.denial_lines import days_left
from rcm_tui.screens.words import date_text, field_line, moment_text
from rcm_tui.widgets.plain_text import cell, plain
from rcm_tui.widgets.row_list import Row
from rcm_tui.widgets.signs import ascii_wanted, sign
from rcm_tui.widgets.written import Piece, fitted, written

KINDS = {
    NOTE: ("notes", "note"),
    CALL: ("phone calls", "call"),
    EMAIL: ("emails", "email"),
    TASK: ("tasks and appointments", "task"),
    FILE: ("files", "file"),
    EVENT: ("what the program wrote", "event"),
}
"""What the timeline can be narrowed to: its name, and the name of its sign."""
SAID_BY_EVENTS = {
    "added": "opened",
    "claims added": "claims added",
    "claims taken out": "claims taken out",
    "stage": "stage",
    "edited": "edited",
    "undone": "undone",
}
PERSON = 8
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True)
class Timeline:
    """The entries of a case, and what is next for each of its claims that was denied."""

    entries: list[Entry]
    steps: dict[int, NextStep]

    @property
    def next(self) -> NextStep | None:
        """What is next for the claim whose clock runs out first, with the most money."""
        return min(self.steps.values(), key=_urgency, default=None)

    @property
    def open_tasks(self) -> int:
        return sum(entry.is_open for entry in self.entries)


def read(database: Database, case_id: int) -> Timeline:
    """Reads them. Blocks."""
    steps = next_steps(database, open_claims_of_case(database, case_id))
    return Timeline(read_timeline(database, case_id), steps)


def _urgency(step: NextStep) -> tuple[datetime.date, int]:
    return step.until or datetime.date.max, -step.amount


def lines(shown: ShownCase) -> list[Row]:
    """The head of the case, then its entries and events, the newest first, grouped by day."""
    rows = _head(shown)
    timeline: Timeline = shown.read["timeline"]
    dated = sorted(
        [
            *(
                (entry.at, 1, entry.id, _entry_line(entry, shown), entry.id)
                for entry in _wanted(shown)
            ),
            *((event.at, 0, n, _event_line(event, shown), None) for n, event in _events(shown)),
        ],
        key=lambda one: one[:3],
        reverse=True,
    )
    day = None
    for at, _, _, line, key in dated:
        local = at.astimezone(shown.zone).date()
        if local != day:
            day = local
            rows.append(Row(_day_line(day, shown)))
        rows.append(Row(line, key))
    if not dated:
        said = "Nothing like that." if shown.kind or shown.words else "Nothing yet."
        rows.append(
            Row(written((f"{said} t adds a note, a call, an email, a task.", "$text-muted")))
        )
    if len(timeline.entries) == MOST_ENTRIES:
        rows.append(Row(written((f"Only the newest {MOST_ENTRIES:,} are shown.", "$text-muted"))))
    return rows


def _head(shown: ShownCase) -> list[Row]:
    case = shown.record.case
    settled = case.resolved_carc.split()
    codes: list[Piece] = []
    for code in case.carc.split():
        name, word = ("done", " resolved") if code in settled else ("open", "")
        codes += [f"{code} ", (f"{sign(name, ascii_wanted())}{word}", _STYLE[name]), "  "]
    rows = [Row(field_line("Subject", case.subject or "–"))]
    if codes:
        rows.append(Row(field_line("CARC", written(*codes))))
    if case.tags:
        rows.append(Row(field_line("Tags", case.tags)))
    rows += _next(shown.read["timeline"].next, shown)
    if shown.kind or shown.words:
        only = " and ".join(
            filter(
                None,
                (KINDS[shown.kind][0] if shown.kind else "", shown.words and f"“{shown.words}”"),
            )
        )
        rows.append(
            Row(
                written(
                    ("Only ", "$text-muted"), (only, "$accent"), ("; esc shows all", "$text-muted")
                )
            )
        )
    return rows


def _next(step: NextStep | None, shown: ShownCase) -> list[Row]:
    """What is done next about the claim whose clock runs out first, and how long there is."""
    if step is None:
        return []
    codes = " ".join((step.code, *step.remarks))
    if step.step is None:
        text = f"{codes}: the practice's denial actions say nothing of it"
    else:
        text = f"{WAYS[step.way]}: {step.step.action} ({codes})"
    left = step.days_left(shown.today)
    start = written((f"{'Next':<14}", "$text-muted"))
    if left is not None:
        clock = f"{sign('clock', ascii_wanted())} {days_left(left)}"
        start = written(start, (clock, "$error" if left < 0 else "$warning"), " · ")
    claim = next((one for one in shown.record.claims if one.id == step.claim), None)
    if claim is not None and len(shown.record.claims) > 1:
        text = f"{claim.number} · {text}"
    return [Row(line) for line in _hanging(start, text, shown.width - 4)]


def _hanging(start: Content, text: str, width: int) -> list[Content]:
    """A text behind what it starts with, folded under the labels' column."""
    first, *more = textwrap.wrap(plain(text), max(20, width - start.cell_length)) or [""]
    rest = textwrap.wrap(" ".join(more), max(20, width - LABEL))
    return [written(start, first), *(written(" " * LABEL, line) for line in rest)]


LABEL = 14
_STYLE = {"done": "$success", "open": "$warning"}


def _wanted(shown: ShownCase) -> list[Entry]:
    words = shown.words.lower().split()
    kinds = (TASK, APPOINTMENT) if shown.kind == TASK else (shown.kind,)
    return [
        entry
        for entry in shown.read["timeline"].entries
        if (not shown.kind or entry.kind in kinds) and all(word in entry.words for word in words)
    ]


def _events(shown: ShownCase) -> list[tuple[int, Event]]:
    """What the audit trail says of the case; changes of form alone are in its history."""
    if shown.kind not in ("", EVENT):
        return []
    words = shown.words.lower().split()
    found = []
    called = {entry.at for entry in shown.read["timeline"].entries if entry.follow_up}
    for number, event in enumerate(shown.record.history):
        if event.at in called and event.details.keys() <= {"follow_up", "version"}:
            continue  # the call says it
        said = f"{event.actor} {event_words(event, shown)}".lower()
        if all(word in said for word in words):
            found.append((number, event))
    return found


def event_words(event: Event, shown: ShownCase) -> str:
    """What was done to the case itself, in a sentence: opened, taken onward, claims added."""
    details = event.details
    if event.action == "added":
        return f"opened by rule “{details['rule']}”" if details.get("rule") else "opened"
    if event.action == "stage" and isinstance(details.get("stage"), list):
        return f"stage {details['stage'][0]} → {details['stage'][1]}"
    if "claims" in details:
        count = details["claims"]
        return f"{event.action}: {count}"
    changed = [
        f"{name.replace('_', ' ')} {_was_and_is(value)}"
        for name, value in details.items()
        if name not in ("version", "keys", "ids", "title") and isinstance(value, list)
    ]
    title = details.get("title", "")
    return " · ".join(filter(None, (f"{event.action} {title}".strip(), *changed)))


def _was_and_is(value: Sequence[Any]) -> str:
    if any(isinstance(one, int) for one in value):
        return "changed"  # keys of records say nothing to a person
    return " → ".join(_one(one) for one in value)


def _one(value: Any) -> str:
    if value in (None, ""):
        return "–"
    text = str(value)
    return date_text(datetime.date.fromisoformat(text)) if DATE.fullmatch(text) else text


def _day_line(day: datetime.date, shown: ShownCase) -> Content:
    name = "today" if day == shown.today else date_text(day)
    line = "-" if ascii_wanted() else "─"
    rest = max(0, shown.width - len(name) - 10)
    return written((f"{line * 2} {name} {line * rest}", "$text-muted"))


def _event_line(event: Event, shown: ShownCase) -> Content:
    clock = moment_text(event.at, shown.zone)[-5:]
    return written(
        f" {clock}  ",
        (f"{sign('event', ascii_wanted())} {cell(event.actor, PERSON)} ", "$text-muted"),
        (event_words(event, shown), "$text-muted"),
    )


def _entry_line(entry: Entry, shown: ShownCase) -> Content:
    clock = moment_text(entry.at, shown.zone)[-5:]
    name = "done" if entry.done_at and entry.kind in (TASK, APPOINTMENT) else entry.kind
    mark = sign(name, ascii_wanted())
    left = written(
        f" {clock}  ",
        (f"{mark} ", "$secondary"),
        (f"{cell(entry.author, PERSON)} ", "$secondary"),
        *said(entry),
    )
    right = _right(entry, shown)
    room = max(20, shown.width - 4 - right.cell_length)
    return written(fitted(left, room), " " * max(1, room - left.cell_length), right)


def said(entry: Entry) -> list[Piece]:
    """What an entry says, in one line."""
    text = " ".join(entry.text.split())
    if entry.kind == CALL:
        whom = " ".join(filter(None, (entry.party, entry.phone)))
        reference = f"ref {entry.reference}" if entry.reference else ""
        return [", ".join(filter(None, (whom, reference))) or "call", (f"  “{text}”", "")]
    if entry.kind == EMAIL:
        return [
            (f"{entry.state:<8} ", _EMAIL[entry.state]),
            f"to {entry.party or '–'}  “{entry.subject}”",
        ]
    if entry.kind in (TASK, APPOINTMENT):
        return [entry.subject, (f"  {text}" if text else "", "$text-muted")]
    if entry.kind == FILE:
        return [f"{entry.subject}  ", (f"{size_text(entry.size or 0)}  {text}", "$text-muted")]
    return [text]


_EMAIL = {
    "draft": "$warning",
    "waiting": "$text-muted",
    "sent": "$success",
    "exported": "$success",
    "failed": "$error",
}


def _right(entry: Entry, shown: ShownCase) -> Content:
    pieces: list[Piece] = []
    if entry.revisions:
        pieces.append(("edited  ", "$text-muted"))
    if entry.kind == CALL and entry.follow_up:
        pieces.append((f"→ follow up {date_text(entry.follow_up)[:5]}", "$warning"))
    if entry.kind in (TASK, APPOINTMENT):
        if entry.done_at:
            pieces.append((f"done by {entry.done_by}", "$success"))
        else:
            late = entry.due is not None and entry.due < shown.today
            due = (
                f"due {date_text(entry.due)[:5]} {entry.due_time}".rstrip()
                if entry.due
                else "no day"
            )
            words = f"late, {due}" if late else due
            pieces.append((f"{words}  {entry.assignee}", "$error" if late else ""))
    if entry.kind == EMAIL and entry.state == "draft":
        pieces.append(("enter to finish", "$text-muted"))
    elif entry.kind == EMAIL and entry.problem and entry.state != "sent":
        pieces.append((entry.problem, "$error"))
    return fitted(written(*pieces), 40)


def size_text(size: int) -> str:
    """`812 B`, `14 kB`, `2.4 MB`."""
    if size < 1000:
        return f"{size} B"
    return f"{size / 1000:.0f} kB" if size < 1_000_000 else f"{size / 1_000_000:.1f} MB"


def note(shown: ShownCase) -> str:
    """How many tasks are open."""
    count = shown.read["timeline"].open_tasks
    return f"{sign('task', ascii_wanted())}{count}" if count else ""


async def open_entry(screen: Any, key: Any) -> None:
    from rcm_tui.screens.timeline_work import open_entry as opened

    await opened(screen, key)


PART = CasePart("timeline", "Timeline", lines, note, read, open_entry)
