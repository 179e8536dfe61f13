"""The tab Steps of a case: what its kind wants done, by when, and who has done it."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from rcm_tui.data.records.case_steps import Step, StepsOfCase, read_steps
from rcm_tui.data.tables.cases import ACTIVE_STAGES, DONE, NOT_APPLICABLE, OPEN_STEP
from rcm_tui.screens import case_work
from rcm_tui.screens.case_part import CasePart, ShownCase
from rcm_tui.screens.words import date_text, field_line, moment_text
from rcm_tui.widgets.plain_text import cell
from rcm_tui.widgets.row_list import Row
from rcm_tui.widgets.signs import ascii_wanted, sign
from rcm_tui.widgets.written import Piece, folded, written

if TYPE_CHECKING:
    from rcm_tui.screens.case import CaseScreen

TITLE = 30
SIGNS = {OPEN_STEP: ("open", "$secondary"), DONE: ("done", "$success")}
ASIDE = ("waiting", "$text-muted")


def overdue(day: datetime.date | None, today: datetime.date) -> list[Piece]:
    """By when, and how late it is."""
    if day is None:
        return []
    late = (today - day).days
    if late > 0:
        clock = sign("clock", ascii_wanted())
        return [(f"{clock} due {date_text(day)}, {late:,} d overdue", "$error")]
    return [(f"due {date_text(day)}", "$text-muted")]


def lines(shown: ShownCase) -> list[Row]:
    """The kind and its clock, then the steps in order, each with what became of it."""
    found: StepsOfCase = shown.read["steps"]
    case = shown.record.case
    head: list[Piece] = [found.kind or "none"]
    if case.due and case.closed_at is None:
        head += ["   ", *overdue(case.due, shown.today)]
    rows = [Row(field_line("Kind", written(*head)))]
    if found.closers:
        rows.append(Row(field_line("Closed by", found.closers)))
    if found.required:
        rows.append(Row(field_line("Required", found.required)))
    rows.append(Row(written("")))
    for number, step in enumerate(found.steps, 1):
        rows += _step(number, step, shown)
    if not found.steps:
        said = "No steps: its kind has none." if found.kind else "No kind: e gives it one."
        rows.append(Row(written((said, "$text-muted"))))
    return rows


def _step(number: int, step: Step, shown: ShownCase) -> list[Row]:
    name, style = SIGNS.get(step.state, ASIDE)
    pieces: list[Piece] = [
        (f"{sign(name, ascii_wanted())} ", style),
        (f"{number:>2}  ", "$text-muted"),
        cell(step.title, TITLE),
        (f"  {'needed' if step.needed else '':<8}", "$text-muted"),
    ]
    if step.is_open:
        pieces += overdue(step.due, shown.today)
    else:
        when = moment_text(step.settled_at, shown.zone)
        pieces.append(f"{step.state} · {step.settled_by} · {when}")
    rows = [Row(written(*pieces), ("step", step.id))]
    for text in filter(None, (step.note, step.words if step.is_open else "")):
        style = "" if text is step.note else "$text-muted"
        rows += [Row(line) for line in folded(" " * 6, text, shown.width - 4, style)]
    return rows


def note(shown: ShownCase) -> str:
    """How many are done, of how many."""
    found: StepsOfCase = shown.read["steps"]
    return f"{found.settled} of {len(found.steps)}" if found.steps else ""


def under_cursor(screen: CaseScreen) -> Step | None:
    """The step under the cursor."""
    key = screen.cursor
    if screen.record is None or not isinstance(key, tuple) or key[0] != "step":
        return None
    steps: list[Step] = screen.record.read["steps"].steps
    return next((step for step in steps if step.id == key[1]), None)


async def tick(screen: CaseScreen) -> None:
    """Marks the step under the cursor as done, or opens it again."""
    step = under_cursor(screen)
    if step is not None:
        await _settle(screen, step, DONE if step.is_open else OPEN_STEP)


async def open_step(screen: CaseScreen, key: Any) -> None:
    """Asks what became of a step: done, not applicable, open again; with a note."""
    from rcm_tui.widgets.key_menu import Item, KeyMenu

    step = under_cursor(screen)
    if step is None:
        return
    case = screen.record.record.case
    why_not = "" if case.stage in ACTIVE_STAGES else f"It is {case.stage}: reopen it first."
    if screen.workstation.actor.role == "auditor":
        why_not = "An auditor looks and changes nothing."
    menu = [
        Item("d", "Done, with a note", why_not),
        Item("x", "Does not apply, with the reason", why_not),
        Item("o", "Open again", why_not or ("It is open." if step.is_open else "")),
    ]
    chosen = await screen.workstation.ask(KeyMenu(step.title, menu))
    if chosen == "o":
        await _settle(screen, step, OPEN_STEP)
    elif chosen is not None:
        await _with_note(screen, step, DONE if chosen == "d" else NOT_APPLICABLE)


async def _with_note(screen: CaseScreen, step: Step, state: str) -> None:
    from rcm_tui.screens.timeline_dialogs import Asked, EntryDialog

    app = screen.workstation
    aside = state == NOT_APPLICABLE
    asked = [Asked("note", "Reason" if aside else "Note", value=step.note, needed=aside)]
    verb = "does not apply" if aside else "done"
    given = await app.ask(EntryDialog(f"{step.title}: {verb}", asked, app.today, verb))
    if given is not None:
        await _settle(screen, step, state, str(given["note"]))


async def _settle(screen: CaseScreen, step: Step, state: str, text: str | None = None) -> None:
    from rcm_tui.billing.cases.steps import settle_steps

    outcome = await screen.workstation.change(settle_steps, [step.id], state, text)
    words = {DONE: "done", NOT_APPLICABLE: "does not apply", OPEN_STEP: "open again"}[state]
    await case_work.tell(screen, f"{step.title}: {words}.", outcome)
    await screen._read()


PART = CasePart("steps", "Steps", lines, note, read=read_steps, open=open_step)
