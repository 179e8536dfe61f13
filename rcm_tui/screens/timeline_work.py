"""Work on the timelines of cases that screens share: adding, opening, finishing, narrowing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from rcm_tui.data.records.timeline import Entry
from rcm_tui.data.sentences import as_sentence
from rcm_tui.data.tables.timeline import ACTIVITIES, CALL, EMAIL, FILE, NOTE
from rcm_tui.screens import case_work
from rcm_tui.screens.actions import READERS
from rcm_tui.screens.case_timeline import KINDS, said
from rcm_tui.screens.timeline_dialogs import BOX, DAY, Asked, EntryDialog, EntrySheet
from rcm_tui.screens.words import count_of, date_text, moment_text
from rcm_tui.widgets.chooser import Chooser, Option
from rcm_tui.widgets.key_menu import Item, KeyMenu
from rcm_tui.widgets.row_list import Row
from rcm_tui.widgets.written import folded, written

if TYPE_CHECKING:
    from rcm_tui.screens.case import CaseScreen
    from rcm_tui.screens.frame import Frame

CASE = ("case", "cases")
WIDTH = 70
NEXT = "+7d"
"""When a call is followed up on unless told otherwise (ours)."""


async def add_to_timeline(frame: Frame, cases: Sequence[int]) -> bool:
    """Asks what to add to the timelines of cases, and adds it; false when nothing was."""
    if not cases:
        return False
    named = await _named(frame, cases)
    menu = [Item(key, title) for key, (title, _) in ADDING.items()]
    key = await frame.workstation.ask(KeyMenu(f"Add to {named}", menu))
    if key is None:
        return False
    return await ADDING[key][1](frame, cases, named)


async def _note(frame: Frame, cases: Sequence[int], named: str) -> bool:
    from rcm_tui.billing.cases.timeline.writing import add_note

    asked = [Asked("text", "Note", BOX, needed=True)]
    given = await _ask(frame, f"Note on {named}", asked, "write it")
    if given is None:
        return False
    outcome = await frame.workstation.change(add_note, cases, given["text"])
    await case_work.tell(frame, f"Note written on {named}.", outcome)
    return True


async def _call(frame: Frame, cases: Sequence[int], named: str) -> bool:
    from rcm_tui.billing.cases.timeline.writing import add_call
    from rcm_tui.data.records.case import payer_of_cases

    app = frame.workstation
    payer = await app.read(payer_of_cases, app.store.database, cases)
    asked = [
        Asked("outcome", "Outcome", placeholder="what was said", needed=True),
        Asked("follow_up", "Follow up", DAY, NEXT, "empty: as it is"),
        Asked("reference", "Reference", placeholder="number of the call"),
        Asked("party", "Called", value=payer),
        Asked("phone", "Number"),
    ]
    given = await _ask(frame, f"Phone call about {named}", asked, "log it")
    if given is None:
        return False
    outcome = await app.change(add_call, cases, **given)
    day = given["follow_up"]
    words = f"Call logged on {named}" + (f", follow up on {date_text(day)}." if day else ".")
    await case_work.tell(frame, words, outcome)
    return True


async def _task(frame: Frame, cases: Sequence[int], named: str) -> bool:
    from rcm_tui.billing.cases.timeline.writing import add_task

    app = frame.workstation
    asked = _task_fields({"due": "+1d", "assignee": app.actor.login})
    given = await _ask(frame, f"Task on {named}", asked, "open it")
    if given is None:
        return False
    what = given["subject"]
    rest = {name: value for name, value in given.items() if name != "subject"}
    outcome = await app.change(add_task, cases, what, **rest)
    await case_work.tell(frame, f"Task open on {count_of(len(outcome.done), CASE)}.", outcome)
    return True


async def _email(frame: Frame, cases: Sequence[int], named: str) -> bool:
    from rcm_tui.screens.emailing import draft_an_email

    return await draft_an_email(frame, cases, named)


async def _file(frame: Frame, cases: Sequence[int], named: str) -> bool:
    from rcm_tui.screens.attaching import attach_a_file

    return bool(await attach_a_file(frame, cases, named))


ADDING: dict[str, tuple[str, Any]] = {
    "n": ("Note", _note),
    "c": ("Phone call", _call),
    "e": ("Email", _email),
    "t": ("Task or appointment", _task),
    "f": ("File", _file),
}
"""What can be added, by the key of the menu: its name, and who asks for it."""


def _task_fields(values: Mapping[str, str]) -> list[Asked]:
    return [
        Asked("subject", "What", value=values.get("subject", ""), needed=True),
        Asked("due", "Due", DAY, values.get("due", ""), "t, +7d, 3/14"),
        Asked(
            "due_time", "At", value=values.get("due_time", ""), placeholder="14:30 if it has one"
        ),
        Asked("assignee", "For", value=values.get("assignee", ""), placeholder="a login"),
        Asked("text", "More", value=values.get("text", "")),
    ]


# -- an entry that is there ---------------------------------------------------------------------


async def open_entry(screen: CaseScreen, key: int) -> None:
    """Opens an entry: to be edited where that may be, else to be read."""
    from rcm_tui.billing.cases.timeline.editing import edit_refusal
    from rcm_tui.screens.attaching import take_file_out
    from rcm_tui.screens.emailing import finish_email, look_at_waiting, waits

    app = screen.workstation
    entry = next((one for one in screen.record.read["timeline"].entries if one.id == key), None)
    if entry is None:
        return
    why_not = edit_refusal(entry, app.actor.login, app.clock(), app.edit_hours)
    if entry.kind == FILE:
        why_not = "E exports it; the program never opens it"
    elif app.actor.role in READERS:
        why_not = "an auditor looks and changes nothing"
    if entry.kind == EMAIL and waits(entry) and app.actor.role not in READERS:
        await look_at_waiting(screen, entry)
        await screen._read()
        return
    if why_not:
        rows = _sheet(entry, app.zone, why_not)
        title = _title(entry, app.zone)
        if await app.ask(EntrySheet(title, rows, entry.kind == FILE)) == "export":
            await take_file_out(screen, entry)
        return
    if entry.kind == EMAIL:
        try:
            await finish_email(screen, entry, screen.record.record.case.number)
        finally:
            await screen._read()
        return
    await _edit(screen, entry)


async def _edit(screen: CaseScreen, entry: Entry) -> None:
    from rcm_tui.billing.cases.timeline.editing import edit_entry

    app = screen.workstation
    notes = [line.content.plain for line in _before(entry, app.zone)]
    given = await _ask(screen, _title(entry, app.zone), _fields(entry), "keep it", notes)
    if given is None:
        return
    options = {"hours": app.edit_hours, "version": entry.version}
    outcome = await app.change(edit_entry, entry.id, given, **options)
    screen.say("Saved; what it said before is kept." if outcome.done else "", "$success")
    await screen._read()


def _fields(entry: Entry) -> list[Asked]:
    if entry.kind in ACTIVITIES:
        due = date_text(entry.due) if entry.due else ""
        values = {name: str(getattr(entry, name)) for name in ("subject", "due_time", "assignee")}
        return _task_fields({**values, "due": due, "text": entry.text})
    if entry.kind == CALL:
        return [
            Asked("text", "Outcome", value=entry.text, needed=True),
            Asked("reference", "Reference", value=entry.reference),
            Asked("party", "Called", value=entry.party),
            Asked("phone", "Number", value=entry.phone),
        ]
    return [Asked("text", entry.kind.capitalize(), BOX, entry.text, needed=entry.kind == NOTE)]


async def tick(screen: CaseScreen, entry: Entry) -> None:
    """Marks the task under the cursor as done, or opens it again."""
    from rcm_tui.billing.cases.timeline.activities import finish, take_up_again

    done = entry.is_open
    outcome = await screen.workstation.change(finish if done else take_up_again, [entry.id])
    words = f"{'Done' if done else 'Open again'}: {entry.subject}"
    await case_work.tell(screen, words, outcome)


async def choose_kind(screen: CaseScreen) -> str | None:
    """Lets a person choose which kind of entries the timeline shows; "" for all."""
    options = [Option("", "everything")]
    options += [Option(kind, name) for kind, (name, _) in KINDS.items()]
    answer: str | None = await screen.workstation.ask(
        Chooser("Show on the timeline", options, screen.kind)
    )
    return answer


async def ask_words(screen: CaseScreen) -> str | None:
    """Asks for words that entries must hold; "" for all."""
    asked = [Asked("words", "Words", value=screen.words)]
    given = await _ask(screen, "Search the timeline", asked, "search")
    return None if given is None else str(given["words"])


def _title(entry: Entry, zone: ZoneInfo) -> str:
    name = entry.kind.capitalize()
    return f"{name} · {entry.author} · {moment_text(entry.at, zone)}"


def _sheet(entry: Entry, zone: ZoneInfo, why_not: str) -> list[Row]:
    rows: list[Row] = []
    if entry.kind != NOTE:
        rows += [Row(line) for line in folded("", written(*said(entry)).plain, WIDTH)]
        rows.append(Row(written("")))
    for line in entry.text.split("\n") if entry.kind in (NOTE, EMAIL) else ():
        rows += [Row(one) for one in folded("", line, WIDTH)]
    if entry.kind == EMAIL and entry.copies:
        rows.append(Row(written(("cc ", "$text-muted"), entry.copies)))
    rows += _before(entry, zone)
    sentence = as_sentence(why_not)
    rows += [Row(written("")), *(Row(line) for line in folded("", sentence, WIDTH, "$text-muted"))]
    return rows


def _before(entry: Entry, zone: ZoneInfo) -> list[Row]:
    """What an entry said until it was edited, the newest first."""
    rows = []
    for revision in reversed(entry.revisions):
        head = f"Until {moment_text(revision.replaced_at, zone)} ({revision.author}): "
        was = " · ".join(
            f"{'' if name == 'text' else name.replace('_', ' ') + ' '}“{value or '–'}”"
            for name, value in revision.was.items()
        )
        start = (head, "$text-muted")
        rows += [Row(line) for line in folded("", " ".join(f"{start[0]}{was}".split()), WIDTH)]
    return rows


async def _ask(
    frame: Frame, title: str, asked: Sequence[Asked], verb: str, notes: Sequence[str] = ()
) -> Any:
    app = frame.workstation
    return await app.ask(EntryDialog(title, asked, app.today, verb, notes))


async def _named(frame: Frame, cases: Sequence[int]) -> str:
    """K-1002, or how many."""
    if len(cases) == 1:
        return await case_work.case_number(frame, cases[0])
    return count_of(len(cases), CASE)
