"""The timelines of cases: adding to them, finishing tasks, narrowing what is seen."""

from __future__ import annotations

from rcm_tui.screens.actions.action import LOOK, WORK, Action, Situation
from rcm_tui.screens.actions.refusals import rows, worker_of_it


def addable(situation: Situation) -> str:
    return worker_of_it(situation) or rows(situation)


def on_a_task(situation: Situation) -> str:
    if reason := worker_of_it(situation) or rows(situation):
        return reason
    if situation.row.get("entry") in ("task", "appointment"):
        return ""
    return "Put the cursor on a task or an appointment first."


def on_a_file(situation: Situation) -> str:
    if situation.row.get("entry") == "file":
        return ""
    return "Put the cursor on a file first."


def on_the_timeline(situation: Situation) -> str:
    return rows(situation) or (
        "" if situation.view == "timeline" else "That is on the tab Timeline."
    )


ACTIONS: tuple[Action, ...] = (
    Action(
        "add_to_timeline",
        "t",
        "add",
        "Add to the timeline of cases: n note, c phone call, e email, t task, f file",
        WORK,
        ("cases", "case", "claim", "denials"),
        66,
        addable,
    ),
    Action(
        "tick",
        "space",
        "done / open",
        "Mark the task under the cursor as done, or open it again",
        WORK,
        ("case",),
        88,
        on_a_task,
    ),
    Action(
        "finish_tasks",
        "a",
        "done",
        "Mark tasks and appointments as done",
        WORK,
        ("activities",),
        90,
        addable,
    ),
    Action(
        "export_file",
        "E",
        "export",
        "Export the file under the cursor into the export folder",
        LOOK,
        ("case",),
        87,
        on_a_file,
    ),
    Action(
        "kinds",
        "v",
        "kinds",
        "Show notes, calls, emails, tasks, files or events alone",
        LOOK,
        ("case",),
        20,
        on_the_timeline,
    ),
    Action(
        "search_timeline",
        "slash",
        "search",
        "Search the timeline for words",
        LOOK,
        ("case",),
        21,
        on_the_timeline,
    ),
)
