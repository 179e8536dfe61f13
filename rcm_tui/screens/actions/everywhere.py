"""What every screen has: back, find, commands, keys, and the walk from record to record."""

from __future__ import annotations

from rcm_tui.screens.actions.action import EVERYWHERE, GO, HELP, LOOK, Action, Situation
from rcm_tui.screens.actions.refusals import one_row, walked

PARTED = (
    *("claim", "authorization", "case", "visit", "invoice", "form", "charge", "payment"),
    "audit_record",
    *("orphan", "orphan_line", "deposit", "remittance_preview", "appeal"),
)
"""The screens of one record, in parts."""


def _identified(situation: Situation) -> str:
    if situation.area == "records" and situation.row.get("kind") not in ("client", "coverage"):
        return "Only clients and coverages have identifiers that are masked."
    return one_row(situation) if situation.area in ("records", "audit") else ""


ACTIONS: tuple[Action, ...] = (
    Action("back", "escape,backspace", "back", "Go back to where you came from", GO, EVERYWHERE),
    Action(
        "previous_part",
        "left_square_bracket",
        "[ ] parts",
        "The part before",
        GO,
        PARTED,
    ),
    Action(
        "next_part",
        "right_square_bracket",
        "next part",
        "The next part",
        GO,
        PARTED,
        50,
    ),
    Action(
        "next_record",
        "alt+down",
        "next",
        "The next record of the queue",
        GO,
        PARTED,
        40,
        walked,
    ),
    Action(
        "previous_record",
        "alt+up",
        "previous",
        "The record before in the queue",
        GO,
        PARTED,
        0,
        walked,
    ),
    Action(
        "find",
        "ctrl+g",
        "find",
        "Find anything: a name, number, date or amount",
        GO,
        EVERYWHERE,
        12,
    ),
    Action(
        "reveal",
        "alt+i",
        "reveal",
        "Show member ids, birth dates and telephone numbers in full; it is on record",
        LOOK,
        ("records", "form", "claim", "orphan", "audit", "audit_record"),
        0,
        _identified,
    ),
    Action(
        "lists",
        "",
        "lists",
        "The other lists of this section; its number once more does the same",
        GO,
        EVERYWHERE,
    ),
    Action("more", "m", "more", "All that can be done here", GO, EVERYWHERE, 25),
    Action("commands", "ctrl+p", "commands", "Find any command by name", HELP, EVERYWHERE, 15),
    Action("keys", "question_mark", "keys", "All keys of this screen", HELP, EVERYWHERE, 1),
    Action("tour", "", "tour", "Take the tour of one minute", HELP, EVERYWHERE),
    Action("theme", "", "theme", "Choose the colours", HELP, EVERYWHERE),
)
