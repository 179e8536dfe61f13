"""Saving a form, and going to what is wrong in it."""

from __future__ import annotations

from rcm_tui.screens.actions.action import LOOK, WORK, Action
from rcm_tui.screens.actions.refusals import editable, removable, triable, wrong

ACTIONS: tuple[Action, ...] = (
    Action(
        "save_form",
        "ctrl+s",
        "save",
        "Save the record; in a draft claim, Save & Submit",
        WORK,
        ("form",),
        90,
        editable,
    ),
    Action(
        "try_out",
        "f6,t",
        "what would change",
        "Show what saving this fee, benefit or modifier rule would change in what is not submitted",
        WORK,
        ("form",),
        80,
        triable,
    ),
    Action(
        "remove",
        "delete,x",
        "remove",
        "Remove the record that belongs to this one: a coverage, an enrolment, a fee",
        WORK,
        ("form",),
        30,
        removable,
    ),
    Action(
        "next_wrong",
        "f8,n",
        "next error",
        "To the next field with something wrong",
        LOOK,
        ("form",),
        70,
        wrong,
    ),
    Action(
        "previous_wrong",
        "f7,N",
        "error before",
        "To the field with something wrong before",
        LOOK,
        ("form",),
        0,
        wrong,
    ),
)
