"""Saving a form, and going to what is wrong in it."""

from __future__ import annotations

from rcm_tui.screens.actions.action import LOOK, WORK, Action
from rcm_tui.screens.actions.refusals import editable, wrong

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
